"""Sign-ins tied to people: which tie works, which waits for a second person, and who may confirm it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.actors import Actor, Role, demand_statewide
from domain.errors import demand, forbid, forbidden
from domain.people.grants import CONFIRMED_ROLES, Grant, GrantState

CONFIRMS_WHAT_ONE_TIED: Final = forbidden("confirms_what_one_tied")
CONFIRMS_OWN_SIGN_IN: Final = forbidden("confirms_own_sign_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """An identity at a provider that is tied to a person; ``second`` says that a second person must confirm it."""

    id: str
    person: str
    tied_by: str
    second: bool = False
    confirmed_by: str = ""

    @property
    def waits(self) -> bool:
        """Return whether the tie opens nothing yet, because no second person has confirmed it."""
        return self.second and not self.confirmed_by


def needs_second(held: Iterable[Grant], now: datetime) -> bool:
    """Return whether a tie to a human who holds some grants needs a second person, as the grants about money do.

    A grant that waits or begins later counts, too: whoever confirms it sees only the ties of that moment.
    """
    return any(grant.role in CONFIRMED_ROLES and grant.state(now) is not GrantState.OVER for grant in held)


def demand_tie_may_be_confirmed(tie: Tie, actor: Actor, confirmer: Collection[str]) -> None:
    """Refuse whoever may not confirm a tie; ``confirmer`` are all ids that count as one human with the actor.

    An administrator, the state office or payment staff confirm: neither who made the tie nor whose it is.
    """
    if actor.role is Role.COORDINATOR:
        demand_statewide(actor)
    demand(tie.waits, "sign_in_needs_nobody")
    forbid(tie.tied_by in confirmer, CONFIRMS_WHAT_ONE_TIED)
    forbid(tie.person in confirmer, CONFIRMS_OWN_SIGN_IN)
