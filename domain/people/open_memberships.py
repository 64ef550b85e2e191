"""One human has one membership of a class at a time, as far as it has no last day, whoever writes it."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A membership with its class and days."""

    @property
    def name(self) -> str:
        """Its class."""

    @property
    def first(self) -> date:
        """Its first day."""

    @property
    def last(self) -> date | None:
        """Its last day; None for one that goes on."""


D = TypeVar("D", bound=Dated)


def what_it_says(held: Dated) -> tuple[str, date, date | None]:
    """Return what a membership says, whoever holds it: two that say the same are one."""
    return (held.name, held.first, held.last)


def goes_on_already(new: Dated, others: Iterable[D]) -> D | None:
    """Return the membership of the same class that goes on in the days of a new one, so that this cannot stand.

    ``others`` are the other memberships of the same human, under all entries.
    """
    return next(
        (
            held
            for held in others
            if held.name == new.name and held.last is None and (new.last is None or held.first <= new.last)
        ),
        None,
    )


def overlaps_already(new: Dated, others: Iterable[D]) -> D | None:
    """Return the membership of the same class that has a day in common with a new one, whether or not it goes on."""
    return next(
        (
            held
            for held in others
            if held.name == new.name
            and held.first <= (new.last or date.max)
            and new.first <= (held.last or date.max)
        ),
        None,
    )
