"""In stage meetings: the versions of a logged meeting, and what follows once one of them applies.

Everything that counts a meeting counts its newest version that applies, as if only that one had ever been logged: the
next meeting, the rows of the plan, the cover used in their hours, and whether there were enough meetings.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final

from domain import tasks
from domain.actors import Side
from domain.errors import demand
from domain.journal import Event
from domain.messages import Stamp
from domain.relationship.deadlines import Timer, drop, put
from domain.relationship.next_meeting import NextAfterChange, demand_next_date, next_after_change
from domain.relationship.parts.meetings import Meeting, MeetingVersion
from domain.relationship.stages.meetings.log import (
    Log,
    checked_day,
    demand_apart,
    demand_next_topics,
)
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Event):
    """What every version that applies has: its number, by whom, and what follows for the next meeting and for cover.

    ``row_to`` is another meeting of the day that now keeps the row of the plan. ``cover_returned`` and ``cover_used``
    are requests whose minutes are no longer used, or used again, because that row was not kept, or was.
    """

    meeting: str
    version: int
    by: str
    reason: str = ""
    timers: tuple[Timer, ...] = ()
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    row_to: str = ""
    cover_returned: tuple[str, ...] = ()
    cover_used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCorrected(Changed):
    """From now on a meeting is what this says; ``status`` is its status after that.

    ``renamed`` says that the correction names another next meeting. ``caught_up`` says that the two met later than was
    known. ``apart_from`` has logs of that day by somebody else, which are other meetings.
    """

    began_at: datetime
    minutes: int
    mode: str = ""
    topics: tuple[str, ...] = ()
    place: str = ""
    planned: str = ""
    face_to_face: bool = False
    status: str
    renamed: bool = False
    caught_up: bool = False
    apart_from: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWithdrawn(Changed):
    """A log counts no longer, as if nobody had ever made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionProposed(Event):
    """One side says what a meeting was, or that it was none; it applies once the other side confirms that version."""

    meeting: str
    version: int
    by: Side
    withdrawn: bool = False
    began_at: datetime
    minutes: int
    mode: str = ""
    topics: tuple[str, ...] = ()
    place: str = ""
    face_to_face: bool = False
    next_on: date | None = None
    next_topics: tuple[str, ...] | None = None
    apart_from: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionTakenBack(Event):
    """The side that proposed a correction says now what was said before; ``status`` is that of the meeting again."""

    meeting: str
    version: int
    by: Side
    status: str


def current(meeting: Meeting) -> MeetingVersion:
    return next(each for each in meeting.known_versions if each.status == "current")


