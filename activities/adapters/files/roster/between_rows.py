"""Rows of a list that are about nobody: the heading once more, as at the top of a page, and notes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from activities.adapters.files.roster.columns import plain_heading

_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_PAGE: Final = re.compile(r"(?:page|página) [0-9]+", re.IGNORECASE)
_FEWEST_COLUMNS: Final = 3
_WORDS: Final = 3
"""How many words a note with a digit in it has at least: “M 1001” may be a member number."""


def heading_again(headings: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says whether a row repeats the heading."""
    plain = [plain_heading(heading) for heading in headings]
    first = headings[0]

    def is_it(cells: Sequence[str]) -> bool:
        if cells[0] and cells[0].casefold() != first.casefold():
            return False
        said = [(plain_heading(cell), heading) for cell, heading in zip(cells, plain, strict=True) if cell]
        return len(said) > 1 and all(cell == heading for cell, heading in said)

    return is_it


def is_note(cells: Sequence[str], key: int) -> bool:
    """Return whether a row says nothing but a text where its member number would be; ``key`` is that place."""
    if key < 0 or len(cells) < _FEWEST_COLUMNS or len(cells) - cells.count("") != 1:
        return False
    text = cells[key]
    if not text or _KEY.fullmatch(text) or "@" in text:
        return False
    return not any(map(str.isdigit, text)) or len(text.split()) >= _WORDS or _PAGE.fullmatch(text) is not None
