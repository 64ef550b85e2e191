"""A row that adds a membership beside one that goes on, and rows without a first day."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.proposal.lists import Complete
from domain.people.proposal.outcomes import MembershipWrite, OutcomeKind
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    SINCE,
    TODAY,
    after,
    answered,
    by_key,
    count,
    kinds,
    lists,
    person,
    proposed,
    taken,
)


def row(key: str = "m1", name: str = "active", first: date | None = SINCE, **more: Any) -> dict[str, Any]:
    first_day = {} if first is None else {"first": first}
    return {"key": key, "membership": name, **first_day, **more}


def member(*rows: dict[str, Any]) -> Any:
    return after(person("m1"), memberships=list(rows or [row()]))


def held(office: Any, key: str = "m1") -> list[tuple[str, date, date | None]]:
    found = [(each.name, each.first, each.last) for each in by_key(office, key).memberships]
    return sorted(found, key=lambda each: each[1:2] + each[:1])


def test_another_class_from_the_same_day_is_a_question_whose_answers_say_what_they_do() -> None:
    office, given = member(), lists(memberships=[row(name="retired")])
    proposal = proposed(given, office)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.proposal) == (
        "second_memberships",
        ("both", "corrects", "leave"),
        "",
    )
    assert question.days == (SINCE, TODAY)
    assert question.problem == (
        "A second membership. Name of m1 (m1): the office knows active from 2020-07-01, which goes on, and the list "
        "adds retired from 2020-07-01. What is right? Write the last day of active, and retired begins the day after; "
        "or both: both go on; or corrects: active from 2020-07-01 was a mistake: it is removed, and this row takes its "
        "place; or leave: the office is right, everything stays as it is, and this row is left out."
    )
    assert (kinds(proposal), proposal.writes.memberships) == (["question"], ())
    corrects = proposed(given, office, answers={question.id: "corrects"})
    assert kinds(corrects) == ["changed"]
    assert [(each.name, each.withdrawn) for each in corrects.writes.memberships] == [
        ("retired", False),
        ("active", True),
    ]
    office_then = taken(office, corrects.writes)
    assert held(office_then) == [("retired", SINCE, None)]
    assert kinds(proposed(given, office_then)) == ["unchanged"]
    both = proposed(given, office, answers={question.id: "both"})
    assert kinds(both) == ["new"]
    office_then = taken(office, both.writes)
    assert held(office_then) == [("active", SINCE, None), ("retired", SINCE, None)]
    assert kinds(proposed(given, office_then)) == ["unchanged"], "an export of both is nothing new"


def test_another_class_from_a_later_day_ends_the_known_membership_the_day_before() -> None:
    office, given = member(), lists(memberships=[row(name="retired", first=date(2026, 9, 1))])
    [question] = proposed(given, office).open_questions
    assert question.problem.endswith(
        "the list adds retired from 2026-09-01. What is right? Write the last day of active, and retired begins the "
        "day after, or on its own first day if that is later; or ends: active ended on 2026-08-31, the day before "
        "retired began; or both: both go on; or corrects: active from 2020-07-01 was a mistake: it is removed, and "
        "this row takes its place; or leave: the office is right, everything stays as it is, and this row is left out."
    )
    ends = proposed(given, office, answers={question.id: "ends"})
    [outcome] = ends.outcomes
    assert [(each.field, each.before, each.after) for each in outcome.changes] == [
        ("membership retired from", None, date(2026, 9, 1)),
        ("membership active until", None, date(2026, 8, 31)),
    ]
    assert held(taken(office, ends.writes)) == [
        ("active", SINCE, date(2026, 8, 31)),
        ("retired", date(2026, 9, 1), None),
    ]


def test_who_retired_on_a_day_that_somebody_names_and_keeps_the_day_of_joining_in_the_list() -> None:
    office, given = member(), lists(memberships=[row(name="retired")])
    [question] = proposed(given, office).open_questions
    retired = proposed(given, office, answers={question.id: "2026-06-30"})
    assert kinds(retired) == ["changed"]
    office_then = taken(office, retired.writes)
    assert held(office_then) == [("active", SINCE, date(2026, 6, 30)), ("retired", date(2026, 7, 1), None)]
    assert kinds(proposed(given, office_then)) == ["unchanged"], "the list again says nothing new"
    ended = lists(memberships=[row(name="retired", last=date(2026, 10, 31))])
    again = proposed(ended, office_then)
    assert kinds(again) == ["changed"], "the day of joining still names it"
    assert held(taken(office_then, again.writes))[1] == ("retired", date(2026, 7, 1), date(2026, 10, 31))


def test_a_day_outside_of_the_known_membership_answers_nothing() -> None:
    office, given = member(), lists(memberships=[row(name="retired")])
    [question] = proposed(given, office).open_questions
    for day in ("2020-06-30", "2026-11-29"):
        assert kinds(proposed(given, office, answers={question.id: day})) == ["question"]


def test_a_day_before_the_first_day_of_a_later_class_leaves_that_as_the_list_says() -> None:
    office, given = member(), lists(memberships=[row(name="retired", first=date(2026, 9, 1))])
    [question] = proposed(given, office).open_questions
    done = proposed(given, office, answers={question.id: "2026-06-30"})
    assert held(taken(office, done.writes)) == [
        ("active", SINCE, date(2026, 6, 30)),
        ("retired", date(2026, 9, 1), None),
    ]


def test_another_first_day_of_the_same_class_is_a_question_in_both_directions() -> None:
    for first, answer, left in (
        (date(2019, 7, 1), "corrects", [("active", date(2019, 7, 1), None)]),
        (
            date(2021, 7, 1),
            "ends",
            [("active", SINCE, date(2021, 6, 30)), ("active", date(2021, 7, 1), None)],
        ),
    ):
        office, given = member(), lists(memberships=[row(first=first)])
        [question] = proposed(given, office).open_questions
        done = proposed(given, office, answers={question.id: answer})
        assert held(taken(office, done.writes)) == left


def test_a_corrected_first_day_takes_the_place_of_the_known_one_and_keeps_its_end() -> None:
    until = date(2027, 6, 30)
    office, given = member(row(last=until)), lists(memberships=[row(first=date(2021, 7, 1))])
    [question] = proposed(given, office).open_questions
    done = proposed(given, office, answers={question.id: "corrects"})
    assert kinds(done) == ["changed"]
    assert held(taken(office, done.writes)) == [("active", date(2021, 7, 1), until)]
    assert [(each.first, each.withdrawn) for each in done.writes.memberships] == [
        (date(2021, 7, 1), False),
        (SINCE, True),
    ], "the known one is withdrawn, and its event is named"


def test_a_row_without_a_class_about_a_known_member_says_which_memberships_there_are() -> None:
    [refusal] = proposed(lists(memberships=[{"key": "m1", "first": SINCE}]), member()).refusals
    assert (refusal.code, refusal.column) == ("which_membership", "membership")
    assert "The office knows: active from 2020-07-01, which goes on. Write the class" in refusal.problem


def test_what_does_not_go_on_beside_another_membership_is_no_question() -> None:
    ended = row(last=date(2026, 6, 30))
    renewed = lists(memberships=[row(first=date(2026, 7, 1))])
    assert kinds(proposed(renewed, member(ended))) == ["new"], "after the end"
    ahead = member(row(last=date(2027, 6, 30)))
    assert kinds(proposed(lists(memberships=[row(first=date(2027, 7, 1))]), ahead)) == ["new"]
    assert kinds(proposed(lists(memberships=[row(first=date(2026, 7, 1))]), ahead)) == ["question"]
    past = lists(memberships=[row(name="retired", last=date(2021, 6, 30))])
    assert kinds(proposed(past, member())) == ["new"], "it ended long ago"
    both = lists(memberships=[row(last=date(2026, 8, 31)), row(name="retired", first=date(2026, 9, 1))])
    assert kinds(proposed(both, member())) == ["changed", "new"], "the list itself ends the known one"
    turned = lists(memberships=[row(name="retired", first=date(2026, 9, 1)), row(last=date(2026, 8, 31))])
    assert sorted(kinds(proposed(turned, member()))) == ["changed", "new"]


def test_second_memberships_are_one_question_and_each_on_request() -> None:
    people = [person(f"m{at}") for at in range(3)]
    office = after(*people, memberships=[row(each["key"]) for each in people])
    given = lists(memberships=[row(each["key"], "retired", date(2026, 9, 1)) for each in people])
    [question] = proposed(given, office).open_questions
    assert (question.answers, len(question.at), len(question.about)) == (
        ("ends", "both", "corrects", "leave", "each"),
        3,
        3,
    )
    assert question.problem == (
        "3 rows add a membership to people who have another one that goes on. What is right? Write the last day of all "
        "known ones, and each new one begins the day after, or later if it says so; or ends: each known one ended the "
        "day before the new one began; or both: everybody keeps both; or corrects: the known ones were mistakes: they "
        "are removed, and the rows take their place; or leave: the office is right, everything stays as it is, and "
        "these rows are left out; or each: each row is asked about."
    )
    june = proposed(given, office, answers={question.id: "2026-06-30"})
    assert held(taken(office, june.writes), "m2")[0] == ("active", SINCE, date(2026, 6, 30))
    each = proposed(given, office, answers={question.id: "each"}).open_questions
    assert [one.answers for one in each] == [("ends", "both", "corrects", "leave")] * 3
    answers = {question.id: "each", each[0].id: "ends", each[1].id: "both"}
    done = proposed(given, office, answers=answers)
    assert (kinds(done), len(done.open_questions)) == (["changed", "new", "question"], 1)
    fewer = lists(memberships=[row("m0", "retired", date(2026, 9, 1))])
    again = proposed(fewer, office, answers={question.id: "ends"})
    assert len(again.open_questions) == 1, "an answer holds for the memberships that it was about"


def test_two_new_memberships_end_the_known_one_before_the_first_of_them() -> None:
    given = lists(
        memberships=[
            row(name="retired", first=date(2026, 9, 1)),
            row(name="honorary", first=date(2026, 3, 1)),
        ]
    )
    office = replace(member(), classes=("active", "retired", "honorary"))
    [question] = proposed(given, office).open_questions
    ends = proposed(given, office, answers={question.id: "ends"})
    assert ("active", SINCE, date(2026, 2, 28)) in held(taken(office, ends.writes))


def test_who_has_a_second_membership_does_not_lapse_beside_it() -> None:
    people = [person(f"m{at}") for at in range(20)]
    rows = [row(each["key"]) for each in people]
    office = after(*people, memberships=rows)
    complete = Complete(classes=("active",), regions=("north",))
    given = lists(memberships=[row("m0", "retired"), *rows[1:]], complete=complete)
    [question] = proposed(given, office).open_questions
    assert question.code == "second_memberships"
    for answer in ("2026-06-30", "both", "corrects"):
        done = proposed(given, office, answers={question.id: answer})
        assert (done.open_questions, count(done, OutcomeKind.LAPSED)) == ((), 0)


def test_an_administrator_says_yes_to_what_ends_of_somebody_with_staff_rights() -> None:
    office = member()
    office = replace(office, staff=frozenset(office.people))
    given = lists(memberships=[row(name="retired")])
    [question] = propose(given, office, NORTH, {}).open_questions
    answers = answered(NORTH, {question.id: "corrects"})
    [staff] = propose(given, office, NORTH, answers).open_questions
    assert staff.about == (
        "membership retired from: nothing → 2020-07-01",
        "membership active from: 2020-07-01 → removed",
    )
    yes = propose(given, office, NORTH, {**answers, **answered(ADMIN, {staff.id: "yes"})})
    assert (kinds(yes), len(yes.writes.memberships)) == (["changed"], 2)
    no = propose(given, office, NORTH, {**answers, **answered(ADMIN, {staff.id: "no"})})
    assert (kinds(no), no.writes.memberships) == (["unchanged"], ())


def test_a_row_without_a_first_day_is_about_the_one_membership_of_its_class_that_goes_on() -> None:
    office = member(row(), row(name="retired", first=date(2010, 7, 1), last=date(2015, 6, 30)))
    ends = date(2026, 9, 30)
    given = lists(memberships=[row(first=None, last=ends)])
    proposal = proposed(given, office)
    [write] = proposal.writes.memberships
    assert (kinds(proposal), write) == (
        ["changed"],
        MembershipWrite(person=write.person, name="active", first=SINCE, last=ends, record=write.record),
    )
    assert write.record is not None
    assert kinds(proposed(given, taken(office, proposal.writes))) == ["unchanged"], "the same list again"
    assert kinds(proposed(lists(memberships=[row(first=None)]), office)) == ["unchanged"]


def test_a_row_without_a_first_day_that_is_about_none_or_several_says_which_there_are() -> None:
    until = date(2026, 9, 30)
    none = proposed(lists(memberships=[row(name="retired", first=None, last=until)]), member())
    [refusal] = none.refusals
    assert (refusal.code, refusal.column) == ("which_membership", "first")
    assert refusal.problem == (
        "The row has no first day, and this person has no membership of the class retired that goes on. The office "
        "knows: active from 2020-07-01, which goes on. Write the first day of the one that is meant, or that of a new "
        "one."
    )
    later = date(2022, 7, 1)
    office = taken(
        member(),
        replace(
            none.writes,
            memberships=(
                MembershipWrite(person=by_key(member(), "m1").id, name="active", first=later, last=None),
            ),
        ),
    )
    [refusal] = proposed(lists(memberships=[row(first=None, last=until)]), office).refusals
    assert "several memberships of the class active that go on" in refusal.problem
    assert "active from 2020-07-01, which goes on; active from 2022-07-01, which goes on" in refusal.problem
    nobody = proposed(lists(memberships=[row(first=None)]), after(person("m1")))
    assert [each.code for each in nobody.refusals] == ["missing_value"]


def test_of_one_class_both_are_never_kept_and_the_known_one_ends_or_was_never() -> None:
    """C19."""
    office = member()
    for first, answers, left in (
        (date(2026, 9, 1), ("ends", "corrects", "leave"), [date(2026, 8, 31), None]),
        (date(2019, 7, 1), ("corrects", "leave"), [None]),
    ):
        given = lists(memberships=[row(first=first)])
        [question] = proposed(given, office).open_questions
        assert (question.answers, "both: " in question.problem) == (answers, False)
        done = proposed(given, office, answers={question.id: answers[0]})
        assert [each[2] for each in held(taken(office, done.writes))] == left
        corrects = proposed(given, office, answers={question.id: "corrects"})
        assert [each[1:] for each in held(taken(office, corrects.writes))] == [(first, None)]


def test_keep_both_for_many_rows_refuses_those_of_one_class_and_says_what_to_do() -> None:
    office = after(person("m1"), person("m2"), memberships=[row(), row("m2")])
    given = lists(memberships=[row("m1", "retired"), row("m2", first=date(2026, 9, 1))])
    [question] = proposed(given, office).open_questions
    both = proposed(given, office, answers={question.id: "both"})
    assert kinds(both) == ["new", "refused"]
    [refusal] = both.refusals
    assert (refusal.code, refusal.column, refusal.cell) == ("membership_goes_on", "first", "2026-09-01")
    assert "active from 2020-07-01, which goes on" in refusal.problem


def test_a_membership_of_the_past_does_not_stand_in_one_of_its_class_that_goes_on() -> None:
    past = row(first=date(2020, 1, 1), last=date(2020, 12, 31))
    [refusal] = proposed(lists(memberships=[past]), member()).refusals
    assert refusal.code == "membership_goes_on"
    earlier = row(first=date(2019, 1, 1), last=date(2020, 6, 30))
    assert kinds(proposed(lists(memberships=[earlier]), member())) == ["new"]


def test_two_rows_with_memberships_of_one_class_that_go_on_contradict_each_other() -> None:
    rows = [row(), row(first=date(2021, 7, 1))]
    proposal = proposed(lists(people=[person("m1")], memberships=rows))
    assert kinds(proposal) == ["new", "refused", "refused"]
    assert {each.code for each in proposal.refusals} == {"duplicate"}
    first = proposed(
        lists(people=[person("m1")], memberships=[{**rows[0], "last": date(2021, 6, 30)}, rows[1]])
    )
    assert kinds(first) == ["new", "new", "new"]


def test_a_membership_that_ended_is_not_open_again_beside_another_of_its_class() -> None:
    office = member(row(last=date(2021, 6, 30)), row(first=date(2021, 7, 1)))
    again = row(last="clear")
    [refusal] = proposed(lists(memberships=[again]), office).refusals
    assert (refusal.code, "from 2021-07-01" in refusal.problem) == ("membership_goes_on", True)
    ends = row(first=date(2021, 7, 1), last=date(2022, 6, 30))
    assert kinds(proposed(lists(memberships=[again, ends]), office)) == ["changed", "refused"], (
        "the days of the two would overlap"
    )


def test_of_several_known_memberships_those_that_do_not_begin_before_are_removed_and_the_answer_says_so() -> (
    None
):
    office = member(row(), row(name="retired", first=date(2022, 7, 1)))
    office = replace(office, classes=("active", "retired", "honorary"))
    given = lists(memberships=[row(name="honorary", first=date(2021, 7, 1))])
    [question] = proposed(given, office).open_questions
    assert question.answers == ("both", "removes", "leave")
    assert question.problem.endswith(
        "or both: all go on; or removes: active ended on 2021-06-30 and retired from 2022-07-01 is removed, as a "
        "mistake; or leave: the office is right, everything stays as it is, and this row is left out."
    )
    done = proposed(given, office, answers={question.id: "removes"})
    assert held(taken(office, done.writes)) == [
        ("active", SINCE, date(2021, 6, 30)),
        ("honorary", date(2021, 7, 1), None),
    ]


def test_of_a_second_membership_of_a_double_entry_the_office_may_be_right() -> None:
    office, given = member(), lists(memberships=[row(first=date(2022, 7, 1))])
    [question] = proposed(given, office).open_questions
    assert "active ended on 2022-06-30, the day before the new active began" in question.problem
    left = proposed(given, office, answers={question.id: "leave"})
    assert (kinds(left), left.writes.memberships) == (["unchanged"], ())
