"""The day on which a reminder goes out: the rungs of a ladder, counted from the due day in the program's calendar."""

from datetime import datetime

from domain.rules.program import DeadlineKind, Rules


def rung_at(rules: Rules, subject: DeadlineKind, due: datetime, number: int) -> datetime | None:
    """Return the instant of a rung of a subject's ladder, counted from 0; None if the ladder has no such rung."""
    rungs = rules.ladder(subject)
    if number >= len(rungs):
        return None
    days = rungs[number].after_days
    if days == 0:
        return due
    return max(due, rules.calendar.after(rules.calendar.local_date(due), days))
