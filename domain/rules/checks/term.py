"""What a program file must not say of the deadlines of a whole term; and that it must say something of each."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from domain.calendar import Calendar
from domain.codec import Fault
from domain.rules.ladder import Audience, StepKind
from domain.rules.program import Rules, TermDates
from domain.rules.term import ASKED_OF_REGIONS, Ladder, months_between

NONE: Final = "none"
SAID: Final = ("monthly_record", "log_check", "region_contact", "term_surveys")
LONGEST_LADDER: Final = 56
_MONTH: Final = re.compile(r"0[1-9]|1[0-2]")


def said(data: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The plain values without the tables that the file says it has ``none`` of; what it is silent on is a fault."""
    plain = dict(data)
    for name in SAID:
        if name not in plain:
            faults.append(Fault(name, 'missing; write a table, or "none" where the program has none'))
        elif plain[name] == NONE:
            del plain[name]
    surveys = plain.get("term_surveys")
    if isinstance(surveys, Mapping):
        for name in ASKED_OF_REGIONS:
            if name not in surveys:
                here = f"term_surveys.{name}"
                faults.append(Fault(here, 'missing; write a table, or "none" where nobody is asked'))
        plain["term_surveys"] = {
            key: value for key, value in surveys.items() if value != NONE or key not in ASKED_OF_REGIONS
        }
    return plain


def term_faults(rules: Rules) -> Iterator[Fault]:
    """What contradicts itself in the deadlines of a term."""
    if (record := rules.monthly_record) is not None:
        yield from _month_codes(record.months)
        yield from _rung_faults("monthly_record.ladder", record.ladder, Audience.LATE, LONGEST_LADDER)
    if (check := rules.log_check) is not None:
        yield from _rung_faults("log_check.ladder", check.ladder, Audience.COORDINATOR, LONGEST_LADDER)
        yield from _rhythm_faults(rules)
    for name, survey in rules.region_surveys():
        here = f"term_surveys.{name}"
        if survey.closes_days <= survey.due_days:
            yield Fault(f"{here}.closes_days", "not later than due_days; write more days")
        if survey.closes_days > survey.opens_days_before_end + LONGEST_LADDER:
            yield Fault(f"{here}.closes_days", f"more than {LONGEST_LADDER} days after the term; write fewer")
        open_for = survey.closes_days - survey.due_days - 1
        yield from _rung_faults(f"{here}.ladder", survey.ladder, Audience.LATE, open_for)


def month_faults(rules: Rules, term: TermDates) -> Iterator[Fault]:
    """Months of the record in which no term ever is; ``term`` is any cycle of the program."""
    if rules.monthly_record is None:
        return
    inside = [f"{day.month:02}" for day in months_between(term.first, term.last)]
    for number, month in enumerate(rules.monthly_record.months):
        if _MONTH.fullmatch(month) and month not in inside:
            yield Fault(f"monthly_record.months[{number}]", "no term of the cycle has this month; remove it")


def _month_codes(months: tuple[str, ...]) -> Iterator[Fault]:
    if not months:
        yield Fault("monthly_record.months", 'empty; write months such as "09"')
    for number, month in enumerate(months):
        if not _MONTH.fullmatch(month):
            yield Fault(f"monthly_record.months[{number}]", 'write a month as "01" to "12"')
        elif month in months[:number]:
            yield Fault(f"monthly_record.months[{number}]", f"{month} stands twice; remove one")


def _rhythm_faults(rules: Rules) -> Iterator[Fault]:
    assert rules.log_check is not None  # noqa: S101 - asked for by the only caller, which looks first
    rhythm, opens = rules.log_check.every, rules.log_check.opens_days
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


def _rung_faults(here: str, rungs: Ladder, reminded: Audience, longest: int) -> Iterator[Fault]:
    if not rungs:
        yield Fault(here, "empty; write rungs, the last one an escalation")
    for number, rung in enumerate(rungs):
        place, last = f"{here}[{number}]", number == len(rungs) - 1
        yield from day_faults(place, rungs, number, longest)
        if (rung.step is StepKind.ESCALATE) != last:
            wanted = "escalate" if last else "remind"
            yield Fault(f"{place}.step", f"only the last rung hands over to a coordinator; write {wanted}")
        elif rung.to is not (Audience.COORDINATOR if last else reminded):
            wanted = Audience.COORDINATOR.value if last else reminded.value
            yield Fault(f"{place}.to", f"whom this rung addresses is fixed; write {wanted}")


def day_faults(here: str, rungs: Ladder, number: int, longest: int) -> Iterator[Fault]:
    """What is wrong with the day of one rung, of any ladder; ``here`` is the rung's key path."""
    rung = rungs[number]
    if not 0 <= rung.after_days <= longest:
        yield Fault(f"{here}.after_days", f"write a number of days from 0 to {longest}")
    if number and rung.after_days <= rungs[number - 1].after_days:
        yield Fault(f"{here}.after_days", "not later than the rung before; write more days")
