"""Faults in the table `schedule` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.observations import LONGEST_OBSERVATION
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the district's slots."""
    for number, slot in enumerate(rules.schedule.slots):
        here = f"schedule.slots[{number}]"
        if (slot.on is None) == (slot.weekday is None):
            yield Fault(here, "write either on (a date) or weekday (a day of the week)")
        if slot.on is not None and (rules.calendar.closed(slot.on) or slot.on in rules.calendar.holidays):
            yield Fault(f"{here}.on", "is in a break or on a holiday; write another day")
        if not 1 <= slot.minutes <= LONGEST_OBSERVATION:
            yield Fault(f"{here}.minutes", f"write minutes from 1 to {LONGEST_OBSERVATION}")
        if slot.begins.tzinfo is not None:
            yield Fault(f"{here}.begins", "write a local time such as 14:30:00")
