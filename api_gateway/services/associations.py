"""Which association a request is about, where it need not say so."""

from collections.abc import Collection
from typing import Protocol

from api_gateway.services.problem import Problem, one_of
from api_gateway.services.programs import programs
from domain.actors import Actor


class AssociationReads(Protocol):
    """Whoever knows the associations of regions."""

    async def associations(self, regions: Collection[str]) -> tuple[str, ...]:
        """Return the associations of some regions."""


async def association_of(reads: AssociationReads, actor: Actor, named: str) -> str:
    """Return the association that is named, or the only one of the actor's regions or of the office.

    Raises:
        Problem: There is no such association, or there are several and none is named.
    """
    known = sorted({file.association for file in programs().values()})
    served = list(await reads.associations(actor.regions)) if actor.regions and not named else known
    chosen = named or (served[0] if len(served) == 1 else "")
    if not chosen:
        words = f"Name one of {', '.join(served)}: on the command line with --association {served[0]}."
        raise Problem(422, "association_missing", words)
    if chosen not in known:
        raise Problem(404, "unknown_association", one_of(known))
    return chosen
