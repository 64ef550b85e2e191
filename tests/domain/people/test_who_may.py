"""Who may change what the office knows about whom (C62)."""

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.people.who_may import (
    Standing,
    demand_may_change,
    demand_may_declare_conflict,
    demand_may_name_contacts,
    demand_may_withdraw_conflict,
)

ADMIN = Actor(id="a" * 32, role=Role.ADMIN)
STATE_OFFICE = Actor(id="b" * 32, role=Role.COORDINATOR)
COORDINATOR = Actor(id="c" * 32, role=Role.COORDINATOR, regions=("north",))


@pytest.mark.parametrize(
    ("actor", "region", "staff", "refused"),
    [
        (COORDINATOR, "north", False, ""),
        (COORDINATOR, "south", False, "other_region"),
        (COORDINATOR, "south", True, "other_region"),
        (COORDINATOR, "north", True, "administrator_only"),
        (STATE_OFFICE, "south", False, ""),
        (STATE_OFFICE, "south", True, "administrator_only"),
        (ADMIN, "south", True, ""),
        (ADMIN, "", False, ""),
        (COORDINATOR, "", False, "other_region"),
    ],
)
def test_an_administrator_alone_changes_people_with_staff_rights(
    actor: Actor, region: str, staff: bool, refused: str
) -> None:
    code = ""
    try:
        demand_may_change(actor, Standing(association="one", region=region, staff=staff))
    except RuleViolation as broken:
        code = broken.code
    assert code == refused


def person(region: str, *, staff: bool = False, association: str = "one") -> Standing:
    return Standing(association=association, region=region, staff=staff)


NORTH, SOUTH, STAFF = person("north"), person("south"), person("north", staff=True)


@pytest.mark.parametrize(
    ("actor", "one", "other", "declared", "withdrawn"),
    [
        (COORDINATOR, NORTH, NORTH, "", ""),
        (COORDINATOR, NORTH, SOUTH, "", "state_office_only"),
        (COORDINATOR, SOUTH, NORTH, "", "state_office_only"),
        (COORDINATOR, SOUTH, SOUTH, "other_region", "other_region"),
        (COORDINATOR, NORTH, STAFF, "administrator_only", "administrator_only"),
        (STATE_OFFICE, SOUTH, NORTH, "", ""),
        (STATE_OFFICE, STAFF, NORTH, "administrator_only", "administrator_only"),
        (ADMIN, STAFF, SOUTH, "", ""),
        (COORDINATOR, NORTH, person("south", association="two"), "two_associations", "state_office_only"),
    ],
)
def test_who_declares_a_conflict_of_interest_and_who_withdraws_it(
    actor: Actor, one: Standing, other: Standing, declared: str, withdrawn: str
) -> None:
    for demand, expected in (
        (demand_may_declare_conflict, declared),
        (demand_may_withdraw_conflict, withdrawn),
    ):
        code = ""
        try:
            demand(actor, one, other)
        except RuleViolation as broken:
            code = broken.code
        assert code == expected


def test_only_the_state_office_names_contacts() -> None:
    demand_may_name_contacts(ADMIN)
    demand_may_name_contacts(STATE_OFFICE)
    with pytest.raises(RuleViolation, match="state_office_only"):
        demand_may_name_contacts(COORDINATOR)
