"""A column of dates: whether its first two numbers are day and month, or month and day."""

from collections.abc import Collection
from datetime import date
from itertools import chain
from typing import Final

from activities.adapters.files.roster.dates import (
    AS_IN_COLUMN,
    DateOrder,
    NoDate,
    Numbers,
    in_order,
    order_shown_by,
)
from activities.adapters.files.roster.faults import MOST_SHOWN, Place

_FIRST: Final = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}
_WHICH: Final = "Which is first, the day or the month?"
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

    def question(self, heading: str) -> str:
        """Return the question which order it is, with what was answered before and what speaks against it."""
        asked = self._question(heading)
        if self.earlier is None:
            return asked
        return (
            f"For an earlier list with these headings the answer was that the {_FIRST[self.earlier]} is first; this "
            f"list speaks against it. {asked}"
        )

    def _question(self, heading: str) -> str:
        """Return the question, with the cells that show an order or contradict each other."""
        column = f"The dates of the column “{heading}”"
        then = "Then correct the others in the file."
        if self.seen.keys() >= {*DateOrder}:
            return f"{column} contradict each other: {self._contradiction}{self._as_known} {_WHICH} {then}"
        order = self.proof
        shown = [each for each in self.seen if each is not None]
        if order and order in shown:
            witness = self.seen[order][0]
            return (
                f"{column} seem to have the {_FIRST[order]} first, because row {witness.row} says "
                f"“{witness.cell}”.{self._as_known} {_WHICH}"
            )
        if not shown:
            beside = f", as in the column “{self.beside[1]}”" if self.beside and not self._as_known else ""
            which = (
                f"seem to have the {_FIRST[order]} first{beside}."
                if order
                else "can be read in two ways, such as"
            )
            example = "" if order else f" “{self.places[0].cell}”."
            return f"{column} {which}{example}{self._as_known} {_WHICH}"
        odd = f"{self._only(shown[0])} can only have the {_FIRST[shown[0]]} first"
        if order:
            return f"{column} contradict each other: {odd}.{self._as_known} {_WHICH} {then}"
        return (
            f"{column} can be read in two ways, such as “{self.seen[None][0].cell}”; {odd}, which may be a slip."
            f"{self._as_known} {_WHICH} {then}"
        )

    @property
    def _as_known(self) -> str:
        """How many cells are days that the office knows, in each order."""
        return "".join(
            f" {'1 of them is a day' if count == 1 else f'{count} of them are days'} that the office knows of the "
            f"person if the {_FIRST[order]} is first."
            for order, count in self.known.items()
            if count
        )

    def _only(self, order: DateOrder) -> str:
        """Return the cells that are dates in one order only, with their rows."""
        odd = self.seen[order]
        rows = ", ".join(f"“{each.cell}” in row {each.row}" for each in odd[:MOST_SHOWN])
        return f"{rows}, and {len(odd) - MOST_SHOWN} more" if len(odd) > MOST_SHOWN else rows

    @property
    def _contradiction(self) -> str:
        """The cells that are dates only in the order that fewer of them show."""
        fewer, more = sorted(
            (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST), key=lambda each: len(self.seen[each])
        )
        known, odd = self.seen[more][0], self.seen[fewer]
        rows = ", ".join(f"row {each.row} says “{each.cell}”" for each in odd[:MOST_SHOWN])
        rest = f", and {len(odd) - MOST_SHOWN} more rows" if len(odd) > MOST_SHOWN else ""
        return f"“{known.cell}” in row {known.row} can only have the {_FIRST[more]} first, and only {rows}{rest}."

    @property
    def order(self) -> DateOrder | None:
        """The order in which the column is read; None while nobody knows it."""
        return self.chosen or self.proof


def remembered_order_words(problem: str, id: str) -> str:
    """Return what to say of a cell that is not a day in the order that was answered about an earlier list."""
    there = problem.replace(AS_IN_COLUMN, ", as it was answered for an earlier list with these headings", 1)
    return f"{there} If the earlier answer is wrong, answer {id} otherwise, on the command line with --answers FILE."


def _order_of(answer: str) -> DateOrder | None:
    return DateOrder(answer) if answer in list(DateOrder) else None


def _day(numbers: Numbers, order: DateOrder) -> date | None:
    """Return the day that numbers mean in an order; None where there is none."""
    try:
        return in_order(numbers, order)
    except NoDate:
        return None
