"""Faults in the table `endings` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.values import LONGEST_DAYS
from domain.rules.program import DeadlineKind, Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the time in which forms are accepted after the end of a relationship."""
    here, closes = "endings.forms_close_days", rules.endings.forms_close_days
    last = [use.early_end_days or use.due_days for use in rules.forms if use.due_after_end]
    if not last:
        if closes:
            yield Fault(here, "no form is asked for after the end; write 0")
        return
    reminded = max((rung.after_days for rung in rules.ladder(DeadlineKind.FORM)), default=0)
    # A day in a break is moved to the end of the break, and there may be a weekend on either side.
    shut = max(((each.last - each.first).days + 5 for each in rules.calendar.breaks), default=0)
    least = max(last) + reminded + shut + 1
    if not least <= closes <= LONGEST_DAYS:
        what = f"the last form is due after {max(last)} days, its last reminder comes {reminded} later"
        off = f", and a break can delay them by {shut}" if shut else ""
        yield Fault(here, f"{what}{off}; write at least {least}, at most {LONGEST_DAYS}")
