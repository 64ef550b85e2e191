"""Who acts: a person in a role, within regions. The gateway resolves the actor; no client ever sends one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from domain.codec import LATER
from domain.errors import demand, forbid, forbidden

ROLE_NOT_ALLOWED: Final = forbidden("role_not_allowed")
STATE_OFFICE_ONLY: Final = forbidden("state_office_only")


class Role(StrEnum):
    """The role in which a person acts. Whether a participant is mentor or mentee follows from the relationship."""

    COORDINATOR = "coordinator"
    PAYMENT_STAFF = "payment_staff"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTICIPANT = "participant"
    SYSTEM = "system"


STAFF_ROLES: Final = (Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN)
"""Roles in which somebody works for the office. Each of them needs a grant."""


class Side(StrEnum):
    """The two sides of a relationship."""

    MENTOR = "mentor"
    MENTEE = "mentee"

    @property
    def other(self) -> "Side":
        """The other side of the relationship."""
        return Side.MENTEE if self is Side.MENTOR else Side.MENTOR


class StaffReason(StrEnum):
    """How a person told staff what staff enter for that person."""

    BY_PHONE = "by_phone"
    ON_PAPER = "on_paper"
    BY_EMAIL = "by_email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person (id), the role used now, the regions it covers (none = the whole association), and the sign-in.

    ``acting_for`` is the person for whom staff act, and ``reason`` how that person told them; both None if the actor
    acts in their own name.
    """

    id: str
    role: Role
    regions: tuple[str, ...] = ()
    auth: str = "api_token"
    acting_for: str | None = field(default=None, metadata=LATER)
    reason: StaffReason | None = field(default=None, metadata=LATER)

    @property
    def person(self) -> str:
        """The person whose act it is: the one acted for, else the actor."""
        return self.acting_for or self.id

    @property
    def statewide(self) -> bool:
        """Whether the role covers the whole association, as at the state office (MASA-2)."""
        return not self.regions

    def covers(self, region: str) -> bool:
        """Return whether the role covers ``region``."""
        return not self.regions or region in self.regions


def limited_by_regions(roles: Iterable[Role]) -> bool:
    """Return whether regions mean something for somebody with these roles: only a coordinator has regions."""
    return Role.COORDINATOR in roles


SYSTEM = Actor(id="0" * 32, role=Role.SYSTEM, auth="system")
TIMER = Actor(id="0" * 32, role=Role.SYSTEM, auth="timer")
MACHINE_OPERATOR = Actor(id="0" * 32, role=Role.SYSTEM, auth="operator")
"""A person who works on the machine itself, without a token. Newer events also name the account there."""


def machine_operator(account: str, person: str = "") -> Actor:
    """Return who works on the machine under an account, and says to be a person of the office."""
    at_machine = f"{MACHINE_OPERATOR.auth}:{account}"
    return replace(MACHINE_OPERATOR, id=person or MACHINE_OPERATOR.id, auth=at_machine)


def demand_role(actor: Actor, *roles: Role) -> None:
    """Refuse an actor whose role is not one of ``roles`` (code ``role_not_allowed``)."""
    forbid(actor.role not in roles, ROLE_NOT_ALLOWED)


def demand_statewide(actor: Actor) -> None:
    """Refuse anyone but the state office (code ``state_office_only``)."""
    forbid(not actor.statewide, STATE_OFFICE_ONLY)


def demand_coordinator(actor: Actor, region: str) -> None:
    """Refuse anyone but a coordinator whose regions include ``region`` (MASA-3, MASA-37)."""
    demand_role(actor, Role.COORDINATOR)
    demand(actor.covers(region), "other_region")
