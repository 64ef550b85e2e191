"""Columns that nothing is read from: named, and confirmed by a person where something would be lost."""

import pytest

from api_gateway.services.imports.lists import read_lists
from tests.activities.files.roster.lists import sheet_and_map

HEAD = "Member number,Membership class,Member since,Ended,Fax"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (f"{HEAD}\nm1,active,2020-07-01,2026-06-30,\nm2,active,2020-07-01,2026-08-31,\n", True),
        (f"{HEAD}\nm1,active,2020-07-01,,\n", False),
        ("Member number,Membership class,Member since,Name\nm1,active,2020-07-01,Ann\n", False),
    ],
)
def test_only_a_person_confirms_that_a_column_with_something_in_it_is_not_read(
    text: str, asked: bool
) -> None:
    _, columns = sheet_and_map(text, name="memberships.csv")
    assert columns.question is not None
    assert columns.question.never_by_itself is asked


def test_columns_that_are_not_read_are_named_also_once_that_is_confirmed() -> None:
    text = f"{HEAD}\nm1,active,2020-07-01,2026-06-30,\n".encode()
    nothing: dict[str, str] = {}
    found = read_lists(
        {"memberships.csv": text},
        kinds={},
        answers={},
        remembered=[],
        keys=nothing,
        regions=nothing,
        complete=None,
    )
    assert found.not_read == {"memberships.csv": ("“Ended”", "“Fax”")}
    [question] = found.questions
    assert (question.never_by_itself, question.proposal) == (True, "yes")
