"""A column of dates: whether its first two numbers are day and month, or month and day."""

from itertools import chain
from typing import Final

from activities.adapters.files.roster.dates import DateOrder, Numbers, order_shown_by
from activities.adapters.files.roster.faults import MOST_SHOWN, Place

_FIRST: Final = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}
_WHICH: Final = "Which is first, the day or the month?"


class DayColumn:
    """A column of dates: whether its two first numbers are month and day, as its cells or a person say."""

    def __init__(self, choice: str) -> None:
        """Begin with the answer about the column, empty where nobody has given one."""
        self.chosen = DateOrder(choice) if choice in list(DateOrder) else None
        self.seen: dict[DateOrder | None, list[Place]] = {}

    def see(self, numbers: Numbers, place: Place) -> None:
        """Note a cell whose first two numbers may stand in either order."""
        self.seen.setdefault(order_shown_by(numbers), []).append(place)

    @property
    def proof(self) -> DateOrder | None:
        """The only order in which all cells are dates; None where both are, or neither is."""
        orders = [order for order in self.seen if order is not None]
        return orders[0] if len(orders) == 1 else None

    @property
    def places(self) -> tuple[Place, ...]:
        """The cells that the order is about."""
        return tuple(sorted(chain.from_iterable(self.seen.values()), key=lambda place: place.row))

    def question(self, heading: str) -> str:
        """Return the question which order it is, with the cells that say so or contradict each other."""
        column = f"The dates of the column “{heading}”"
        if self.proof:
            witness = self.seen[self.proof][0]
            return (
                f"{column} seem to have the {_FIRST[self.proof]} first, because row {witness.row} says "
                f"“{witness.cell}”. {_WHICH}"
            )
        if self.seen.keys() >= {*DateOrder}:
            then = "Then correct the others in the file."
            return f"{column} contradict each other: {self._contradiction} {_WHICH} {then}"
        return f"{column} can be read in two ways, such as “{self.places[0].cell}”. {_WHICH}"

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
