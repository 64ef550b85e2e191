"""What the pages of long lists share: their filters from the words of the list, and the foot with the way on."""

from collections.abc import Mapping
from typing import Final, Protocol

from api_gateway.pages.parts import FilterChip, FilterChoice, FilterOption, ListFoot
from api_gateway.pages.words import Say

ROWS: Final = 25
"""How many rows a page of a list has."""


class Asked(Protocol):
    """What the address of a list asks for; each filter is a field of its own."""

    @property
    def q(self) -> str:
        """The words to find."""

    def link(self, **changed: object) -> str:
        """Return the address of the list with something changed."""


class Filters:
    """The filters of a list: the values that each may have, in words. One without values is not shown."""

    def __init__(self, words: str, asked: Asked, values: Mapping[str, Mapping[str, str]], say: Say) -> None:
        """Set the list: ``words`` is the table of its words, ``values`` are by the name of their filter."""
        self._words, self._asked, self._values, self._say = words, asked, values, say

    def choices(self) -> list[FilterChoice]:
        """Return each filter with its values and the present one."""
        return [
            FilterChoice(
                name=name,
                label=self._say(f"{self._words}.{name}"),
                value=getattr(self._asked, name),
                options=[
                    FilterOption("", self._say(f"{self._words}.any.{name}")),
                    *(FilterOption(value, text) for value, text in known.items()),
                ],
            )
            for name, known in self._values.items()
            if known
        ]

    def chips(self) -> list[FilterChip]:
        """Return each filter in force, the search first."""
        asked, say = self._asked, self._say
        found = [FilterChip(say(f"{self._words}.search"), asked.q, asked.link(q=""))] if asked.q else []
        for name, known in self._values.items():
            if value := getattr(asked, name):
                label = say(f"{self._words}.{name}")
                found.append(FilterChip(label, known.get(value, value), asked.link(**{name: ""})))
        return found


def foot_of(words: str, asked: Asked, path: str, number: int, total: int, say: Say) -> ListFoot:
    """Return the foot of page ``number``: which rows are shown, the file of ``path``, and the pages beside it."""
    first, last = (number - 1) * ROWS + 1, min(number * ROWS, total)
    return ListFoot(
        text=say(f"{words}.shown", first=first, last=last, count=total) if last >= first else "",
        csv=asked.link(path=f"{path}.csv"),
        before=asked.link(page=number - 1) if number > 1 else "",
        after=asked.link(page=number + 1) if last < total else "",
    )
