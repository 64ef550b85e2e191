"""Stage agreement: both sign one exact text (MASA-30, -36, NEA-31, -42).

Each side signs the version and the digest of the text that it read. The version in force stays until both have signed
the new one. The signed rhythm says what is overdue, and the signed list says what may be kept.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.acting_for import Contradiction
from domain.actors import Role, Side
from domain.codec import LATER
from domain.errors import demand, required
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import StartsForms
from domain.relationship.next_meeting import timer_from_today
from domain.relationship.parts.agreement import AgreementDraft
from domain.relationship.room import Room
from domain.relationship.stages.agreement.drafting import demand_open_days
from domain.relationship.state import Relationship
from domain.rules.agreement_text import Kept, Terms
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement(Command):
    """One side signs exactly the text that it read: its version, and its digest in the language that was read.

    Staff enter a signature on paper with the id of its ``scan``; the paper names version and digest.
    """

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    example: ClassVar = {"version": 1, "digest": "9f2c" * 16, "scan": None}

    version: int
    digest: str
    scan: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Event):
    """One side signed the text with that digest; on paper if there is a ``scan``, a sealed record."""

    version: int
    digest: str
    by: Side
    scan: str | None = None


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
    on_paper = command.actor.acting_for is not None
    demand(rules.signed_on_paper or not on_paper, "signatures_own_only", field="acting_for")
    demand(bool(command.scan) or not on_paper, "scan_missing", field="scan")
    demand(on_paper or not command.scan, "scan_only_on_paper", field="scan")
    signed = AgreementSigned(version=draft.version, digest=command.digest, by=by, scan=command.scan)
    waits = on_paper or state.waits_on_staff_act(Contradiction.OPEN_SIGNATURE, str(draft.version))
    if by.other not in draft.signed_by:
        return (signed,)
    today = rules.calendar.local_date(now)
    demand_open_days(draft.terms, today, rules)
    return (signed,) if waits else (signed, _in_force(state, draft, now, rules))


def in_force(state: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the agreement that comes into force once nobody can contradict a signature on paper any longer.

    Raises ``RuleViolation`` if its rhythm no longer falls on any day when school is open.
    """
    draft = state.agreement.draft
    waits = draft is None or state.waits_on_staff_act(Contradiction.OPEN_SIGNATURE, str(draft.version))
    if draft is None or waits or state.stage not in ("agreement", "meetings"):
        return ()
    if set(draft.signed_by) != set(Side) or state.ended:
        return ()
    demand_open_days(draft.terms, rules.calendar.local_date(now), rules)
    return (_in_force(state, draft, now, rules),)


def _in_force(state: Relationship, draft: AgreementDraft, now: datetime, rules: Rules) -> AgreementInForce:
    today = rules.calendar.local_date(now)
    timer = timer_from_today(state, today, rules, signed=draft.terms.rhythm)
    timers: tuple[Timer, ...] = (timer,)
    if state.stage == "agreement":
        timers = (timer, timer_for(rules, DeadlineKind.COMPLETION, state.meetings_end(rules)))
    return AgreementInForce(version=draft.version, terms=draft.terms, kept=draft.clauses.kept, timers=timers)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case AgreementSigned():
            assert state.agreement.draft is not None  # noqa: S101 - a signature follows a draft
            signed = (*state.agreement.draft.signed_by, event.by)
            draft = replace(state.agreement.draft, signed_by=signed)
            # Nobody is reminded to sign while a signature on paper can still be contradicted.
            timers = drop(state.timers, DeadlineKind.AGREEMENT) if len(signed) == len(Side) else state.timers
            return replace(state, agreement=replace(state.agreement, draft=draft), timers=timers)
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
