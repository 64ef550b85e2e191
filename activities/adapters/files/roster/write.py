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

from activities.adapters.files.roster.cells import CLEAR
from activities.adapters.files.roster.columns import COLUMNS, RosterKind

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def write_export(kind: RosterKind, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a list with a row for each mapping of column to value; None and an absent column are blank cells."""
    columns = [name for name, column in COLUMNS[kind].items() if not column.part]
    return _file(columns, ([cell_text(row.get(name)) for name in columns] for row in rows))


def write_template(kind: RosterKind) -> bytes:
    """Return an empty list: its heading, and one row as an example, which the import takes for nobody."""
    columns = [column for column in COLUMNS[kind].values() if not column.part]
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


def guard(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula; ``rows.unguard`` undoes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def _file(heading: list[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()
