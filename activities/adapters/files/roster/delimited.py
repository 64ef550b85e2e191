"""Rows of a text whose cells stand between separators: which separator, and the cells of each row."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from activities.adapters.files.roster.columns import is_known
from activities.adapters.files.roster.faults import ColumnQuestion
from domain.told import told

SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_HINT: Final = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_FIRST_ROWS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How a text is separated: the sign, where the first row begins, and a question where two signs are possible."""

    separator: str
    begins: int
    question: ColumnQuestion | None = None


def separation(file: str, text: str, choices: Mapping[str, str]) -> Separation:
    """Return how the cells of a text are separated: by its own word, by its headings, or by even rows."""
    hint = _HINT.match(text)
    if hint and hint[1] in SEPARATORS.values():
        return Separation(separator=hint[1], begins=hint.end())
    chosen = SEPARATORS.get(choices.get("separator", ""))
    if chosen:
        return Separation(separator=chosen, begins=0)
    first = {name: _first_rows(text, sign) for name, sign in SEPARATORS.items()}
    known = {name: max((_known(cells) for cells in rows), default=0) for name, rows in first.items()}
    most = max(known.values())
    best = [name for name, count in known.items() if count == most]
    if most and len(best) == 1:
        return Separation(separator=SEPARATORS[best[0]], begins=0)
    even = [name for name in best if _even(first[name])] or ["comma"]
    if len(even) == 1 or most:
        return Separation(separator=SEPARATORS[even[0]], begins=0)
    question = ColumnQuestion(
        file=file,
        code="separator",
        problem=told(
            "which_separator",
            "The cells of this file may be separated in more than one way. Which character stands between two cells?",
        ),
        answers=tuple(even),
    )
    return Separation(separator=SEPARATORS[even[0]], begins=0, question=question)


def rows(text: str, how: Separation) -> Iterator[list[str]]:
    """Yield the cells of each row.

    Raises:
        csv.Error: A cell is longer than the reader takes.
    """
    source = io.StringIO(text, newline="")
    source.seek(how.begins)
    yield from csv.reader(source, delimiter=how.separator)


def _first_rows(text: str, sign: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=sign), _FIRST_ROWS))
    except csv.Error:
        return []


def _known(cells: list[str]) -> int:
    return sum(map(is_known, cells))


def _even(found: list[list[str]]) -> bool:
    """Return whether most rows have the same number of cells, two or more."""
    widths = [len(cells) for cells in found if cells]
    usual = max(set(widths), key=widths.count, default=0)
    return usual > 1 and widths.count(usual) * 2 > len(widths)
