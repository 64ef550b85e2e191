"""The day on which a reminder goes out: the rungs of a ladder, counted from the due day in the program's calendar."""

from datetime import datetime

from domain.rules import ladder
from domain.rules.program import DeadlineKind, Rules


def rung_at(rules: Rules, subject: DeadlineKind, due: datetime, number: int) -> datetime | None:
    """Return the instant of a rung of a subject's ladder, counted from 0; None if the ladder has no such rung."""
    return ladder.rung_at(rules.calendar, rules.ladder(subject), due, number)
