"""The pair's next meeting as both calendars show it: the nearest row of the plan, or the day that the last log names.

An appointment keeps its identity when it is moved, until its meeting is over; the next one gets a new identity. It is
part of the state because, to withdraw an invitation, one must know which one was sent.
"""

from dataclasses import replace
from datetime import datetime

from domain.messages import Stamp
from domain.notices import NoticeKind
from domain.relationship.invitation import Invitation, invitation_uid
from domain.relationship.parts.next_meeting import NextMeeting
from domain.relationship.state import Relationship

_STAGES = ("agreement", "meetings")


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
    moves = old is not None and not _is_over(old, before, after, stamp.at)
    uid = old.uid if old is not None and moves else invitation_uid(after.id, str(stamp.seq))
    new = replace(wanted, uid=uid)
    return old if new == old else new


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
        return NoticeKind.MEETING_WITHDRAWN, old.invitation(stamp, cancelled=True)
    moved = old is not None and old.uid == new.uid
    return NoticeKind.MEETING_MOVED if moved else NoticeKind.MEETING_PLANNED, new.invitation(stamp)


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
