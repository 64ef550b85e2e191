"""Who may change what the office knows about a person, and who names the contacts of a region."""

from dataclasses import dataclass
from typing import Final

from domain.actors import STATE_OFFICE_ONLY, Actor, Role, demand_statewide
from domain.errors import demand, forbid, forbidden

ADMINISTRATOR_ONLY: Final = forbidden("administrator_only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides who may change a person's entry: association, region, and whether the person has staff rights.

    Staff rights are a live grant. An entry that was ``withdrawn`` is changed by nobody. ``alias_of`` names the entry
    that counts instead of this one.
    """

    association: str
    region: str
    staff: bool
    withdrawn: bool = False
    alias_of: str = ""


def demand_may_change(actor: Actor, person: Standing) -> None:
    """Refuse whoever may not change an entry.

    A coordinator changes the participants of own regions. People with staff rights are changed by an administrator
    alone: who could change the address of an approver could get that person's mail.
    """
    demand(_serves(actor, person), "other_region")
    demand(not person.withdrawn, "entry_withdrawn")
    forbid(person.staff and actor.role is not Role.ADMIN, ADMINISTRATOR_ONLY)


def demand_may_declare_conflict(actor: Actor, one: Standing, other: Standing) -> None:
    """Refuse whoever may not declare a conflict of interest between two people of one association.

    A declaration only protects, so a coordinator declares one of a participant of own regions with a participant of
    any region. About people with staff rights only an administrator does.
    """
    demand(_serves(actor, one) or _serves(actor, other), "other_region")
    demand(not (one.withdrawn or other.withdrawn), "entry_withdrawn")
    demand(one.association == other.association, "two_associations")
    forbid((one.staff or other.staff) and actor.role is not Role.ADMIN, ADMINISTRATOR_ONLY)


def demand_may_withdraw_conflict(actor: Actor, one: Standing, other: Standing) -> None:
    """Refuse whoever may not withdraw a conflict of interest: it ends a protection, so both people must be the actor's.

    Where one of them is of another region, the state office withdraws it.
    """
    served = [_serves(actor, person) for person in (one, other)]
    demand(any(served), "other_region")
    forbid(not all(served), STATE_OFFICE_ONLY)
    forbid((one.staff or other.staff) and actor.role is not Role.ADMIN, ADMINISTRATOR_ONLY)


def _serves(actor: Actor, person: Standing) -> bool:
    return actor.role is Role.ADMIN or actor.covers(person.region)


def demand_may_name_contacts(actor: Actor) -> None:
    """Refuse anyone but the state office and administrators: a contact is barred from the money of the region."""
    if actor.role is not Role.ADMIN:
        demand_statewide(actor)
