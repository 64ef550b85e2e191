"""The state of a term in one region, as the fold of its events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.tasks import Task
from domain.term.duties import Duty, Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyRecord:
    """A mentor's record of a month, in its latest version."""

    mentor: str
    month: str
    document: str
    version: int = 1
    submitted_at: datetime
    amended_at: datetime | None = None
    until: datetime | None = None
    """Until when the mentor can contradict what staff entered; None for a record that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a log check found in one relationship, as a code."""

    relationship: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """One log check as it was recorded."""

    id: str
    period: str
    by: str
    at: datetime
    relationships: tuple[str, ...]
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveyAnswer:
    """An answered survey: for whom (a person or the region), and by whom."""

    audience: str
    owner: str
    person: str
    document: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Everything known about one term in one region, as the fold of its events."""

    id: str
    applied_seq: int = 0
    program: str = ""
    term: str = ""
    region: str = ""
    first: date
    last: date
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None = None
    look_at: datetime | None = None
    vacant: bool = False
    duties: tuple[Duty, ...] = ()
    records: tuple[MonthlyRecord, ...] = ()
    checks: tuple[LogCheck, ...] = ()
    answers: tuple[TermSurveyAnswer, ...] = ()
    tasks: tuple[Task, ...] = ()
    engine: int = 1
    """In which way this stream decides. Decisions read it; it comes from the run, and no event and no row has it."""

    @property
    def ended(self) -> bool:
        """Whether the term is closed and accepts nothing more."""
        return self.ended_at is not None

    def duty(self, matter: Matter, key: str) -> Duty | None:
        """Return the duty of that kind and key, or None."""
        matches = (duty for duty in self.duties if duty.matter is matter and duty.key == key)
        return next(matches, None)

    def duties_due(self, now: datetime) -> tuple[Duty, ...]:
        """Return the duties whose next step ``now`` has passed."""
        return tuple(duty for duty in self.duties if duty.next_at is not None and duty.next_at <= now)

    def with_duty(self, matter: Matter, key: str, change: Callable[[Duty], Duty]) -> "Term":
        """Return the term with one duty changed."""
        duties = tuple(
            change(duty) if duty.matter is matter and duty.key == key else duty for duty in self.duties
        )
        return replace(self, duties=duties)

    def with_done(self, matter: Matter, key: str, *owners: str) -> "Term":
        """Return the term with a duty done for ``owners``: a mentor, relationships, a person or the region."""

        def done(duty: Duty) -> Duty:
            return replace(duty, done=tuple(dict.fromkeys((*duty.done, *owners))))

        return self.with_duty(matter, key, done)

    def record_of(self, mentor: str, month: str) -> MonthlyRecord | None:
        """Return a mentor's record of a month, or None."""
        matches = (one for one in self.records if one.mentor == mentor and one.month == month)
        return next(matches, None)


def new(*, id: str, now: datetime) -> Term:
    """Return the empty state that the first event is folded into."""
    return Term(id=id, first=now.date(), last=now.date(), opened_at=now, closes_at=now)


def next_due(state: Term) -> datetime | None:
    """Return the time of the next step of a duty, of a record that stands then, of a look at the contact, the end."""
    if state.ended or state.applied_seq == 0:
        return None
    steps = (duty.next_at for duty in state.duties)
    answers = (record.until for record in state.records)
    return min(at for at in (*steps, *answers, state.look_at, state.closes_at) if at is not None)
