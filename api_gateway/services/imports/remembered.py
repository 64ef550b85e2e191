"""What people confirmed about earlier lists, as it holds for a new one: its kind, and what its headings mean."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from activities.adapters.files.roster.column_faults import NOT_READ
from activities.adapters.files.roster.column_map import heading_names
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.sheet import BOTH, Sheet
from activities.adapters.files.roster.sheets import SHEET
from api_gateway.services.imports.file_questions import CODES, kept_answers
from api_gateway.services.imports.reading import ColumnMapUsed
from domain.people.proposal.questions import KeptAnswer

KIND = "kind"
Remembered = Sequence[Mapping[str, Any]]
"""Rows of column maps, the oldest first."""


def kept_kind(remembered: Remembered, digest: str) -> KeptAnswer | None:
    """Return what a list with these headings was said to be last; before that was kept, all that it was read as."""
    rows = [row for row in remembered if row["headings_digest"] == digest and row["file"] != CODES]
    said = [answer for row in rows if (answer := kept_answers(row).get(KIND)) is not None]
    if said:
        return max(said, key=lambda each: each.at)
    if not rows:
        return None
    kinds = BOTH.join(dict.fromkeys(row["file"] for row in rows))
    return KeptAnswer(value=kinds, by=rows[-1]["confirmed_by"], at=rows[-1]["confirmed_at"].isoformat())


def of_sheets(mark: str) -> str:
    """Return the id under which the answer about sheets of a workbook is kept with the columns of its lists."""
    return f"{SHEET}:{mark}"


def kept_sheets(remembered: Remembered, mark: str) -> KeptAnswer | None:
    """Return what was answered last about sheets with these titles and headings."""
    rows = (row for row in remembered if row["file"] != CODES)
    said = [answer for row in rows if (answer := kept_answers(row).get(of_sheets(mark))) is not None]
    return max(said, key=lambda each: each.at, default=None)


def kept_map(remembered: Remembered, kind: RosterKind, digest: str) -> Mapping[str, Any] | None:
    """Return what was confirmed last about a list of a kind with these headings."""
    rows = (row for row in reversed(remembered) if row["headings_digest"] == digest)
    return next((row for row in rows if row["file"] == kind.value), None)


def kept_by_heading(remembered: Remembered, kind: RosterKind, sheet: Sheet) -> Mapping[str, Any] | None:
    """Return what was confirmed about single headings of a list, in whatever list of its kind they stood last.

    It has the form of one row, with the giver and the day of the newest. Of two headings that meant one column, the
    newer one counts, unless they stood in one list.
    """
    names = heading_names(sheet)
    found: dict[str, str] = {}
    newest: Mapping[str, Any] | None = None
    for row in reversed(remembered):
        if row["file"] != kind.value:
            continue
        before = {*found.values()} - {NOT_READ}
        for name in names:
            column = row["map"].get(name)
            if column is None or name in found or column in before:
                continue
            found[name] = column
            newest = newest or row
    return None if newest is None else {**newest, "map": found, "answers": {}}


def kept_rows(maps: Iterable[ColumnMapUsed]) -> list[dict[str, Any]]:
    """Return what is kept about lists: one row for all of a kind with the same headings, with the answers about each.

    A list about which nobody has answered anything new leaves what was kept.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for used in maps:
        if not used.answers and used.kept:
            continue
        row = rows.setdefault(
            (used.kind, used.headings),
            {"file": used.kind, "headings_digest": used.headings, "map": used.columns, "answers": {}},
        )
        given = {id: {"value": each.value, "by": each.actor.id} for id, each in used.answers.items()}
        row["answers"] = {**given, **row["answers"]}
    return list(rows.values())
