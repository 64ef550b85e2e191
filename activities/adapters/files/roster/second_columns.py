"""Two columns that are read as one, such as two phone numbers: the second counts where the first says nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from activities.adapters.files.roster.cells import BadCell, says_nothing, standard_phone
from activities.adapters.files.roster.columns import RosterColumn
from activities.adapters.files.roster.faults import row_list
from activities.adapters.files.roster.sheet import Sheet
from domain.people.identity import phone_mark
from domain.told import Told, told

_WORDS: Final = {
    "email": told("email_address", "email address"),
    "phone": told("phone_number", "phone number"),
}


class SecondColumns:
    """The cells of further columns, and those among them that are not taken."""

    def __init__(self, sheet: Sheet, further: Mapping[str, Sequence[int]]) -> None:
        """``further`` are the places of the further columns, by what they are read as."""
        self._sheet = sheet
        self._further = further
        self._lost: dict[tuple[str, int], list[int]] = {}

    def first(self, column: RosterColumn, text: str, row: int, others: Sequence[str]) -> str:
        """Return the first text of a row that says something, and note where another one says something else."""
        found = "" if says_nothing(column, text) else text
        for at, other in zip(self._further[column.name], others, strict=True):
            if says_nothing(column, other):
                continue
            found = found or other
            if _plain(other) != _plain(found):
                self._lost.setdefault((column.name, at), []).append(row)
        return found or text

    def remarks(self) -> Iterator[Told]:
        """Yield what is not taken, a line for each column."""
        for (name, at), rows in self._lost.items():
            yield told(
                "second_column",
                "{file}, {rows}: what “{heading}” says is not taken, because the office keeps one {what}, and a column "
                "before it has another one.",
                file=self._sheet.file,
                rows=row_list(rows),
                heading=self._sheet.headings[at],
                what=_WORDS.get(name, name),
            )


def _plain(text: str) -> str:
    """Return a text without the signs that make no difference between addresses or phone numbers."""
    if "@" in text:
        return text.strip().casefold()
    with suppress(BadCell):
        text = phone_mark(standard_phone(text))
    return text
