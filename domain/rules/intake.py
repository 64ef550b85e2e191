"""When people apply, and how long mentoring lasts (MASA-15, OPSOA-2, -4, K10)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import DAY, plus_months


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDates:
    """One cycle of a program: first and last day, both included."""

    first: date
    last: date


class IntakeKind(StrEnum):
    """When people apply: for a program year, or whenever their work begins."""

    WINDOW = "window"
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """When people apply, and how long mentoring lasts (MASA-15, OPSOA-2, -4, K10).

    The window is open until ``window_days`` after the term's first day; later applications are accepted only with
    ``late_entry``. ``course_months`` is 0 if mentoring ends with the term, else its length for each mentee.
    """

    kind: IntakeKind
    window_days: int
    late_entry: bool
    course_months: int

    def closed(self, applied_on: date, term: TermDates) -> bool:
        """Return whether an application comes after the window."""
        in_window = self.kind is IntakeKind.WINDOW and not self.late_entry
        return in_window and applied_on > term.first + timedelta(days=self.window_days)

    def course(self, applied_on: date, term: TermDates) -> TermDates:
        """Return the dates of one mentee's mentoring: the term's, or ``course_months`` from the application on."""
        if not self.course_months:
            return term
        first = max(term.first, applied_on)
        return TermDates(first=first, last=plus_months(first, self.course_months) - DAY)

    def days(self, term: TermDates) -> int:
        """Return how many days mentoring lasts for a person who applies before the term begins."""
        course = self.course(term.first, term)
        return (course.last - course.first).days
