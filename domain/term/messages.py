"""What is asked of a term in one region, what happens in it, and the facts that only the database knows.

Answers are documents; events hold ids, codes and months. Lists of people are cut into parts, since an event is small.
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
"""How many ids one event holds at most."""


class SurveyAudience(StrEnum):
    """Who is asked by a survey of the region (MASA-23, ESE-1, ESE-18)."""

    CONTACT = "contact"
    ADMINISTRATOR = "administrator"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm(Command):
    """The term begins to be kept in a region. Sent with the start of its workflow."""

    roles: ClassVar = (Role.SYSTEM,)

    program: str
    term: str
    region: str
    dates: TermDates


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitMonthlyRecord(Command):
    """A mentor hands in the record of a month (NEA-52), stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT,)
    needs_facts: ClassVar = True
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendMonthlyRecord(Command):
    """A mentor puts a new version in the place of a record; the old one stays where it is."""

    roles: ClassVar = (Role.PARTICIPANT,)
    example: ClassVar = {"month": "2026-10", "answers": "@answers.monthly_record"}

    month: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLogCheck(Command):
    """A coordinator has looked at what relationships logged (ESE-13): which, by which evidence, with what findings."""

    roles: ClassVar = (Role.COORDINATOR,)
    needs_facts: ClassVar = True
    example: ClassVar = {"period": "2026-10", "evidence": ["@log_check.evidence"]}

    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitTermSurvey(Command):
    """One who is asked about the region's year answers, stored as a document."""

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
    """The term is kept in this region from now on; it listens until ``closes_at``."""

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
    """Who owes a duty, as the database knew it at that moment; several events make up a long list."""

    matter: Matter
    key: str
    owing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOpened(Event):
    """A survey is open, or the time of a log check has come."""

    matter: Matter
    key: str
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyNudged(Event):
    """A reminder is due, to ``people`` or, where none are named, to the region."""

    matter: Matter
    key: str
    rung: int
    people: tuple[str, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyEscalated(Event):
    """Reminders did not help: a coordinator must act. ``missing`` says of how many it has not come."""

    matter: Matter
    key: str
    rung: int
    missing: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySettled(Event):
    """Nothing more comes of a duty: ``done``, ``nothing_owed`` or ``missing``."""

    matter: Matter
    key: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordSubmitted(Event):
    """A mentor's record of a month has come."""

    mentor: str
    month: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecordAmended(Event):
    """A record of a month has another version."""

    mentor: str
    month: str
    document: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheckRecorded(Event):
    """A coordinator has checked logs."""

    check: str
    period: str
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveySubmitted(Event):
    """A survey of the region was answered for ``owner``: the person asked, or the region."""

    audience: SurveyAudience
    owner: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsSeen(Event):
    """Whether the region had an active contact at that moment (MASA-3), and when it is looked at again."""

    vacant: bool
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermClosed(Event):
    """The term's stream listens no more."""


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
    """A list in parts that an event can hold; an empty list has one empty part."""
    yield from (ids[start : start + PART] for start in range(0, max(len(ids), 1), PART))
