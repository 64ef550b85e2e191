"""Grants: which person has which role, in which regions, from which day to which, and who gave and confirmed it.

A token holds no role of its own. At each request it stands for those of its person's grants that it names and that are
live then, so a grant that ends refuses its token at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain.actors import Actor, Role, demand_statewide, limited_by_regions
from domain.errors import demand, forbid, forbidden
from domain.journal import Event

CONFIRMED_ROLES: Final = (Role.PAYMENT_STAFF,)
"""Roles about money: a grant of one works only after a second person has confirmed it."""
GRANT_TO_ONESELF: Final = forbidden("grant_to_oneself")
CONFIRMS_WHAT_ONE_GAVE: Final = forbidden("confirms_what_one_gave")
CONFIRMS_OWN_ROLE: Final = forbidden("confirms_own_role")


class GrantState(StrEnum):
    """What a grant is at one moment."""

    LIVE = "live"
    WAITS = "waits_for_confirmation"
    LATER = "not_begun"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role of a person from one day to another, both included; the days are those of ``zone``.

    ``regions`` are those of a coordinator; none is the whole association. ``ended_at`` is when somebody ended it,
    whatever its last day is.
    """

    id: str
    person: str
    role: Role
    regions: tuple[str, ...] = ()
    first: date
    last: date | None = None
    zone: str = "UTC"
    given_by: str
    confirmed_by: str = ""
    ended_at: datetime | None = None

    def state(self, now: datetime) -> GrantState:
        """Return what the grant is at a moment. Only a live one gives its role."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        if self.ended_at is not None or (self.last is not None and self.last < today):
            return GrantState.OVER
        if self.role in CONFIRMED_ROLES and not self.confirmed_by:
            return GrantState.WAITS
        return GrantState.LATER if self.first > today else GrantState.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """A person was given a role; one about money waits for a second person."""

    grant: str
    person: str
    role: Role
    regions: tuple[str, ...] = ()
    first: date
    last: date | None = None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantConfirmed(Event):
    """A second person confirmed a grant."""

    grant: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEnded(Event):
    """A grant was ended, from that moment on."""

    grant: str
    person: str


EVENTS: Final = (RoleGranted, GrantConfirmed, GrantEnded)


def evolve(grants: Mapping[str, Grant], event: Event, actor: Actor, at: datetime) -> Mapping[str, Grant]:
    """Return the grants after an event of the installation's stream."""
    match event:
        case RoleGranted():
            given = Grant(
                id=event.grant,
                person=event.person,
                role=event.role,
                regions=event.regions,
                first=event.first,
                last=event.last,
                zone=event.zone,
                given_by=actor.id,
            )
            return {**grants, event.grant: given}
        case GrantConfirmed():
            return {**grants, event.grant: replace(grants[event.grant], confirmed_by=actor.id)}
        case GrantEnded():
            return {**grants, event.grant: replace(grants[event.grant], ended_at=at)}
    return grants


def demand_may_be_given(grant: Grant, held: Iterable[Grant], giver: Collection[str], now: datetime) -> None:
    """Refuse a grant that may not be given.

    Args:
        grant: The new grant.
        held: The grants that its person has.
        giver: Who gives it: all ids that count as one human with that person.
        now: The present instant.
    """
    forbid(grant.person in giver, GRANT_TO_ONESELF)
    demand(not grant.regions or limited_by_regions((grant.role,)), "role_has_no_regions", field="regions")
    today = now.astimezone(ZoneInfo(grant.zone)).date()
    demand(grant.first >= today, "grant_begins_before_today", field="first")
    demand(grant.last is None or grant.last >= grant.first, "grant_ends_before_it_begins", field="last")
    for other in held:
        same = (other.role, set(other.regions)) == (grant.role, set(grant.regions))
        over = other.state(now) is GrantState.OVER
        demand(over or not same or not _overlap(grant, other), "grant_held_already")


def _overlap(one: Grant, other: Grant) -> bool:
    return (one.last is None or other.first <= one.last) and (other.last is None or one.first <= other.last)


def demand_may_be_confirmed(grant: Grant, actor: Actor, confirmer: Collection[str], now: datetime) -> None:
    """Refuse whoever may not confirm a grant; ``confirmer`` are all ids that count as one human with the actor.

    An administrator, the state office or payment staff confirm: neither who gave the grant nor who has it.
    """
    if actor.role is Role.COORDINATOR:
        demand_statewide(actor)
    demand(grant.role in CONFIRMED_ROLES, "no_confirmation_needed")
    demand(grant.state(now) is not GrantState.OVER, "grant_over")
    demand(not grant.confirmed_by, "grant_confirmed_already")
    forbid(grant.given_by in confirmer, CONFIRMS_WHAT_ONE_GAVE)
    forbid(grant.person in confirmer, CONFIRMS_OWN_ROLE)


def demand_may_be_ended(grant: Grant, live: Iterable[Grant], holder: Collection[str], now: datetime) -> None:
    """Refuse to end a grant that is over, and that of an association's last administrator.

    ``live`` are all live grants of the association, ``holder`` all ids that count as one human with the person who has
    this one.
    """
    demand(grant.state(now) is not GrantState.OVER, "grant_over")
    others = (each for each in live if each.role is Role.ADMIN and each.person not in holder)
    counts = grant.role is Role.ADMIN and grant.state(now) is GrantState.LIVE
    demand(not counts or any(others), "last_administrator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What somebody may act as: roles, and the regions of a coordinator (none = the whole association)."""

    roles: tuple[Role, ...] = ()
    regions: tuple[str, ...] = ()


def rights_of(live: Sequence[Grant], *, participant: bool) -> Rights:
    """Return the rights that live grants give together, in their order; ``participant`` adds that role at the end."""
    roles = [grant.role for grant in live] + [Role.PARTICIPANT] * participant
    of_regions = [grant.regions for grant in live if limited_by_regions((grant.role,))]
    everywhere = not all(of_regions)
    regions = () if everywhere else tuple(dict.fromkeys(code for codes in of_regions for code in codes))
    return Rights(roles=tuple(dict.fromkeys(roles)), regions=regions)
