"""A row with the name of somebody of another district or region, and what a missing district says."""

import pytest

from tests.domain.people.proposal.lists_of import (
    NORTH,
    after,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
    unnumbered,
)

BEARS = person("m1", name="Daniel Two Bears", region="central", district="Winona")


def test_a_row_without_a_number_is_asked_about_where_the_name_is_known_in_another_region() -> None:
    given = lists(people=[unnumbered("n1", name="Daniel Two Bears")])
    proposal = proposed(given, after(BEARS))
    [question] = proposal.open_questions
    assert (question.code, question.answers, kinds(proposal)) == (
        "alike_people",
        ("same", "stays", "different"),
        ["question"],
    )
    assert "the same name, in another district or region" in question.problem
    different = proposed(given, after(BEARS), answers={question.id: "different"})
    assert kinds(different) == ["new"]


def test_so_is_a_row_with_a_number_where_the_known_one_has_none() -> None:
    known = unnumbered("n1", name="Rose Begay", region="central", district="Winona")
    given = lists(people=[person("m2", name="Rose Begay")])
    assert kinds(proposed(given, after(known))) == ["question"]


@pytest.mark.parametrize(("region", "district"), [("north", "Lake"), ("central", "Lake")])
def test_two_numbers_elsewhere_are_two_people_and_a_remark_names_them(region: str, district: str) -> None:
    given = lists(people=[person("m2", name="Daniel Two Bears", region=region, district=district)])
    found = proposed(given, after(BEARS))
    assert kinds(found) == ["new"]
    [remark] = found.remarks
    assert remark.startswith(
        "people.csv, row 2: Daniel Two Bears, m2, is new, although somebody of this name is known under another "
        "number: Daniel Two Bears"
    )
    assert remark.endswith("If they are one person, write the known number in this row.")


def test_the_remark_names_nobody_of_a_region_that_the_importer_does_not_serve() -> None:
    office = after(BEARS, person("m9"))
    given = lists(people=[person("m2", name="Daniel Two Bears")])
    assert proposed(given, office, NORTH).remarks == ()


def test_a_known_number_settles_whose_a_row_is() -> None:
    office = after(BEARS, person("m2", name="Daniel Two Bears", email="d2@post.example"))
    given = lists(people=[BEARS, person("m2", name="Daniel Two Bears", email="d2@post.example")])
    assert (kinds(proposed(given, office)), proposed(given, office).remarks) == (["unchanged"] * 2, ())


def test_a_missing_district_is_no_district() -> None:
    office = after(person("m1", name="Chinedu Okafor", district=None))
    there = lists(people=[person("m2", name="Chinedu Okafor", email="other@post.example")])
    [question] = proposed(there, office).open_questions
    assert "the same name and region, and no district in the list or in the office" in question.problem
    elsewhere = lists(
        people=[
            person("m2", name="Chinedu Okafor", email="other@post.example", region="central", district=None)
        ]
    )
    assert kinds(proposed(elsewhere, office)) == ["new"], "two numbers in two regions"


def test_two_rows_of_which_one_names_no_district_are_asked_about_whichever_comes_first() -> None:
    rows = [
        person("m1", name="Chinedu Okafor", district=None),
        person("m2", name="Chinedu Okafor", email="other@post.example"),
    ]
    for order in (rows, rows[::-1]):
        assert kinds(proposed(lists(people=order))) == ["new", "question"]


def test_the_same_answer_holds_in_the_next_list_once_both_are_known() -> None:
    office = after(BEARS)
    given = lists(people=[unnumbered("n1", name="Daniel Two Bears")])
    [question] = proposed(given, office).open_questions
    then = taken(office, proposed(given, office, answers={question.id: "different"}).writes)
    assert kinds(proposed(given, then)) == ["unchanged"]
    assert by_key(then, "m1").region == "central"
