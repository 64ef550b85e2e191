"""How people are named: a supervisor by the number that the office knows, and who has no region."""

from dataclasses import replace

import pytest

from domain.actors import Actor
from domain.people.proposal.named import NAME_FOR_NUMBER, with_numbers_of_names
from domain.people.proposal.outcomes import RowRefusal
from tests.domain.people.proposal.lists_of import ADMIN, NORTH, after, lists, person, proposed

REFUSED = RowRefusal(
    code=NAME_FOR_NUMBER,
    problem="A name.",
    file="people.csv",
    column="supervisor",
    rows=(2,),
    cell="Vera Vale",
)
VERA = person("M-9903", name="Vera Vale", region="central")


@pytest.mark.parametrize(
    ("actor", "others", "number"),
    [
        (ADMIN, [], "M-9903"),
        (NORTH, [], ""),
        (NORTH, [person("M-7", name="vera vale")], "M-7"),
        (ADMIN, [person("M-7", name="Vera Vale")], ""),
    ],
)
def test_the_only_person_of_a_name_is_named_by_number(
    actor: Actor, others: list[dict[str, str]], number: str
) -> None:
    [refusal] = with_numbers_of_names([REFUSED], lists(people=others), after(VERA), actor)
    assert refusal.problem == ("A name." + (f" “Vera Vale” has {number}." if number else ""))


def test_people_without_a_region_are_called_so() -> None:
    office = after(person("m1", name="Eva Lind", email="eva@post.example"))
    [id] = office.people
    office = replace(office, people={id: replace(office.people[id], region="", keys=())})
    alike = lists(
        people=[person("m2", name="Eva Lund", email="eva@post.example"), person("m3", region="central")]
    )
    [question] = [each for each in proposed(alike, office).open_questions if each.code == "alike_people"]
    assert "Eva Lind, eva@post.example, without a region (the same email address)" in question.problem
    office = replace(office, people={id: replace(office.people[id], keys=("m1",))})
    foreign = proposed(
        lists(people=[{"key": "m1", "phone": "218 555 0101"}, person("m3", region="central")]), office, NORTH
    )
    assert foreign.remarks[0] == (
        "people.csv: 2 rows are left out (row 2, m1; row 3, Name of m3), because whoever imports does not serve "
        "central and people without a region. The coordinators there bring these people."
    )
