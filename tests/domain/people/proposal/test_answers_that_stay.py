"""Answers about rows hold for what the rows say: also where others come or go, and wherever the rows stand."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import At, Complete, Lists
from domain.people.proposal.outcomes import ImportProposal
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered, ImportQuestion
from tests.domain.people.proposal.lists_of import ADMIN, SINCE, after, lists, person, unnumbered


def members(count: int) -> KnownOffice:
    people = [person(f"m{at}") for at in range(count)]
    return after(*people, memberships=[_row(at, "active", SINCE) for at in range(count)])


def _row(at: int, name: str = "retired", first: date = date(2026, 9, 1)) -> dict[str, Any]:
    return {"key": f"m{at}", "membership": name, "first": first}


def said(question: ImportQuestion, value: str) -> dict[str, Answered]:
    """Return an answer as it is kept."""
    return {question.id: Answered(value=value, actor=ADMIN, covers=question.covers)}


def asked(given: Lists, office: KnownOffice, answers: dict[str, Answered]) -> tuple[ImportQuestion, ...]:
    return propose(given, office, ADMIN, answers).open_questions


def lower(given: Lists, by: int) -> Lists:
    """Return lists of another name whose rows stand lower."""
    rows = (replace(each, at=At("other.csv", each.at.row + by)) for each in given.rows)
    return replace(given, rows=tuple(rows))


def second(proposal: ImportProposal) -> list[tuple[str, date]]:
    return sorted((each.name, each.first) for each in proposal.writes.memberships)


# C10
def test_what_was_answered_about_several_rows_holds_for_each_of_them() -> None:
    office, given = members(4), lists(memberships=[_row(0), _row(1), _row(2)])
    [group] = asked(given, office, {})
    assert len(group.covers) == 3
    both = said(group, "both")
    fewer = lower(lists(memberships=[_row(2), _row(0)]), 7)
    assert asked(fewer, office, both) == ()
    assert second(propose(fewer, office, ADMIN, both)) == [("retired", date(2026, 9, 1))] * 2
    more = lists(memberships=[_row(3), _row(0), _row(1), _row(2)])
    [new] = asked(more, office, both)
    assert (new.code, [at.row for at in new.at]) == ("second_membership", [2]), (
        "the one that was not answered"
    )


def test_what_was_answered_about_one_row_after_each_holds_where_another_row_is_gone() -> None:
    office, given = members(3), lists(memberships=[_row(0), _row(1), _row(2)])
    [group] = asked(given, office, {})
    each = said(group, "each")
    first, *_ = asked(given, office, each)
    answers = {**each, **said(first, "both")}
    then = lists(memberships=[_row(1), _row(0)])
    assert [[at.row for at in question.at] for question in asked(then, office, answers)] == [[2]]
    changed = lists(memberships=[_row(1), _row(0, first=date(2026, 10, 1))])
    assert len(asked(changed, office, answers)) == 2, "a row that says something else is asked about"


def test_two_answers_about_one_row_that_differ_are_none() -> None:
    office = members(3)
    [one] = asked(lists(memberships=[_row(0), _row(1)]), office, {})
    [other] = asked(lists(memberships=[_row(0), _row(2)]), office, {})
    answers = {**said(one, "both"), **said(other, "ends")}
    assert [each.code for each in asked(lists(memberships=[_row(0)]), office, answers)] == [
        "second_memberships"
    ]


def test_rows_without_numbers_keep_their_answers() -> None:
    office = after(*(person(f"m{at}") for at in range(3)))
    rows = [unnumbered(f"m{at}", email=None, district=None) for at in range(3)]
    [group] = asked(lists(people=rows), office, {})
    assert group.code == "alike_people"
    each = said(group, "each")
    questions = asked(lists(people=rows), office, each)
    answers = {**each, **said(questions[0], "same"), **said(questions[2], "same")}
    fewer = propose(lower(lists(people=[rows[2], rows[0]]), 3), office, ADMIN, answers)
    assert (fewer.open_questions, [row.outcome.value for row in fewer.outcomes]) == ((), ["unchanged"] * 2)


def test_a_list_that_is_complete_stays_complete_where_one_more_is_found_and_not_where_one_more_is_missing() -> (
    None
):
    office, complete = members(20), Complete(classes=("active",), regions=("north",))
    rows = [_row(at, "active", SINCE) for at in range(20)]
    [many] = asked(lists(memberships=rows[3:], complete=complete), office, {})
    yes = said(many, "yes")
    then = asked(lists(memberships=rows[2:], complete=complete), office, yes)
    assert [each.code for each in then] == ["members_missing"]
    more = asked(lists(memberships=rows[4:], complete=complete), office, yes)
    assert [each.code for each in more] == ["many_members_missing"]
