"""Faults in the table `log_check` of a program file."""

from collections.abc import Iterator
from datetime import date

from domain.calendar import Calendar
from domain.codec import Fault
from domain.rules.checks.ladders import LONGEST_LADDER, duty_faults
from domain.rules.ladder import Audience
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the rhythm and the ladder of log checks."""
    if (check := rules.log_check) is None:
        return
    yield from duty_faults("log_check.ladder", check.ladder, Audience.COORDINATOR, LONGEST_LADDER)
    rhythm, opens = check.every, check.opens_days
    if not 1 <= rhythm.every <= 365:
        yield Fault("log_check.every.every", "write a number from 1 to 365")
        return
    plain = Calendar(timezone="UTC", breaks=(), holidays=())
    start = date(2025, 2, 1)
    if opens >= (plain.next_by(start, rhythm) - start).days:
        yield Fault("log_check.opens_days", "as long as the whole period; write fewer days")
    try:
        for pause in rules.calendar.breaks:
            rules.calendar.next_by(pause.first, rhythm)
    except ValueError:
        yield Fault("log_check.every", "the rhythm falls only in breaks; write a slower one")
