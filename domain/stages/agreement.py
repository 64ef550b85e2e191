"""Stage agreement: ground rules, rhythm and ways to meet, signed by both over one version (MASA-30, -31, NEA-26).

An amendment is a new version drafted while meetings run; the version in force stays until both have signed the new
one. The signed rhythm is the test of what is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from domain import tasks
from domain.actors import Role, Side
from domain.calendar import Calendar, Rhythm
from domain.errors import demand
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.nudges import Timer, dropped, put, started
from domain.program import Rules, Subject
from domain.tasks import TaskKind

if TYPE_CHECKING:
    from domain.facts import Facts
    from domain.relationship import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is signed: codes of the ground rules, the rhythm, the modes, how many meetings are face to face."""

    ground_rules: tuple[str, ...]
    rhythm: Rhythm
    modes: tuple[str, ...]
    face_to_face: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version on its way to two signatures."""

    version: int
    terms: Terms
    signed_by: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The version in force, if any, and the draft beside it, if any."""

    versions: int = 0
    draft: Draft | None = None
    in_force: int = 0
    terms: Terms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAgreement(Command):
    """Either side writes down the terms, or terms that shall replace those in force. Earlier drafts are superseded."""

    roles: ClassVar = (Role.PARTICIPANT,)

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement(Command):
    """One side signs exactly the version that it read."""

    roles: ClassVar = (Role.PARTICIPANT,)

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted(Event):
    """A version is on the table for both to sign."""

    version: int
    terms: Terms
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Event):
    """One side signed a version."""

    version: int
    by: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementInForce(Event):
    """Both signed the same version: it holds from now on, and the next meeting is due by its rhythm."""

    version: int
    terms: Terms
    timers: tuple[Timer, ...] = ()


COMMANDS: tuple[type[Command], ...] = (DraftAgreement, SignAgreement)
EVENTS: tuple[type[Event], ...] = (AgreementDrafted, AgreementSigned, AgreementInForce)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """The events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage in ("agreement", "meetings"), "not_in_agreement")
    by = state.side_of(command.actor)
    match command:
        case DraftAgreement():
            _demand_terms(command.terms, now, rules)
            version = state.agreement.versions + 1
            return (AgreementDrafted(version=version, terms=command.terms, by=by),)
        case SignAgreement():
            return _sign(state, command, by, now, rules)
    raise TypeError(type(command).__name__)


def _sign(
    state: Relationship, command: SignAgreement, by: Side, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    draft = state.agreement.draft
    demand(draft is not None, "no_draft")
    assert draft is not None  # noqa: S101 - demanded in the line above
    demand(command.version == draft.version, "version_superseded", field="version")
    demand(by not in draft.signed_by, "already_signed")
    signed = AgreementSigned(version=draft.version, by=by)
    if by.other not in draft.signed_by:
        return (signed,)
    calendar = rules.calendar
    day = calendar.next_by(calendar.local_date(now), draft.terms.rhythm)
    timer = started(rules, Subject.MEETING, calendar.end_of(day))
    timers: tuple[Timer, ...] = (timer,)
    if state.stage == "agreement":
        timers = (timer, started(rules, Subject.COMPLETION, state.meetings_end(rules)))
    return (signed, AgreementInForce(version=draft.version, terms=draft.terms, timers=timers))


def _demand_terms(terms: Terms, now: datetime, rules: Rules) -> None:
    """Refuse terms that the program does not know, or a rhythm slower than it allows."""
    known = rules.agreement
    demand(bool(terms.ground_rules), "ground_rules_missing", field="terms.ground_rules")
    demand(
        set(terms.ground_rules) <= set(known.ground_rules), "unknown_ground_rule", field="terms.ground_rules"
    )
    demand(bool(terms.modes), "modes_missing", field="terms.modes")
    demand(set(terms.modes) <= set(rules.meetings.modes), "unknown_mode", field="terms.modes")
    enough = terms.face_to_face >= rules.meetings.minimum_face_to_face
    demand(enough, "too_few_face_to_face", field="terms.face_to_face")
    demand(1 <= terms.rhythm.every <= 365, "rhythm_out_of_range", field="terms.rhythm.every")
    today = rules.calendar.local_date(now)
    open_school = Calendar(timezone=rules.calendar.timezone, breaks=(), holidays=())
    slowest = open_school.next_by(today, known.slowest_rhythm)
    demand(open_school.next_by(today, terms.rhythm) <= slowest, "rhythm_too_slow", field="terms.rhythm")


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after an event of this room."""
    match event:
        case AgreementDrafted():
            draft = Draft(version=event.version, terms=event.terms)
            return replace(state, agreement=replace(state.agreement, versions=event.version, draft=draft))
        case AgreementSigned():
            assert state.agreement.draft is not None  # noqa: S101 - a signature follows a draft
            signed = (*state.agreement.draft.signed_by, event.by)
            draft = replace(state.agreement.draft, signed_by=signed)
            return replace(state, agreement=replace(state.agreement, draft=draft))
        case AgreementInForce():
            todo = tasks.closed(state.tasks, stamp, TaskKind.HELP_AGREEMENT, outcome="signed")
            agreement = replace(state.agreement, draft=None, in_force=event.version, terms=event.terms)
            timers = put(dropped(state.timers, Subject.AGREEMENT), *event.timers)
            following = state if state.stage == "meetings" else state.at("meetings")
            return replace(following, agreement=agreement, tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)
