"""An address that several rows have: who of them the office knows is said, and a name may stand last name first."""

import pytest

from domain.people.identity import plain_name
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import (
    NORTH,
    OFFICE,
    after,
    answered,
    kinds,
    lists,
    person,
    proposed,
    taken,
    unnumbered,
)

MIRA = person("m13", name="Mira Maple", email="mira@post.example")


def sharing(*names: str, **more: str) -> list[dict[str, object]]:
    return [person(f"n{at}", name=name, email="mira@post.example", **more) for at, name in enumerate(names)]


# C2
def test_the_question_about_a_shared_address_names_who_is_known_with_it_and_proposes_nothing() -> None:
    office = after(MIRA)
    given = lists(people=sharing("Ann Jones", "Bo Berg"))
    [question] = proposed(given, office).open_questions
    assert (question.answers, question.proposal) == (("different", "each"), "")
    assert question.problem.startswith(
        "mira@post.example is the address of Mira Maple, known under m13. The list gives it to Ann Jones (row 2), "
        "Bo Berg (row 3) too."
    )
    assert kinds(proposed(given, office, answers={question.id: "two"})) == ["new", "new"]


def test_an_address_that_nobody_known_has_is_proposed_as_that_of_two() -> None:
    [question] = proposed(lists(people=sharing("Ann Jones", "Bo Berg", "Cid Coe")), OFFICE).open_questions
    assert question.proposal == "different"
    assert (
        "is the address of several people: Ann Jones (row 2), Bo Berg (row 3), Cid Coe (row 4)."
        in question.problem
    )


# C4
def test_two_known_people_whose_addresses_become_one_are_a_question_that_names_both() -> None:
    office = after(person("m1", name="Ann Jones"), person("m2", name="Bo Berg"), MIRA)
    new = {"email": "both@post.example"}
    given = lists(people=[person("m1", name="Ann Jones", **new), person("m2", name="Bo Berg", **new)])
    proposal = proposed(given, office)
    [question] = proposal.open_questions
    assert (question.answers, question.proposal, kinds(proposal)) == (
        ("different", "each"),
        "",
        ["changed", "question"],
    )
    assert "both@post.example is the address of several people: Ann Jones (row 2), Bo Berg (row 3)." in (
        question.problem
    )
    done = proposed(given, office, answers={question.id: "two"})
    assert (kinds(done), len(done.writes.apart)) == (["changed", "changed"], 1)
    then = taken(office, done.writes)
    assert (kinds(proposed(given, then)), proposed(given, then).questions) == (["unchanged"] * 2, ())
    [each] = proposed(given, office, answers={question.id: "each"}).open_questions
    assert (each.answers, "mentorflow send people/NUMBER/same-as --body" in each.problem) == (
        ("different",),
        True,
    )


def test_a_known_person_who_gets_the_address_of_another_is_asked_about_unless_that_one_changes_too() -> None:
    office = after(person("m1", name="Ann Jones"), MIRA)
    takes = person("m1", name="Ann Jones", email="mira@post.example")
    [question] = proposed(lists(people=[takes]), office).open_questions
    assert question.problem.startswith(
        "mira@post.example is the address of Mira Maple, known under m13. The list gives it to Ann Jones (row 2) too."
    )
    swapped = lists(people=[takes, {**MIRA, "email": "new@post.example"}])
    assert kinds(proposed(swapped, office)) == ["changed", "changed"]


def test_who_is_known_in_another_region_is_not_named_to_the_importer() -> None:
    office = after({**MIRA, "region": "central"})
    given = lists(people=sharing("Ann Jones", "Bo Berg"))
    [question] = propose(given, office, NORTH, answered(NORTH, {})).open_questions
    assert "is the address of somebody of region central. The list" in question.problem
    assert "Mira" not in question.problem.replace("mira@", "")


# C2
def test_a_name_with_the_last_name_first_is_that_of_the_known_person() -> None:
    office = after(MIRA)
    rows = sharing("Maple, Mira", "Jones, Ann")
    questions = proposed(lists(people=rows), office).open_questions
    first = next(each for each in questions if [at.row for at in each.at] == [2])
    assert (
        "is like Mira Maple, mira@post.example, known under m13 (the same email address and the same name"
        in (first.problem)
    )
    alone = proposed(lists(people=[unnumbered("x", name="Maple, Mira", email="mira@post.example")]), office)
    assert (alone.questions, kinds(alone)) == ((), ["unchanged"]), "the name is no change"


def test_a_known_number_with_the_name_turned_round_is_no_other_person() -> None:
    given = lists(people=[{**MIRA, "name": "Maple, Mira", "email": "new@post.example"}])
    proposal = proposed(given, after(MIRA))
    assert (proposal.questions, kinds(proposal)) == ((), ["changed"])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Maple, Mira", "mira maple"),
        ("Maple,Mira", "mira maple"),
        ("A, B, C", "a, b, c"),
        (", Mira", ", mira"),
    ],
)
def test_one_comma_turns_a_name_round(text: str, plain: str) -> None:
    assert plain_name(text) == plain
