"""In stage meetings and until the stipend is settled: a log is corrected or withdrawn, and what it counted follows.

Who logged a meeting corrects it until the other side has confirmed it. Every other correction by one of the pair is
proposed, and applies once the other side confirms it. A coordinator corrects with a reason. What was said before stays
on record, and everything is counted as if only the newest version had ever been logged.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from domain.actors import Role, Side
from domain.codec import instant_text
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.parts.meetings import Meeting, MeetingKind, MeetingVersion
from domain.relationship.room import Room
from domain.relationship.stages.meetings.corrected_logs import (
    CorrectionProposed,
    CorrectionTakenBack,
    MeetingCorrected,
    MeetingWithdrawn,
    applied,
    current,
    evolve,
    found,
)
from domain.relationship.stages.meetings.log import another
from domain.relationship.state import Relationship
from domain.rules.program import Rules

COORDINATOR: Final = Role.COORDINATOR.value
_BY_PAIR: Final = ("meetings", "survey", "stipend")
"""The stages in which the pair corrects its meetings; a coordinator can until the relationship is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMeeting(Command):
    """Correct a logged meeting; fields that are left out stay as they are. A coordinator gives a reason.

    ``next_on`` and ``next_topics`` are what the log names for the next meeting, if nobody logged one later. Of a quick
    note, the day of ``began_at`` counts.
    """

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {
        "minutes": 45,
        "mode": "@meetings.modes",
        "topics": ["@meetings.topics"],
        "place": "@schedule.places",
        "next_topics": ["@meetings.topics"],
        "reason": "@meetings.resolve_reasons",
    }

    meeting: str
    began_at: datetime | None = None
    minutes: int | None = None
    mode: str | None = None
    topics: tuple[str, ...] | None = None
    place: str | None = None
    next_on: date | None = None
    next_topics: tuple[str, ...] | None = None
    another: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawMeeting(Command):
    """Withdraw a log: nobody met, or it was meant for another pair. A coordinator gives a reason."""

    roles: ClassVar = (Role.COORDINATOR, Role.PARTICIPANT)
    by: ClassVar = By.OWN
    example: ClassVar = {"reason": "@meetings.resolve_reasons"}

    meeting: str
    reason: str = ""


COMMANDS: tuple[type[Command], ...] = (CorrectMeeting, WithdrawMeeting)
EVENTS: tuple[type[Event], ...] = (
    MeetingCorrected,
    MeetingWithdrawn,
    CorrectionProposed,
    CorrectionTakenBack,
)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case CorrectMeeting():
            by = _seat(state, command, command.reason, rules)
            meeting = _open_to(state, command.meeting, by)
            wanted = _wanted(state, meeting, command, by, now, rules)
            if _says(wanted) == _says(current(meeting)):
                return _taken_back(meeting, by)
            same = meeting.proposed is not None and _says(wanted) == _says(meeting.proposed)
            demand(not same or applies_at_once(meeting, by), "nothing_corrected")
            return (_decided(state, meeting, wanted, command.another, now, rules),)
        case WithdrawMeeting():
            by = _seat(state, command, command.reason, rules)
            meeting = _open_to(state, command.meeting, by)
            same = meeting.proposed is not None and meeting.proposed.withdrawn
            demand(not same or applies_at_once(meeting, by), "nothing_corrected")
            wanted = _next_version(meeting, by, now, command.reason, withdrawn=True)
            return (_decided(state, meeting, wanted, None, now, rules),)
    raise TypeError(type(command).__name__)


def _seat(state: Relationship, command: Command, reason: str, rules: Rules) -> str:
    """Return who corrects: a side, which gives no reason, or a coordinator outside the pair, who gives one."""
    by = state.seat_of(command.actor)
    if by == COORDINATOR:
        state.demand_outside_coordinator(command.actor)
        demand(reason in rules.meetings.resolve_reasons, "unknown_reason", field="reason")
    else:
        demand(not reason, "no_reason_needed", field="reason")
        demand(state.stage in _BY_PAIR, "corrections_are_over")
    return by


def _open_to(state: Relationship, id: str, by: str) -> Meeting:
    """Return a meeting that may be corrected by that seat; refuse one that is void, or that a coordinator decides."""
    meeting = required(state.meetings.find(id), "unknown_meeting", field="meeting")
    demand(meeting.stands, "meeting_not_standing", field="meeting")
    disputed = meeting.status == "disputed" and by != COORDINATOR
    demand(not disputed or applies_at_once(meeting, by), "meeting_is_disputed", field="meeting")
    return meeting


def applies_at_once(meeting: Meeting, by: str) -> bool:
    """Return whether nobody else must agree: a coordinator decides, or it is one's own word that nobody confirmed."""
    proposed = meeting.proposed
    agreed = meeting.status == "confirmed" or (proposed is not None and proposed.was == "confirmed")
    return by == COORDINATOR or (current(meeting).by == by and not agreed)


def _next_version(
    meeting: Meeting, by: str, now: datetime, reason: str, *, withdrawn: bool = False
) -> MeetingVersion:
    """Return a further version that says the same as the meeting."""
    last = max(each.number for each in meeting.known_versions)
    return replace(
        current(meeting),
        number=last + 1,
        by=by,
        at=now,
        reason=reason,
        withdrawn=withdrawn,
        was="",
        next_on=None,
        next_topics=None,
    )