def agreed(state: Relationship, meeting: Meeting, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event by which a proposed version applies once the other side confirms it; none if none is open."""
    proposed = meeting.proposed
    if proposed is None:
        return ()
    last = state.stage == "meetings" and state.meetings.standing[-1].id == meeting.id
    past = proposed.next_on is not None and proposed.next_on <= rules.calendar.local_date(now)
    if past or not last:
        # What is named for the next meeting is outdated by now.
        proposed = replace(proposed, next_on=None, next_topics=None)
    return (applied(state, meeting, proposed, "confirmed", True, now, rules),)


def applied(
    state: Relationship,
    meeting: Meeting,
    version: MeetingVersion,
    status: str,
    is_another: bool | None,
    now: datetime,
    rules: Rules,
) -> MeetingCorrected | MeetingWithdrawn:
    """Return the event by which a version of a meeting applies; raises ``RuleViolation`` with the wrong field."""
    left = replace(
        state,
        meetings=state.meetings.without(meeting.id),
        schedule=state.schedule.reopen(meeting.planned),
    )
    given: dict[str, Any] = {
        "meeting": meeting.id,
        "version": version.number,
        "by": version.by,
        "reason": version.reason,
    }
    if version.withdrawn:
        row_to = _takes_row(left, meeting.planned, rules)
        following = next_after_change(state, left.meetings, now, rules)
        cover = _cover(state, "" if row_to else meeting.planned, "")
        return MeetingWithdrawn(**given, **_of_next(following), **cover, row_to=row_to)
    log = Log(
        began_at=version.began_at,
        minutes=version.minutes,
        mode=version.mode,
        topics=version.topics,
        place=version.place,
        kind=meeting.kind,
        group=meeting.group,
        another=is_another,
    )
    day = checked_day(left, log, now, rules)
    known = rules.calendar.local_date(meeting.began_at)
    met = _named(state, replace(meeting, began_at=version.began_at), version, now, rules)
    following = next_after_change(state, state.meetings.put(met), now, rules)
    planned = left.schedule.due_on(day, rules.calendar)
    row_to, lost, gained = "", "", ""
    if planned != meeting.planned:
        row_to, gained = _takes_row(left, meeting.planned, rules), planned
        lost = "" if row_to else meeting.planned
    return MeetingCorrected(
        **given,
        **_of_next(following),
        **_cover(state, lost, gained),
        row_to=row_to,
        began_at=log.began_at,
        minutes=log.minutes,
        mode=log.mode,
        topics=log.topics,
        place=log.place,
        planned=planned,
        face_to_face=log.mode in rules.meetings.face_to_face_modes,
        status=status,
        renamed=_names_next(version),
        caught_up=following.caught_up,
        apart_from=None if day == known else demand_apart(left, log, meeting.logged_by, day, rules),
    )


def _names_next(version: MeetingVersion) -> bool:
    return version.next_on is not None or version.next_topics is not None


def _named(
    state: Relationship, meeting: Meeting, version: MeetingVersion, now: datetime, rules: Rules
) -> Meeting:
    """Return the meeting with what its version names for the next one; only the last log can change that."""
    if not _names_next(version):
        return meeting
    demand(state.stage == "meetings", "meetings_are_over", field="next_on")
    demand(state.meetings.standing[-1].id == meeting.id, "later_log_names_next", field="next_on")
    next_on, topics = version.next_on, version.next_topics
    if next_on is not None:
        demand_next_date(state, next_on, next_on, now, rules, quick=True)
    topics = state.meetings.next_topics if topics is None else topics
    demand_next_topics(topics, rules)
    return replace(meeting, renamed=True, next_on=next_on or state.meetings.next_on, next_topics=topics)


def _of_next(following: NextAfterChange) -> dict[str, Any]:
    return {
        "timers": following.timers,
        "next_on": following.next_on,
        "next_topics": following.next_topics,
    }


def _takes_row(left: Relationship, row: str, rules: Rules) -> str:
    """Return the first other meeting on the day of a row that no meeting keeps now; else an empty string."""
    days = [each.on for each in left.schedule.planned if each.id == row]
    free = (met for met in left.meetings.standing if not met.planned)
    return next((met.id for met in free if rules.calendar.local_date(met.began_at) in days), "")


def cover_of_row(state: Relationship, row: str) -> tuple[str, ...]:
    """Return the requests for cover that were used in the hour of a row of the plan."""
    requests = state.cover.requests
    return tuple(each.id for each in requests if row and each.subject == row and each.status == "used")


def _cover(state: Relationship, lost: str, gained: str) -> dict[str, Any]:
    """Return the requests for cover whose minutes go back with a row of the plan, and those that count again."""
    requests, back = state.cover.requests, cover_of_row(state, lost)
    left = state.cover.left + sum(each.used for each in requests if each.id in back)
    again: tuple[str, ...] = ()
    for each in requests:
        returned = gained and each.subject == gained and each.status == "returned"
        if returned and 0 < each.used <= left:
            again, left = (*again, each.id), left - each.used
    return {"cover_returned": back, "cover_used": again}


_NOT_SAID: Final = ("meeting", "version", "apart_from")
"""The fields of a proposal that are not part of what it says about the meeting."""


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case MeetingCorrected():
            return _evolve_corrected(state, event, stamp)
        case MeetingWithdrawn():
            meeting = found(state, event.meeting)
            version = replace(current(meeting), withdrawn=True)
            gone = replace(_with(meeting, event, version, stamp), status="withdrawn", planned="")
            return _follow(state, meeting, gone, event, stamp, outcome="withdrawn")
        case CorrectionProposed():
            meeting = found(state, event.meeting)
            was = meeting.proposed.was if meeting.proposed else meeting.status
            names = [each.name for each in fields(event) if each.name not in _NOT_SAID]
            said = {name: getattr(event, name) for name in names}
            version = MeetingVersion(
                **{**said, "by": event.by.value},
                number=event.version,
                at=stamp.at,
                status="proposed",
                was=was,
            )
            return _put(state, replace(meeting.with_version(version), status="logged"))
        case CorrectionTakenBack():
            meeting = found(state, event.meeting)
            return _put(state, replace(meeting.without_proposal(), status=event.status))
    raise TypeError(type(event).__name__)


def found(state: Relationship, id: str) -> Meeting:
    found = state.meetings.find(id)
    assert found is not None  # noqa: S101 - only what is in the log is corrected
    return found


def _put(state: Relationship, meeting: Meeting) -> Relationship:
    return replace(state, meetings=state.meetings.put(meeting))


def _with(meeting: Meeting, event: Changed, says: MeetingVersion, stamp: Stamp) -> Meeting:
    """Return the meeting with a version that applies; one that was proposed keeps when that was."""
    proposed = meeting.proposed if meeting.proposed and meeting.proposed.number == event.version else None
    version = replace(
        says,
        number=event.version,
        by=event.by,
        reason=event.reason,
        at=proposed.at if proposed else stamp.at,
        status="current",
        was=proposed.was if proposed else "",
    )
    return meeting.with_version(version)


def _evolve_corrected(state: Relationship, event: MeetingCorrected, stamp: Stamp) -> Relationship:
    meeting = found(state, event.meeting)
    said: dict[str, Any] = {
        name: getattr(event, name)
        for name in ("began_at", "minutes", "mode", "topics", "place", "face_to_face")
    }
    version = replace(current(meeting), **said)
    after = replace(_with(meeting, event, version, stamp), **said, planned=event.planned, status=event.status)
    if event.renamed:
        after = replace(after, renamed=True, next_on=event.next_on, next_topics=event.next_topics)
    if event.caught_up:
        looked_after = (TaskKind.CONTACT_PAIR, TaskKind.FOLLOW_UP_PAIR)
        todo = tasks.close_tasks(state.tasks, stamp, *looked_after, outcome="meeting_corrected")
        state = replace(state, tasks=todo, timers=drop(state.timers, DeadlineKind.FOLLOW_UP))
    return _follow(state, meeting, after, event, stamp, outcome="corrected")


def _follow(
    state: Relationship, before: Meeting, after: Meeting, event: Changed, stamp: Stamp, *, outcome: str
) -> Relationship:
    """Return the state in which everything that counts a meeting counts what is said of it now."""
    known = replace(state.meetings.put(after), next_on=event.next_on, next_topics=event.next_topics)
    schedule = state.schedule.reopen(before.planned).keep(after.planned)
    if event.row_to:
        takes = found(state, event.row_to)
        known = known.put(replace(takes, planned=before.planned))
        schedule = schedule.keep(before.planned)
    cover = state.cover.with_status("returned", event.cover_returned).with_status("used", event.cover_used)
    todo = tasks.close_tasks(state.tasks, stamp, TaskKind.RESOLVE_MEETING, subject=after.id, outcome=outcome)
    timers = put(state.timers, *event.timers)
    return replace(state, meetings=known, schedule=schedule, cover=cover, tasks=todo, timers=timers)
