"""In stage meetings: the hours that the district keeps free (ESE-8), and the row of a plan that takes one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.errors import demand
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One of the district's slots on one day."""

    code: str
    on: date
    starts_at: datetime
    minutes: int


def openings(rules: Rules, first: date, last: date) -> tuple[Opening, ...]:
    """Return the district's slots between two days, both included, in order; none in breaks or on holidays (ESE-8)."""
    calendar = rules.calendar
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    found = (
        Opening(code=slot.code, on=day, starts_at=calendar.at(day, slot.begins), minutes=slot.minutes)
        for day in days
        if not calendar.closed(day) and day not in calendar.holidays
        for slot in rules.schedule.slots
        if slot.falls_on(day)
    )
    return tuple(sorted(found, key=lambda each: (each.starts_at, each.code)))


def demand_slot(code: str, on: date, rules: Rules, *, field: str) -> None:
    """Refuse an hour that the district does not keep free, or that is on another day of the week; a row needs none."""
    if code:
        known = [slot for slot in rules.schedule.slots if slot.code == code]
        demand(bool(known), "unknown_slot", field=field)
        demand(known[0].falls_on(on), "slot_on_another_day", field=field)
