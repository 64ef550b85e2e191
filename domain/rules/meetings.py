"""The rules around meetings: who sets the rhythm, observations, cover, and the district's slots.

If a program has nothing of a kind, its table says so with one value (``none``, 0, an empty list) and leaves out the
fields that would then mean nothing.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class RhythmSource(StrEnum):
    """Where the rhythm comes from: the signed agreement (NEA-11), the program or the region (ESE-2, -3)."""

    SIGNED = "signed"
    PROGRAM = "program"
    REGION = "region"


class Booking(StrEnum):
    """Who arranges observations: the coordinator, the pair up to a quota (ESE-6), or nobody because there are none."""

    COORDINATOR = "coordinator"
    PAIR = "pair"
    NONE = "none"


class CoverApprover(StrEnum):
    """Who approves the use of cover hours (ESE-16)."""

    COORDINATOR = "coordinator"
    NONE = "none"


class CoverCost(StrEnum):
    """How the cost of cover is counted: by the hour, or not at all if the district pays it unrecorded (ESE-16)."""

    HOURLY = "hourly"
    NONE = "none"


class Weekday(StrEnum):
    """The days of the week, in order."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRules:
    """How many observations a pair owes, who books them, how long they last (ESE-6, -7, -15).

    The quota is due ``due_days_before_end`` calendar days before the end of the time for meetings.
    """

    booked_by: Booking
    required: int
    needs_cover: bool
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    due_days_before_end: int | None = None

    def fit(self, minutes: int) -> bool:
        """Return whether an observation may last that long."""
        return (self.shortest_minutes or 1) <= minutes <= (self.longest_minutes or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRules:
    """The minutes of substitute cover for each pair, who approves or refuses their use, and the cost (ESE-16)."""

    minutes_per_pair: int
    approver: CoverApprover
    refusal_reasons: tuple[str, ...]
    cost: CoverCost
    cents_per_hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSlot:
    """A time that the district keeps free (ESE-8): on one date, or weekly except in breaks and on holidays."""

    code: str
    on: date | None = None
    weekday: Weekday | None = None
    begins: time
    minutes: int

    def falls_on(self, day: date) -> bool:
        """Return whether the slot is on that day, without regard to breaks and holidays."""
        return day == self.on or (
            self.weekday is not None and day.weekday() == list(Weekday).index(self.weekday)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """The district's slots (ESE-8), and the kinds of place where a pair may plan to meet (ESE-11), never an address."""

    slots: tuple[DistrictSlot, ...]
    places: tuple[str, ...]
