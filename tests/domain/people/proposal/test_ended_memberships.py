"""A member whose membership ended, and whom a list has without a last day."""

from datetime import date
from typing import Any

import pytest

from domain.people.proposal.lists import Complete
from domain.people.proposal.outcomes import OutcomeKind
from tests.domain.people.proposal.lists_of import (
    SINCE,
    TODAY,
    after,
    by_key,
    count,
    kinds,
    lists,
    person,
    proposed,
    taken,
)

ENDED = date(2026, 9, 30)
COMPLETE = Complete(classes=("active",), regions=("north",))


def row(key: str = "m1", name: str = "active", first: date = SINCE, **more: Any) -> dict[str, Any]:
    return {"key": key, "membership": name, "first": first, **more}


def member(*rows: dict[str, Any]) -> Any:
    return after(person("m1"), memberships=list(rows or [row(last=ENDED)]))


def held(office: Any, key: str = "m1") -> list[tuple[str, date, date | None]]:
    found = [(each.name, each.first, each.last) for each in by_key(office, key).memberships]
    return sorted(found, key=lambda each: each[1:2] + each[:1])


@pytest.mark.parametrize("complete", [None, COMPLETE])
def test_a_list_that_has_a_lapsed_member_asks_and_each_answer_says_what_it_does(
    complete: Complete | None,
) -> None:
    office, given = member(), lists(memberships=[row()], complete=complete)
    proposal = proposed(given, office)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.days) == (
        "ended_memberships",
        ("goes_on", "leave"),
        (date(2026, 10, 1), TODAY),
    )
    assert question.problem == (
        "A membership that ended. Name of m1 (m1): the office knows active from 2020-07-01, which ended on 2026-09-30. "
        "The list has active without a last day. What is right? Write goes_on: the last day was a mistake, it is "
        "removed; or a day: a new membership began on that day; or leave: it ended, whatever the list says."
    )
    assert (kinds(proposal), proposal.writes.memberships) == (["question"], ())
    for answer, kind, left in (
        ("goes_on", "changed", [("active", SINCE, None)]),
        ("leave", "unchanged", [("active", SINCE, ENDED)]),
        ("2026-11-01", "new", [("active", SINCE, ENDED), ("active", date(2026, 11, 1), None)]),
    ):
        done = proposed(given, office, answers={question.id: answer})
        assert (kinds(done), held(taken(office, done.writes))) == ([kind], left)
    for day in (ENDED, date(2026, 11, 29)):
        assert kinds(proposed(given, office, answers={question.id: day.isoformat()})) == ["question"]


def test_the_list_again_says_nothing_new_once_the_member_is_one_again() -> None:
    office, given = member(), lists(memberships=[row()])
    [question] = proposed(given, office).open_questions
    for answer in ("goes_on", "2026-11-01"):
        then = taken(office, proposed(given, office, answers={question.id: answer}).writes)
        assert kinds(proposed(given, then)) == ["unchanged"], answer


def test_another_first_day_of_a_lapsed_member_never_makes_two_memberships_of_one_class_in_one_time() -> None:
    office = member()
    first = date(2020, 7, 2)
    given = lists(memberships=[row(first=first)])
    proposal = proposed(given, office)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.days) == (
        "second_memberships",
        ("ends", "corrects", "leave"),
        None,
    )
    assert question.problem == (
        "A second membership. Name of m1 (m1): the office knows active from 2020-07-01 until 2026-09-30, and the list "
        "adds active from 2020-07-02. What is right? Write ends: active ended on 2020-07-01, the day before the "
        "new active began; or corrects: active from 2020-07-01 until 2026-09-30 was a mistake: it is removed, and this "
        "row takes its place; or leave: the office is right, everything stays as it is, and this row is left out. If a "
        "new one began after that end, write its first day in the list."
    )
    assert (kinds(proposal), proposal.writes.memberships) == (["question"], ())
    for answer, kind, left in (
        ("corrects", "changed", [("active", first, None)]),
        ("ends", "changed", [("active", SINCE, SINCE), ("active", first, None)]),
        ("leave", "unchanged", [("active", SINCE, ENDED)]),
    ):
        done = proposed(given, office, answers={question.id: answer})
        assert (kinds(done), held(taken(office, done.writes))) == ([kind], left)
    assert kinds(proposed(given, office, answers={question.id: "both"})) == ["question"]


