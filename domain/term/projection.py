"""The rows of the tables for a term in one region: the term, its monthly records, log checks and surveys."""

from domain.ids import derive
from domain.projection_rows import Row, row, task_row
from domain.term.duties import Duty, Matter
from domain.term.state import LogCheck, Term, TermSurveyAnswer, next_due


def term_rows(state: Term) -> tuple[Row, ...]:
    """Return all rows of one term in one region, in a fixed order."""
    months = (duty for duty in state.duties if duty.matter is Matter.MONTHLY_RECORD)
    surveys = (duty for duty in state.duties if duty.matter is Matter.SURVEY)
    return (
        _term(state),
        *(_month(state, duty, mentor) for duty in months for mentor in _named(duty)),
        *(_check(state, check) for check in state.checks),
        *(_survey(state, duty, owner) for duty in surveys for owner in _named(duty)),
        *(task_row(task, state.id, state.region, "term") for task in state.tasks),
    )


def _named(duty: Duty) -> tuple[str, ...]:
    """Return everybody who owes a duty or has done it."""
    return tuple(dict.fromkeys((*duty.owing, *duty.done)))


def _term(state: Term) -> Row:
    due = next_due(state)
    steps = (duty for duty in state.duties if duty.next_at is not None and duty.next_at == due)
    first = next(steps, None)
    return row(
        "term_regions",
        state.id,
        program=state.program,
        term=state.term,
        region=state.region,
        first=state.first,
        last=state.last,
        opened_at=state.opened_at,
        closes_at=state.closes_at,
        ended_at=state.ended_at,
        vacant=state.vacant,
        next_due=due,
        next_matter=first.matter if first else "",
        next_key=first.key if first else "",
    )


def _month(state: Term, duty: Duty, mentor: str) -> Row:
    record = state.record_of(mentor, duty.key)
    if record is not None and record.until is not None:
        record = None  # the mentor can still contradict what staff entered
    return row(
        "monthly_records",
        derive("monthly_record", state.id, duty.key, mentor),
        program=state.program,
        term=state.term,
        region=state.region,
        month=duty.key,
        mentor=mentor,
        status="submitted" if record else "owed",
        due_at=duty.due,
        submitted_at=record.submitted_at if record else None,
        late=record is not None and record.submitted_at > duty.due,
        document=record.document if record else "",
        version=record.version if record else 0,
        amended_at=record.amended_at if record else None,
    )


def _check(state: Term, check: LogCheck) -> Row:
    return row(
        "log_checks",
        check.id,
        program=state.program,
        term=state.term,
        region=state.region,
        period=check.period,
        checked_by=check.by,
        checked_at=check.at,
        relationships=check.relationships,
        evidence=check.evidence,
        findings=tuple(f"{finding.relationship}:{finding.code}" for finding in check.findings),
    )


def _survey(state: Term, duty: Duty, owner: str) -> Row:
    answers = (one for one in state.answers if one.audience == duty.key and one.owner == owner)
    answer: TermSurveyAnswer | None = next(answers, None)
    missing = "missing" if duty.settled else "open"
    return row(
        "term_surveys",
        derive("term_survey", state.id, duty.key, owner),
        program=state.program,
        term=state.term,
        region=state.region,
        audience=duty.key,
        owner=owner,
        status="answered" if answer else missing,
        opens_at=duty.opens_at,
        due_at=duty.due,
        closes_at=duty.closes_at,
        person=answer.person if answer else "",
        answered_at=answer.at if answer else None,
        document=answer.document if answer else "",
    )
