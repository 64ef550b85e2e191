"""The person behind a request, with roles and regions: what the caller may act as, and what the caller sees."""

from collections.abc import Iterable
from dataclasses import dataclass

from api_gateway.services.problem import Problem
from domain.actors import Actor, Role
from domain.visibility import Sight, sight_of


def leave_to(allowed: Iterable[Role]) -> str:
    """Return the advice to leave an act to those whose role allows it."""
    roles = " or ".join(role.value.replace("_", " ") for role in allowed if role is not Role.SYSTEM)
    return f"Leave it to somebody with the role {roles}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The person behind a request."""

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]

    def acting(self, allowed: tuple[Role, ...]) -> Actor:
        """Return the actor in the first of the caller's roles that is allowed; 403 if there is none."""
        for role in self.roles:
            if role in allowed:
                regions = self.regions if role is Role.COORDINATOR else ()
                return Actor(id=self.person, role=role, regions=regions)
        raise Problem(403, "role_not_allowed", leave_to(allowed))

    def coordinates(self, region: str) -> bool:
        """Return whether the caller is a coordinator of a region."""
        return Role.COORDINATOR in self.roles and (not self.regions or region in self.regions)

    @property
    def sight(self) -> Sight:
        """What the caller may see, from roles and regions."""
        return sight_of(self.person, self.roles, self.regions)
