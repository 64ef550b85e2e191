"""Stage agreement: one side writes down the terms (MASA-30, -31, -35, NEA-26 to -28, -33).

A draft fixes the whole Letter: what the pair agreed on (ground rules, rhythm, modes, minutes), and the program's
clauses of that day, without those that the pair leaves out. An amendment is a new version drafted while meetings run.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from domain.actors import Role, Side
from domain.calendar import Calendar
from domain.codec import LATER
from domain.errors import RuleViolation, demand
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, of_subject, put, put_off
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.agreement import AgreementDraft
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.agreement_text import Clauses, Terms, Text, clauses_of, texts_of
from domain.rules.program import DeadlineKind, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAgreement(Command):
    """Either side writes down the terms, or terms that are to replace those in force. Earlier drafts are superseded.

    The program's sections, pledges and list of kept documents are added; ``left_out`` names those that this pair leaves
    out, if the program allows it.
    """

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
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
class AgreementDrafted(Event):
    """A version is ready for both to sign: the terms, the program's clauses, the digests of the text.

    Nobody is reminded of it today: ``timers``.
    """

    version: int
    terms: Terms
    clauses: Clauses
    texts: tuple[Text, ...]
    by: Side
    timers: tuple[Timer, ...] | None = field(default=None, metadata=LATER)


COMMANDS: tuple[type[Command], ...] = (DraftAgreement,)
EVENTS: tuple[type[Event], ...] = (AgreementDrafted,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    demand(state.stage in ("agreement", "meetings"), "not_in_agreement")
    match command:
        case DraftAgreement():
            return _draft(state, command, state.side_of(command.actor), now, rules)
    raise TypeError(type(command).__name__)


def _draft(
    state: Relationship, command: DraftAgreement, by: Side, now: datetime, rules: Rules
) -> tuple[Event, ...]:
    _demand_terms(command.terms, now, rules)
    version = state.agreement.versions + 1
    clauses = clauses_of(rules, command.terms.left_out)
    texts = texts_of(rules, version, command.terms, clauses)
    running = of_subject(state.timers, DeadlineKind.AGREEMENT)
    drafted = AgreementDrafted(
        version=version,
        terms=command.terms,
        clauses=clauses,
        texts=texts,
        by=by,
        timers=put_off(state.engine, rules, running, now),
    )
    return (drafted,)


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
    demand_open_days(terms, today, rules)


def demand_open_days(terms: Terms, today: date, rules: Rules) -> None:
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
            agreement = replace(state.agreement, versions=event.version, draft=draft)
            return replace(state, agreement=agreement, timers=put(state.timers, *(event.timers or ())))
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case AgreementDrafted():
            kind, version = NoticeKind.AGREEMENT_TO_SIGN, str(event.version)
            return notice_to.side(state, stamp, event.by.other, kind, version=version)
    return ()


FIRST_EVENTS: tuple[FirstEvent, ...] = (FirstEvent(AgreementDrafted, DraftAgreement),)
ROOM = Room(
    commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve, notices=notices
)
