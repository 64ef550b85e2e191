"""The first contact and the checklist of the first meeting, as the state keeps them."""

from dataclasses import dataclass
from datetime import date

from domain.actors import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class TickedItem:
    """One item of the first meeting's checklist that is done."""

    item: str
    on: date
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """When and how the two first spoke, which items of the checklist are done, and the day when all of them were."""

    contacted_on: date | None = None
    mode: str = ""
    ticked: tuple[TickedItem, ...] = ()
    checklist_done_on: date | None = None
