"""Rows of a state: plain values, one row a key, never removed, the same from a fold as from the running state."""

from datetime import UTC, date, datetime
from enum import Enum

import pytest

from domain.projection_rows import Row, changed, row
from domain.relationship.projection import rows
from tests.domain.builders import Case


class Color(Enum):
    RED = "red"


def keys(shown: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(one.table, one.key) for one in shown]


def test_values_are_plain_text_numbers_booleans_or_nothing() -> None:
    made = row(
        "any",
        "key",
        at=datetime(2026, 8, 3, 15, 0, tzinfo=UTC),
        on=date(2026, 8, 3),
        kinds=(Color.RED, "x"),
        color=Color.RED,
        many=3,
        yes=True,
        nothing=None,
    )
    assert dict(made.values) == {
        "at": "2026-08-03T15:00:00.000000Z",
        "on": "2026-08-03",
        "kinds": "red,x",
        "color": "red",
        "many": 3,
        "yes": True,
        "nothing": None,
    }


def test_a_value_that_fits_no_column_is_refused() -> None:
    with pytest.raises(TypeError):
        row("any", "key", ratio=0.5)


def test_changed_names_new_and_different_rows_only() -> None:
    same, old, new = row("t", "1", a=1), row("t", "2", a=1), row("t", "2", a=2)
    more = row("t", "3", a=1)
    assert changed((same, old), (same, new, more)) == (new, more)
    assert changed((same, new), (same, new)) == ()


def test_a_year_shows_each_key_once_and_the_fold_shows_the_same_rows() -> None:
    case = Case().surveyed()
    shown = rows(case.state)
    assert len(set(keys(shown))) == len(shown)
    assert rows(case.refold()) == shown
    assert {one.table for one in shown} == {"relationships", "meetings", "tasks", "slots", "claims"}


def test_a_row_never_goes_away() -> None:
    case = Case().signed()
    before = rows(case.state)
    case.meet()
    after = rows(case.state)
    assert set(keys(before)) < set(keys(after))
