"""The person behind a request, with roles and regions: what the caller may act as, and what the caller sees."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from activities.adapters.postgres.facts.tokens import TokenHolder
from api_gateway.services.advice_words import Advice
from api_gateway.services.problem import Problem
from domain.actors import Actor, Role, StaffReason
from domain.associations import Association
from domain.visibility import Sight, sight_of


def leave_to(allowed: Iterable[Role]) -> str:
    """Return the advice to leave an act to those whose role allows it."""
    return Advice("leave_to", roles=tuple(role.value for role in allowed if role is not Role.SYSTEM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The person behind a request. ``aliases`` are other entries of the same human.

    No role of the person goes beyond the ``association``. ``auth`` is how the person proved who it is.
    """

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]
    association: Association
    aliases: tuple[str, ...] = ()
    auth: str = "api_token"

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids under which the person may be in a record."""
        return (self.person, *self.aliases)

    def standing(self, people: Collection[str]) -> "Caller":
        """Return the caller under the id that stands among ``people``; under the present id if none does."""
        here = next((id for id in self.ids if id in people), self.person)
        others = tuple(id for id in self.ids if id != here)
        return replace(self, person=here, aliases=others)

    def acting(self, allowed: tuple[Role, ...]) -> Actor:
        """Return the actor in the first of the caller's roles that is allowed; 403 if there is none."""
        for role in self.roles:
            if role in allowed:
                regions = self.regions if role is Role.COORDINATOR else ()
                return Actor(id=self.person, role=role, regions=regions, auth=self.auth)
        raise Problem(403, "role_not_allowed", leave_to(allowed))

    def acting_for(self, person: str, reason: StaffReason | None) -> Actor:
        """Return the caller as staff who act for a person; 403 for anybody else."""
        here = self.acting((Role.COORDINATOR,))
        return replace(here, acting_for=person, reason=reason)

    def coordinates(self, region: str) -> bool:
        """Return whether the caller is a coordinator of a region."""
        served = not self.regions or region in self.regions
        return Role.COORDINATOR in self.roles and served and region in self.association.regions

    @property
    def sight(self) -> Sight:
        """What the caller may see, from roles and regions."""
        return sight_of(self.person, self.roles, self.association, self.regions, self.aliases)


def caller_of(holder: TokenHolder, auth: str = "api_token") -> Caller:
    """Return the caller that the holder of a token, of a calendar address or of a session is."""
    return Caller(
        person=holder.person,
        roles=holder.roles,
        regions=holder.regions,
        association=holder.association,
        aliases=holder.aliases,
        auth=auth,
    )
