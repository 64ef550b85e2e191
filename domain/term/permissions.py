"""What people may do in a term: submit and amend monthly records, record log checks, answer surveys of the region."""

from datetime import datetime
from typing import Final

from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import Command
from domain.rules.program import Rules
from domain.rules.term import LogCheckRules
from domain.term.duties import Duty, Matter
from domain.term.facts import TermFacts
from domain.term.messages import (
    AmendMonthlyRecord,
    DutySettled,
    LogCheckRecorded,
    MonthlyRecordAmended,
    MonthlyRecordSubmitted,
    RecordLogCheck,
    SubmitMonthlyRecord,
    SubmitTermSurvey,
    SurveyAudience,
    TermSurveySubmitted,
)
from domain.term.state import Term

NOT_A_MENTOR_OF_TERM: Final = forbidden("not_a_mentor_of_term")
OWN_RELATIONSHIP: Final = forbidden("own_relationship")
AUDIENCE_NOT_YOURS: Final = forbidden("audience_not_yours")


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``."""
    match command:
        case SubmitMonthlyRecord():
            return _submit(state, command, now, facts)
        case AmendMonthlyRecord():
            return _amend(state, command, now)
        case RecordLogCheck():
            return _check(state, command, now, rules, facts)
        case SubmitTermSurvey():
            return _answer(state, command, now, facts)
    raise TypeError(type(command).__name__)


def _month(state: Term, month: str, now: datetime) -> Duty:
    """Return the duty of a month, which must have begun."""
    every = [duty for duty in state.duties if duty.matter is Matter.MONTHLY_RECORD]
    demand(bool(every), "no_monthly_record")
    duty = required(state.duty(Matter.MONTHLY_RECORD, month), "month_not_in_term", field="month")
    demand(now >= duty.opens_at, "month_not_open_yet", field="month")
    return duty


def _submit(
    state: Term, command: SubmitMonthlyRecord, now: datetime, facts: TermFacts | None
) -> tuple[Event, ...]:
    duty, mentor = _month(state, command.month, now), command.actor.id
    demand(state.record_of(mentor, command.month) is None, "already_submitted", field="month")
    if facts is None:
        return ()
    forbid(not facts.mentors_in, NOT_A_MENTOR_OF_TERM)
    demand(state.region in facts.mentors_in, "other_region")
    submitted = MonthlyRecordSubmitted(mentor=mentor, month=command.month, document=command.answers.doc)
    return (submitted, *_settled(duty, mentor))


def _settled(duty: Duty, owner: str) -> tuple[Event, ...]:
    """Return the end of a duty after the submission of ``owner``, if nothing else is missing."""
    left = any(one != owner for one in duty.late)
    if not duty.opened or duty.settled or left:
        return ()
    return (DutySettled(matter=duty.matter, key=duty.key, outcome="done"),)


def _amend(state: Term, command: AmendMonthlyRecord, now: datetime) -> tuple[Event, ...]:
    _month(state, command.month, now)
    record = required(state.record_of(command.actor.id, command.month), "nothing_to_amend", field="month")
    amended = MonthlyRecordAmended(
        mentor=record.mentor,
        month=record.month,
        document=command.answers.doc,
        version=record.version + 1,
    )
    return (amended,)


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


def _answer(
    state: Term, command: SubmitTermSurvey, now: datetime, facts: TermFacts | None
) -> tuple[Event, ...]:
    actor, audience = command.actor, command.audience
    if actor.role is Role.COORDINATOR:
        demand_coordinator(actor, state.region)
    duty = required(state.duty(Matter.SURVEY, audience.value), "audience_not_asked", field="audience")
    demand(now >= duty.opens_at, "survey_not_open_yet", field="audience")
    demand(duty.closes_at is None or now < duty.closes_at, "survey_closed", field="audience")
    owner = actor.id if audience is SurveyAudience.ADMINISTRATOR else state.region
    demand(owner not in duty.done, "already_answered", field="audience")
    if facts is None:
        return ()
    people = facts.administrators if audience is SurveyAudience.ADMINISTRATOR else facts.contacts
    speaks = audience is SurveyAudience.DISTRICT and actor.role is Role.COORDINATOR
    forbid(actor.id not in people and not speaks, AUDIENCE_NOT_YOURS, field="audience")
    submitted = TermSurveySubmitted(audience=audience, owner=owner, document=command.answers.doc)
    return (submitted, *_settled(duty, owner))
