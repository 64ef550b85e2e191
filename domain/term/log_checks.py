"""Checks of logs by coordinators (ESE-13): which pairs are due, and how a check is recorded with its findings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.rules.term import LogCheckRules
from domain.tasks import TaskKind
from domain.term.duties import Matter, Planned
from domain.term.facts import TermFacts, TermPair
from domain.term.reminders import DutySettled
from domain.term.state import Finding, LogCheck, Term

OWN_RELATIONSHIP: Final = forbidden("own_relationship")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLogCheck(Command):
    """Record a coordinator's check of logs (ESE-13): of which relationships, by which evidence, with which findings."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    example: ClassVar = {"period": "2026-10", "evidence": ["@log_check.evidence"]}

    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheckRecorded(Event):
    """A coordinator checked logs."""

    check: str
    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


COMMANDS: tuple[type[Command], ...] = (RecordLogCheck,)
EVENTS: tuple[type[Event], ...] = (LogCheckRecorded,)


def plan(rules: Rules, term: TermDates) -> Iterator[Planned]:
    """Return the checks of logs, each due the program's interval after the one before."""
    check, calendar = rules.log_check, rules.calendar
    if check is None:
        return
    start = term.first
    while (day := calendar.next_working(calendar.next_by(start, check.every))) <= term.last:
        opens = calendar.at(max(start, day - timedelta(days=check.opens_days)))
        yield Planned(
            matter=Matter.LOG_CHECK,
            key=day.isoformat(),
            opens_at=opens,
            due=calendar.at(day),
            next_at=opens,
        )
        start = day


def pairs_to_check(pairs: Iterable[TermPair]) -> tuple[str, ...]:
    """Return the pairs whose logs must be checked: those that meet now, neither paused nor ended."""
    return tuple(sorted(pair.id for pair in pairs if pair.running and pair.stage == "meetings"))


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case RecordLogCheck():
            return _check(state, command, now, rules, facts)
    raise TypeError(type(command).__name__)


def _check(
    state: Term, command: RecordLogCheck, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    demand_coordinator(command.actor, state.region)
    rule = required(rules.log_check, "no_log_check")
    duty = required(state.duty(Matter.LOG_CHECK, command.period), "unknown_period", field="period")
    demand(now >= duty.opens_at, "period_not_open_yet", field="period")
    _check_words(command, rule)
    if facts is None:
        return ()
    for pair in command.relationships:
        demand(pair in facts.pairs, "unknown_relationship", field="relationships")
        forbid(pair in facts.own, OWN_RELATIONSHIP, field="relationships")
    recorded = LogCheckRecorded(
        check=derive("log_check", state.id, command.id),
        period=command.period,
        relationships=command.relationships,
        evidence=command.evidence,
        findings=command.findings,
    )
    checked = (*duty.done, *command.relationships)
    if duty.settled or any(pair not in checked for pair in facts.meeting):
        return (recorded,)
    return (recorded, DutySettled(matter=duty.matter, key=duty.key, outcome="done"))


def _check_words(command: RecordLogCheck, rule: LogCheckRules) -> None:
    """Refuse a check of nothing, of one relationship twice, or with codes that the program does not have."""
    demand(bool(command.relationships), "nothing_looked_at", field="relationships")
    twice = len(set(command.relationships)) < len(command.relationships)
    demand(not twice, "named_twice", field="relationships")
    demand(bool(command.evidence), "no_evidence", field="evidence")
    for code in command.evidence:
        demand(code in rule.evidence, "unknown_evidence", field="evidence")
    for finding in command.findings:
        demand(finding.code in rule.findings, "unknown_finding", field="findings")
        demand(finding.relationship in command.relationships, "finding_not_looked_at", field="findings")


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after a log check: findings open a task for a relationship, a check without any closes it."""
    if not isinstance(event, LogCheckRecorded):
        raise TypeError(type(event).__name__)
    check = LogCheck(
        id=event.check,
        period=event.period,
        by=stamp.actor.id,
        at=stamp.at,
        relationships=event.relationships,
        evidence=event.evidence,
        findings=event.findings,
    )
    todo, kind = state.tasks, TaskKind.FOLLOW_UP_LOGS
    for pair in event.relationships:
        why = tuple(finding.code for finding in event.findings if finding.relationship == pair)
        if why:
            todo = tasks.open_task(todo, state.id, stamp, kind, why=why, subject=pair)
        else:
            todo = tasks.close_tasks(todo, stamp, kind, subject=pair, outcome="checked")
    after = state.with_done(Matter.LOG_CHECK, event.period, *event.relationships)
    return replace(after, checks=(*state.checks, check), tasks=todo)
