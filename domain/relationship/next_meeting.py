"""The pair's next meeting: by when it must be, which date a log may name, and as both calendars show it.

Its timer is due at the end of the agreed rhythm, or of the day that the last log names. The rhythm starts with the
agreement, with each meeting, and again after a pause. Both calendars show the nearest row of the plan, or that day.

An appointment keeps its identity when it is moved, until its meeting is over; the next one gets a new identity. It is
part of the state because, to withdraw an invitation, one must know which one was sent.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from domain.calendar import Rhythm, RhythmUnit
from domain.codec import instant_text
from domain.errors import demand
from domain.messages import Stamp
from domain.notices import NoticeKind
from domain.relationship.deadlines import Timer, after_grace, timer_for
from domain.relationship.invitation import COUNTS_CHANGES, Invitation, invitation_uid, next_change
from domain.relationship.parts.meetings import Meetings
from domain.relationship.parts.next_meeting import NextMeeting
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules

_STAGES = ("agreement", "meetings")
CATCHES_UP: Final = 3
"""From this engine on, nobody is reminded of the next meeting before the working day after a log or a correction."""
NAMES_PERIOD: Final = 4
"""From this engine on, a reminder says which meeting is owed."""


def next_meeting_timer(
    state: Relationship,
    since: date,
    rules: Rules,
    *,
    next_on: date | None = None,
    signed: Rhythm | None = None,
) -> Timer:
    """Return the timer for the next meeting: the end of the rhythm's last day, or of ``next_on`` if earlier.

    ``signed`` is a rhythm about to come into force; without it, the one in force counts.
    """
    if signed is None:
        assert state.agreement.terms is not None  # noqa: S101 - meetings follow an agreement in force
        signed = state.agreement.terms.rhythm
    day = rules.calendar.next_by(since, rules.rhythm(signed))
    if next_on is not None and next_on < day:
        day = next_on
    return timer_for(rules, DeadlineKind.MEETING, rules.calendar.end_of(day))


def period_of(state: Relationship, timer: Timer, rules: Rules) -> str:
    """Return which meeting a timer is about: of a month, such as ``2026-10``, or due by a day, ``2026-10-16``.

    It is a month where the pair meets once a month and has named no day.
    """
    assert state.agreement.terms is not None  # noqa: S101 - meetings follow an agreement in force
    last = rules.calendar.local_date(timer.due - timedelta(seconds=1))
    monthly = rules.rhythm(state.agreement.terms.rhythm) == Rhythm(every=1, unit=RhythmUnit.MONTHS)
    day = last.isoformat()
    return day[:7] if monthly and state.meetings.next_on != last else day


def timer_after_log(
    state: Relationship, latest: date, next_on: date | None, now: datetime, rules: Rules
) -> Timer:
    """Return the timer for the next meeting after a log."""
    return _after_today(state, next_meeting_timer(state, latest, rules, next_on=next_on), now, rules)


def _after_today(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> Timer:
    """Return a timer that reminds nobody today who catches up with late logs, or corrects one."""
    return after_grace(rules, timer, now) if state.engine >= CATCHES_UP else timer


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAfterChange:
    """What follows for the next meeting once a log was changed: its timer if that changes, its named date and topics.

    ``caught_up`` says that the pair met later than was known before, so that nobody needs to look after it.
    """

    timers: tuple[Timer, ...]
    next_on: date | None
    next_topics: tuple[str, ...]
    caught_up: bool = False


def next_after_change(state: Relationship, left: Meetings, now: datetime, rules: Rules) -> NextAfterChange:
    """Return what follows for the next meeting if the logs are ``left`` instead: what these say, as if never otherwise.

    If the ladder was climbed to its end, no timer starts again, because a coordinator has already been asked, unless
    the pair met later than was known.
    """
    since, known = left.last_day(rules), state.meetings.last_day(rules)
    source = next((met for met in reversed(left.standing) if met.renamed), None)
    next_on, topics = (source.next_on, source.next_topics) if source else (None, ())
    if next_on is not None and next_on <= since:
        next_on, topics = None, ()
    running = next((timer for timer in state.timers if timer.subject is DeadlineKind.MEETING), None)
    caught_up = since > known and state.stage == "meetings"
    timer = None
    if (running is not None or caught_up) and (since, next_on) != (known, state.meetings.next_on):
        timer = _after_today(state, next_meeting_timer(state, since, rules, next_on=next_on), now, rules)
    elif running is not None and (later := _after_today(state, running, now, rules)) != running:
        timer = later
    return NextAfterChange(
        timers=() if timer is None else (timer,), next_on=next_on, next_topics=topics, caught_up=caught_up
    )


def timer_from_today(
    state: Relationship, today: date, rules: Rules, *, signed: Rhythm | None = None
) -> Timer:
    """Return the timer for the next meeting if the rhythm starts again today: after a pause, or with an agreement.

    The day that the last log names counts while it is still to come.
    """
    named = state.meetings.next_on
    next_on = named if named is not None and named > today else None
    return next_meeting_timer(state, today, rules, next_on=next_on, signed=signed)


def demand_next_date(
    state: Relationship, next_on: date | None, latest: date, now: datetime, rules: Rules, *, quick: bool
) -> None:
    """Refuse a bad or missing next date in a log (NEA-47, OPSOA-12); a quick note needs none.

    None is needed either if the rhythm after ``latest``, or today, is past the end of the time for meetings.
    """
    calendar = rules.calendar
    today = calendar.local_date(now)
    end = calendar.local_date(state.meetings_end(rules))
    if next_on is not None:
        demand(next_on > today, "next_date_not_in_future", field="next_on")
        demand(next_on <= end, "next_date_too_late", field="next_on")
        demand(not calendar.closed(next_on), "next_date_in_break", field="next_on")
    elif rules.meetings.next_date_required and not quick:
        due = next_meeting_timer(state, latest, rules).due
        demand(today >= end or calendar.end_of(end) < due, "next_date_missing", field="next_on")


def next_appointment(before: Relationship, after: Relationship, stamp: Stamp) -> NextMeeting | None:
    """Return the appointment after an event; the same object if the event changes nothing about it."""
    old = before.appointment
    if after.pause is not None:
        return old  # the plan stays until somebody changes it
    if not (old or after.schedule.planned or after.meetings.next_on):
        return None
    wanted = _next(after, stamp.at)
    if wanted is None or after.ended or after.stage not in _STAGES:
        return None
    if old is not None and not _is_over(old, before, after, stamp.at):
        new = replace(wanted, uid=old.uid, change=next_change(old.change, stamp, after.engine))
        return old if new == old else new
    made = str(stamp.seq) if after.engine < COUNTS_CHANGES else instant_text(stamp.at)
    change = next_change(None, stamp, after.engine, new=True)
    return replace(wanted, uid=invitation_uid(after.id, made), change=change)


def of_office_alone(before: Relationship, after: Relationship) -> bool:
    """Return whether an event changed nothing but work, notes and confidential matters, of which the pair never hears.

    It must not move a plan: whoever got the new invitation would learn that there was such an event (C58).
    """
    unchanged = {name: getattr(before, name) for name in _OF_OFFICE}
    return replace(after, **unchanged) == before


_OF_OFFICE: Final = ("tasks", "complaints", "change_asked", "refused_notices", "notes")


def invitation_after(
    before: Relationship, after: Relationship, stamp: Stamp
) -> tuple[NoticeKind, Invitation] | None:
    """Return what both are sent about their next meeting because of an event, or None."""
    old, new = before.appointment, after.appointment
    if old == new:
        return None
    if new is None:
        if old is None or _is_over(old, before, after, stamp.at):
            return None
        last = next_change(old.change, stamp, after.engine)
        return NoticeKind.MEETING_WITHDRAWN, old.invitation(last, cancelled=True)
    moved = old is not None and old.uid == new.uid
    assert new.change is not None  # noqa: S101 - it was just changed
    return NoticeKind.MEETING_MOVED if moved else NoticeKind.MEETING_PLANNED, new.invitation(new.change)


def _next(state: Relationship, now: datetime) -> NextMeeting | None:
    """Return the nearest open row of the plan, or the day that the last log names if nearer; without identity yet."""
    rows = (row for row in state.schedule.planned if row.status == "planned" and row.starts_at > now)
    row = min(rows, key=lambda each: (each.starts_at, each.id), default=None)
    day = state.meetings.next_on
    if day is not None and day >= now.date() and (row is None or day < row.on):
        return NextMeeting(uid="", on=day)
    if row is None:
        return None
    return NextMeeting(
        uid="", on=row.on, starts_at=row.starts_at, minutes=row.minutes, mode=row.mode, row=row.id
    )


def _is_over(old: NextMeeting, before: Relationship, after: Relationship, now: datetime) -> bool:
    """Return whether its time is past, its row was kept, or a meeting of that day or a later one was just logged."""
    if old.starts_at is not None and old.starts_at <= now:
        return True
    if any(row.id == old.row and row.status == "kept" for row in after.schedule.planned):
        return True
    new = after.meetings.log[len(before.meetings.log) :]
    return old.on < now.date() or any(old.on <= met.began_at.date() for met in new)
