"""Faults in the table `monthly_record` of a program file."""

import re
from collections.abc import Iterator
from typing import Final

from domain.codec import Fault
from domain.rules.checks.ladders import LONGEST_LADDER, duty_faults
from domain.rules.intake import TermDates
from domain.rules.ladder import Audience
from domain.rules.program import Rules
from domain.rules.term import months_between

_MONTH: Final = re.compile(r"0[1-9]|1[0-2]")


def faults(rules: Rules) -> Iterator[Fault]:
    """Return months that do not exist or appear twice, and what is wrong with the ladder."""
    if (record := rules.monthly_record) is not None:
        yield from _month_codes(record.months)
        yield from duty_faults("monthly_record.ladder", record.ladder, Audience.LATE, LONGEST_LADDER)


def _month_codes(months: tuple[str, ...]) -> Iterator[Fault]:
    if not months:
        yield Fault("monthly_record.months", 'empty; write months such as "09"')
    for number, month in enumerate(months):
        if not _MONTH.fullmatch(month):
            yield Fault(f"monthly_record.months[{number}]", 'write a month as "01" to "12"')
        elif month in months[:number]:
            yield Fault(f"monthly_record.months[{number}]", f"{month} appears twice; remove one")


def cycle_faults(rules: Rules, term: TermDates) -> Iterator[Fault]:
    """Return months of the record that are in no term; ``term`` is any cycle of the program."""
    if rules.monthly_record is None:
        return
    inside = [f"{day.month:02}" for day in months_between(term.first, term.last)]
    for number, month in enumerate(rules.monthly_record.months):
        if _MONTH.fullmatch(month) and month not in inside:
            yield Fault(f"monthly_record.months[{number}]", "no term of the cycle has this month; remove it")
