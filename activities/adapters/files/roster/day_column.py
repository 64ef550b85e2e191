"""A column of dates: whether its first two numbers are day and month, or month and day."""

from collections.abc import Collection
from datetime import date
from itertools import chain
from typing import Final

from activities.adapters.files.roster.dates import (
    DateOrder,
    NoDate,
    Numbers,
    in_order,
    order_shown_by,
)
from activities.adapters.files.roster.faults import MOST_SHOWN, Place, and_more
from domain.told import Told, counted, joined, told

_FIRST: Final = {
    DateOrder.DAY_FIRST: told("the_day", "day"),
    DateOrder.MONTH_FIRST: told("the_month", "month"),
}
_WHICH: Final = told("day_or_month", "Which is first, the day or the month?")
_THEN: Final = told("correct_the_others", "Then correct the others in the file.")
DATE_ORDER: Final = "date_order"
"""The question which number of the dates of a column is the day; the column stands behind it."""
_ALONE: Final = 10
"""Among more cells than these, one cell shows no order for all of them: it may be a slip."""


class DayColumn:
    """A column of dates: whether its two first numbers are month and day, as its cells or a person say."""

    def __init__(self, choice: str, earlier: str = "") -> None:
        """Begin with the answers about the column, to this list and to an earlier one; empty where there is none."""
        self.said = _order_of(choice)
        self.earlier = _order_of(earlier)
        self.seen: dict[DateOrder | None, list[Place]] = {}
        self.known = dict.fromkeys(DateOrder, 0)
        self.beside: tuple[DateOrder, str] | None = None
        """The order that another column of the list shows, and its heading."""

    def see(self, numbers: Numbers, place: Place, known: Collection[date] = ()) -> None:
        """Note a cell whose first two numbers may be in either order.

        ``known`` are the days that the office knows of its person: where one order gives such a day, it is likely.
        """
        shown = order_shown_by(numbers)
        self.seen.setdefault(shown, []).append(place)
        if shown is None and known:
            fitting = [order for order in DateOrder if _day(numbers, order) in known]
            if len(fitting) == 1:
                self.known[fitting[0]] += 1

    @property
    def proof(self) -> DateOrder | None:
        """The order that most cells show, or another column where none of these does; None where nothing shows it."""
        shown = self._shown
        if self.beside and not any(shown.values()):
            return self.beside[0]
        fewer, more = sorted(shown, key=lambda order: shown[order])
        alone = shown[more] == 1 and len(self.places) > _ALONE
        return None if shown[more] == shown[fewer] or alone else more

    @property
    def shows(self) -> DateOrder | None:
        """The order that its own cells show, or a person said of this list."""
        return self.said or (self.proof if any(self._shown.values()) else None)

    @property
    def is_doubted(self) -> bool:
        """Whether the cells of this list speak against what was answered about an earlier one."""
        return self.said is None and self.earlier is not None and self.proof not in (None, self.earlier)

    @property
    def chosen(self) -> DateOrder | None:
        """The order that a person said; of an earlier list only if nothing in this one speaks against it."""
        return self.said or (None if self.is_doubted else self.earlier)

    @property
    def _shown(self) -> dict[DateOrder, int]:
        """How many cells show each order, alone or by the days that the office knows."""
        return {order: len(self.seen.get(order, ())) + self.known[order] for order in DateOrder}

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be asked: each cell is a day in one order only, and all in the same."""
        return None not in self.seen and len(self.seen) < 2

    @property
    def places(self) -> tuple[Place, ...]:
        """The cells that the order is about."""
        return tuple(sorted(chain.from_iterable(self.seen.values()), key=lambda place: place.row))

    def question(self, heading: str) -> Told:
        """Return the question which order it is, with what was answered before and what speaks against it."""
        asked = self._question(heading)
        if self.earlier is None:
            return asked
        before = told(
            "order_answered_before",
            "For an earlier list with these headings the answer was that the {first} is first; this list speaks "
            "against it.",
            first=_FIRST[self.earlier],
        )
        return joined((before, asked))

    def _question(self, heading: str) -> Told:
        """Return the question, with the cells that show an order or contradict each other."""
        if self.seen.keys() >= {*DateOrder}:
            return joined((self._contradiction(heading), *self._as_known, _WHICH, _THEN))
        order = self.proof
        shown = [each for each in self.seen if each is not None]
        if order and order in shown:
            seems = told(
                "order_by_row",
                "The dates of the column “{heading}” seem to have the {first} first, because row {row} says “{cell}”.",
                heading=heading,
                first=_FIRST[order],
                row=self.seen[order][0].row,
                cell=self.seen[order][0].cell,
            )
            return joined((seems, *self._as_known, _WHICH))
        if not shown:
            return joined((self._without_proof(heading, order), *self._as_known, _WHICH))
        return joined((self._against(heading, shown[0], order), *self._as_known, _WHICH, _THEN))

    def _without_proof(self, heading: str, order: DateOrder | None) -> Told:
        """Return what is said of dates of which none shows the order; ``order`` is what else shows it."""
        if order is None:
            return told(
                "order_in_two_ways",
                "The dates of the column “{heading}” can be read in two ways, such as “{cell}”.",
                heading=heading,
                cell=self.places[0].cell,
            )
        if self.beside and not self._as_known:
            return told(
                "order_as_beside",
                "The dates of the column “{heading}” seem to have the {first} first, as in the column “{beside}”.",
                heading=heading,
                first=_FIRST[order],
                beside=self.beside[1],
            )
        return told(
            "order_seems",
            "The dates of the column “{heading}” seem to have the {first} first.",
            heading=heading,
            first=_FIRST[order],
        )

    def _against(self, heading: str, only: DateOrder, order: DateOrder | None) -> Told:
        """Return what is said where a few cells can be read in one order ``only``."""
        odd = {"heading": heading, "odd": self._only(only), "first": _FIRST[only]}
        if order:
            return told(
                "order_against",
                "The dates of the column “{heading}” contradict each other: {odd} can only have the {first} first.",
                **odd,
            )
        return told(
            "order_may_be_slip",
            "The dates of the column “{heading}” can be read in two ways, such as “{cell}”; {odd} can only have the "
            "{first} first, which may be a slip.",
            cell=self.seen[None][0].cell,
            **odd,
        )

    @property
    def _as_known(self) -> tuple[Told, ...]:
        """How many cells are days that the office knows, in each order."""
        return tuple(
            counted(
                "days_known",
                count,
                one="1 of them is a day that the office knows of the person if the {first} is first.",
                other="{count} of them are days that the office knows of the person if the {first} is first.",
                first=_FIRST[order],
            )
            for order, count in self.known.items()
            if count
        )

    def _only(self, order: DateOrder) -> Told:
        """Return the cells that are dates in one order only, with their rows."""
        odd = self.seen[order]
        rows = joined(
            (
                told("cell_in_row", "“{cell}” in row {row}", cell=each.cell, row=each.row)
                for each in odd[:MOST_SHOWN]
            ),
            ", ",
        )
        return and_more(rows, len(odd) - MOST_SHOWN)

    def _contradiction(self, heading: str) -> Told:
        """Return the cells that are dates only in the order that fewer of them show."""
        fewer, more = sorted(
            (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST), key=lambda each: len(self.seen[each])
        )
        known, odd = self.seen[more][0], self.seen[fewer]
        rows = joined(
            (
                told("row_says", "row {row} says “{cell}”", row=each.row, cell=each.cell)
                for each in odd[:MOST_SHOWN]
            ),
            ", ",
        )
        rest = len(odd) - MOST_SHOWN
        return told(
            "dates_contradict",
            "The dates of the column “{heading}” contradict each other: “{cell}” in row {row} can only have the "
            "{first} first, and only {rows}.",
            heading=heading,
            cell=known.cell,
            row=known.row,
            first=_FIRST[more],
            rows=told("and_more_rows", "{rows}, and {more} more rows", rows=rows, more=rest)
            if rest > 0
            else rows,
        )

    @property
    def order(self) -> DateOrder | None:
        """The order in which the column is read; None while nobody knows it."""
        return self.chosen or self.proof


def _order_of(answer: str) -> DateOrder | None:
    return DateOrder(answer) if answer in list(DateOrder) else None


def _day(numbers: Numbers, order: DateOrder) -> date | None:
    """Return the day that numbers mean in an order; None where there is none."""
    try:
        return in_order(numbers, order)
    except NoDate:
        return None
