"""Rows without a member number, and rows that leave the district out: whom they are about is asked once."""

from dataclasses import replace
from typing import Any

from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    OFFICE,
    after,
    answered,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
    unnumbered,
)


def of_name(office: Any, name: str) -> str:
    """Return the id of the only entry with a name."""
    [found] = [id for id, entry in office.people.items() if entry.name == name]
    return str(found)


MEMBERS = [unnumbered(f"m{number}") for number in range(500)]


# C8
def test_a_list_without_numbers_that_says_nothing_new_asks_nothing() -> None:
    office = after(*MEMBERS)
    again = proposed(lists(people=MEMBERS), office)
    assert (again.questions, set(kinds(again)), again.writes.people) == ((), {"unchanged"}, ())


# C2
def test_rows_without_numbers_that_change_known_people_are_one_question_whose_answer_is_kept() -> None:
    office = after(*MEMBERS)
    given = lists(people=[{**row, "phone": f"555 {at}"} for at, row in enumerate(MEMBERS)])
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert (question.id, question.code, len(question.at), question.answers, question.proposal) == (
        "rows_without_number",
        "people_without_number",
        500,
        ("same", "each"),
        "same",
    )
    assert "500 rows have no member number, and repeat the name and the address of one known person" in (
        question.problem
    )
    same = proposed(given, office, answers={question.id: "same"})
    assert (same.open_questions, set(kinds(same))) == ((), {"changed"})
    then = taken(office, same.writes)
    assert len(then.people) == 500, "no human twice"
    later = lists(people=[{**row, "phone": f"556 {at}"} for at, row in enumerate(MEMBERS)])
    assert proposed(later, then, answers={question.id: "same"}).open_questions == ()


def test_each_row_without_a_number_is_asked_about_on_request() -> None:
    office = after(unnumbered("a"), unnumbered("b"))
    given = lists(people=[unnumbered("a", phone="555 01"), unnumbered("b", phone="555 02")])
    each = {"rows_without_number": "each"}
    first, second = proposed(given, office, answers=each).open_questions
    assert first.answers == ("same", "different")
    done = proposed(given, office, answers={**each, first.id: "same", second.id: "two"})
    assert kinds(done) == ["changed", "new"]
    assert [(pair.one, pair.other) for pair in done.writes.apart] == [
        ("new/people.csv/3", of_name(office, "Name of b"))
    ]


def test_a_row_without_a_number_about_somebody_with_staff_rights_is_not_among_the_rows_of_all() -> None:
    office = after(unnumbered("a"), unnumbered("b"))
    office = replace(office, staff=frozenset({of_name(office, "Name of a")}))
    given = lists(people=[unnumbered("a", phone="555 01"), unnumbered("b", phone="555 02")])
    proposal = proposed(given, office, NORTH)
    assert {each.code: each.who.value for each in proposal.questions} == {
        "alike_people": "admin",
        "people_without_number": "importer",
    }
    kept = propose(given, office, NORTH, answered(NORTH, {"rows_without_number": "same"}))
    assert kinds(kept) == ["question", "changed"]


def test_a_couple_that_shares_a_mailbox_is_told_apart_by_name_also_without_numbers() -> None:
    couple = [unnumbered("a", email="x@post.example"), unnumbered("b", email="x@post.example")]
    [question] = proposed(lists(people=couple)).open_questions
    two = proposed(lists(people=couple), answers={question.id: "two"})
    office = taken(OFFICE, two.writes)
    assert kinds(proposed(lists(people=couple), office)) == ["unchanged", "unchanged"]


def test_a_row_without_a_district_is_a_question_where_name_and_region_agree() -> None:
    office = after(person("k1", name="Ann Lund", email="ann@post.example"))
    row = person("k2", name="Ann Lund", email="ann2@post.example", district=None)
    [question] = proposed(lists(people=[row]), office).questions
    assert (question.code, question.answers) == ("alike_people", ("same", "stays", "slip", "different"))
    assert "the same name and region, and no district in the list or in the office" in question.problem
    elsewhere = {**row, "region": "central"}
    assert kinds(proposed(lists(people=[elsewhere]), office)) == ["new"]
    district = {**row, "district": "River"}
    assert kinds(proposed(lists(people=[district]), office)) == ["new"]
    same = proposed(lists(people=[row]), office, answers={question.id: "same"})
    assert [each.keys for each in same.writes.people] == [("k2",)]
    assert by_key(taken(office, same.writes), "k2").district == "Lake", "what a row leaves out stays"


def test_two_rows_of_one_list_without_districts_are_compared_by_region_too() -> None:
    rows = [
        person("k1", name="Ann Lund", email="a1@post.example"),
        person("k2", name="Ann Lund", email="a2@post.example", district=None),
        person("k3", name="Ann Lund", email="a3@post.example", district=None, region="central"),
    ]
    proposal = proposed(lists(people=rows))
    asked = [each for each in proposal.open_questions if each.code == "alike_people"]
    assert [[at.row for at in each.at] for each in asked] == [[3], [4]]
    assert "Ann Lund, number k1" in asked[0].problem
    assert "number k1" not in asked[1].problem, "k1 has a district in another region"


def test_rows_of_names_alone_are_one_question_and_never_taken_by_themselves() -> None:
    office = after(*(person(f"k{number}") for number in range(40)))
    rows = [
        {"name": f"Name of k{number}", "region": "north", "phone": f"555 {number}"} for number in range(40)
    ]
    proposal = proposed(lists(people=rows), office)
    [question] = proposal.questions
    assert (len(question.at), question.answers, question.proposal) == (40, ("same", "different", "each"), "")
    assert "but the name of one known person" in question.problem
    same = proposed(lists(people=rows), office, answers={question.id: "same"})
    assert (set(kinds(same)), len(taken(office, same.writes).people)) == ({"changed"}, 40)
    two = proposed(lists(people=rows), office, answers={question.id: "two"})
    assert [each.code for each in two.refusals] == ["missing_value"], "a new person needs more than a name"


def test_name_and_address_without_a_district_are_the_one_known_person_without_a_question_if_nothing_changes() -> (
    None
):
    office = after(unnumbered("a"))
    row = unnumbered("a", district=None)
    assert kinds(proposed(lists(people=[row]), office)) == ["unchanged"]
    [question] = proposed(lists(people=[{**row, "phone": "555 01"}]), office, ADMIN).questions
    assert question.id == "rows_without_number"
