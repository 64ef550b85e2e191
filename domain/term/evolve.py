"""The state of a term after an event."""

from collections.abc import Callable
from dataclasses import replace

from domain import tasks
from domain.actors import Role
from domain.failed_notices import NoticeFailed, with_task
from domain.journal import Event
from domain.messages import Stamp
from domain.tasks import TaskKind
from domain.term.duties import Duty, Matter, of_plan, settle
from domain.term.messages import (
    ContactsSeen,
    DutiesPlanned,
    DutyEscalated,
    DutyNudged,
    DutyOpened,
    DutyOwed,
    DutySettled,
    LogCheckRecorded,
    MonthlyRecordAmended,
    MonthlyRecordSubmitted,
    TermClosed,
    TermOpened,
    TermSurveySubmitted,
)
from domain.term.state import LogCheck, MonthlyRecord, Term, TermSurveyAnswer

_TASKS = {
    Matter.MONTHLY_RECORD: TaskKind.CHASE_MONTHLY_RECORD,
    Matter.LOG_CHECK: TaskKind.CHECK_LOGS,
    Matter.SURVEY: TaskKind.CHASE_TERM_SURVEY,
}


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after one event. Workflow, projection check and auditor all use this function."""
    return replace(_evolve(state, event, stamp), applied_seq=stamp.seq)


def _evolve(state: Term, event: Event, stamp: Stamp) -> Term:
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
        case DutyOwed() | DutyOpened() | DutyNudged() | DutyEscalated() | DutySettled():
            return _stepped(state, event, stamp)
        case ContactsSeen():
            return _seen(state, event, stamp)
        case TermClosed():
            return _closed(state, stamp)
        case NoticeFailed():
            return replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    return _submitted(state, event, stamp)


def _submitted(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after a submission."""
    match event:
        case MonthlyRecordSubmitted():
            record = MonthlyRecord(
                mentor=event.mentor, month=event.month, document=event.document, submitted_at=stamp.at
            )
            after = _done(state, Matter.MONTHLY_RECORD, event.month, (event.mentor,))
            return replace(after, records=(*state.records, record))
        case MonthlyRecordAmended():
            return replace(state, records=tuple(_amended(one, event, stamp) for one in state.records))
        case LogCheckRecorded():
            return _checked(state, event, stamp)
        case TermSurveySubmitted():
            answer = TermSurveyAnswer(
                audience=event.audience.value,
                owner=event.owner,
                person=stamp.actor.id,
                document=event.document,
                at=stamp.at,
            )
            after = _done(state, Matter.SURVEY, event.audience.value, (event.owner,))
            return replace(after, answers=(*state.answers, answer))
    raise TypeError(type(event).__name__)


def _amended(record: MonthlyRecord, event: MonthlyRecordAmended, stamp: Stamp) -> MonthlyRecord:
    if (record.mentor, record.month) != (event.mentor, event.month):
        return record
    return replace(record, document=event.document, version=event.version, amended_at=stamp.at)


def _checked(state: Term, event: LogCheckRecorded, stamp: Stamp) -> Term:
    """Return the state after a log check: findings open a task for a relationship, a check without any closes it."""
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
    after = _done(state, Matter.LOG_CHECK, event.period, event.relationships)
    return replace(after, checks=(*state.checks, check), tasks=todo)


def _done(state: Term, matter: Matter, key: str, of: tuple[str, ...]) -> Term:
    return _with(state, matter, key, lambda duty: replace(duty, done=tuple(dict.fromkeys((*duty.done, *of)))))


def _with(state: Term, matter: Matter, key: str, change: Callable[[Duty], Duty]) -> Term:
    duties = tuple(
        change(duty) if duty.matter is matter and duty.key == key else duty for duty in state.duties
    )
    return replace(state, duties=duties)


Step = DutyOwed | DutyOpened | DutyNudged | DutyEscalated | DutySettled


def after_step(duty: Duty, event: Step) -> Duty:
    """Return a duty after one of its steps."""
    match event:
        case DutyOwed():
            return replace(duty, opened=True, owing=(*duty.owing, *event.owing))
        case DutyOpened():
            return replace(duty, opened=True, next_at=event.next_at)
        case DutyNudged() | DutyEscalated():
            return replace(duty, rung=event.rung, next_at=event.next_at)
        case DutySettled():
            return settle(duty, event.outcome)


def _stepped(state: Term, event: Step, stamp: Stamp) -> Term:
    after = _with(state, event.matter, event.key, lambda duty: after_step(duty, event))
    kind, todo = _TASKS[event.matter], state.tasks
    if isinstance(event, DutyOpened) and event.matter is Matter.LOG_CHECK:
        duty = after.duty(event.matter, event.key)
        due = duty.due if duty else None
        todo = tasks.open_task(
            todo, state.id, stamp, kind, why=(event.matter.value,), subject=event.key, due_at=due
        )
    elif isinstance(event, DutyEscalated):
        why = (event.matter.value, f"missing_{event.missing}")
        todo = tasks.open_task(todo, state.id, stamp, kind, why=why, subject=event.key)
    elif isinstance(event, DutySettled):
        todo = tasks.close_tasks(todo, stamp, kind, subject=event.key, outcome=event.outcome)
    return replace(after, tasks=todo)


def _seen(state: Term, event: ContactsSeen, stamp: Stamp) -> Term:
    """Return the state after a contact check: a vacancy is a task of the association until one is named (MASA-3)."""
    kind = TaskKind.NAME_CONTACT
    if event.vacant:
        why = ("no_active_contact",)
        todo = tasks.open_task(state.tasks, state.id, stamp, kind, role=Role.ADMIN, why=why)
    else:
        todo = tasks.close_tasks(state.tasks, stamp, kind, outcome="named")
    return replace(state, vacant=event.vacant, look_at=event.next_at, tasks=todo)


def _closed(state: Term, stamp: Stamp) -> Term:
    duties = tuple(
        duty if duty.settled else settle(duty, "missing" if duty.opened or duty.done else "nothing_owed")
        for duty in state.duties
    )
    done = tasks.close_tasks(state.tasks, stamp, outcome="term_closed")
    return replace(state, ended_at=stamp.at, look_at=None, duties=duties, tasks=done)
