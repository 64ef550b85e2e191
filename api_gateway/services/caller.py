"""The person behind a request, with roles and regions: what the caller may act as, and what the caller sees."""

from dataclasses import dataclass

from activities.adapters.postgres.reads.lists import Scope
from api_gateway.services.problem import Problem
from domain.actors import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The person behind a request."""

    person: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...]

    def acting(self, allowed: tuple[Role, ...]) -> Actor:
        """The actor in the first of the caller's roles that is allowed; 403 where there is none."""
        for role in self.roles:
            if role in allowed:
                regions = self.regions if role is Role.COORDINATOR else ()
                return Actor(id=self.person, role=role, regions=regions)
        raise Problem(403, "role_not_allowed")

    @property
    def sees_all(self) -> bool:
        """Whether lists are not limited to regions or to the caller's own pairs."""
        wide = {Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN}
        return bool(wide & set(self.roles)) or (Role.COORDINATOR in self.roles and not self.regions)

    @property
    def sees_quiet(self) -> bool:
        """Whether quiet matters are seen everywhere; payment staff see claims and the facts behind them (section 1)."""
        everywhere = bool({Role.AUDITOR, Role.ADMIN} & set(self.roles))
        return everywhere or (Role.COORDINATOR in self.roles and not self.regions)

    def sees_quiet_of(self, region: str) -> bool:
        """Whether quiet matters of a region are seen."""
        return self.sees_quiet or region in self.sees_regions

    def coordinates(self, region: str) -> bool:
        """Whether the caller is a coordinator of a region."""
        return Role.COORDINATOR in self.roles and (not self.regions or region in self.regions)

    @property
    def sees_regions(self) -> tuple[str, ...]:
        """The regions that a coordinator's lists are limited to."""
        return self.regions if Role.COORDINATOR in self.roles else ()

    @property
    def scope(self) -> Scope:
        """What the caller may see, from roles and regions."""
        return Scope(
            person=self.person,
            everything=self.sees_all,
            regions=self.sees_regions,
            quiet=self.sees_quiet,
        )
