"""A list that says it is complete: who is missing in it, who is not, and what is asked about them."""

from datetime import date
from typing import Any

from domain.people.proposal.lists import Complete
from domain.people.proposal.outcomes import OutcomeKind
from tests.domain.people.proposal.lists_of import (
    SINCE,
    after,
    count,
    kinds,
    lists,
    person,
    proposed,
)


# Complete lists
def members(count: int) -> Any:
    people = [person(f"m{number}") for number in range(count)]
    rows = [{"key": each["key"], "membership": "active", "first": SINCE} for each in people]
    return after(*people, memberships=rows), rows


COMPLETE = Complete(classes=("active",), regions=("north",))


def test_who_is_missing_in_a_complete_list_lapses_on_a_persons_yes() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[1:], complete=COMPLETE)
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert (question.id, question.never_by_itself, count(proposal, OutcomeKind.QUESTION)) == (
        "lapses",
        True,
        1,
    )
    yes = proposed(given, office, answers={"lapses": "yes"})
    [write] = yes.writes.memberships
    assert write.last == date(2026, 11, 27)
    assert count(yes, OutcomeKind.LAPSED) == 1
    no = proposed(given, office, answers={"lapses": "no"})
    assert no.writes.memberships == ()
    assert kinds(no) == ["unchanged"] * 39


def test_above_five_percent_missing_the_list_itself_is_asked_about_first() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[4:], complete=COMPLETE)
    [question] = proposed(given, office).questions
    assert question.id == "missing_members"
    assert "4 of 40" in question.problem
    both = proposed(given, office, answers={"missing_members": "yes"})
    assert [each.id for each in both.open_questions] == ["lapses"]
    assert proposed(given, office, answers={"missing_members": "no"}).open_questions == ()


def test_who_is_in_the_list_with_a_fault_is_not_missing() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[1:], complete=COMPLETE, unread=frozenset({"m0"}))
    assert proposed(given, office).questions == ()


def test_the_questions_about_missing_members_name_them() -> None:
    office, rows = members(40)
    many = proposed(lists(memberships=rows[4:], complete=COMPLETE), office)
    [question] = many.questions
    assert question.about[0] == "Name of m0, number m0, active since 2020-07-01"
    assert len(question.about) == 4
    [lapse] = proposed(lists(memberships=rows[1:], complete=COMPLETE), office).questions
    assert lapse.about == question.about[:1]
    assert "yesterday by the office's clock, on 2026-11-27" in lapse.problem


def test_whose_row_waits_or_is_refused_is_not_missing() -> None:
    office, rows = members(40)
    waits = lists(memberships=[{**rows[0], "membership": "activ"}, *rows[1:]], complete=COMPLETE)
    assert [each.id for each in proposed(waits, office).questions] == ["class:activ"]
    assert proposed(waits, office, answers={"class:activ": "active"}).open_questions == ()
    other = proposed(waits, office, answers={"class:activ": "other"})
    assert [each.id for each in other.open_questions] == ["lapses"]
    refused = lists(memberships=[{**rows[0], "last": date(2019, 1, 1)}, *rows[1:]], complete=COMPLETE)
    found = proposed(refused, office)
    assert ([each.code for each in found.refusals], found.questions) == (["ends_before_it_begins"], ())
    nobody = lists(
        memberships=[{"key": "M0", "membership": "active", "first": SINCE}, *rows[1:]], complete=COMPLETE
    )
    assert proposed(nobody, office).questions == ()
    doubt = lists(people=[person("M0")], memberships=[{**rows[0], "key": "M0"}, *rows[1:]], complete=COMPLETE)
    assert [each.code for each in proposed(doubt, office).questions] == ["alike_people"]
