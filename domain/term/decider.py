"""A term in one region: what belongs to no single relationship (NEA-52, ESE-13, MASA-3, -23, ESE-1, -18).

One stream (kind T) for each program, term and region keeps monthly records, log checks, surveys of the region and
whether it has a contact. ``decide``, ``evolve``, ``next_due``, ``overdue``, ``question`` and ``effects`` have the same
shape as those of a relationship. But only the database knows who owes something, so ``overdue`` needs facts, too, and
``due_question`` asks for them. The events of a deadline record which facts it used.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from domain.actors import demand_role
from domain.errors import demand
from domain.failed_notices import HearNotice, NoticeFailed, failure_of
from domain.journal import Catalog, Event
from domain.messages import Command
from domain.rules.ladder import StepKind
from domain.rules.program import Rules
from domain.rules.term import LISTENING_DAYS
from domain.term import messages, permissions
from domain.term.duties import Duty, Matter, climb, ladder_of, plan_duties, rung_at
from domain.term.evolve import Step, after_step, evolve
from domain.term.facts import TermFacts, TermQuestion
from domain.term.messages import (
    ContactsSeen,
    DutiesPlanned,
    DutyEscalated,
    DutyNudged,
    DutyOpened,
    DutyOwed,
    DutySettled,
    OpenTerm,
    SurveyAudience,
    TermClosed,
    TermOpened,
    parts,
)
from domain.term.state import Term, new, next_due

_PLANS = 20  # duties in one event
_OF_THE_REGION = (SurveyAudience.CONTACT.value, SurveyAudience.DISTRICT.value)
COMMANDS: tuple[type[Command], ...] = (*messages.COMMANDS, HearNotice)
EVENTS: tuple[type[Event], ...] = (*messages.EVENTS, NoticeFailed)
CATALOG = Catalog(*EVENTS)


def question(state: Term, command: Command, now: datetime, rules: Rules) -> TermQuestion | None:
    """Return what to look up before a command can be decided, or None."""
    if not command.needs_facts or state.applied_seq == 0:
        return None
    zone = rules.calendar.timezone
    return TermQuestion(as_of=now, zone=zone, term=state.term, region=state.region, person=command.actor.id)


def due_question(state: Term, now: datetime, rules: Rules) -> TermQuestion:
    """Return what to look up for the deadlines that ``now`` has passed."""
    months = tuple(duty.key for duty in _passed(state, now) if duty.matter is Matter.MONTHLY_RECORD)
    zone = rules.calendar.timezone
    return TermQuestion(as_of=now, zone=zone, term=state.term, region=state.region, months=months)


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None = None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``.

    Commands that need facts may be passed without them. Then what can be refused is refused, and an empty tuple means
    that the rest depends on facts.
    """
    demand(not state.ended, "term_ended")
    demand_role(command.actor, *command.roles)
    if isinstance(command, OpenTerm):
        demand(state.applied_seq == 0, "already_open")
        return _opened(command, now, rules)
    demand(state.applied_seq > 0, "not_open")
    if isinstance(command, HearNotice):
        return (failure_of(command),)
    return permissions.decide(state, command, now, rules, facts)


def _opened(command: OpenTerm, now: datetime, rules: Rules) -> tuple[Event, ...]:
    calendar, dates = rules.calendar, command.dates
    closes = calendar.at(dates.last + timedelta(days=LISTENING_DAYS))
    look = None
    if rules.region_contact is not None:
        begins = max(dates.first, calendar.local_date(now))
        look = calendar.after(begins, rules.region_contact.look_days)
    opened = TermOpened(
        program=command.program,
        term=command.term,
        region=command.region,
        first=dates.first,
        last=dates.last,
        closes_at=closes,
        look_at=look,
    )
    plans = plan_duties(rules, dates, now) if closes > now else ()
    cut = (plans[start : start + _PLANS] for start in range(0, len(plans), _PLANS))
    return (opened, *(DutiesPlanned(duties=part) for part in cut))


def _passed(state: Term, now: datetime) -> Iterator[Duty]:
    return (duty for duty in state.duties if duty.next_at is not None and duty.next_at <= now)


