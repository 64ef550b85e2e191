"""Quotation marks in the wrong places: one without a partner makes one cell of many rows, others one of each row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from activities.adapters.files.roster.columns import is_known
from activities.adapters.files.roster.delimited import SEPARATORS
from activities.adapters.files.roster.heading import filled
from domain.told import Told, counted

_FEWEST: Final = 3
"""How many headings a cell has at least that is a whole heading row."""
_NARROW: Final = 3
"""Up to how many columns a note may have as many separators in each line as a row."""


def swallowed(cells: Sequence[str], headings: Sequence[str], separator: str) -> int:
    """Return how many rows of a text one of these cells holds beside its own; 0 where none does.

    A note may have several lines too. It is one cell of a whole row, and its lines are no rows.
    """
    width = len(headings)
    for at, cell in enumerate(cells):
        lines = cell.splitlines()
        if len(lines) < 2 or cell.count(separator) < width - 1:
            continue
        rows = sum(line.count(separator) == width - 1 for line in lines[1:])
        most = 2 * rows > len(lines) - 1
        known = at < width and is_known(headings[at])
        short = len(cells) < width
        if short or (most and width > _NARROW) or (known and (most or "@" in cell)):
            return len(lines) - 1
    return 0


def unclosed_words(row: int, rows: int) -> Told:
    """Return what to say of a row whose quotation mark has no partner."""
    return counted(
        "unclosed_quote",
        rows,
        one="A quotation mark in row {row} has no partner, so the row below it became part of one cell. Take it out, "
        "or put one at the end of its cell too, and send the file again; until then nothing of it is read.",
        other="A quotation mark in row {row} has no partner, so the {count} rows below it became part of one cell. "
        "Take it out, or put one at the end of its cell too, and send the file again; until then nothing of it is "
        "read.",
        row=row,
    )


def joined_by(top: Iterable[Sequence[str]]) -> str:
    """Return what stands between the cells of a list of which each row is one cell; empty where it is none such."""
    for cells in top:
        whole = _only(cells)
        for separator in SEPARATORS.values():
            if whole.count(separator) > 1 and sum(map(is_known, _split(whole, separator))) > _FEWEST - 1:
                return separator
    return ""


def taken_apart(
    rows: Iterable[tuple[int, Sequence[str]]], separator: str
) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of a list with the cells that each one cell holds."""
    for number, cells in rows:
        whole = _only(cells)
        yield number, _split(whole, separator) if separator in whole else cells


def _only(cells: Sequence[str]) -> str:
    """Return the first cell of a row if nothing else stands in it."""
    return cells[0] if cells and not any(map(filled, cells[1:])) else ""


def _split(whole: str, separator: str) -> list[str]:
    return next(csv.reader([whole.replace("\n", " ")], delimiter=separator), [])
