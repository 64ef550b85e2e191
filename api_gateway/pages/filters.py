"""What the pages of long lists share: their address, their filters from the words of the list, and the way on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, Final

from fastapi import Query

from api_gateway.pages import links
from api_gateway.pages.parts import FilterBar, FilterChip, FilterChoice, FilterOption, FilterTick, ListFoot
from api_gateway.pages.words import Say

ROWS: Final = 25
"""How many rows a page of a list has."""
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
"""The number of a page of a list, from 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of a list asks for: a field for each filter, whose default filters nothing."""

    PATH: ClassVar[str] = ""
    """The address of the list without anything asked."""
    NO_FILTERS: ClassVar[Collection[str]] = ()
    """Fields that leave nothing out, such as the order."""

    @property
    def q(self) -> str:
        """The words to find."""
        raise NotImplementedError

    def link(self, **changed: Any) -> str:
        """Return the address of the list with something changed; the first page of it."""
        return self._address(self.PATH, changed)

    @property
    def file(self) -> str:
        """The address of the same list as a file."""
        return self._address(f"{self.PATH}.csv", {})

    def _address(self, path: str, changed: Mapping[str, Any]) -> str:
        usual = {each.name: each.default for each in fields(self)}
        asked = {**{name: getattr(self, name) for name in usual}, **changed}
        told = {name: value for name, value in asked.items() if value != usual.get(name)}
        return links.with_query(path, **told)

    @property
    def filtered(self) -> bool:
        """Whether the list leaves anything out."""
        return any(
            getattr(self, each.name) != each.default
            for each in fields(self)
            if each.name not in self.NO_FILTERS
        )


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

    def bar(
        self,
        *,
        search: str = "search",
        ticks: Mapping[str, str] | None = None,
        clear: str = "",
        kept: Mapping[str, str] | None = None,
    ) -> FilterBar:
        """Return the search and the filters.

        ``search`` is the word of the list beside the search, ``ticks`` are filters that are on or off with their
        labels, and ``clear`` is where nothing is filtered, if that is not the list's own address.
        """
        asked, ticks = self._asked, ticks or {}
        ticked = [
            FilterChip("", label, asked.link(**{name: False}))
            for name, label in ticks.items()
            if getattr(asked, name)
        ]
        return FilterBar(
            action=asked.PATH,
            search=self._say(f"{self._words}.{search}"),
            q=asked.q,
            clear=clear or asked.PATH,
            choices=self.choices(),
            ticks=[
                FilterTick(name=name, label=label, value=getattr(asked, name))
                for name, label in ticks.items()
            ],
            chips=[*self.chips(), *ticked],
            kept=kept or {},
        )


def region_choice(regions: Mapping[str, str]) -> dict[str, str]:
    """Return the regions to choose from; none where there is but one."""
    return dict(regions) if len(regions) > 1 else {}


def foot_of(words: str, asked: Asked, number: int, total: int, say: Say, *, file: bool = True) -> ListFoot:
    """Return the foot of page ``number``: which rows are shown, the list as a ``file``, and the pages beside it."""
    first, last = (number - 1) * ROWS + 1, min(number * ROWS, total)
    return ListFoot(
        text=say(f"{words}.shown", first=first, last=last, count=total) if last >= first else "",
        csv=asked.file if file else "",
        before=asked.link(page=number - 1) if number > 1 else "",
        after=asked.link(page=number + 1) if last < total else "",
    )