def test_who_joins_again_after_the_end_is_new_without_a_question() -> None:
    for first in (date(2026, 10, 1), date(2026, 11, 1)):
        assert kinds(proposed(lists(memberships=[row(first=first)]), member())) == ["new"]


def test_an_earlier_membership_of_somebody_who_is_a_member_again_is_no_question() -> None:
    again = row(first=date(2026, 11, 1))
    office = member(row(last=ENDED), again)
    assert kinds(proposed(lists(memberships=[row(), again]), office)) == ["unchanged", "unchanged"]
    assert kinds(proposed(lists(memberships=[row(), again]), member())) == ["unchanged", "new"]


def test_a_last_day_or_the_word_clear_says_it_all() -> None:
    assert kinds(proposed(lists(memberships=[row(last=ENDED)]), member())) == ["unchanged"]
    later = proposed(lists(memberships=[row(last=date(2027, 6, 30))]), member())
    assert (kinds(later), held(taken(member(), later.writes))) == (
        ["changed"],
        [("active", SINCE, date(2027, 6, 30))],
    )
    assert kinds(proposed(lists(memberships=[row(last="clear")]), member())) == ["changed"]


def test_a_longer_membership_does_not_reach_into_the_next_one_of_its_class() -> None:
    office = member(row(last=date(2021, 6, 30)), row(first=date(2022, 7, 1), last=date(2023, 6, 30)))
    for last in (date(2022, 7, 1), "clear"):
        [refusal] = proposed(lists(memberships=[row(last=last)]), office).refusals
        assert refusal.code == "membership_goes_on"
        assert "active from 2022-07-01 until 2023-06-30" in refusal.problem
    assert kinds(proposed(lists(memberships=[row(last=date(2022, 6, 30))]), office)) == ["changed"]


def test_a_past_membership_in_the_days_of_another_of_its_class_is_asked_about() -> None:
    given = lists(memberships=[row(first=date(2021, 7, 1), last=date(2022, 6, 30))])
    [question] = proposed(given, member()).open_questions
    assert question.answers == ("ends", "corrects", "leave")
    other = lists(memberships=[row(name="retired", first=date(2021, 7, 1), last=date(2022, 6, 30))])
    assert kinds(proposed(other, member())) == ["new"], "another class"


def test_two_rows_of_one_list_do_not_overlap_either() -> None:
    rows = [row(last=date(2022, 6, 30)), row(first=date(2022, 1, 1))]
    proposal = proposed(lists(people=[person("m1")], memberships=rows))
    assert kinds(proposal) == ["new", "new", "refused"]
    assert "The list adds active from 2020-07-01 until 2022-06-30" in proposal.refusals[0].problem


def test_lapsed_members_are_one_question_and_each_on_request() -> None:
    people = [person(f"m{at}") for at in range(3)]
    office = after(*people, memberships=[row(each["key"], last=ENDED) for each in people])
    given = lists(memberships=[row(each["key"]) for each in people], complete=COMPLETE)
    [question] = proposed(given, office).open_questions
    assert (question.answers, len(question.at), len(question.about)) == (("goes_on", "leave", "each"), 3, 3)
    all_go_on = proposed(given, office, answers={question.id: "goes_on"})
    assert (kinds(all_go_on), count(all_go_on, OutcomeKind.LAPSED)) == (["changed"] * 3, 0)
    each = proposed(given, office, answers={question.id: "each"}).open_questions
    assert [one.code for one in each] == ["ended_membership"] * 3
    answers = {question.id: "each", each[0].id: "goes_on", each[1].id: "leave", each[2].id: "2026-11-01"}
    done = proposed(given, office, answers=answers)
    assert kinds(done) == ["changed", "unchanged", "new"]
    assert proposed(given, taken(office, done.writes), answers=answers).writes.memberships == ()


def test_what_goes_on_beside_is_named() -> None:
    office = member(row(last=ENDED), row(name="retired", first=date(2026, 10, 1)))
    [question] = proposed(lists(memberships=[row()]), office).open_questions
    assert "which ended on 2026-09-30; retired from 2026-10-01 goes on. The list" in question.problem
