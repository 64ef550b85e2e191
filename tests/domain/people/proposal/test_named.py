"""The number of a supervisor whom a list names is said where exactly one person of that name is visible."""

import pytest

from domain.actors import Actor
from domain.people.proposal.named import NAME_FOR_NUMBER, with_numbers_of_names
from domain.people.proposal.outcomes import RowRefusal
from tests.domain.people.proposal.lists_of import ADMIN, NORTH, after, lists, person

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
