"""Further member numbers in a list of people (C35): each is a number of that human, or the row is refused."""

from domain.people.proposal.by_command import SAME_AS
from domain.people.proposal.outcomes import FieldChange
from tests.domain.people.proposal.lists_of import SINCE, after, by_key, kinds, lists, person, proposed, taken

ANN = person("m1", name="Ann Lee", email="ann@post.example")
BO = person("m2", name="Bo Ek", email="bo@post.example")


def test_c35_the_further_numbers_of_somebody_new_are_that_persons_numbers() -> None:
    office = after({**ANN, "other_numbers": ("x1", "x2")})
    assert by_key(office, "m1").keys == ("m1", "x1", "x2")
    again = proposed(lists(people=[{**ANN, "other_numbers": ("x1", "x2")}]), office)
    assert (kinds(again), again.writes.people) == (["unchanged"], ())


def test_c35_a_further_number_of_a_known_person_is_added_and_shown() -> None:
    office = after(ANN)
    found = proposed(lists(people=[{**ANN, "other_numbers": ("x1",)}]), office)
    [outcome] = found.outcomes
    assert outcome.outcome.value == "changed"
    assert outcome.changes == (FieldChange(field="keys", before=["m1"], after=["m1", "x1"]),)
    assert by_key(taken(office, found.writes), "x1").keys == ("m1", "x1")


def test_c35_a_further_number_that_lost_its_zeros_is_the_known_one() -> None:
    office = after({**ANN, "other_numbers": ("0071",)})
    found = proposed(lists(people=[{**ANN, "other_numbers": ("71",)}]), office)
    assert (kinds(found), found.writes.people) == (["unchanged"], ())


def test_c35_a_row_with_the_number_of_somebody_else_is_refused_with_who_has_it() -> None:
    office = after(ANN, BO)
    found = proposed(lists(people=[{**ANN, "other_numbers": ("m2",)}]), office)
    [refusal] = found.refusals
    assert (refusal.code, refusal.column, refusal.rows, refusal.cell) == (
        "number_of_another",
        "other_numbers",
        (2,),
        "m2",
    )
    assert refusal.problem == (
        "“m2” is the number of Bo Ek, known under m2. If they are one person, say so first, on the person's "
        f"page or with {SAME_AS}; or else take the number out of this cell."
    )


def test_c35_a_number_that_another_row_brings_is_that_persons() -> None:
    found = proposed(lists(people=[{**ANN, "other_numbers": ("m2",)}, BO]))
    [refusal] = found.refusals
    assert (refusal.code, refusal.rows) == ("number_of_another", (2,))
    assert "is the number of Bo Ek (row 3)" in refusal.problem
    both = [{**ANN, "other_numbers": ("x1",)}, {**BO, "other_numbers": ("x1",)}]
    assert [each.rows for each in proposed(lists(people=both)).refusals] == [(2,), (3,)]


def test_c35_somebody_new_with_the_number_of_a_known_person_may_be_that_person() -> None:
    office = after(ANN)
    new = person("m9", name="Ann Olsen", email="olsen@post.example", other_numbers=("m1",))
    found = proposed(lists(people=[new]), office)
    [question] = found.open_questions
    assert question.code == "alike_people"
    same = proposed(lists(people=[new]), office, answers={question.id: "same"})
    assert by_key(taken(office, same.writes), "m9").keys == ("m1", "m9")
    different = proposed(lists(people=[new]), office, answers={question.id: "different"})
    assert [each.code for each in different.refusals] == ["number_of_another"]


def test_c35_a_membership_under_a_further_number_is_that_persons() -> None:
    given = lists(
        people=[{**ANN, "other_numbers": ("x1",)}],
        memberships=[{"key": "x1", "membership": "active", "first": SINCE}],
    )
    found = proposed(given)
    assert (found.refusals, kinds(found)) == ((), ["new", "new"])
