"""Stage agreement: both sign one exact text (MASA-30, -36, NEA-31, -42).

Each side signs the version and the digest of the text that it read. The version in force stays until both have signed
the new one. The signed rhythm says what is overdue, and the signed list says what may be kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, Side
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import StartsForms
from domain.relationship.next_meeting import timer_from_today
from domain.relationship.room import Room
from domain.relationship.stages.agreement.drafting import demand_open_days
from domain.relationship.state import Relationship
from domain.rules.agreement_text import Kept, Terms
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement(Command):
    """One side signs exactly the text that it read: its version, and its digest in the language that was read."""

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {"version": 1, "digest": "9f2c" * 16}

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Event):
    """One side signed the text with that digest."""

    version: int
    digest: str
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementInForce(StartsForms):
    """Both signed the same version: it is in force from now on, and the next meeting is due by its rhythm."""

    form_due_after: ClassVar = DueAfter.AGREEMENT_SIGNED

    version: int
    terms: Terms
    kept: tuple[Kept, ...] = ()
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (SignAgreement,)
EVENTS: tuple[type[Event], ...] = (AgreementSigned, AgreementInForce)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage in ("agreement", "meetings"), "not_in_agreement")
    match command:
        case SignAgreement():
            return _sign(state, command, state.side_of(command.actor), now, rules)
    raise TypeError(type(command).__name__)


def _sign(
    state: Relationship, command: SignAgreement, by: Side, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    draft = required(state.agreement.draft, "no_draft")
    demand(command.version == draft.version, "version_superseded", field="version")
    demand(command.digest in [text.digest for text in draft.texts], "text_differs", field="digest")
    demand(state.mentor != state.mentee, "one_person_on_both_sides")
    demand(by not in draft.signed_by, "already_signed")
    signed = AgreementSigned(version=draft.version, digest=command.digest, by=by)
    if by.other not in draft.signed_by:
        return (signed,)
    today = rules.calendar.local_date(now)
    demand_open_days(draft.terms, today, rules)
    timer = timer_from_today(state, today, rules, signed=draft.terms.rhythm)
    timers: tuple[Timer, ...] = (timer,)
    if state.stage == "agreement":
        timers = (timer, timer_for(rules, DeadlineKind.COMPLETION, state.meetings_end(rules)))
    both = AgreementInForce(version=draft.version, terms=draft.terms, kept=draft.clauses.kept, timers=timers)
    return (signed, both)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case AgreementSigned():
            assert state.agreement.draft is not None  # noqa: S101 - a signature follows a draft
            signed = (*state.agreement.draft.signed_by, event.by)
            draft = replace(state.agreement.draft, signed_by=signed)
            return replace(state, agreement=replace(state.agreement, draft=draft))
        case AgreementInForce():
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.HELP_AGREEMENT, outcome="signed")
            agreement = replace(
                state.agreement, draft=None, in_force=event.version, terms=event.terms, kept=event.kept
            )
            timers = put(drop(state.timers, DeadlineKind.AGREEMENT), *event.timers)
            following = state if state.stage == "meetings" else state.at("meetings")
            restarted = replace(state.meetings, anew_at=stamp.at)
            return replace(following, agreement=agreement, meetings=restarted, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case AgreementInForce():
            return notice_to.pair(state, stamp, NoticeKind.AGREEMENT_IN_FORCE, version=str(event.version))
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(AgreementSigned, SignAgreement),)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
