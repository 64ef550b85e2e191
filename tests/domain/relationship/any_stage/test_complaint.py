"""Wishes for a change, complaints, and what follows; nobody in the pair and nobody complained about decides."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, Role, Side
from domain.codec import instant_text, to_plain
from domain.errors import RuleViolation
from domain.failed_notices import HearNotice
from domain.ids import derive
from domain.messages import Command
from domain.notices import NoticeKind, Outcome, SendNotice
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.any_stage.change_request import AnswerChange, AskForChange, ChangeAsked
from domain.relationship.any_stage.complaint import (
    ComplaintClosed,
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import (
    ChangePartner,
    EndRelationship,
    PartnerChanged,
    RelationshipEnded,
)
from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.effects import StartSuccessor
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.projection import rows
from domain.tasks import TaskKind
from domain.visibility import CONFIDENTIAL_TASKS
from tests.domain.builders import (
    COORDINATOR,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    RULES,
    SECOND,
    START,
    Case,
    document,
    person,
)
from tests.domain.rules_variants import with_rules

ADMIN = Actor(id=person("admin"), role=Role.ADMIN)


def refused(case: Case, code: str, kind: type[Command], actor: Actor, /, **fields: Any) -> None:
    before = case.state
    with pytest.raises(RuleViolation) as violation:
        case.do(kind, actor, **fields)
    assert violation.value.code == code
    assert case.state == before


def complained(**fields: Any) -> tuple[Case, str]:
    """Return a pair in its meetings, and the id of a case that the mentee has opened."""
    case = Case().signed()
    case.do(OpenComplaint, MENTEE, **{"about": "conduct", "against": MENTOR.id, **fields})
    return case, case.state.complaints[-1].id


def notices(case: Case, since: int) -> list[tuple[NoticeKind, str]]:
    return [
        (effect.notice.kind, effect.notice.person)
        for effect in case.effects[since:]
        if isinstance(effect, SendNotice)
    ]


def test_a_wish_for_a_change_is_a_coordinators_task_and_sends_no_email() -> None:
    case = Case().signed()
    sent = len(case.effects)
    [asked] = case.do(AskForChange, MENTEE)
    assert isinstance(asked, ChangeAsked)
    assert case.effects[sent:] == []
    task = next(task for task in case.state.tasks if task.kind is TaskKind.CONSIDER_CHANGE)
    assert (task.role, task.why, task.due_at) == (Role.COORDINATOR, (), asked.due_at)
    assert task.kind in CONFIDENTIAL_TASKS
    refused(case, "already_asked", AskForChange, MENTEE)
    case.do(AskForChange, MENTOR)  # the other side may ask as well, and learns nothing
    assert case.state.stage == "meetings"


def test_the_answer_goes_only_to_the_person_who_asked() -> None:
    case = Case().signed()
    case.do(AskForChange, MENTEE)
    refused(case, "unknown_answer", AnswerChange, COORDINATOR, side=Side.MENTEE, answer="no_idea")
    refused(case, "no_change_asked", AnswerChange, COORDINATOR, side=Side.MENTOR, answer="goes_on")
    refused(case, "other_region", AnswerChange, OTHER_REGION, side=Side.MENTEE, answer="goes_on")
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "answers_in_own_pair", AnswerChange, own, side=Side.MENTEE, answer="goes_on")
    sent = len(case.effects)
    case.do(AnswerChange, COORDINATOR, side=Side.MENTEE, answer="talked_it_over")
    assert notices(case, sent) == [(NoticeKind.CHANGE_ANSWERED, MENTEE.id)]
    assert case.open_tasks() == []
    case.do(AskForChange, MENTEE)  # it can be asked again


def test_a_wish_that_leads_to_another_partner_keeps_the_lineage() -> None:
    case = Case().signed()
    case.do(AskForChange, MENTOR)
    [changed] = case.do(ChangePartner, COORDINATOR, reason="no_fault")
    assert isinstance(changed, PartnerChanged)
    assert (case.state.successor, case.state.change_asked) == (changed.successor, ())
    assert case.open_tasks() == []
    started = [effect for effect in case.effects if isinstance(effect, StartSuccessor)]
    assert [(effect.predecessor, effect.successor) for effect in started] == [(case.id, changed.successor)]
    assert next(row for row in rows(case.state)).values["successor"] == changed.successor

    following = Case()
    following.apply(predecessor=case.id, predecessor_head=case.head.hash)
    assert next(row for row in rows(following.state)).values["predecessor"] == case.id


def test_before_there_is_a_partner_nobody_can_ask_for_a_change_or_complain() -> None:
    case = Case().apply()
    refused(case, "too_late_to_change", AskForChange, MENTEE)
    refused(case, "no_partner", OpenComplaint, MENTEE, about="conduct")


def test_a_complaint_proceeds_alongside_the_relationship() -> None:
    case, id = complained(statement=document("statement"))
    opened = case.state.complaints[0]
    assert (opened.opened_by, opened.document) == (MENTEE.id, document("statement").doc)
    task = next(task for task in case.state.tasks if task.kind is TaskKind.HANDLE_COMPLAINT)
    assert (task.subject, task.why, task.due_at) == (id, ("conduct",), opened.due_at)
    case.days(3)
    case.meet()
    case.do(PauseRelationship, MENTOR, reason="leave")
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    assert case.state.complaints[0].taken_by == COORDINATOR.id


@pytest.mark.parametrize(("needs_second", "days"), [(False, 15), (True, 22)])
def test_whoever_of_the_pair_complains_gets_a_receipt_and_nobody_else_an_email(
    needs_second: bool, days: int
) -> None:
    rules = with_rules(endings=replace(RULES.endings, complaint_needs_second=needs_second))
    case = Case(rules=rules).signed()
    sent, today = len(case.effects), rules.calendar.local_date(case.now)
    case.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=document("statement"))
    assert notices(case, sent) == [(NoticeKind.COMPLAINT_RECEIVED, MENTEE.id)]
    [effect] = case.effects[sent:]
    assert isinstance(effect, SendNotice)
    due = instant_text(rules.calendar.after(today, days))
    assert effect.notice.data == {"due": due, "statement": "yes"}, "a second person needs days as well"
    case.do(OpenComplaint, MENTOR, about="unsuitable_pairing")
    assert notices(case, sent + 1) == [(NoticeKind.COMPLAINT_RECEIVED, MENTOR.id)]
    assert case.effects[-1].notice.data == {"due": due}


def test_a_coordinator_who_opens_a_case_has_its_task_and_gets_no_receipt() -> None:
    case = Case().signed()
    sent = len(case.effects)
    [opened] = case.do(OpenComplaint, COORDINATOR, about="conduct")
    assert (notices(case, sent), opened.hear_by) == ([], None)
    assert case.open_tasks() == ["handle_complaint"]


def test_in_a_run_of_engine_4_a_complaint_sends_no_receipt_and_its_event_is_as_it_was() -> None:
    case = Case(engine=4).signed()
    sent = len(case.effects)
    [opened] = case.do(OpenComplaint, MENTEE, about="conduct")
    assert notices(case, sent) == []
    assert "hear_by" not in to_plain(opened)


def test_a_receipt_that_did_not_arrive_goes_out_again_while_the_case_is_open() -> None:
    case, id = complained()
    failed = {"kind": NoticeKind.COMPLAINT_RECEIVED, "person": MENTEE.id, "code": "smtp_550"}
    case.do(HearNotice, SYSTEM, notice=derive("receipt"), outcome=Outcome.REFUSED, **failed)
    [task] = [each for each in case.state.tasks if each.kind is TaskKind.FIX_ADDRESS]
    assert task.why == ("smtp_550",), "the partner sees this task, and no word of a complaint"
    address = {"person": MENTEE.id, "kind": ChangeKind.ADDRESS, "day": START.date()}
    closed = deepcopy(case)
    [_, again] = case.do(HearPersonChange, SYSTEM, **address)
    assert again.again == (derive("receipt"),)
    closed.do(TakeComplaint, COORDINATOR, complaint=id)
    closed.do(DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.MENDED)
    closed.do(SecondComplaint, SECOND, complaint=id, agree=True)
    [_, none] = closed.do(HearPersonChange, SYSTEM, **address)
    assert none.again == ()


def test_a_complaint_has_a_known_code_and_is_not_about_oneself() -> None:
    case = Case().signed()
    refused(case, "unknown_complaint", OpenComplaint, MENTEE, about="gossip")
    refused(case, "unknown_person", OpenComplaint, MENTEE, about="conduct", against="the mentor")
    refused(case, "complains_of_oneself", OpenComplaint, MENTEE, about="conduct", against=MENTEE.id)
    refused(case, "other_region", OpenComplaint, OTHER_REGION, about="conduct")
    stranger = Actor(id=person("stranger"), role=Role.PARTICIPANT)
    refused(case, "not_a_participant", OpenComplaint, stranger, about="conduct")


def test_the_person_complained_about_and_the_pair_can_neither_take_nor_decide_nor_second() -> None:
    case, id = complained(against=SECOND.id)
    refused(case, "complaint_is_about_you", TakeComplaint, SECOND, complaint=id)
    refused(case, "decides_in_own_pair", TakeComplaint, replace(COORDINATOR, id=MENTOR.id), complaint=id)
    refused(case, "other_region", TakeComplaint, OTHER_REGION, complaint=id)
    refused(case, "role_not_allowed", TakeComplaint, MENTEE, complaint=id)
    refused(case, "unknown_case", TakeComplaint, COORDINATOR, complaint=derive("none"))
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    decision = {"complaint": id, "decision": ComplaintDecision.DISMISSED}
    refused(case, "complaint_is_about_you", DecideComplaint, SECOND, **decision)
    refused(case, "not_the_decider", DecideComplaint, ADMIN, **decision)
    case.do(DecideComplaint, COORDINATOR, **decision)
    refused(case, "complaint_is_about_you", SecondComplaint, SECOND, complaint=id, agree=True)
    refused(case, "decider_seconds", SecondComplaint, COORDINATOR, complaint=id, agree=True)
    case.do(SecondComplaint, ADMIN, complaint=id, agree=True)
    done = case.state.complaints[0]
    assert (done.status, done.decided_by, done.seconded_by) == ("closed", COORDINATOR.id, ADMIN.id)
    refused(case, "case_is_closed", TakeComplaint, ADMIN, complaint=id)


def test_a_case_is_taken_once_and_an_administrator_may_take_it_over() -> None:
    case, id = complained()
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    refused(case, "already_yours", TakeComplaint, COORDINATOR, complaint=id)
    refused(case, "already_taken", TakeComplaint, SECOND, complaint=id)
    case.do(TakeComplaint, ADMIN, complaint=id)
    refused(
        case, "not_the_decider", DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.MENDED
    )


def test_a_second_person_who_disagrees_gives_the_case_back() -> None:
    case, id = complained()
    refused(
        case, "not_the_decider", DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.MENDED
    )
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    refused(case, "not_decided", SecondComplaint, SECOND, complaint=id, agree=True)
    case.do(DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.DISMISSED)
    assert case.open_tasks() == ["second_complaint"]
    refused(
        case, "already_decided", DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.MENDED
    )
    refused(case, "already_taken", TakeComplaint, ADMIN, complaint=id)
    case.do(SecondComplaint, SECOND, complaint=id, agree=False)
    assert (case.open_tasks(), case.state.complaints[0].decision) == (["handle_complaint"], "")
    case.do(DecideComplaint, COORDINATOR, complaint=id, decision=ComplaintDecision.MENDED)
    sent = len(case.effects)
    case.do(SecondComplaint, SECOND, complaint=id, agree=True)
    assert notices(case, sent) == [(NoticeKind.COMPLAINT_CLOSED, MENTEE.id)]  # and none to the partner
    assert (case.open_tasks(), case.state.stage) == ([], "meetings")


@pytest.mark.parametrize(
    ("decision", "event", "outcome"),
    [
        (ComplaintDecision.ENDED, RelationshipEnded, "ended"),
        (ComplaintDecision.PARTNER_CHANGED, PartnerChanged, "partner_changed"),
    ],
)
def test_a_decision_that_separates_the_pair_needs_a_reason_and_takes_effect_at_once(
    decision: ComplaintDecision, event: type, outcome: str
) -> None:
    alone = with_rules(endings=replace(RULES.endings, complaint_needs_second=False))
    case = Case(rules=alone).signed()
    case.do(OpenComplaint, COORDINATOR, about="unsuitable_pairing")
    id = case.state.complaints[0].id
    case.do(TakeComplaint, SECOND, complaint=id)
    refused(case, "unknown_reason", DecideComplaint, SECOND, complaint=id, decision=decision)
    refused(
        case,
        "no_reason_needed",
        DecideComplaint,
        SECOND,
        complaint=id,
        decision=ComplaintDecision.MENDED,
        reason="no_fault",
    )
    events = case.do(DecideComplaint, SECOND, complaint=id, decision=decision, reason="no_fault")
    assert [type(each) for each in events[1:]] == [ComplaintClosed, event]
    assert (case.state.outcome, case.state.outcome_reason) == (outcome, "no_fault")
    assert case.state.complaints[0].status == "closed"
    assert case.open_tasks() == []
    assert case.refold() == case.state


def test_late_in_the_year_a_complaint_cannot_change_the_partner_any_more() -> None:
    case = Case().surveyed()
    case.do(OpenComplaint, MENTOR, about="conduct")
    id = case.state.complaints[0].id
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    late = {"complaint": id, "decision": ComplaintDecision.PARTNER_CHANGED, "reason": "no_fault"}
    refused(case, "too_late_to_change", DecideComplaint, COORDINATOR, **late)


def test_an_open_case_lapses_with_its_relationship() -> None:
    case, _ = complained()
    case.do(EndRelationship, MENTOR, reason="no_fault")
    assert (case.state.complaints[0].status, case.open_tasks()) == ("lapsed", [])
    row = next(row for row in rows(case.state) if row.table == "complaints")
    assert (row.values["status"], row.values["opened_by"]) == ("lapsed", MENTEE.id)


def test_a_state_with_cases_survives_continue_as_new() -> None:
    case, id = complained(statement=document("statement"))
    case.do(AskForChange, MENTOR)
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    assert case.through_codec() == case.state
    assert case.refold() == case.state
    assert case.state.agreement.terms is not None
    assert case.state.opened_at.date() == date(2026, 8, 3)
