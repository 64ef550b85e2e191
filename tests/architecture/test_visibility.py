"""The table of rights agrees with the handwritten one, and a sight does what the table says."""

import tomllib
from pathlib import Path

import pytest

from domain.actors import Role
from domain.associations import Association
from domain.notices import NoticeKind
from domain.relationship.any_stage import change_request, complaint
from domain.tasks import TaskKind
from domain.visibility import (
    AUDIT,
    CASE_COMMANDS,
    CASE_EVENTS,
    CLOSED,
    CONFIDENTIAL_EVENTS,
    CONFIDENTIAL_NOTICES,
    CONFIDENTIAL_TASKS,
    MAILER,
    ONE_SIDE_TASKS,
    OPERATOR,
    RIGHTS,
    Data,
    Reach,
    Record,
    Who,
    sight_of,
)

BY_HAND = tomllib.loads((Path(__file__).parent / "rights.toml").read_text())
CLASSES = BY_HAND.pop("classes")
WORDS = {Reach.NONE: "-", Reach.OWN: "own", Reach.REGIONS: "regions", Reach.EVERYTHING: "all"}


def words_of(who: Who, data: Data) -> str:
    """Return a cell of the table in the words of the handwritten one."""
    if data in CLOSED.get(who, ()):
        return "closed"
    return WORDS[RIGHTS[who].get(data, Reach.NONE)]


def test_both_tables_have_the_same_readers_and_the_same_classes_of_data() -> None:
    assert set(BY_HAND) == {who.value for who in Who}
    assert [data.value for data in Data] == CLASSES
    for who, row in BY_HAND.items():
        assert list(row) == CLASSES, who


@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("data", Data)
def test_a_right_equals_the_handwritten_one(who: Who, data: Data) -> None:
    assert words_of(who, data) == BY_HAND[who.value][data.value]


HERE = Association(code="a", regions=("r1", "r2"))
"""The association of each person here; region r3 is of another one."""
OFFICES = {
    Who.COORDINATOR: sight_of("x", (Role.COORDINATOR,), HERE, ("r1", "r3")),
    Who.STATE_OFFICE: sight_of("x", (Role.COORDINATOR,), HERE),
    Who.PAYMENT_STAFF: sight_of("x", (Role.PAYMENT_STAFF,), HERE),
    Who.AUDITOR: sight_of("x", (Role.AUDITOR,), HERE),
    Who.ADMIN: sight_of("x", (Role.ADMIN,), HERE),
    Who.PARTICIPANT: sight_of("x", (Role.PARTICIPANT,), HERE),
    Who.MAILER: MAILER,
    Who.AUDIT: AUDIT,
    Who.OPERATOR: OPERATOR,
}
RELATIONS = [who for who in Who if who not in OFFICES]


@pytest.mark.parametrize("who", OFFICES)
@pytest.mark.parametrize("data", Data)
def test_an_office_sees_what_the_table_says_and_where(who: Who, data: Data) -> None:
    sight = OFFICES[who]
    seen = [sight.sees(data, Record(region=code)) for code in ("r1", "r2", "r3")] + [sight.sees(data)]
    office_wide = who in (Who.MAILER, Who.AUDIT, Who.OPERATOR)
    expected = {
        "all": [True, True, office_wide, True],
        "regions": [True, False, False, False],
        "-": [False, False, False, False],
    }
    assert seen == expected[BY_HAND[who.value][data.value]]


@pytest.mark.parametrize("who", RELATIONS)
@pytest.mark.parametrize("data", Data)
def test_a_relation_opens_and_closes_what_the_table_says(who: Who, data: Data) -> None:
    mine, others = Record(region="r2", people={who: ("x",)}), Record(region="r2", people={who: ("y",)})
    stranger, every = sight_of("x", (), HERE), sight_of("x", [*Role][:5], HERE)
    written = BY_HAND[who.value][data.value]
    assert stranger.sees(data, mine) is (written == "own")
    assert stranger.sees(data, others) is False
    assert every.sees(data, others) is every.sees(data)
    assert every.sees(data, mine) is ((every.sees(data) or written == "own") and written != "closed")


def test_several_offices_see_what_one_of_them_sees() -> None:
    both = sight_of("x", (Role.PAYMENT_STAFF, Role.COORDINATOR), HERE, ("r1",))
    here, there = Record(region="r1"), Record(region="r2")
    assert (both.sees(Data.MONEY, there), both.sees(Data.HISTORY, there)) == (True, False)
    assert both.sees(Data.HISTORY, here)
    assert sight_of("x", (Role.AUDITOR,), HERE, ("r1",)).regions == ()


def test_a_process_has_no_relation_to_a_record() -> None:
    assert MAILER.relations(Record(people={Who.OF_PAIR: ("",)})) == ()


def test_confidential_names_are_those_of_complaints_and_of_requests_for_a_change() -> None:
    cases = {kind.__name__ for kind in complaint.EVENTS}
    assert set(CASE_EVENTS) == cases
    assert set(CONFIDENTIAL_EVENTS) == cases | {
        change_request.ChangeAsked.__name__,
        change_request.ChangeAnswered.__name__,
    }
    assert set(CASE_COMMANDS) == {kind.__name__ for kind in complaint.COMMANDS}
    named = {kind for kind in TaskKind if "complaint" in kind.value or "change" in kind.value}
    assert set(CONFIDENTIAL_TASKS) == named | {TaskKind.LOOK_AGAIN}
    told = ("change_answered", "complaint_received", "complaint_closed")
    kinds = {kind for kind in NoticeKind if kind.value in told}
    assert set(CONFIDENTIAL_NOTICES) == kinds
    assert ONE_SIDE_TASKS == (TaskKind.CHASE_FORM,)
