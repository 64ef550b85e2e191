"""Answers that lead to a refusal: they are shown, say why, and can be given otherwise."""

from dataclasses import replace
from typing import Any

from domain.people.proposal.lists import ListKind, Lists
from tests.domain.people.proposal.lists_of import OFFICE, after, kinds, lists, person, proposed, unnumbered

LIV = person("00921", name="Liv Aas", email="liv@post.example")
ACCENT = person("00922", name="Lív Aas", email="liv2@post.example")


def test_a_wrong_same_about_two_new_rows_of_one_list_stays_answered_and_can_be_answered_again() -> None:
    given = lists(people=[LIV, ACCENT])
    [question] = [each for each in proposed(given).open_questions if each.code == "alike_people"]
    wrong = proposed(given, answers={question.id: "same"})
    assert (kinds(wrong), wrong.refusals) == (["question", "question"], ())
    assert [(each.id, each.answer) for each in wrong.questions if each.code == "alike_people"] == [
        (question.id, "same")
    ]
    [which] = wrong.open_questions
    assert which.problem == (
        "Rows 2 and 3 are about the same person but say different things in “name” (“Liv Aas” and “Lív Aas”), "
        f"“email” (“{LIV['email']}” and “liv2@post.example”). Which row is right there, that with the number "
        "“00921” or “00922”? What only one row says is taken from it. The person gets all these numbers. They are one "
        "person because somebody answered same; if that is wrong, answer different."
    )
    right = proposed(given, answers={question.id: "different"})
    assert kinds(right) == ["new", "new"]


def test_rows_under_one_number_say_nothing_of_an_answer() -> None:
    rows = [person("m1", phone="555 0101"), person("m1", phone="555 0102")]
    [refusal] = proposed(lists(people=rows), after(person("m1"))).refusals
    assert refusal.problem == (
        "Rows 2 and 3 have the member number m1 but say different things in “phone” (“555 0101” and “555 0102”). "
        "Correct one, or delete one row."
    )


def of_one_file(people: list[dict[str, Any]], memberships: list[dict[str, Any]]) -> Lists:
    """Return lists of people and of memberships that stand in the rows of one file."""
    given = lists(people=people, memberships=memberships)
    rows = tuple(replace(row, at=row.at._replace(file="members.csv")) for row in given.rows)
    return replace(given, rows=rows, files=dict.fromkeys(given.files, "members.csv"))


def test_a_question_is_asked_although_the_other_half_of_its_row_is_refused() -> None:
    office = after(person("m1", name="Ana Ruiz", email="ana@post.example"))
    people = [unnumbered("x", name="Ana Ruíz", email="ana@post.example", district="Lake")]
    given = of_one_file(people, [{"key": "m9", "membership": "active"}])
    proposal = proposed(given, office)
    assert [each.code for each in proposal.refusals] == ["unknown_key"]
    assert [each.id for each in proposal.open_questions] == ["rows_without_number"]
    answered = proposed(given, office, answers={"rows_without_number": "same"})
    assert [(each.id, each.answer) for each in answered.questions] == [("rows_without_number", "same")]
    assert [each.outcome.value for each in answered.outcomes if each.kind is ListKind.PEOPLE] == ["changed"]


def test_of_a_double_whose_one_cell_is_blank_the_other_one_counts() -> None:
    rows = [person("00901", phone="218 555 0144"), person("00901")]
    for order in (rows, rows[::-1]):
        proposal = proposed(lists(people=order), OFFICE)
        assert kinds(proposal) == ["new", "same_person"]
        [write] = proposal.writes.people
        assert (write.keys, write.values["phone"]) == (("00901",), "218 555 0144")


def test_a_third_row_is_compared_with_all_before_it() -> None:
    rows = [person("m1"), person("m1", phone="218 555 0144"), person("m1", phone="218 555 0145")]
    assert kinds(proposed(lists(people=rows), OFFICE)) == ["refused"] * 3
