"""Words for regions that the association does not have: asked about once, and remembered."""

from dataclasses import replace

import pytest

from domain.people.proposal.codes import KEPT
from tests.domain.people.proposal.lists_of import (
    NORTH,
    OFFICE,
    after,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
)

ROWS = [person(f"n{at}", region="northern") for at in range(20)]
GIVEN = lists(people=[person("m1"), *ROWS], memberships=[{"key": "n1", "membership": "active"}])


def test_what_a_word_in_many_rows_means_is_asked_once() -> None:
    proposal = proposed(GIVEN)
    [question] = proposal.open_questions
    assert (question.id, question.code, question.answers, question.proposal, len(question.at)) == (
        "region:northern",
        "unknown_region",
        ("central", "north"),
        "north",
        20,
    )
    assert question.problem == (
        "The association has no region “northern” (in 20 rows). Did you mean “north”? If it is another of its regions, "
        "answer with that one. If it is none of them, correct the file."
    )
    assert kinds(proposal) == ["new", *["question"] * 21]
    assert {each.would for each in proposal.outcomes} == {None}


def test_the_answer_is_read_as_the_region_and_holds_for_later_lists() -> None:
    given = lists(people=[person("m1"), *ROWS])
    done = proposed(given, answers={"region:northern": "north"})
    assert {each.values["region"] for each in done.writes.people} == {"north"}
    assert [each.answer for each in done.questions if each.id == "region:northern"] == ["north"], (
        "it is shown"
    )
    assert "region:northern".startswith(KEPT)
    then = taken(after(), done.writes)
    again = proposed(given, then, answers={"region:northern": "north"})
    assert kinds(again) == ["unchanged"] * 21
    assert by_key(then, "n3").region == "north"
    moved = proposed(given, then, answers={"region:northern": "central"})
    assert kinds(moved) == ["unchanged", *["moved"] * 20], "another answer is another region"


def test_a_coordinator_of_a_region_may_say_that_a_word_means_another_one() -> None:
    given = lists(people=[person("m1"), *(person(f"s{at}", region="the_centre") for at in range(3))])
    [question] = proposed(given, actor=NORTH).open_questions
    assert question.answers == ("central", "north")
    done = proposed(given, actor=NORTH, answers={question.id: "central"})
    assert kinds(done) == ["new"], "rows of a region that she does not serve are left out"


def test_one_row_is_asked_about_where_the_word_is_like_a_region_and_refused_where_it_is_not() -> None:
    asked = proposed(lists(people=[person("m1"), person("m2", region="region_north")]))
    assert [each.proposal for each in asked.open_questions] == ["north"]
    other = proposed(lists(people=[person("m1"), person("m2", region="east")]))
    assert ([each.code for each in other.refusals], other.open_questions) == (["unknown_region"], ())


@pytest.mark.parametrize("slip", ["nroth", "norht", "nort", "nortth", "borth"])
def test_a_typing_slip_is_a_question_with_did_you_mean_and_not_a_refusal(slip: str) -> None:
    given = lists(people=[person("m1"), person("m2", region=slip)])
    proposal = proposed(given)
    [question] = proposal.open_questions
    assert (kinds(proposal), proposal.refusals) == (["new", "question"], ())
    assert (question.id, question.answers, question.proposal) == (
        f"region:{slip}",
        ("central", "north"),
        "north",
    )
    assert f"no region “{slip}” (in one row). Did you mean “north”?" in question.problem
    assert kinds(proposed(given, answers={question.id: "north"})) == ["new", "new"]


def test_a_slip_in_the_name_of_a_region_is_one_too_and_another_digit_is_none() -> None:
    office = replace(OFFICE, regions={"r1": "Lake Shore", "r2": "Hills", "dist_1": "One"})
    row = person("m2", region="lake_shroe")
    given = lists(people=[person("m1", region="r2"), row])
    spelled = replace(
        given,
        rows=tuple(
            replace(each, texts={"region": "Lake Shroe"}) if each.key == "m2" else each for each in given.rows
        ),
    )
    [question] = proposed(spelled, office).open_questions
    assert (question.proposal, "Did you mean “r1”?" in question.problem) == ("r1", True)
    assert "no region “Lake Shroe”" in question.problem
    for other in ("r3", "dist_2"):
        found = proposed(lists(people=[person("m1", region="r2"), person("m2", region=other)]), office)
        assert (found.open_questions, [each.code for each in found.refusals]) == ((), ["unknown_region"])