def overdue(state: Term, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the events of deadlines that ``now`` has passed; after them ``next_due`` is later than ``now``."""
    due = next_due(state)
    if due is None or due > now:
        return ()
    if now >= state.closes_at:
        return (TermClosed(),)
    steps = tuple(event for duty in _passed(state, now) for event in _steps(state, duty, now, rules, facts))
    return (*steps, *_contact_check(state, now, rules, facts))


def _steps(state: Term, duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the steps of one duty up to ``now``; after an outage, a survey may open and be late at the same time."""
    events: tuple[Step, ...] = ()
    while duty.next_at is not None and duty.next_at <= now:
        following = _step(state, duty, now, rules, facts)
        for event in following:
            duty = after_step(duty, event)
        events = (*events, *following)
    return events


def _step(state: Term, duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    if duty.closes_at is not None and duty.closes_at <= now:
        return (_settle(duty, "missing"),)
    if not duty.opened and duty.matter is not Matter.MONTHLY_RECORD:
        return _begin(state, duty, rules, facts)
    owed: tuple[Step, ...] = ()
    if not duty.opened:
        owing = facts.mentors.get(duty.key, ())
        if not owing:
            return (_settle(duty, "nothing_owed"),)
        owed = tuple(DutyOwed(matter=duty.matter, key=duty.key, owing=part) for part in parts(owing))
        duty = replace(duty, owing=owing)
    return (*owed, *_rung(duty, now, rules, facts))


def _begin(state: Term, duty: Duty, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    """Return the steps that open a survey or a log check, or settle it if nobody owes it."""
    calendar, ladder = rules.calendar, ladder_of(rules, duty.matter, duty.key)
    next_at = rung_at(calendar, ladder, duty.due, 0) or duty.closes_at or duty.due
    opened = DutyOpened(matter=duty.matter, key=duty.key, next_at=next_at)
    if duty.matter is Matter.LOG_CHECK:
        return (opened,) if facts.meeting else (_settle(duty, "nothing_owed"),)
    owing = (state.region,) if duty.key in _OF_THE_REGION else facts.administrators
    if not owing:
        return (_settle(duty, "nothing_owed"),)
    owed = tuple(DutyOwed(matter=duty.matter, key=duty.key, owing=part) for part in parts(owing))
    return (*owed, opened)


def _rung(duty: Duty, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Step, ...]:
    """Return the last rung that has passed, for those who still owe something and are active."""
    ladder = ladder_of(rules, duty.matter, duty.key)
    rung, number = climb(rules.calendar, ladder, duty, now)
    next_at = rung_at(rules.calendar, ladder, duty.due, number)
    if duty.closes_at is not None:
        next_at = min(next_at or duty.closes_at, duty.closes_at)
    late = _late(duty, facts)
    if not late or rung is None:
        missing = bool(late) or (duty.matter is Matter.MONTHLY_RECORD and bool(duty.late))
        return (_settle(duty, "missing" if missing else "done" if duty.done else "nothing_owed"),)
    if rung.step is StepKind.ESCALATE:
        escalated = DutyEscalated(
            matter=duty.matter, key=duty.key, rung=number, missing=len(late), next_at=next_at
        )
        return (escalated,)
    people = () if duty.matter is Matter.LOG_CHECK or duty.key in _OF_THE_REGION else late
    return tuple(
        DutyNudged(matter=duty.matter, key=duty.key, rung=number, people=part, next_at=next_at)
        for part in parts(people)
    )


def _late(duty: Duty, facts: TermFacts) -> tuple[str, ...]:
    """Return those who still owe a duty, without mentors whose relationships are all paused or ended."""
    if duty.matter is Matter.LOG_CHECK:
        return tuple(pair for pair in facts.meeting if pair not in duty.done)
    if duty.matter is Matter.MONTHLY_RECORD:
        return tuple(mentor for mentor in duty.late if mentor in facts.active)
    return duty.late


def _settle(duty: Duty, outcome: str) -> DutySettled:
    return DutySettled(matter=duty.matter, key=duty.key, outcome=outcome)


def _contact_check(state: Term, now: datetime, rules: Rules, facts: TermFacts) -> tuple[Event, ...]:
    """Return the result of a check of the region's contact. Every deadline checks it, and records a change."""
    rule, calendar = rules.region_contact, rules.calendar
    vacant = not facts.contacts
    due = state.look_at is not None and state.look_at <= now
    if rule is None or not (due or vacant != state.vacant):
        return ()
    next_at = None
    if vacant:
        next_at = calendar.after(calendar.local_date(now), rule.look_days)
    elif facts.contacts_until is not None:
        next_at = calendar.after(facts.contacts_until, 1)
    return (ContactsSeen(vacant=vacant, next_at=next_at),)


__all__ = [
    "CATALOG",
    "COMMANDS",
    "EVENTS",
    "Term",
    "decide",
    "due_question",
    "evolve",
    "new",
    "next_due",
    "overdue",
    "question",
]
