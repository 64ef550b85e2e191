"""The plan of a pair, as the state keeps it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Self

from domain.calendar import Calendar
from domain.codec import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One row of the schedule: day, hour, minutes, a kind of place, and, if the pair wants, the mode and a slot."""

    on: date
    begins: time
    minutes: int
    place: str
    mode: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMeeting:
    """A planned meeting. ``status`` is planned, kept (a meeting on that day was logged) or withdrawn."""

    id: str
    on: date
    starts_at: datetime
    minutes: int
    place: str
    mode: str = ""
    slot: str = ""
    status: str = "planned"
    planned_at: datetime | None = field(default=None, compare=False, metadata=LATER)
    """When the row was planned; no event says it beside its own stamp."""

    def status_at(self, now: datetime) -> str:
        """Return the status that people see: a planned meeting in the past without a log is ``not_logged``.

        That is no breach by itself: only the rhythm says what is late.
        """
        return "not_logged" if self.status == "planned" and self.starts_at < now else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the pair ever planned, in the order in which it was planned."""

    planned: tuple[PlannedMeeting, ...] = ()

    def open(self, id: str) -> PlannedMeeting | None:
        """Return the planned meeting with that id, unless it was kept or withdrawn."""
        return next((each for each in self.planned if each.id == id and each.status == "planned"), None)

    def due_on(self, day: date, calendar: Calendar) -> str:
        """Return the id of the first open row of a local day, or an empty string."""
        of_day = (each for each in self.planned if each.on == day and each.status == "planned")
        first = min(of_day, key=lambda each: (each.starts_at, each.id), default=None)
        return first.id if first else ""

    def keep(self, id: str) -> Self:
        """Return the plan after a meeting for that row was logged."""
        return self._with_status(id, "kept")

    def reopen(self, id: str) -> Self:
        """Return the plan after that meeting was struck."""
        return self._with_status(id, "planned")

    def _with_status(self, id: str, status: str) -> Self:
        if not id:
            return self
        rows = (replace(each, status=status) if each.id == id else each for each in self.planned)
        return replace(self, planned=tuple(rows))
