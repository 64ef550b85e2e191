"""Rows of the tables that show the state of a stream, as plain values.

Each room that has a stream makes its own rows (``projection``). Recording an event writes those that changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, cast

from domain.codec import PLAIN, instant_text
from domain.tasks import Task

Value = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a projection: table, key, and its columns; instants and dates as text, lists joined by commas."""

    table: str
    key: str
    values: Mapping[str, Value]


CORRECTED: Final = ("corrected_reason", "corrected_first_year", "corrected_applied_on", "corrected_areas")
"""The columns of a relationship that say what its application says since it was corrected."""
LATER: Final[Mapping[str, frozenset[str]]] = {
    "relationships": frozenset(("earlier", *CORRECTED)),
    "forms": frozenset(("standing",)),
    "meetings": frozenset(("version",)),
}
"""By table: the columns that were added after runs had recorded rows, and that a row never empties again.

What a run records is compared byte for byte when it is replayed, so such a column is left out while it is None.
"""


def row(table: str, key: str, **values: Any) -> Row:
    """Make a row with its values in plain form, without columns that were added later and are None."""
    later = LATER.get(table, frozenset())
    kept = {name: value for name, value in values.items() if value is not None or name not in later}
    return Row(table=table, key=key, values={name: _plain(value) for name, value in kept.items()})


def _plain(value: Any) -> Value:
    if type(value) in PLAIN:
        return cast(Value, value)
    if isinstance(value, tuple):
        return ",".join(str(_plain(item)) for item in value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"{type(value).__name__} has no column form")


def changed(before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows of ``after`` that are new or different; no row is ever removed."""
    old = {(row.table, row.key): row for row in before}
    return tuple(row for row in after if old.get((row.table, row.key)) != row)


def task_row(task: Task, subject: str, region: str, subject_kind: str) -> Row:
    """Return the row of a task, whatever kind of stream it belongs to."""
    return row(
        "tasks",
        task.id,
        subject=subject,
        subject_kind=subject_kind,
        kind=task.kind,
        role=task.role,
        region=region,
        why=task.why,
        about=task.subject,
        opened_at=task.opened_at,
        due_at=task.due_at,
        closed_at=task.closed_at,
        closed_by=task.closed_by,
        outcome=task.outcome,
    )