def _wanted(
    state: Relationship, meeting: Meeting, command: CorrectMeeting, by: str, now: datetime, rules: Rules
) -> MeetingVersion:
    """Return the version that a correction asks for."""
    began_at, quick = command.began_at, meeting.kind is MeetingKind.QUICK
    if began_at is not None and quick:
        demand(began_at <= now, "meeting_in_future", field="began_at")
        since = state.meetings_since - timedelta(days=2)  # a day before has no local date in every zone
        demand(began_at >= since, "meeting_before_agreement", field="began_at")
        began_at = rules.calendar.at(rules.calendar.local_date(began_at), time(0, 0))
    demand(not quick or command.minutes is None, "minutes_out_of_range", field="minutes")
    demand(not quick or command.topics != (), "topics_missing", field="topics")
    given: dict[str, Any] = {"began_at": began_at}
    given |= {name: getattr(command, name) for name in ("minutes", "mode", "topics", "place")}
    return replace(
        _next_version(meeting, by, now, command.reason),
        **{name: value for name, value in given.items() if value is not None},
        next_on=command.next_on,
        next_topics=command.next_topics,
    )


def _says(version: MeetingVersion) -> tuple[Any, ...]:
    """Return what a version says, apart from its number, its sender and its fate."""
    facts = (version.began_at, version.minutes, version.mode, version.topics, version.place)
    return (*facts, version.withdrawn, version.next_on, version.next_topics)


def _taken_back(meeting: Meeting, by: str) -> tuple[Event, ...]:
    """Return the end of one's own proposal, since this correction says what the meeting says already."""
    proposed = required(meeting.proposed, "nothing_corrected")
    demand(proposed.by == by, "nothing_corrected")
    return (
        CorrectionTakenBack(
            meeting=meeting.id, version=proposed.number, by=Side(proposed.by), status=proposed.was
        ),
    )


def _decided(
    state: Relationship,
    meeting: Meeting,
    wanted: MeetingVersion,
    is_another: bool | None,
    now: datetime,
    rules: Rules,
) -> Event:
    """Return the event of a new version: it applies at once, or it is proposed to the other side."""
    at_once = applies_at_once(meeting, wanted.by)
    status = "logged"
    if wanted.by == COORDINATOR:  # staff's own word still counts nothing: a reported meeting stays so
        status = {"disputed": "confirmed", "reported": "reported"}.get(meeting.status, status)
    event = applied(state, meeting, wanted, status, is_another, now, rules)
    if at_once:
        return event
    return CorrectionProposed(
        meeting=meeting.id,
        version=wanted.number,
        by=Side(wanted.by),
        withdrawn=wanted.withdrawn,
        began_at=wanted.began_at,
        minutes=wanted.minutes,
        mode=wanted.mode,
        topics=wanted.topics,
        place=wanted.place,
        face_to_face=wanted.mode in rules.meetings.face_to_face_modes,
        next_on=wanted.next_on,
        next_topics=wanted.next_topics,
        apart_from=event.apart_from if isinstance(event, MeetingCorrected) else None,
    )


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room; what both have agreed on is news to nobody."""
    match event:
        case MeetingCorrected() | MeetingWithdrawn():
            meeting = found(state, event.meeting)
            data = _data(meeting, current(meeting))
            if event.by == COORDINATOR:
                return notice_to.pair(state, stamp, NoticeKind.MEETING_CORRECTED, **data, by=COORDINATOR)
            if current(meeting).was:
                return ()
            return notice_to.side(state, stamp, Side(event.by).other, NoticeKind.MEETING_CORRECTED, **data)
        case CorrectionProposed():
            meeting = found(state, event.meeting)
            assert meeting.proposed is not None  # noqa: S101 - this event has just proposed it
            data = _data(meeting, meeting.proposed)
            return notice_to.side(state, stamp, event.by.other, NoticeKind.CORRECTION_PROPOSED, **data)
    return ()


def _data(meeting: Meeting, version: MeetingVersion) -> dict[str, str]:
    """Return what an email says about a version: what it was before, and what it is or shall be now."""
    before = next(
        each
        for each in reversed(meeting.known_versions)
        if each.number != version.number and each.status in ("current", "earlier")
    )
    data = {
        "meeting": meeting.id,
        "version": str(version.number),
        "began_at": instant_text(version.began_at),
        "was": instant_text(before.began_at),
    }
    if meeting.kind is MeetingKind.QUICK:
        data["log"] = meeting.kind.value
    else:
        data |= {"minutes": str(version.minutes), "mode": version.mode}
    return data | ({"withdrawn": "yes"} if version.withdrawn else {})


def _corrected_fields(decision: RecordedDecision) -> dict[str, Any]:
    """Return the fields of a correction; it has named the next meeting only if its event says so."""
    named = {} if decision.first.renamed else {"next_on": None, "next_topics": None}
    return _proposed_fields(decision) | named


def _proposed_fields(decision: RecordedDecision) -> dict[str, Any]:
    """Return the fields of a proposed correction; one of a quick note names no minutes."""
    meeting = decision.state.meetings.find(decision.first.meeting)
    quick = meeting is not None and meeting.kind is MeetingKind.QUICK
    return another(decision) | ({"minutes": None} if quick else {})


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(MeetingCorrected, CorrectMeeting, _corrected_fields),
    FirstEvent(MeetingWithdrawn, WithdrawMeeting),
    FirstEvent(CorrectionProposed, CorrectMeeting, _proposed_fields, lambda event: not event.withdrawn),
    FirstEvent(CorrectionProposed, WithdrawMeeting, when=lambda event: event.withdrawn),
    FirstEvent(CorrectionTakenBack, CorrectMeeting),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
