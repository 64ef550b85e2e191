"""Grants: what one is at a moment, what may be given, confirmed and ended, and which rights follow."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import STAFF_ROLES, Actor, Role
from domain.errors import RuleViolation, is_forbidden
from domain.people.grants import (
    CONFIRMED_ROLES,
    EVENTS,
    Grant,
    GrantConfirmed,
    GrantEnded,
    GrantState,
    RoleGranted,
    demand_may_be_confirmed,
    demand_may_be_ended,
    demand_may_be_given,
    evolve,
    rights_of,
)

NOW = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
ANN, EVA, BEN = "a" * 32, "e" * 32, "b" * 32


def grant(role: Role = Role.AUDITOR, **changed: object) -> Grant:
    """Return a grant from Eva to Ann from today on."""
    whole = Grant(id="9" * 32, person=ANN, role=role, first=TODAY, given_by=EVA)
    return replace(whole, **changed)


def admin(id: str, regions: tuple[str, ...] = (), role: Role = Role.ADMIN) -> Actor:
    return Actor(id=id, role=role, regions=regions)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, GrantState.LIVE),
        ({"last": TODAY}, GrantState.LIVE),
        ({"last": TODAY - timedelta(days=1), "first": date(2026, 1, 1)}, GrantState.OVER),
        ({"first": TODAY + timedelta(days=1)}, GrantState.LATER),
        ({"ended_at": NOW}, GrantState.OVER),
        ({"role": Role.PAYMENT_STAFF}, GrantState.WAITS),
        ({"role": Role.PAYMENT_STAFF, "confirmed_by": BEN}, GrantState.LIVE),
        ({"role": Role.PAYMENT_STAFF, "ended_at": NOW}, GrantState.OVER),
    ],
)
def test_a_grant_gives_its_role_on_its_days_and_a_role_about_money_once_it_is_confirmed(
    changed: dict[str, object], state: GrantState
) -> None:
    assert grant(**changed).state(NOW) is state


def test_the_days_of_a_grant_are_those_of_its_zone() -> None:
    last = grant(last=TODAY, zone="America/Chicago")
    just_before = datetime(2026, 11, 30, 5, 59, tzinfo=UTC)  # 23:59 there
    assert last.state(just_before) is GrantState.LIVE
    assert last.state(just_before + timedelta(minutes=1)) is GrantState.OVER


@pytest.mark.parametrize(
    ("changed", "held", "giver", "code"),
    [
        ({}, (), ANN, "grant_to_oneself"),
        ({"regions": ("r1",)}, (), EVA, "role_has_no_regions"),
        ({"first": TODAY - timedelta(days=1)}, (), EVA, "grant_begins_before_today"),
        ({"last": TODAY - timedelta(days=1)}, (), EVA, "grant_ends_before_it_begins"),
        ({}, (grant(),), EVA, "grant_held_already"),
        ({"last": TODAY}, (grant(first=TODAY, last=date(2027, 6, 30)),), EVA, "grant_held_already"),
        ({}, (grant(ended_at=NOW),), EVA, ""),
        ({"first": date(2027, 7, 1)}, (grant(last=date(2027, 6, 30)),), EVA, ""),
        (
            {"role": Role.COORDINATOR, "regions": ("r1",)},
            (grant(Role.COORDINATOR, regions=("r2",)),),
            EVA,
            "",
        ),
        ({}, (grant(Role.ADMIN),), EVA, ""),
    ],
)
def test_what_may_be_given(
    changed: dict[str, object], held: tuple[Grant, ...], giver: str, code: str
) -> None:
    new = grant(**changed)
    if not code:
        demand_may_be_given(new, held, {giver}, NOW)
        return
    with pytest.raises(RuleViolation, match=code):
        demand_may_be_given(new, held, {giver}, NOW)


def test_nobody_gives_a_role_to_another_entry_of_oneself() -> None:
    with pytest.raises(RuleViolation, match="grant_to_oneself"):
        demand_may_be_given(grant(), (), {EVA, ANN}, NOW)


@pytest.mark.parametrize(
    ("changed", "actor", "same", "code"),
    [
        ({}, admin(BEN), {BEN}, ""),
        ({}, admin(BEN, role=Role.PAYMENT_STAFF), {BEN}, ""),
        ({}, admin(BEN, role=Role.COORDINATOR), {BEN}, ""),
        ({}, admin(BEN, ("r1",), Role.COORDINATOR), {BEN}, "state_office_only"),
        ({}, admin(EVA), {EVA}, "confirms_what_one_gave"),
        ({}, admin(BEN), {BEN, EVA}, "confirms_what_one_gave"),
        ({}, admin(ANN), {ANN}, "confirms_own_role"),
        ({}, admin(BEN), {BEN, ANN}, "confirms_own_role"),
        ({"confirmed_by": BEN}, admin(BEN), {BEN}, "grant_confirmed_already"),
        ({"ended_at": NOW}, admin(BEN), {BEN}, "grant_over"),
        ({"role": Role.AUDITOR}, admin(BEN), {BEN}, "no_confirmation_needed"),
    ],
)
def test_a_second_person_confirms_a_role_about_money(
    changed: dict[str, object], actor: Actor, same: set[str], code: str
) -> None:
    waiting = grant(**{"role": Role.PAYMENT_STAFF, **changed})
    if not code:
        demand_may_be_confirmed(waiting, actor, same, NOW)
        return
    with pytest.raises(RuleViolation, match=code):
        demand_may_be_confirmed(waiting, actor, same, NOW)
    assert is_forbidden(code) is code.startswith(("confirms", "state"))


@pytest.mark.parametrize(
    ("ended", "live", "code"),
    [
        (grant(Role.ADMIN), (grant(Role.ADMIN),), "last_administrator"),
        (grant(Role.ADMIN), (grant(Role.ADMIN), grant(Role.ADMIN, person=BEN)), ""),
        (grant(Role.ADMIN), (grant(Role.ADMIN), grant(Role.AUDITOR, person=BEN)), "last_administrator"),
        (grant(Role.ADMIN, first=date(2027, 1, 1)), (grant(Role.ADMIN, person=BEN),), ""),
        (grant(Role.AUDITOR), (), ""),
        (grant(ended_at=NOW), (), "grant_over"),
    ],
)
def test_the_last_administrator_stays(ended: Grant, live: tuple[Grant, ...], code: str) -> None:
    if not code:
        demand_may_be_ended(ended, live, {ANN}, NOW)
        return
    with pytest.raises(RuleViolation, match=code):
        demand_may_be_ended(ended, live, {ANN}, NOW)


def test_a_second_entry_of_the_administrator_is_no_second_administrator() -> None:
    both = (grant(Role.ADMIN), grant(Role.ADMIN, person=BEN))
    with pytest.raises(RuleViolation, match="last_administrator"):
        demand_may_be_ended(both[0], both, {ANN, BEN}, NOW)


def test_the_regions_of_a_coordinator_are_those_of_all_grants_and_one_for_the_whole_association_is_all() -> (
    None
):
    north, south = (grant(Role.COORDINATOR, regions=(code,)) for code in ("north", "south"))
    assert rights_of((north, south, grant()), participant=True).roles == (
        Role.COORDINATOR,
        Role.AUDITOR,
        Role.PARTICIPANT,
    )
    assert rights_of((north, south), participant=False).regions == ("north", "south")
    assert rights_of((north, grant(Role.COORDINATOR)), participant=False).regions == ()
    assert rights_of((), participant=False).roles == ()


GRANTS = st.builds(
    grant,
    role=st.sampled_from(STAFF_ROLES),
    regions=st.sampled_from([(), ("north",), ("south",), ("north", "south")]),
)


@given(live=st.lists(GRANTS, max_size=5))
def test_rights_never_reach_further_than_one_of_the_grants(live: list[Grant]) -> None:
    rights = rights_of(live, participant=False)
    assert set(rights.roles) == {each.role for each in live}
    for region in ("north", "south", "west"):
        reached = Role.COORDINATOR in rights.roles and (not rights.regions or region in rights.regions)
        own = [each for each in live if each.role is Role.COORDINATOR]
        assert reached is any(not each.regions or region in each.regions for each in own)


def test_the_fold_of_the_events_is_the_grant() -> None:
    events = (
        RoleGranted(grant="1", person=ANN, role=Role.PAYMENT_STAFF, first=TODAY, last=None, zone="UTC"),
        GrantConfirmed(grant="1", person=ANN),
        GrantEnded(grant="1", person=ANN),
    )
    assert {type(event) for event in events} == set(EVENTS)
    states, grants = [], {}
    for event, by in zip(events, (EVA, BEN, EVA), strict=True):
        grants = dict(evolve(grants, event, admin(by), NOW))
        states.append(grants["1"].state(NOW))
    assert states == [GrantState.WAITS, GrantState.LIVE, GrantState.OVER]
    assert (grants["1"].given_by, grants["1"].confirmed_by) == (EVA, BEN)
    assert CONFIRMED_ROLES == (Role.PAYMENT_STAFF,)
