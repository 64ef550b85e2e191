"""A name beside a member number in lists of memberships, mentors and applications is compared with the number."""

from dataclasses import replace
from typing import Any

import pytest

from domain.people.identity import may_be_one_name
from tests.domain.people.proposal.lists_of import NORTH, SINCE, after, kinds, lists, person, proposed

OFFICE = after(
    person("m1", name="Mark Ellison"), person("m2", name="Elizabeth Maple"), person("m3", name="Ann Lee")
)


def mentor(key: str, name: str = "") -> dict[str, Any]:
    return {"key": key, "capacity": 2, **({"name": name} if name else {})}


# C45
def test_a_row_that_names_somebody_else_than_its_number_does_waits_for_an_answer() -> None:
    given = lists(mentors=[mentor("m1", "Linda Kowalski"), mentor("m3", "Lee, Ann")])
    proposal = proposed(given, OFFICE, NORTH)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.proposal) == ("names_differ", ("same",), "")
    assert question.problem == (
        "mentors.csv, row 2: the list says Linda Kowalski, and m1 is the number of Mark Ellison. Is the row about Mark "
        "Ellison (same)? If a number is wrong, correct it in the file."
    )
    assert (kinds(proposal), len(proposal.writes.mentors)) == (["question", "new"], 1)
    same = proposed(given, OFFICE, NORTH, {question.id: "same"})
    assert (kinds(same), same.open_questions) == (["new", "new"], ())


def test_several_such_rows_of_all_lists_are_one_question() -> None:
    given = lists(
        mentors=[mentor("m1", "Linda Kowalski")],
        memberships=[{"key": "m2", "name": "Olga Berg", "membership": "active", "first": SINCE}],
    )
    [group] = proposed(given, OFFICE).open_questions
    assert (group.answers, group.about) == (
        ("same", "each"),
        (
            "memberships.csv, row 2: the list says Olga Berg, and m2 is the number of Elizabeth Maple",
            "mentors.csv, row 2: the list says Linda Kowalski, and m1 is the number of Mark Ellison",
        ),
    )
    assert kinds(proposed(given, OFFICE, answers={group.id: "same"})) == ["new", "new"]
    first, second = proposed(given, OFFICE, answers={group.id: "each"}).open_questions
    one = proposed(given, OFFICE, answers={group.id: "each", first.id: "same"})
    assert (kinds(one), [each.id for each in one.open_questions]) == (["new", "question"], [second.id])


def test_a_name_that_changed_and_the_name_of_another_person_are_asked_about_apart() -> None:
    office = after(
        person("ivy", name="Ivy Dean"), person("karl", name="Karl Voss"), person("ann", name="Ann Bergmann")
    )
    rows = [mentor("ivy", "Karl Voss"), mentor("karl", "Karla Foss"), mentor("ann", "Liz Bergmann")]
    nearly, other = proposed(lists(mentors=rows), office).open_questions
    assert nearly.about == (
        "mentors.csv, row 3: the list says Karla Foss, and karl is the number of Karl Voss",
        "mentors.csv, row 4: the list says Liz Bergmann, and ann is the number of Ann Bergmann",
    )
    assert nearly.problem.startswith("2 rows say nearly the names of the people with their member numbers")
    assert other.problem.startswith(
        "mentors.csv, row 2: the list says Karl Voss, and ivy is the number of Ivy"
    )
    same = proposed(lists(mentors=rows), office, answers={nearly.id: "same"})
    assert (kinds(same), [each.id for each in same.open_questions]) == (
        ["question", "new", "new"],
        [other.id],
    )


def test_the_name_that_the_list_of_people_brings_counts_too() -> None:
    given = lists(people=[person("m1", name="Mark Stone")], mentors=[mentor("m1", "M. Stone")])
    assert proposed(given, OFFICE).questions == ()
    new = lists(people=[person("n1", name="Zoe New")], mentors=[mentor("n1", "Ann Lee")])
    assert [each.code for each in proposed(new, OFFICE).open_questions] == ["names_differ"]


def test_a_name_of_another_region_is_not_told() -> None:
    far = after(person("c1", name="Far Away", region="central"))
    proposal = proposed(lists(mentors=[mentor("c1", "Linda Kowalski")]), far, NORTH)
    assert (proposal.questions, proposal.refusals, proposal.writes.mentors) == ((), (), ())
    assert "Far Away" not in repr(proposal.outcomes) + repr(proposal.remarks)


def test_a_row_without_a_name_is_shown_with_the_name_of_the_entry() -> None:
    given = lists(mentors=[mentor("m1")], memberships=[{"key": "m3", "membership": "active"}])
    given = replace(given, rows=tuple(replace(each, name=each.key) for each in given.rows))
    proposal = proposed(given, OFFICE)
    assert [each.name for each in proposal.outcomes] == ["Ann Lee, m3", "Mark Ellison, m1"]
    assert [(each.code, each.name) for each in proposal.refusals] == [("missing_value", "Ann Lee, m3")]


@pytest.mark.parametrize(
    ("said", "known", "may_be"),
    [
        ("Beth A. Carlson", "Beth Carlson", True),
        ("O’NEIL, MARGARET", "Margaret O'Neil", True),
        ("Soren Akesson", "Sören Åkesson", True),
        ("L. Kowalski", "Linda Kowalski", True),
        ("Linda Ellison", "Mark Ellison", False),
        ("Linda Kowalski", "Mark Ellison", False),
        ("李", "李", True),
    ],
)
def test_which_names_may_be_one_persons(said: str, known: str, may_be: bool) -> None:
    assert (may_be_one_name(said, known), may_be_one_name(known, said)) == (may_be, may_be)
