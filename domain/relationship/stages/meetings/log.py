"""A meeting as a fact: what a log holds, which logs count, and what every way of logging one demands.

Logs come from one side, as a quick note of a day, or for several pairs at once; one function checks them all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.actors import Side
from domain.errors import demand
from domain.journal import Event
from domain.relationship.deadlines import Timer
from domain.relationship.parts.meetings import Meeting, MeetingKind
from domain.relationship.state import Relationship
from domain.rules.program import Rules, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLogged(Event):
    """A meeting took place, says one side, or a coordinator of a group; the next is due by the rhythm.

    ``next_on`` is the date of the next meeting as it stands after this log, whichever log named it.
    """

    meeting: str
    began_at: datetime
    minutes: int
    mode: str = ""
    topics: tuple[str, ...] = ()
    by: Side | None
    timers: tuple[Timer, ...] = ()
    kind: MeetingKind = MeetingKind.SINGLE
    group: str = ""
    place: str = ""
    planned: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    face_to_face: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResolved(Event):
    """A coordinator decided a dispute. Where a log is struck, the next meeting is what the others say of it."""

    meeting: str
    stands: bool
    reason: str
    timers: tuple[Timer, ...] = ()
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a log says, whoever sends it."""

    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    place: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    kind: MeetingKind = MeetingKind.SINGLE
    group: str = ""


def demand_open(state: Relationship) -> None:
    """Refuse a log outside the time for meetings."""
    demand(state.agreement.in_force > 0, "meeting_before_agreement")
    demand(state.stage == "meetings", "meetings_are_over")


def quick_log(
    state: Relationship, held_on: date, mode: str, topics: tuple[str, ...], now: datetime, rules: Rules
) -> Log:
    """A quick note of a day as a log: it begins with the local day and has no length."""
    demand(held_on <= rules.calendar.local_date(now), "meeting_in_future", field="held_on")
    since = rules.calendar.local_date(state.stage_since)
    demand(held_on >= since, "meeting_before_agreement", field="held_on")
    began_at = rules.calendar.at(held_on, time(0, 0))
    return Log(began_at=began_at, minutes=0, mode=mode, topics=topics, kind=MeetingKind.QUICK)


def logged(
    state: Relationship, log: Log, meeting: str, by: Side | None, now: datetime, rules: Rules
) -> MeetingLogged:
    """The event of a log; raises ``RuleViolation`` with the field that is to blame."""
    calendar, policy = rules.calendar, rules.meetings
    quick = log.kind is MeetingKind.QUICK
    day = _day_of(state, log, now, rules)
    demand((quick and not log.mode) or log.mode in policy.modes, "unknown_mode", field="mode")
    _demand_topics(log.topics, "topics", rules)
    if set(log.topics) & set(policy.first_meeting_only):
        earlier = (met for met in state.meetings.standing if met.kind is not MeetingKind.QUICK)
        first = all(met.began_at >= log.began_at for met in earlier)
        demand(first, "topic_of_first_meeting", field="topics")
    demand(not log.place or log.place in rules.schedule.places, "unknown_place", field="place")
    _demand_once(state, log)
    latest = max(day, state.meetings.last_day(rules))
    _demand_next(state, log, latest, now, rules)
    stands = state.meetings.next_on
    # A day that is past was reminded of already; the log shows that the two are in touch.
    past = stands is not None and stands <= max(latest, calendar.local_date(now))
    if log.next_on is not None or past:
        stands = log.next_on
    said = log.next_topics if log.next_on or log.next_topics or stands is None else state.meetings.next_topics
    return MeetingLogged(
        meeting=meeting,
        began_at=log.began_at,
        minutes=log.minutes,
        mode=log.mode,
        topics=log.topics,
        by=by,
        timers=(state.next_meeting_timer(latest, rules, next_on=stands),),
        kind=log.kind,
        group=log.group,
        place=log.place,
        planned=state.schedule.due_on(day, calendar),
        next_on=stands,
        next_topics=said,
        face_to_face=log.mode in policy.face_to_face_modes,
    )


