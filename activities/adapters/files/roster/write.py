"""Lists that the office writes: what it knows, and empty ones to fill in. The import reads both back as they were.

A file begins with a mark of UTF-8, which Excel needs to show accents; its rows end as RFC 4180 says.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any, Final

from activities.adapters.files.roster.cells import CLEAR, BadCell, cell_reader
from activities.adapters.files.roster.columns import COLUMNS, RosterColumn, RosterKind
from activities.adapters.files.roster.rows import ONCE, unguard
from domain.people.identity import one_spelling

_LOOSE: Final = ("text", "phone")
"""What is read of a column may differ from the value in blanks and in how letters are put together."""
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def write_export(kind: RosterKind, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a list with a row for each mapping of column to value; None and an absent column are blank cells.

    So is a value from before the present checks that the import would not take: it changes nothing. Where such a value
    says what a row is about, the row is left out.
    """
    columns = [column for column in COLUMNS[kind].values() if not column.part]
    names = [column.name for column in columns]
    about = ONCE[kind] if kind is not RosterKind.PEOPLE else ()
    texts = ({column.name: _taken_text(column, row.get(column.name)) for column in columns} for row in rows)
    return _file(names, ([*row.values()] for row in texts if all(row[name] for name in about)))


def write_template(kind: RosterKind) -> bytes:
    """Return an empty list: its heading, and one row as an example, which the import takes for nobody."""
    columns = [column for column in COLUMNS[kind].values() if not column.part and not column.told]
    return _file([column.name for column in columns], [[guard(column.example) for column in columns]])


def cell_text(value: Any) -> str:
    """Return the text of a cell that the reader reads as this value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        codes = " ".join(str(item) for item in value)
        return f"{codes};" if codes == CLEAR else codes
    if isinstance(value, date):
        return value.isoformat()
    return guard(str(value.value if isinstance(value, Enum) else value))


def _taken_text(column: RosterColumn, value: Any) -> str:
    """Return the text of a cell, blank if the reader would not read it as this value."""
    text = cell_text(value)
    if not isinstance(value, str) or column.reads == "day":
        return text
    try:
        read = cell_reader(column)(unguard(text.strip()))
    except BadCell:
        return ""
    loose = column.reads in _LOOSE and one_spelling(read) == one_spelling(value)
    same = read == value or (isinstance(read, tuple) and cell_text(read) == text)
    return text if loose or same else ""


def guard(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula; ``rows.unguard`` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def _file(heading: list[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()
