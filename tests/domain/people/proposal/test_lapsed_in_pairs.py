"""Who is in a running mentoring where memberships end is said before anybody answers, and before a take-over."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.proposal.known import RunningPair
from domain.people.proposal.lists import Complete
from tests.domain.people.proposal.lists_of import SINCE, TODAY, after, by_key, lists, person, proposed

COMPLETE = Complete(classes=("active",), regions=("north",))
MEMBERS = [{"key": f"m{at}", "membership": "active", "first": SINCE} for at in range(60)]


def office() -> Any:
    """Return an office in which m0 mentors m1 and m2, m3 mentors nobody yet, and m4 waits for a mentor."""
    known = after(*(person(f"m{at}") for at in range(60)), memberships=MEMBERS)
    ids = [by_key(known, f"m{at}").id for at in range(60)]
    pairs = [(ids[1], ids[0]), (ids[2], ids[0]), (ids[4], "")]
    return replace(
        known, pairs=tuple(RunningPair(mentee=one, mentor=other, region="north") for one, other in pairs)
    )


SAID = "Name of m0, number m0 (mentor of 2 mentees)"


def test_the_question_and_the_proposal_name_who_mentors_of_those_who_are_missing() -> None:
    given = lists(memberships=[MEMBERS[1], *MEMBERS[3:]], complete=COMPLETE)
    [question] = proposed(given, office()).open_questions
    assert f" In a running mentoring now: {SAID}; Name of m2, number m2 (mentee). " in question.problem
    done = proposed(given, office(), answers={question.id: "yes"})
    assert [each for each in done.remarks if "running mentoring" in each] == [
        "With this import these people have no membership that goes on, and they are in a running mentoring, which "
        f"goes on until somebody decides about it: {SAID}; Name of m2, number m2 (mentee)."
    ]
    no = proposed(given, office(), answers={question.id: "no"})
    assert not any("running mentoring" in each for each in no.remarks)


def test_many_missing_members_are_asked_about_with_who_mentors() -> None:
    [question] = proposed(lists(memberships=MEMBERS[20:], complete=COMPLETE), office()).open_questions
    assert question.code == "many_members_missing"
    assert f"In a running mentoring now: {SAID}; " in question.problem


def test_a_row_that_ends_a_membership_names_who_mentors_and_one_that_changes_the_class_does_not() -> None:
    ends = [{"key": key, "membership": "active", "first": SINCE, "last": TODAY} for key in ("m0", "m3", "m4")]
    [said] = [each for each in proposed(lists(memberships=ends), office()).remarks if "mentoring" in each]
    assert said.endswith(f"decides about it: {SAID}."), "m3 mentors nobody, and m4 has no mentor"
    retired = {"key": "m0", "membership": "retired", "first": date(2026, 11, 29)}
    other = proposed(lists(memberships=[ends[0], retired]), office())
    assert not any("mentoring" in each for each in other.remarks)
    later = [{"key": "m0", "membership": "active", "first": SINCE, "last": date(2027, 6, 30)}]
    assert not any("mentoring" in each for each in proposed(lists(memberships=later), office()).remarks)


def test_a_list_without_lapses_says_nothing_of_pairs() -> None:
    assert not any("mentoring" in each for each in proposed(lists(memberships=MEMBERS), office()).remarks)
