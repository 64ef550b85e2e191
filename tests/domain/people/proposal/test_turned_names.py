"""Lists that write the last name first: nobody's name is turned round by them."""

from dataclasses import replace
from typing import Any

import pytest

from domain.people.identity import first_name_first
from tests.domain.people.proposal.lists_of import OFFICE, after, by_key, kinds, lists, person, proposed, taken


def with_name(office: Any, key: str, name: str) -> Any:
    """Return an office in which somebody has a name that no list gives."""
    entry = by_key(office, key)
    return replace(office, people={**office.people, entry.id: replace(entry, name=name)})


KNOWN = after(person("m1", name="José Peña"), person("m2", name="Ann Lee"))
PENA, LEE = person("m1", name="Peña, José"), person("m2", name="Lee,  Ann")
REMARK = (
    "people.csv: the names are written with the last name first. “Peña, José” is read as “José Peña”, and so are the "
    "others. Names that are known stay as they are."
)


# C8
def test_a_list_with_the_last_name_first_changes_no_name() -> None:
    found = proposed(lists(people=[PENA, LEE]), KNOWN)
    assert (kinds(found), found.writes.people, found.remarks) == (["unchanged"] * 2, (), (REMARK,))
    other = proposed(lists(people=[{**PENA, "name": "Peña Ruiz, José"}, LEE]), KNOWN)
    [change] = other.outcomes[0].changes
    assert (change.before, change.after) == ("José Peña", "José Peña Ruiz"), "another name is still a change"


def test_new_people_of_such_a_list_get_the_first_name_first() -> None:
    new = person("m3", name="O'Neil, Margaret")
    given = lists(people=[PENA, LEE, new])
    found = proposed(given, KNOWN)
    assert [write.values["name"] for write in found.writes.people] == ["Margaret O'Neil"]
    assert [each.after for each in found.outcomes[2].changes if each.field == "name"] == ["Margaret O'Neil"]
    assert kinds(proposed(given, taken(KNOWN, found.writes))) == ["unchanged"] * 3


@pytest.mark.parametrize("others", range(9))
def test_a_name_with_a_comma_is_turned_round_whatever_the_others_look_like(others: int) -> None:
    plain = [person(f"n{at}", name=f"Name N{at}") for at in range(others)]
    found = proposed(lists(people=[person("m3", name="Maple, Mira"), *plain]))
    assert found.writes.people[0].values["name"] == "Mira Maple"
    [remark] = found.remarks
    assert "“Maple, Mira” is read as “Mira Maple”" in remark


def test_a_remark_says_how_many_names_are_turned_round() -> None:
    others = [person(f"n{at}", name=f"Name N{at}") for at in range(3)]
    found = proposed(lists(people=[person("m3", name="Maple, Mira"), *others]))
    assert found.remarks == (
        "people.csv: of 4 names 1 is written with the last name first. “Maple, Mira” is read as “Mira Maple”. Names "
        "that are known stay as they are.",
    )


def test_a_name_whose_commas_have_no_clear_meaning_is_asked_about_and_never_stored_without_an_answer() -> (
    None
):
    given = lists(people=[person("m3", name="Maple, Oak, Mira"), person("m4")])
    proposal = proposed(given)
    [question] = proposal.open_questions
    assert (question.code, question.answers, question.proposal) == ("name_with_commas", ("keep",), "")
    assert "which part of the name “Maple, Oak, Mira” is the first name?" in question.problem
    assert kinds(proposal) == ["question", "new"]
    kept = proposed(given, answers={question.id: "keep"})
    assert kept.writes.people[0].values["name"] == "Maple, Oak, Mira"
    assert kinds(proposed(given, taken(OFFICE, kept.writes))) == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Smith, Jr., John", "John Smith, Jr."),
        ("Smith Jr., John", "John Smith Jr."),
        ("Smith, John, III", "John Smith, III"),
        ("van der Berg, Piet, Dr.", "Piet van der Berg, Dr."),
        ("smith, JANE", "JANE smith"),
        ("Lee, Ma", "Ma Lee"),
        ("DE LA CRUZ, ANA", "ANA DE LA CRUZ"),
    ],
)
def test_what_follows_names_stays_behind_them(said: str, stored: str) -> None:
    assert first_name_first(said) == stored
    given = lists(people=[person("m3", name=said)])
    first = proposed(given)
    assert first.writes.people[0].values["name"] == stored
    then = taken(OFFICE, first.writes)
    assert kinds(proposed(given, then)) == ["unchanged"]
    unnumbered_row = {name: value for name, value in person("m3", name=said).items() if name != "key"}
    again = proposed(lists(people=[unnumbered_row]), then)
    assert kinds(again) == ["unchanged"], "the same person without the number"


def test_an_entry_with_the_last_name_first_is_corrected_by_a_list_and_repeated_by_its_export() -> None:
    old = taken(OFFICE, proposed(lists(people=[person("m1"), person("m2"), person("m3")])).writes)
    old = with_name(old, "m1", "Maple, Mira")
    export = lists(people=[person("m1", name="Maple, Mira")])
    assert kinds(proposed(export, old)) == ["unchanged"]
    right = proposed(lists(people=[person("m1", name="Mira Maple")]), old)
    assert [write.values for write in right.writes.people] == [{"name": "Mira Maple"}]


@pytest.mark.parametrize(
    "name",
    ["Sam Smith, Jr.", "Ann Lee, Ph.D.", "Ann Lee, RN", "Smith, Jr.", "Cher", "A, B, C", ", Mira", "Mira,"],
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert first_name_first(name) == name
