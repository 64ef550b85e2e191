"""Faults in the table `intake` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.values import LONGEST_DAYS
from domain.rules.intake import IntakeKind
from domain.rules.program import Rules


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the window, and with the number of months that mentoring lasts."""
    intake = rules.intake
    if not 0 <= intake.window_days <= LONGEST_DAYS:
        yield Fault("intake.window_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if intake.kind is IntakeKind.ROLLING and not 1 <= intake.course_months <= 36:
        yield Fault(
            "intake.course_months", "people begin at any time; write how many months mentoring lasts, 1 to 36"
        )
    if intake.kind is IntakeKind.WINDOW and intake.course_months:
        yield Fault("intake.course_months", "mentoring ends with the term; write 0")
