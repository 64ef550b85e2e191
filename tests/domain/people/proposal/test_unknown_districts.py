"""Districts that nobody has: a slip in a known one is asked about once, and capitals and blanks are no difference."""

import pytest

from domain.people.proposal.codes import KEPT
from tests.domain.people.proposal.lists_of import (
    NORTH,
    after,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
)

OFFICE = after(person("m1", district="Lake District"), person("m2", district="Duluth ISD 709"))


def test_a_slip_in_a_district_is_asked_about_once_for_all_its_rows() -> None:
    given = lists(
        people=[person("m2", district="Laek District"), person("n1", district="Laek District"), person("m1")]
    )
    found = proposed(given, OFFICE)
    [question] = found.open_questions
    assert (question.id, question.code, question.answers, question.proposal) == (
        "district:laek district",
        "unknown_district",
        ("Lake District", "new"),
        "Lake District",
    )
    assert question.problem == (
        "Nobody has the district “Laek District” yet (in 2 rows). Is it “Lake District”, or a new one (new)?"
    )
    assert kinds(found) == ["question", "question", "changed"]
    assert question.id.startswith(KEPT), "the next list is read by the same answer"


@pytest.mark.parametrize(
    ("answer", "district"), [("Lake District", "Lake District"), ("new", "Laek District")]
)
def test_the_answer_is_the_district_of_all_its_rows(answer: str, district: str) -> None:
    given = lists(people=[person("m2", district="Laek District"), person("n1", district="Laek District")])
    found = proposed(given, OFFICE, answers={"district:laek district": answer})
    assert kinds(found) == ["changed", "new"]
    then = taken(OFFICE, found.writes)
    assert {by_key(then, "m2").district, by_key(then, "n1").district} == {district}
    again = proposed(given, then, answers={"district:laek district": answer})
    assert (kinds(again), again.open_questions) == (["unchanged", "unchanged"], ())


@pytest.mark.parametrize("district", ["LAKE DISTRICT", "lake  district", "Lake district"])
def test_capitals_and_blanks_make_no_other_district(district: str) -> None:
    found = proposed(lists(people=[person("m1", district=district), person("n1", district=district)]), OFFICE)
    assert (kinds(found), found.open_questions) == (["unchanged", "new"], ())
    assert [each.values["district"] for each in found.writes.people] == ["Lake District"]


def test_a_district_in_other_capitals_is_said_to_stay() -> None:
    office = after(person("m1", district="Lake District"), person("m2", district="LAKE DISTRICT"))
    found = proposed(lists(people=[person("m1", district="LAKE DISTRICT")]), office)
    assert kinds(found) == ["unchanged"]
    assert found.remarks == (
        "people.csv, row 2: a district that differs from the office's in upper and lower case alone, and nothing is "
        "changed. To write one otherwise, use the person's page or `mentorflow send people/NUMBER/change --body "
        """'{"district": "TEXT"}'`.""",
    )


@pytest.mark.parametrize("district", ["Duluth ISD 708", "River District", "Lake Districtwide"])
def test_another_number_or_another_word_is_another_district(district: str) -> None:
    found = proposed(lists(people=[person("n1", district=district)]), OFFICE)
    assert (kinds(found), found.open_questions) == (["new"], ())


def test_short_words_are_no_slips_of_each_other() -> None:
    office = after(person("m1", district="School A"))
    assert proposed(lists(people=[person("n1", district="School B")]), office).open_questions == ()


def test_a_district_that_only_other_regions_have_is_shown_to_nobody() -> None:
    office = after(person("m1", district="Lake District", region="central"))
    found = proposed(lists(people=[person("n1", district="Laek District")]), office, NORTH)
    assert (kinds(found), found.open_questions) == (["new"], ())


def test_an_address_in_other_capitals_is_no_change() -> None:
    office = after(person("m1", email="ann.lee@post.example"))
    found = proposed(lists(people=[person("m1", email="Ann.Lee@Post.example")]), office)
    assert kinds(found) == ["unchanged"]
    assert found.remarks == (
        "people.csv, row 2: an address that differs from the office's in upper and lower case alone, and nothing is "
        "changed. To write one otherwise, use the person's page or `mentorflow send people/NUMBER/change --body "
        """'{"email": "TEXT"}'`.""",
    )