def struck(state: Relationship, meeting: Meeting, reason: str, rules: Rules) -> MeetingResolved:
    """The event that strikes a log: the next meeting is again what the logs that stand say of it.

    Where the ladder was climbed to its end no timer begins again: a coordinator is asked already.
    """
    left = state.meetings.with_status(meeting.id, "struck")
    since = left.last_day(rules)
    said = next((met for met in reversed(left.standing) if met.renamed), None)
    next_on, topics = (said.next_on, said.next_topics) if said else (None, ())
    if next_on is not None and next_on <= since:
        next_on, topics = None, ()
    same = (since, next_on) == (state.meetings.last_day(rules), state.meetings.next_on)
    running = any(timer.subject is Subject.MEETING for timer in state.timers)
    return MeetingResolved(
        meeting=meeting.id,
        stands=False,
        reason=reason,
        timers=(state.next_meeting_timer(since, rules, next_on=next_on),) if running and not same else (),
        next_on=next_on,
        next_topics=topics,
    )


def _day_of(state: Relationship, log: Log, now: datetime, rules: Rules) -> date:
    """The local day of a log whose time is possible: over, since the agreement, and not logged yet."""
    calendar, policy = rules.calendar, rules.meetings
    quick = log.kind is MeetingKind.QUICK
    at = "held_on" if quick else "began_at"
    fit = quick or policy.shortest_minutes <= log.minutes <= policy.longest_minutes
    demand(fit, "minutes_out_of_range", field="minutes")
    demand(log.began_at <= now, "meeting_in_future", field=at)
    ended_at = log.began_at + timedelta(minutes=log.minutes)
    demand(ended_at <= now, "meeting_in_future", field=at)
    # As instants first: the first years of the calendar have no local date everywhere. A day can have 25 hours.
    demand(log.began_at >= state.stage_since - timedelta(days=2), "meeting_before_agreement", field=at)
    day = calendar.local_date(log.began_at)
    demand(day >= calendar.local_date(state.stage_since), "meeting_before_agreement", field=at)
    return day


def _demand_once(state: Relationship, log: Log) -> None:
    """Refuse the same meeting logged twice: one that covers part of that time, or a second quick note of a day."""
    if log.kind is MeetingKind.QUICK:
        notes = (met for met in state.meetings.standing if met.kind is MeetingKind.QUICK)
        demand(all(met.began_at != log.began_at for met in notes), "meeting_already_logged", field="held_on")
        return
    ended_at = log.began_at + timedelta(minutes=log.minutes)
    overlaps = any(
        met.began_at < ended_at and log.began_at < met.began_at + timedelta(minutes=met.minutes)
        for met in state.meetings.standing
        if met.kind is not MeetingKind.QUICK
    )
    demand(not overlaps, "meeting_already_logged", field="began_at")


def _demand_topics(topics: tuple[str, ...], field: str, rules: Rules) -> None:
    demand(set(topics) <= set(rules.meetings.topics), "unknown_topic", field=field)
    demand(len(set(topics)) == len(topics), "topic_twice", field=field)


def _demand_next(state: Relationship, log: Log, latest: date, now: datetime, rules: Rules) -> None:
    """The date of the next meeting (NEA-47, OPSOA-12): asked for unless the rhythm, or today, leads past the end."""
    calendar = rules.calendar
    today = calendar.local_date(now)
    end = calendar.local_date(state.meetings_end(rules))
    _demand_topics(log.next_topics, "next_topics", rules)
    again = set(log.next_topics) & set(rules.meetings.first_meeting_only)
    demand(not again, "topic_of_first_meeting", field="next_topics")
    if log.next_on is not None:
        demand(log.next_on > today, "next_date_not_in_future", field="next_on")
        demand(log.next_on <= end, "next_date_too_late", field="next_on")
        demand(not calendar.closed(log.next_on), "next_date_in_break", field="next_on")
    elif rules.meetings.next_date_required and log.kind is not MeetingKind.QUICK:
        due = state.next_meeting_timer(latest, rules).due
        demand(today >= end or calendar.end_of(end) < due, "next_date_missing", field="next_on")
