"""Rows of a list that are about nobody: the heading once more, as at the top of a page, and notes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from activities.adapters.files.roster.columns import (
    RosterKind,
    heading_words,
    is_known,
    meaning,
    plain_heading,
)

_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_PAGE: Final = re.compile(r"(?:page|página) [0-9]+", re.IGNORECASE)
_FEWEST_COLUMNS: Final = 3
_WORDS: Final = 3
"""How many words a note with a digit in it has at least: “M 1001” may be a member number."""


def heading_again(headings: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether a row repeats the heading, in the same words or in others that mean the same."""
    plain = [plain_heading(heading) for heading in headings]
    meant = [{meaning(kind, heading) for kind in RosterKind} - {""} for heading in headings]
    first, words = headings[0].casefold(), heading_words()

    def is_it(cells: Sequence[str]) -> bool:
        begins = cells[0].casefold()
        if begins and begins != first and begins not in words:
            return False
        said = [(cell, at) for at, cell in enumerate(cells) if cell]
        return len(said) > 1 and all(
            plain_heading(cell) == plain[at] or any(meaning(kind, cell) in meant[at] for kind in RosterKind)
            for cell, at in said
        )

    return is_it


def heading_of_another(headings: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether a row is the heading of another list: all that it says are headings, but not these."""
    again, words = heading_again(headings), heading_words()

    def is_it(cells: Sequence[str]) -> bool:
        if cells[0].casefold() not in words:
            return False
        said = [cell for cell in cells if cell]
        return len(said) >= _FEWEST_COLUMNS and all(map(is_known, said)) and not again(cells)

    return is_it


def is_note(cells: Sequence[str], key: int) -> bool:
    """Return whether a row says nothing but a text where its member number would be; ``key`` is that place."""
    if key < 0 or len(cells) < _FEWEST_COLUMNS or len(cells) - cells.count("") != 1:
        return False
    text = cells[key]
    if not text or _KEY.fullmatch(text) or "@" in text:
        return False
    return not any(map(str.isdigit, text)) or len(text.split()) >= _WORDS or _PAGE.fullmatch(text) is not None
