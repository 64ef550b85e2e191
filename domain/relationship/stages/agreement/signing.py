"""Stage agreement: one exact text, signed by both (MASA-30, -31, -35, -36, NEA-26 to -28, -33, -42).

A draft fixes the whole Letter: what the pair agreed on, and the program's clauses of that day. Each side signs the
version and the digest of the text that it read. An amendment is a new version drafted while meetings run; the version
in force stays until both have signed the new one. The signed rhythm says what is overdue, and the signed list says what
may be kept.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Role, Side
from domain.calendar import Calendar
from domain.errors import RuleViolation, demand, required
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, drop, put, timer_for
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import StartsForms
from domain.relationship.next_meeting import timer_from_today
from domain.relationship.parts.agreement import AgreementDraft
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.agreement_text import Clauses, Kept, Terms, Text, clauses_of, texts_of
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAgreement(Command):
    """Either side writes down the terms, or terms that are to replace those in force. Earlier drafts are superseded.

    The program's sections, pledges and list of kept documents are added; ``left_out`` names those that this pair leaves
    out, if the program allows it.
    """

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {
        "terms": {
            "ground_rules": ["@agreement.ground_rules"],
            "rhythm": {"every": 1, "unit": "months"},
            "modes": ["@meetings.modes"],
            "face_to_face": 1,
            "minutes": 45,
        }
    }

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement(Command):
    """One side signs exactly the text that it read: its version, and its digest in the language that was read."""

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {"version": 1, "digest": "9f2c" * 16}

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted(Event):
    """A version is ready for both to sign: the terms, the program's clauses, the digests of the text."""

    version: int
    terms: Terms
    clauses: Clauses
    texts: tuple[Text, ...]
    by: Side


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


COMMANDS: tuple[type[Command], ...] = (DraftAgreement, SignAgreement)
EVENTS: tuple[type[Event], ...] = (AgreementDrafted, AgreementSigned, AgreementInForce)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage in ("agreement", "meetings"), "not_in_agreement")
    by = state.side_of(command.actor)
    match command:
        case DraftAgreement():
            _demand_terms(command.terms, now, rules)
            version = state.agreement.versions + 1
            clauses = clauses_of(rules, command.terms.left_out)
            texts = texts_of(rules, version, command.terms, clauses)
            drafted = AgreementDrafted(
                version=version, terms=command.terms, clauses=clauses, texts=texts, by=by
            )
            return (drafted,)
        case SignAgreement():
            return _sign(state, command, by, now, rules)
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
    _demand_open_days(draft.terms, today, rules)
    timer = timer_from_today(state, today, rules, signed=draft.terms.rhythm)
    timers: tuple[Timer, ...] = (timer,)
    if state.stage == "agreement":
        timers = (timer, timer_for(rules, DeadlineKind.COMPLETION, state.meetings_end(rules)))
    both = AgreementInForce(version=draft.version, terms=draft.terms, kept=draft.clauses.kept, timers=timers)
    return (signed, both)


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
    _demand_minutes(terms.minutes, rules)
    for name in ("ground_rules", "modes", "left_out"):
        codes = getattr(terms, name)
        demand(len(set(codes)) == len(codes), "code_twice", field=f"terms.{name}")
    for code in terms.left_out:
        demand(code in known.editable, "not_editable", field="terms.left_out")
    demand(1 <= terms.rhythm.every <= 365, "rhythm_out_of_range", field="terms.rhythm.every")
    today = rules.calendar.local_date(now)
    open_school = Calendar(timezone=rules.calendar.timezone, breaks=(), holidays=())
    slowest = open_school.next_by(today, rules.rhythm(known.slowest_rhythm))
    demand(open_school.next_by(today, terms.rhythm) <= slowest, "rhythm_too_slow", field="terms.rhythm")
    _demand_open_days(terms, today, rules)


def _demand_open_days(terms: Terms, today: date, rules: Rules) -> None:
    """Refuse a rhythm that, from today on, never falls on a day when school is open."""
    try:
        rules.calendar.next_by(today, terms.rhythm)
    except ValueError:
        raise RuleViolation("rhythm_falls_in_breaks", field="terms.rhythm") from None


def _demand_minutes(minutes: int, rules: Rules) -> None:
    """Refuse a wrong time pledge: how long a meeting lasts, promised only if the program asks for it (NEA-26)."""
    if not rules.agreement.time_pledge:
        demand(minutes == 0, "no_time_pledge", field="terms.minutes")
        return
    demand(minutes > 0, "time_pledge_missing", field="terms.minutes")
    shortest, longest = rules.meetings.shortest_minutes, rules.meetings.longest_minutes
    demand(shortest <= minutes <= longest, "minutes_out_of_range", field="terms.minutes")


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case AgreementDrafted():
            draft = AgreementDraft(
                version=event.version, terms=event.terms, clauses=event.clauses, texts=event.texts
            )
            return replace(state, agreement=replace(state.agreement, versions=event.version, draft=draft))
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
        case AgreementDrafted():
            kind, version = NoticeKind.AGREEMENT_TO_SIGN, str(event.version)
            return notice_to.side(state, stamp, event.by.other, kind, version=version)
        case AgreementInForce():
            return notice_to.pair(state, stamp, NoticeKind.AGREEMENT_IN_FORCE, version=str(event.version))
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(AgreementDrafted, DraftAgreement),
    FirstEvent(AgreementSigned, SignAgreement),
)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
