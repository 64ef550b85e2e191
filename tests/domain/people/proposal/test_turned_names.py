"""Lists that write the last name first: nobody's name is turned round by them."""

import pytest

from domain.people.identity import first_name_first
from tests.domain.people.proposal.lists_of import OFFICE, after, kinds, lists, person, proposed, taken

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


def test_one_name_with_a_comma_among_others_is_stored_as_the_list_says() -> None:
    others = [person(f"n{at}", name=f"Name N{at}") for at in range(3)]
    found = proposed(lists(people=[person("m3", name="Maple, Mira"), *others]))
    assert (found.writes.people[0].values["name"], found.remarks) == ("Maple, Mira", ())


def test_an_entry_with_the_last_name_first_is_corrected_by_a_list_and_repeated_by_its_export() -> None:
    old = taken(
        OFFICE, proposed(lists(people=[person("m1", name="Maple, Mira"), person("m2"), person("m3")])).writes
    )
    export = lists(people=[person("m1", name="Maple, Mira")])
    assert kinds(proposed(export, old)) == ["unchanged"]
    right = proposed(lists(people=[person("m1", name="Mira Maple")]), old)
    assert [write.values for write in right.writes.people] == [{"name": "Mira Maple"}]


@pytest.mark.parametrize("name", ["Sam Smith, Jr.", "Ann Lee, Ph.D.", "Cher", "A, B, C", ", Mira", "Mira,"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert first_name_first(name) == name
