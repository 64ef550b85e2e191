"""All faults of a row are said by the first import: what the reader finds and what the office finds, two by two."""

from datetime import date
from itertools import combinations

import pytest

from api_gateway.services.imports.lists import read_lists
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import ADMIN, after, answered, person

REGIONS = {"north": "North", "central": "Central"}
KNOWN = after(person("m1"), memberships=[{"key": "m1", "membership": "active", "first": date(2020, 1, 1)}])
RIGHT = {
    "people": {
        "key": "m5",
        "name": "Ann Lee",
        "email": "ann@post.example",
        "role_title": "principal",
        "region": "north",
        "supervisor": "",
        "phone": "",
        "left_on": "",
    },
    "memberships": {"key": "m1", "membership": "retired", "first": "2021-01-01", "last": ""},
    "mentors": {"key": "m1", "capacity": "2", "trained_on": "2021-01-01", "serving_since": ""},
    "applications": {"key": "m1", "reason": "new_to_role", "first_year": "yes", "applied_on": "2026-11-01"},
}
WRONG = {
    "people": [
        ("role_title", ""),
        ("email", "x@"),
        ("region", "east"),
        ("supervisor", "zz"),
        ("supervisor", "m5"),
        ("phone", "abc"),
        ("left_on", "2026-01-01"),
    ],
    "memberships": [("key", "zz"), ("membership", ""), ("last", "soon")],
    "mentors": [("key", "zz"), ("trained_on", "2028-01-01"), ("serving_since", "x"), ("capacity", "-3")],
    "applications": [("key", "zz"), ("reason", ""), ("first_year", "perhaps"), ("applied_on", "2027-05-05")],
}
"""Cells of each kind of list that are wrong by themselves."""
PAIRS = [
    (kind, one, other)
    for kind, cells in WRONG.items()
    for one, other in combinations(cells, 2)
    if one[0] != other[0]
]


def refused(kind: str, *cells: tuple[str, str]) -> list[str]:
    """Return the columns for which a row with these cells is refused."""
    row = {**RIGHT[kind], **dict(cells)}
    raw = "\n".join((",".join(row), ",".join(row.values()))).encode()
    file = f"{kind}.csv"
    read = read_lists(
        {file: raw},
        kinds={file: kind},
        answers={},
        remembered=[],
        keys=KNOWN.by_key,
        regions=REGIONS,
        complete=None,
    )
    proposal = propose(read.lists, KNOWN, ADMIN, answered(ADMIN, {"titles": "yes"}))
    return [each.column for each in (*read.refusals, *proposal.refusals)]


@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_two_faults_of_a_row_are_both_said_at_once(
    kind: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert refused(kind, one) == [one[0]]
    assert sorted(refused(kind, one, other)) == sorted((one[0], other[0]))


def test_a_cell_that_cannot_be_read_is_not_called_empty_too() -> None:
    assert refused("people", ("email", "x@")) == ["email"]
    assert refused("mentors", ("capacity", "-3")) == ["capacity"]
    assert refused("applications", ("applied_on", "soon")) == ["applied_on"]
