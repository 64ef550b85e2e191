"""A list as a file for spreadsheets: UTF-8 with a mark, ISO days, and no text that is taken for a formula."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from fastapi.responses import Response

MOST: Final = 5_000
"""How many rows a file has at most."""
_FORMULA: Final = re.compile(r"[\s\u00a0\u200b\ufeff]*[=+\-@|%\t\r＝＋－＠｜％]")
"""How a text begins that a spreadsheet may run, also after blanks and in full-width forms."""


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """Return a list as the bytes of a file; a number stays a number."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(head) for head in heads])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> Response:
    """Return the answer that a browser saves as a file of this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_text(heads, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    return f"'{value}" if _FORMULA.match(value) else value
