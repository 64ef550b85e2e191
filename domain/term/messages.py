"""The commands and events of a term in one region.

Answers are documents; events hold ids, codes and months. Lists of people are cut into parts, because an event is small.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from domain.actors import Role
from domain.journal import Document, Event
from domain.messages import Command
from domain.rules.program import TermDates
from domain.term.duties import Matter, Planned
from domain.term.state import Finding

PART: Final = 100
"""The largest number of ids in one event."""


class SurveyAudience(StrEnum):
    """Who answers a survey of the region (MASA-23, ESE-1, ESE-18)."""

    CONTACT = "contact"
    ADMINISTRATOR = "administrator"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm(Command):
    """Open a term in a region. It is sent with the start of the workflow."""

    roles: ClassVar = (Role.SYSTEM,)

    program: str
    term: str
    region: str
    dates: TermDates


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitMonthlyRecord(Command):
    """Submit a mentor's record of a month (NEA-52), which is stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT,)
    needs_facts: ClassVar = True
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendMonthlyRecord(Command):
    """Submit a new version of a mentor's record; the old version is kept."""

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLogCheck(Command):
    """Record a coordinator's check of logs (ESE-13): of which relationships, by which evidence, with which findings."""

    roles: ClassVar = (Role.COORDINATOR,)
    needs_facts: ClassVar = True
    example: ClassVar = {"period": "2026-10", "evidence": ["@log_check.evidence"]}

    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitTermSurvey(Command):
    """Submit the answers to a survey of the region, which are stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT, Role.COORDINATOR)
    needs_facts: ClassVar = True
    example: ClassVar = {"answers": "@answers.term_survey"}

    audience: SurveyAudience
    answers: Document


COMMANDS: tuple[type[Command], ...] = (
    OpenTerm,
    SubmitMonthlyRecord,
    AmendMonthlyRecord,
    RecordLogCheck,
    SubmitTermSurvey,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOwed(Event):
    """Who owes a duty, by the database at that moment; a long list takes several events."""

    matter: Matter
    key: str
    owing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOpened(Event):
    """A survey is open, or it is time for a log check."""

    matter: Matter
    key: str
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyNudged(Event):
    """A reminder is due: to ``people``, or to the region if none are named."""

    matter: Matter
    key: str
    rung: int
    people: tuple[str, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEscalated(Event):
    """Reminders did not help: a coordinator must act. ``missing`` says how many are still missing."""

    matter: Matter
    key: str
    rung: int
    missing: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySettled(Event):
    """A duty is over: ``done``, ``nothing_owed`` or ``missing``."""

    matter: Matter
    key: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordSubmitted(Event):
    """A mentor submitted the record of a month."""

    mentor: str
    month: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordAmended(Event):
    """A mentor submitted another version of a monthly record."""

    mentor: str
    month: str
    document: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheckRecorded(Event):
    """A coordinator checked logs."""

    check: str
    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveySubmitted(Event):
    """A survey of the region was answered for ``owner``: the person who was asked, or the region."""

    audience: SurveyAudience
    owner: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsSeen(Event):
    """Whether the region had an active contact at that moment (MASA-3), and when to check again."""

    vacant: bool
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermClosed(Event):
    """The term is closed and accepts nothing more."""


EVENTS: tuple[type[Event], ...] = (
    TermOpened,
    DutiesPlanned,
    DutyOwed,
    DutyOpened,
    DutyNudged,
    DutyEscalated,
    DutySettled,
    MonthlyRecordSubmitted,
    MonthlyRecordAmended,
    LogCheckRecorded,
    TermSurveySubmitted,
    ContactsSeen,
    TermClosed,
)


def parts(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Cut a list into parts that fit into an event; an empty list gives one empty part."""
    yield from (ids[start : start + PART] for start in range(0, max(len(ids), 1), PART))
