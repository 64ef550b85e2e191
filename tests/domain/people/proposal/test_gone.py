"""People who left or died and stand in a list."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.proposal.gone import to_keep
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    SINCE,
    after,
    answered,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
)

LEFT = date(2026, 11, 15)
LEFT_SO = Answered(value="leave", actor=ADMIN)


def office(*keys: str, **ends: Any) -> Any:
    """Return an office whose members with these numbers left, beside m9, who did not."""
    people = [person(key) for key in (*keys, "m9")]
    found = after(*people, memberships=[{"key": key, "membership": "active", "first": SINCE} for key in keys])
    gone = {by_key(found, key).id: replace(by_key(found, key), **(ends or {"left_on": LEFT})) for key in keys}
    return replace(found, people={**found.people, **gone})


def test_who_left_and_stands_in_a_new_list_is_one_question() -> None:
    known = office("m1")
    given = lists(
        people=[person("m1", district="Duluth"), person("m9")],
        memberships=[{"key": "m1", "membership": "active", "first": SINCE}],
    )
    proposal = proposed(given, known)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.proposal) == ("people_who_left", ("leave", "back"), "")
    assert question.problem == (
        "Name of m1, number m1, who left on 2026-11-15, stands in the list. Write leave: everything stays as it is, "
        "whatever the list says; or back: the person is here again, the day is removed, and what the list says is "
        "taken over."
    )
    assert (kinds(proposal), proposal.writes.people) == (["question", "unchanged", "question"], ())


def test_who_stays_gone_is_asked_about_once_and_only_who_left_since_is_asked_about_then() -> None:
    """A monthly list that still has who left says so each month."""
    known = office("m1", "m2")
    given = lists(people=[person("m1"), person("m2"), person("m3"), person("m9")])
    [question] = proposed(given, known).open_questions
    kept = to_keep(question.id, replace(LEFT_SO, covers=question.covers))
    assert (len(kept), question.covers) == (2, kept)
    again = propose(given, office("m1", "m2"), ADMIN, dict.fromkeys(kept, LEFT_SO))
    assert (again.open_questions, kinds(again)) == (
        (),
        kinds(proposed(given, known, answers={question.id: "leave"})),
    )
    [one] = again.questions
    assert (one.answer, one.id, len(one.at)) == ("leave", question.id, 2)
    later = propose(given, office("m1", "m2", "m3"), ADMIN, dict.fromkeys(kept, LEFT_SO))
    [other] = later.open_questions
    assert (other.code, [at.row for at in other.at], other.covers) == ("people_who_left", [4], ())
    moved = propose(
        given, office("m1", "m2", left_on=date(2026, 11, 20)), ADMIN, dict.fromkeys(kept, LEFT_SO)
    )
    assert len(moved.open_questions) == 1, "of another day nobody has said anything"


def test_only_that_somebody_stays_gone_is_kept() -> None:
    assert to_keep("gone:1", replace(LEFT_SO, value="back", covers=("gone:2",))) == ()
    assert to_keep("gone:1", replace(LEFT_SO, value="each", covers=("gone:2",))) == ()
    assert to_keep("alike:1", LEFT_SO) == ()


def test_leave_changes_nothing_of_who_left() -> None:
    known = office("m1")
    given = lists(
        people=[person("m1", district="Duluth")],
        memberships=[{"key": "m1", "membership": "active", "first": SINCE, "last": LEFT}],
    )
    [question] = proposed(given, known).open_questions
    done = proposed(given, known, answers={question.id: "leave"})
    assert (kinds(done), done.writes.people, done.writes.memberships) == (["unchanged", "unchanged"], (), ())


def test_back_removes_the_day_and_takes_the_row() -> None:
    known = office("m1")
    given = lists(people=[person("m1", district="Duluth")])
    [question] = proposed(given, known).open_questions
    done = proposed(given, known, answers={question.id: "back"})
    [outcome] = done.outcomes
    assert [(each.field, each.before, each.after) for each in outcome.changes] == [
        ("district", "Lake", "Duluth"),
        ("left_on", LEFT, None),
    ]
    then = taken(known, done.writes)
    assert (by_key(then, "m1").left_on, by_key(then, "m1").district) == (None, "Duluth")
    assert kinds(proposed(given, then)) == ["unchanged"]


def test_who_is_back_with_the_same_words_comes_back_too() -> None:
    known = office("m1", died_on=LEFT)
    given = lists(people=[person("m1")])
    [question] = proposed(given, known).open_questions
    assert "who died on 2026-11-15" in question.problem
    done = proposed(given, known, answers={question.id: "back"})
    assert (kinds(done), by_key(taken(known, done.writes), "m1").died_on) == (["changed"], None)


def test_several_who_left_are_one_question_and_each_on_request() -> None:
    known = office("m1", "m2")
    given = lists(people=[person("m1"), person("m2")])
    [question] = proposed(given, known).open_questions
    assert (question.answers, len(question.about)) == (("leave", "back", "each"), 2)
    one, two = proposed(given, known, answers={question.id: "each"}).open_questions
    done = proposed(given, known, answers={question.id: "each", one.id: "leave", two.id: "back"})
    assert (kinds(done), done.open_questions) == (["unchanged", "changed"], ())


def test_an_administrator_answers_about_staff_who_left() -> None:
    known = office("m1")
    known = replace(known, staff=frozenset({by_key(known, "m1").id}))
    given = lists(people=[person("m1")])
    [question] = propose(given, known, NORTH, {}).open_questions
    assert propose(given, known, NORTH, answered(NORTH, {question.id: "leave"})).open_questions
    assert kinds(propose(given, known, NORTH, answered(ADMIN, {question.id: "leave"}))) == ["unchanged"]


def test_an_export_says_the_day_and_is_nothing_new() -> None:
    known = office("m1")
    given = lists(
        people=[person("m1", left_on=LEFT)],
        memberships=[{"key": "m1", "membership": "active", "first": SINCE}],
    )
    proposal = proposed(given, known)
    assert (kinds(proposal), proposal.open_questions) == (["unchanged", "unchanged"], ())


def test_a_list_does_not_say_that_somebody_left() -> None:
    for given in (person("m9", left_on=LEFT), person("m8", died_on=LEFT)):
        [refusal] = proposed(lists(people=[given]), office("m1")).refusals
        assert refusal.code == "end_of_person"
        assert refusal.problem.startswith("The office knows no such day for this person")
        assert "mentorflow send people/NUMBER/" in refusal.problem


def test_that_somebody_stays_gone_in_a_list_of_memberships_says_nothing_of_a_list_of_people() -> None:
    known = office("m1")
    row = {"key": "m1", "membership": "active", "first": SINCE}
    [question] = proposed(lists(memberships=[row]), known).open_questions
    kept = dict.fromkeys(to_keep(question.id, LEFT_SO), LEFT_SO)
    assert propose(lists(memberships=[row]), known, ADMIN, kept).open_questions == ()
    people = [person("m1", email="new@post.example", phone="555 0199")]
    [asked] = propose(lists(people=people), known, ADMIN, kept).open_questions
    assert (asked.code, asked.id != question.id) == ("people_who_left", True)
    [both] = propose(lists(people=people, memberships=[row]), known, ADMIN, kept).open_questions
    assert both.covers == (asked.id,)


def test_a_row_about_somebody_who_stays_gone_says_what_is_not_taken_over() -> None:
    given = lists(people=[person("m1", email="new@post.example", phone="555 0199")])
    [question] = proposed(given, office("m1")).open_questions
    found = proposed(given, office("m1"), answers={question.id: "leave"})
    assert (kinds(found), found.writes.people) == (["unchanged"], ())
    assert found.remarks == (
        "people.csv, row 2: Name of m1, number m1, who left on 2026-11-15, stays as the office has it; not taken over: "
        "email m1@post.example → new@post.example; phone nothing → 555 0199.",
    )
    same = lists(people=[person("m1")])
    [question] = proposed(same, office("m1")).open_questions
    assert proposed(same, office("m1"), answers={question.id: "leave"}).remarks == ()
