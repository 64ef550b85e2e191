"""A list that says it is complete: who is missing in it, who is not, and what is asked about them."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.entry import Membership
from domain.people.proposal.lists import Complete, ListKind
from domain.people.proposal.outcomes import ImportProposal, OutcomeKind
from domain.people.proposal.questions import ImportQuestion, answer_of
from tests.domain.people.proposal.lists_of import (
    NORTH,
    OFFICE,
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


def members(count: int) -> Any:
    people = [person(f"m{number}") for number in range(count)]
    rows = [{"key": each["key"], "membership": "active", "first": SINCE} for each in people]
    return after(*people, memberships=rows), rows


COMPLETE = Complete(classes=("active",), regions=("north",))


def ask(proposal: ImportProposal, code: str) -> ImportQuestion:
    """Return the only question of a code."""
    [found] = [each for each in proposal.questions if each.code == code]
    return found


def codes(proposal: ImportProposal) -> list[str]:
    return [each.code for each in proposal.open_questions]


# C5
def test_who_is_missing_in_a_complete_list_lapses_on_a_persons_yes() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[1:], complete=COMPLETE)
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert (question.code, question.never_by_itself, count(proposal, OutcomeKind.QUESTION)) == (
        "members_missing",
        True,
        1,
    )
    yes = proposed(given, office, answers={question.id: "yes"})
    [write] = yes.writes.memberships
    assert write.last == date(2026, 11, 27)
    assert count(yes, OutcomeKind.LAPSED) == 1
    no = proposed(given, office, answers={question.id: "no"})
    assert no.writes.memberships == ()
    assert kinds(no) == ["unchanged"] * 39


def test_a_yes_holds_for_the_members_that_the_question_named_and_for_no_others() -> None:
    office, rows = members(40)
    first = ask(proposed(lists(memberships=rows[1:], complete=COMPLETE), office), "members_missing")
    later = proposed(lists(memberships=rows[2:], complete=COMPLETE), office, answers={first.id: "yes"})
    assert (codes(later), later.writes.memberships) == (["members_missing"], ())


def test_above_five_percent_missing_the_list_itself_is_asked_about_first() -> None:
    office, rows = members(40)
    given = lists(
        people=[person("new", role_title="nurse")],
        memberships=[*rows[4:], {**rows[5], "membership": "activ", "first": date(2026, 1, 1)}],
        complete=COMPLETE,
    )
    proposal = proposed(given, office)
    assert codes(proposal) == ["many_members_missing", "unknown_role_title", "unknown_membership_class"]
    many = proposal.questions[0]
    assert "4 of 40 members of the class active in the region north" in many.problem
    both = proposed(given, office, answers={many.id: "yes"})
    assert "members_missing" in codes(both)
    no = proposed(given, office, answers={many.id: "no"})
    assert codes(no) == ["unknown_role_title", "unknown_membership_class"]


def two_regions() -> tuple[Any, list[dict[str, Any]]]:
    """Return an office with 20 active members in the north and 20 in the center, and their rows."""
    people = [person(f"n{at}") for at in range(20)] + [person(f"c{at}", region="central") for at in range(20)]
    rows = [{"key": each["key"], "membership": "active", "first": SINCE} for each in people]
    return after(*people, memberships=rows), rows


BOTH = Complete(classes=("active",), regions=("north", "central"))


def test_each_class_of_a_region_counts_alone() -> None:
    office, rows = two_regions()
    lacking = [row for row in rows if row["key"] not in ("n0", "n1", "c0")]
    given = lists(memberships=lacking, complete=BOTH)
    proposal = proposed(given, office)
    [many] = proposal.questions
    assert "2 of 20 members of the class active in the region north" in many.problem
    assert len(many.about) == 2
    assert count(proposal, OutcomeKind.QUESTION) == 3, "who is missing elsewhere waits for the first answer"
    no = proposed(given, office, answers={many.id: "no"})
    assert [each.about for each in no.open_questions] == [("Name of c0, number c0, active since 2020-07-01",)]
    yes = proposed(given, office, answers={many.id: "yes"})
    assert len(ask(yes, "members_missing").about) == 3


def test_two_lists_that_are_only_parts_are_two_questions() -> None:
    office, rows = two_regions()
    proposal = proposed(lists(memberships=[*rows[:10], *rows[20:25]], complete=BOTH), office)
    assert codes(proposal) == ["many_members_missing"] * 2
    assert ["10 of 20" in proposal.questions[0].problem, "15 of 20" in proposal.questions[1].problem] == [
        True
    ] * 2


def test_who_answers_says_the_day_for_all_or_for_each() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[2:], complete=COMPLETE)
    question = ask(proposed(given, office), "members_missing")
    assert question.answers == ("yes", "no", "each")
    all_on = proposed(given, office, answers={question.id: "2026-06-30"})
    assert [each.last for each in all_on.writes.memberships] == [date(2026, 6, 30)] * 2
    each = proposed(given, office, answers={question.id: "each"})
    first, second = each.open_questions
    assert first.problem.startswith(
        "Name of m0, number m0, active since 2020-07-01, is not in the complete list. Did this membership end "
        "yesterday by the office's clock, on 2026-11-27 (yes), on another day (write it, such as 2026-11-27)"
    )
    answers = {question.id: "each", first.id: "2026-06-30", second.id: "no"}
    done = proposed(given, office, answers=answers)
    assert done.open_questions == ()
    assert [(office.people[write.person].keys, write.last) for write in done.writes.memberships] == [
        (("m0",), date(2026, 6, 30))
    ]
    lapsed = [each for each in done.outcomes if each.outcome is OutcomeKind.LAPSED]
    assert [each.changes[0].after for each in lapsed] == [date(2026, 6, 30)]


def test_a_day_before_the_membership_or_after_today_is_no_answer() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[1:], complete=COMPLETE)
    question = ask(proposed(given, office), "members_missing")
    assert question.days == (SINCE, TODAY)
    for value, answer in (
        ("2020-07-01", "2020-07-01"),
        ("2026-11-28", "2026-11-28"),
        ("2020-06-30", ""),
        ("2026-11-29", ""),
        ("20260630", ""),
        ("each", ""),
    ):
        assert answer_of(value, question.answers, question.days) == answer, value
    early = proposed(given, office, answers={question.id: "2019-01-01"})
    assert (len(early.open_questions), early.writes.memberships) == (1, ())


def test_a_membership_with_an_end_ahead_may_have_ended_by_today() -> None:
    people = [person(f"m{at}") for at in range(20)]
    rows = [{"key": each["key"], "membership": "active", "first": SINCE} for each in people]
    office = after(*people, memberships=[{**rows[0], "last": date(2026, 12, 31)}, *rows[1:]])
    given = lists(memberships=rows[1:], complete=COMPLETE)
    question = ask(proposed(given, office), "members_missing")
    assert question.days == (SINCE, TODAY)
    assert "A membership that ends later cannot be answered here" in question.problem
    [write] = proposed(given, office, answers={question.id: "2026-11-28"}).writes.memberships
    assert write.last == TODAY
    ahead = proposed(given, office, answers={question.id: "2026-12-31"})
    assert (len(ahead.open_questions), ahead.writes.memberships) == (1, ())


def merged(office: Any, stands: str, alias: str) -> Any:
    """Return the office after somebody has said that two entries are one human."""
    one, other = by_key(office, stands), by_key(office, alias)
    return replace(office, people={**office.people, other.id: replace(other, alias_of=one.id)})


def test_a_membership_of_an_alias_is_the_humans_own() -> None:
    people = [person(f"m{at}") for at in range(40)] + [person("stands", region="north")]
    rows = [{"key": each["key"], "membership": "active", "first": SINCE} for each in people[:40]]
    before = after(*people, memberships=rows)
    office, alias = merged(before, "stands", "m0"), by_key(before, "m0")
    given = lists(memberships=rows[1:], complete=COMPLETE)
    question = ask(proposed(given, office), "members_missing")
    assert question.about == ("Name of stands, number stands, active since 2020-07-01",)
    [write] = proposed(given, office, answers={question.id: "yes"}).writes.memberships
    assert write.person == alias.id, "the entry that holds the record is the one that changes"
    for key in ("m0", "stands"):
        there = lists(memberships=[{**rows[0], "key": key}, *rows[1:]], complete=COMPLETE)
        assert proposed(there, office).questions == (), key


def test_two_memberships_of_one_human_are_one_member() -> None:
    office, rows = members(20)
    human = by_key(office, "m0")
    again = Membership(record=999, name="active", first=date(2026, 1, 1))
    office = replace(
        office,
        people={**office.people, human.id: replace(human, memberships=(*human.memberships, again))},
    )
    question = ask(proposed(lists(memberships=rows[1:], complete=COMPLETE), office), "members_missing")
    assert len(question.about) == 2, "one of twenty members, with both memberships"


def test_a_complete_list_of_what_nobody_knows_is_refused_with_what_is_known() -> None:
    office, rows = members(40)
    wrong = Complete(classes=("activ",), regions=("north", "nroth"))
    found = proposed(lists(memberships=rows[1:], complete=wrong), office)
    assert [(each.code, each.allowed) for each in found.refusals] == [
        ("unknown_in_complete", ("active", "retired")),
        ("unknown_in_complete", ("central", "north")),
    ]
    assert "“activ”" in found.refusals[0].problem
    assert "“nroth”" in found.refusals[1].problem
    assert found.questions == ()


def test_a_class_that_counts_as_none_may_be_complete_once_somebody_holds_it() -> None:
    people = [person(f"m{at}") for at in range(2)]
    rows = [{"key": each["key"], "membership": "guest", "first": SINCE} for each in people]
    first = proposed(lists(people=people, memberships=rows), answers={"class:guest": "other"})
    assert len(first.writes.memberships) == 2
    held = {
        id: replace(each, memberships=(Membership(record=1, name="guest", first=SINCE),))
        for id, each in after(*people).people.items()
    }
    guests = Complete(classes=("guest",), regions=("north",))
    found = proposed(lists(memberships=rows[:1], complete=guests), replace(OFFICE, people=held))
    assert (found.refusals, codes(found)) == ((), ["many_members_missing"])


def test_without_a_list_of_memberships_nobody_is_missing() -> None:
    office, _ = members(40)
    found = proposed(lists(people=[person("m0")], complete=COMPLETE), office)
    assert (found.questions, kinds(found)) == ((), ["unchanged"])


def test_about_members_with_staff_rights_an_administrator_says_the_day() -> None:
    office, rows = members(40)
    office = replace(office, staff=frozenset({by_key(office, "m0").id}))
    [question] = proposed(lists(memberships=rows[1:], complete=COMPLETE), office, NORTH).questions
    assert (question.code, question.who.value, question.days is not None) == (
        "members_missing",
        "admin",
        True,
    )


def test_who_is_in_the_list_with_a_fault_is_not_missing() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[1:], complete=COMPLETE, unread={ListKind.MEMBERSHIPS: frozenset({"m0"})})
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


def test_the_day_may_be_said_at_once_to_the_question_whether_the_list_is_complete() -> None:
    office, rows = members(40)
    given = lists(memberships=rows[4:], complete=COMPLETE)
    [question] = proposed(given, office).questions
    assert question.days == (SINCE, TODAY)
    assert "If all of them ended on one day, answer with it at once, such as 2026-11-27." in question.problem
    done = proposed(given, office, answers={question.id: "2026-06-30"})
    assert (done.open_questions, count(done, OutcomeKind.LAPSED)) == ((), 4)
    assert {each.last for each in done.writes.memberships} == {date(2026, 6, 30)}
    before = proposed(given, office, answers={question.id: "2019-06-30"})
    assert (codes(before), before.writes.memberships) == (["many_members_missing"], ())


def test_the_memberships_of_staff_end_only_by_an_administrator_whatever_day_was_said() -> None:
    office, rows = members(40)
    staff = replace(office, staff=frozenset({by_key(office, "m0").id}))
    given = lists(memberships=rows[4:], complete=COMPLETE)
    [question] = proposed(given, staff, NORTH).questions
    done = proposed(given, staff, NORTH, {question.id: "2026-06-30"})
    assert count(done, OutcomeKind.LAPSED) == 3
    [of_staff] = done.open_questions
    assert (of_staff.id.partition(":")[0], of_staff.who.value) == ("lapses_of_staff", "admin")


def test_whose_row_waits_or_is_refused_is_not_missing() -> None:
    office, rows = members(40)
    waits = lists(memberships=[{**rows[0], "membership": "activ"}, *rows[1:]], complete=COMPLETE)
    assert [each.id for each in proposed(waits, office).questions] == ["class:activ"]
    assert proposed(waits, office, answers={"class:activ": "active"}).open_questions == ()
    other = proposed(waits, office, answers={"class:activ": "other"})
    assert codes(other) == ["second_memberships"], "who has a second membership is on the list"
    refused = lists(memberships=[{**rows[0], "last": date(2019, 1, 1)}, *rows[1:]], complete=COMPLETE)
    found = proposed(refused, office)
    assert ([each.code for each in found.refusals], found.questions) == (["ends_before_it_begins"], ())
    nobody = lists(
        memberships=[{"key": "M0", "membership": "active", "first": SINCE}, *rows[1:]], complete=COMPLETE
    )
    assert proposed(nobody, office).questions == ()
    doubt = lists(people=[person("M0")], memberships=[{**rows[0], "key": "M0"}, *rows[1:]], complete=COMPLETE)
    assert [each.code for each in proposed(doubt, office).questions] == ["alike_people"]


def test_one_missing_member_is_said_in_the_singular() -> None:
    rows = [{"key": f"m{at}", "membership": "active", "first": SINCE} for at in range(6)]
    office = after(*(person(f"m{at}") for at in range(6)), memberships=rows)
    complete = Complete(classes=("active",), regions=("north",))
    [question] = proposed(lists(memberships=rows[:5], complete=complete), office).open_questions
    assert question.problem.startswith(
        "1 of 6 members of the class active in the region north is not in the list"
    )
    assert (
        "whether this membership ended, and on which day. If you know the day, answer with it at once, such as "
        "2026-11-27. If the list is only a part, say no, and nobody lapses." in (question.problem)
    )
    [then] = proposed(
        lists(memberships=rows[:5], complete=complete), office, answers={question.id: "yes"}
    ).open_questions
    assert then.problem.startswith(
        "This member is not in the complete list. Did this membership end yesterday"
    )


def test_a_membership_that_began_today_did_not_end_yesterday() -> None:
    rows = [{"key": f"m{at}", "membership": "active", "first": TODAY} for at in range(30)]
    office = after(*(person(f"m{at}") for at in range(30)), memberships=rows)
    [question] = proposed(lists(memberships=rows[1:], complete=COMPLETE), office).open_questions
    assert f"Did this membership end on {TODAY} (yes), on another day" in question.problem


def test_who_stands_in_the_list_with_another_class_that_goes_on_is_not_missing() -> None:
    office, rows = members(20)
    life = {"key": "m0", "membership": "life", "first": date(2024, 1, 1)}
    given = lists(memberships=[life, *rows[1:]], complete=COMPLETE)
    answers = {"class:life": "other"}
    [second] = proposed(given, office, answers=answers).open_questions
    then = taken(office, proposed(given, office, answers={**answers, second.id: "both"}).writes)
    again = proposed(given, then, answers=answers)
    assert (again.open_questions, kinds(again)) == ((), ["unchanged"] * 20)
    [remark] = again.remarks
    assert remark == (
        "memberships.csv: the list has another class for these people, and this membership goes on beside it: Name of "
        "m0, number m0, active since 2020-07-01. If one has ended, add a row with its last day."
    )
    ended = lists(memberships=[{**life, "last": date(2026, 6, 30)}, *rows[1:]], complete=COMPLETE)
    missing = ask(proposed(ended, then, answers=answers), "members_missing")
    assert missing.about == ("Name of m0, number m0, active since 2020-07-01",), (
        "life has ended, and active is missing"
    )


def test_who_has_no_member_number_is_not_missing_and_is_named() -> None:
    """The office's own export leaves such a person out, and nobody lapses because of it."""
    office, rows = members(40)
    without = by_key(office, "m0")
    people = {**office.people, without.id: replace(without, keys=())}
    proposal = proposed(lists(memberships=rows[1:], complete=COMPLETE), replace(office, people=people))
    assert (proposal.questions, proposal.writes.memberships) == ((), ())
    [remark] = [each for each in proposal.remarks if "no member number" in each]
    assert f"{without.name}, active since {SINCE}" in remark
    assert "these memberships go on" in remark


def test_a_yes_about_who_has_left_means_the_day_on_which_the_person_left() -> None:
    office, rows = members(40)
    left = replace(by_key(office, "m0"), left_on=date(2026, 6, 30))
    office = replace(office, people={**office.people, left.id: left})
    [question] = proposed(lists(memberships=rows[1:], complete=COMPLETE), office).questions
    assert "the day on which the person left, on 2026-06-30 (yes)" in question.problem
    yes = proposed(lists(memberships=rows[1:], complete=COMPLETE), office, answers={question.id: "yes"})
    assert [each.last for each in yes.writes.memberships] == [date(2026, 6, 30)]
    [two] = proposed(lists(memberships=rows[2:], complete=COMPLETE), office).questions
    assert "a yes means the day on which the person left" in two.problem
    both = proposed(lists(memberships=rows[2:], complete=COMPLETE), office, answers={two.id: "yes"})
    assert [each.last for each in both.writes.memberships] == [date(2026, 6, 30), date(2026, 11, 27)]
