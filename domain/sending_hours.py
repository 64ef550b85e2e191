"""When an email may leave, by the class of its kind, in the program's time zone.

The answer to one's own act leaves at once. Everything else waits for an hour at which a colleague would write.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import IntEnum
from typing import Final

from domain.calendar import DAY, MORNING, Calendar
from domain.notices import HOURS, Hours, NoticeKind
from domain.tasks import TaskKind

OPENS: Final = time(7, 0)
CLOSES: Final = time(20, 0)
NOON: Final = time(12, 0)
"""A morning ends here: what could not leave between 09:00 and noon waits for the next one."""


RESTS: Final = frozenset((NoticeKind.MONTHLY_RECORD_DUE,))
"""Reminders of a ladder that many share. Who hands in one today is not asked for another one on that day."""
_CASE: Final = (TaskKind.HANDLE_COMPLAINT, TaskKind.SECOND_COMPLAINT, TaskKind.CONSIDER_CHANGE)
RESTS_DURING: Final[Mapping[str, tuple[TaskKind, ...]]] = {
    "first_contact": _CASE,
    "agreement": _CASE,
    "meeting": (*_CASE, TaskKind.RESOLVE_MEETING),
    "observation": _CASE,
}
"""Of what a pair is not reminded while staff have such a task about it.

Nobody is sent to somebody about whom a complaint is open, and nobody is told that no meeting is recorded while staff
decide about one.
"""


class Rank(IntEnum):
    """The order of classes among emails that are due at one time."""

    AT_ONCE = 0
    BY_DAY = 1
    MORNINGS = 2
    STAFF_MORNINGS = 3


def rank_of(kind: NoticeKind, *, own_act: bool) -> Rank:
    """Return the place of a notice among those that are due; ``own_act`` says that it answers its reader's own act."""
    return Rank.AT_ONCE if own_act else _RANKS[HOURS[kind]]


def may_leave(
    kind: NoticeKind, data: Mapping[str, str], at: datetime, calendar: Calendar, *, own_act: bool
) -> datetime:
    """Return the first instant, not before ``at``, at which a notice may leave.

    What moves or cancels something that begins before the next 09:00 leaves at once.
    """
    if own_act or _begins_soon(data, at, calendar):
        return at
    match HOURS[kind]:
        case Hours.BY_DAY:
            return _within(at, calendar, calendar.weekday, OPENS, CLOSES)
        case Hours.MORNINGS:
            return _within(at, calendar, calendar.working, MORNING, NOON)
        case Hours.STAFF_MORNINGS:
            return _within(at, calendar, calendar.weekday, MORNING, NOON)


def rests_until(at: datetime, calendar: Calendar) -> datetime:
    """Return 09:00 of the next working day: until then nobody is reminded who caught up at that instant."""
    return calendar.after(calendar.local_date(at), 1)


_RANKS: Final = {
    Hours.BY_DAY: Rank.BY_DAY,
    Hours.MORNINGS: Rank.MORNINGS,
    Hours.STAFF_MORNINGS: Rank.STAFF_MORNINGS,
}


def _begins_soon(data: Mapping[str, str], at: datetime, calendar: Calendar) -> bool:
    """Return whether the plan that a notice is about begins before the next 09:00, or has begun today."""
    today = calendar.local_date(at)
    morning = calendar.at(today)
    next_morning = morning if at < morning else calendar.at(today + DAY)
    if starts := data.get("starts_at", ""):
        return at <= datetime.fromisoformat(starts) < next_morning
    if on := data.get("on", ""):
        return date.fromisoformat(on) == today
    return False


def _within(
    at: datetime, calendar: Calendar, open_on: Callable[[date], bool], opens: time, closes: time
) -> datetime:
    local = at.astimezone(calendar.zone)
    day, hour = local.date(), local.time()
    if open_on(day) and hour < closes:
        return at if hour >= opens else calendar.at(day, opens)
    day += DAY
    while not open_on(day):
        day += DAY
    return calendar.at(day, opens)
