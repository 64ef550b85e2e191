"""Who may change what the office knows about a person, and who names the contacts of a region."""

from dataclasses import dataclass
from typing import Final

from domain.actors import Actor, Role, demand_statewide
from domain.errors import demand, forbid, forbidden

ADMINISTRATOR_ONLY: Final = forbidden("administrator_only")
STAFF_ROLES: Final = (Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN)
"""Roles in which somebody works for the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides who may change a person's entry: the region, and whether the person has staff rights.

    Staff rights are a valid token with a role of the staff.
    """

    region: str
    staff: bool


def demand_may_change(actor: Actor, person: Standing) -> None:
    """Refuse whoever may not change an entry.

    A coordinator changes the participants of own regions. People with staff rights are changed by an administrator
    alone: who could change the address of an approver could get that person's mail.
    """
    demand(actor.role is Role.ADMIN or actor.covers(person.region), "other_region")
    forbid(person.staff and actor.role is not Role.ADMIN, ADMINISTRATOR_ONLY)


def demand_may_name_contacts(actor: Actor) -> None:
    """Refuse anyone but the state office and administrators: a contact is barred from the money of the region."""
    if actor.role is not Role.ADMIN:
        demand_statewide(actor)
