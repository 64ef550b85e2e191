"""Open a term in a region: what it accepts until when, and which duties are planned."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final

from domain.actors import Role
from domain.errors import demand
from domain.journal import Event
from domain.messages import Command, Stamp
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile
from domain.rules.term import LISTENING_DAYS
from domain.term import log_checks, monthly_records, region_surveys
from domain.term.duties import Planned, of_plan
from domain.term.facts import TermFacts
from domain.term.state import Term

_PLANS: Final = 20  # duties in one event


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm(Command):
    """Open a term in a region. It is sent with the start of the workflow."""

    roles: ClassVar = (Role.SYSTEM,)

    program: str
    term: str
    region: str
    dates: TermDates


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOpened(Event):
    """The term is open in this region; it accepts submissions until ``closes_at``."""

    program: str
    term: str
    region: str
    first: date
    last: date
    closes_at: datetime
    look_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesPlanned(Event):
    """What will be due in the term, and when."""

    duties: tuple[Planned, ...]


COMMANDS: tuple[type[Command], ...] = (OpenTerm,)
EVENTS: tuple[type[Event], ...] = (TermOpened, DutiesPlanned)


def open_to_terms(file: ProgramFile) -> bool:
    """Return whether a term may be opened outside demo and tests: every money rule can be carried out."""
    return all(rule.executed for rule in file.rules.money)


def obstacle(file: ProgramFile, first: date, last: date, *, demo: bool) -> str:
    """Return the code of what keeps a term of a program from being opened; an empty text if nothing does.

    In a demo, a program may have money rules that are not built yet, and its calendar may end too early.
    """
    if not demo and not open_to_terms(file):
        return "rules_not_executed_yet"
    if not demo and not file.rules.calendar.reaches(first, last):
        return "calendar_too_short"
    return ""


def latest_day_over(now: datetime) -> date:
    """Return the latest last day of a term that ended so long ago that it is no longer opened."""
    return now.astimezone(UTC).date() - timedelta(days=LISTENING_DAYS)


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``."""
    match command:
        case OpenTerm():
            demand(state.applied_seq == 0, "already_open")
            return _opened(command, now, rules)
    raise TypeError(type(command).__name__)


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
    plans = _plan_duties(rules, dates, now) if closes > now else ()
    cut = (plans[start : start + _PLANS] for start in range(0, len(plans), _PLANS))
    return (opened, *(DutiesPlanned(duties=part) for part in cut))


def _plan_duties(rules: Rules, term: TermDates, now: datetime) -> tuple[Planned, ...]:
    """Return the duties of a term that are not over when its stream opens, because a region may be added later."""
    every = (
        *monthly_records.plan(rules, term),
        *log_checks.plan(rules, term),
        *region_surveys.plan(rules, term),
    )
    return tuple(duty for duty in every if (duty.closes_at or duty.due) > now)


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after the event."""
    match event:
        case TermOpened():
            return replace(
                state,
                program=event.program,
                term=event.term,
                region=event.region,
                first=event.first,
                last=event.last,
                opened_at=stamp.at,
                closes_at=event.closes_at,
                look_at=event.look_at,
            )
        case DutiesPlanned():
            return replace(state, duties=(*state.duties, *(of_plan(plan) for plan in event.duties)))
    raise TypeError(type(event).__name__)
