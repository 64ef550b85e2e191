"""Short ways to read a list in a test."""

import io
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import xlsxwriter

from activities.adapters.files.roster.column_map import ColumnMap, propose_columns
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.rows import ReadFile, read_rows
from activities.adapters.files.roster.sheet import Sheet, read_sheet

PEOPLE = "key,name,email,role_title,district,region,supervisor\n"
MEMBERSHIPS = "key,membership,first,last\n"
BERIT = "00712,Berit Lund,berit@post.example,principal,Lake,north,\n"
BERIT_VALUES = {
    "key": "00712",
    "name": "Berit Lund",
    "email": "berit@post.example",
    "role_title": "principal",
    "district": "Lake",
    "region": "north",
}


def sheet_and_map(
    text: str | bytes,
    *,
    name: str = "list.csv",
    kind: RosterKind | None = None,
    choices: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
) -> tuple[Sheet, ColumnMap]:
    """Return a list as it was read, with what its headings mean."""
    sheet = read_sheet(name, text.encode() if isinstance(text, str) else text, choices)
    found = kind or sheet.kind
    assert found is not None, (sheet.questions, sheet.faults)
    return sheet, propose_columns(sheet, found, remembered)


def read(
    text: str | bytes,
    *,
    name: str = "list.csv",
    kind: RosterKind | None = None,
    choices: Mapping[str, str] | None = None,
    known: Mapping[str, str] | Collection[str] = (),
    days: Mapping[str, Collection[date]] | None = None,
    earlier: Mapping[str, str] | None = None,
) -> ReadFile:
    """Return all that a list says."""
    sheet, columns = sheet_and_map(text, name=name, kind=kind, choices=choices)
    humans = (
        known
        if isinstance(known, Mapping)
        else {number: number if days else f"human {number}" for number in known}
    )
    return read_rows(sheet, columns, choices, humans, days, earlier)


def values(file: ReadFile) -> list[Mapping[str, Any]]:
    """Return the values of the rows."""
    return [row.values for row in file.rows]


def one(text: str | bytes, column: str, *, name: str = "list.csv") -> Any:
    """Return the value of a column in the only row; None where it is not among the values."""
    file = read(text, name=name)
    assert not file.faults, [fault.line() for fault in file.faults]
    (row,) = file.rows
    return row.values.get(column)


def codes(file: ReadFile) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return code, column and rows of the faults."""
    return [(fault.code, fault.column, fault.rows) for fault in file.faults]


def workbook(**sheets: Iterable[Iterable[Any]]) -> bytes:
    """Return an Excel workbook with a sheet for each argument."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"default_date_format": "m/d/yyyy", "in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                page.write_row(number, 0, cells)
    return raw.getvalue()
