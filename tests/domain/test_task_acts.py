"""Every kind of task can be done: each of its acts that is said to close it does so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import pytest

from domain.actors import SYSTEM, Actor, Role, Side
from domain.failed_notices import HearNotice
from domain.forms.model import Filler
from domain.ids import derive
from domain.messages import Command
from domain.notices import NoticeKind, Outcome
from domain.payments.obligation import COMMANDS as OF_MONEY
from domain.payments.orders.approval import ApproveStipend, DenyStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.holds import LiftHold
from domain.payments.orders.late_news import ConfirmResolution, ProposeResolution
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled, RecordFailed, RecordReturned
from domain.payments.orders.voiding import VoidOrder
from domain.payments.state import Resolution
from domain.person_changes import ChangeKind
from domain.relationship.any_stage.change_request import AnswerChange, AskForChange
from domain.relationship.any_stage.complaint import DecideComplaint, SecondComplaint, TakeComplaint
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.forms_submitted import SubmitForm
from domain.relationship.any_stage.notes import PostponeTask, WriteNote
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.staff_acts import SettleStaffAct
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.person_change import SettleChange
from domain.relationship.rooms import COMMANDS as OF_PAIR
from domain.relationship.stages.application import refusal as by_person
from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.conflicts import WaiveConflict
from domain.relationship.stages.matching.consultation import RecordConsultation
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.completion_review import ReviewCompletion
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.groups import HearGroupRefusal
from domain.relationship.stages.meetings.observations import BookObservation
from domain.relationship.stages.recognition import RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_uses import DueAfter
from domain.rules.program import Consultation
from domain.settled_tasks import SettleTask, TaskOutcome
from domain.task_acts import ACTS, STATE_OFFICE_ONLY
from domain.tasks import ABOUT_STREAMS, Task, TaskKind
from domain.term.decider import COMMANDS as OF_TERM
from domain.term.log_checks import RecordLogCheck
from domain.term.state import Finding
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    RULES,
    SECOND,
    STATE_OFFICE,
    Case,
    document,
)
from tests.domain.forms.form_builders import asking, paper, use
from tests.domain.payments.orders.test_late_news import failed, first, twice
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment, lapse
from tests.domain.payments.payment_case import FACTS as MONEY_FACTS
from tests.domain.relationship.any_stage.test_complaint import complained
from tests.domain.relationship.any_stage.test_staff_acts import contradicted
from tests.domain.relationship.steps import at
from tests.domain.relationship.test_person_change import NO_MENTOR, hear
from tests.domain.relationship.test_reasons import reviewed
from tests.domain.rules_variants import BY_PERSON, RICH, with_rules
from tests.domain.term.term_case import OTHER_PAIR, PAIR, TermCase

CLOSES_OTHERWISE: Final = {
    **dict.fromkeys((TaskKind.CHECK_ONE_HUMAN, TaskKind.CHECK_DEPARTURE), "tests/domain/payments/orders"),
    TaskKind.NAME_CONTACT: "tests/domain/term/test_region_contact.py: the next look closes it",
    TaskKind.CORRECT_PROGRAM: "tests/api_gateway/test_programs_aside.py: housekeeping closes it",
    TaskKind.CORRECT_WORDS: "tests/api_gateway/test_emails_that_wait_for_a_person.py: the next start closes it",
    TaskKind.CORRECT_MAIL: "tests/api_gateway/test_emails_that_wait_for_a_person.py: the next email closes it",
    **dict.fromkeys(ABOUT_STREAMS, "tests/api_gateway/test_night_checks.py: its act closes it"),
}
"""Kinds whose closing is shown elsewhere, since it is no command of a stream."""
Stream = Case | Payment | TermCase


def special() -> Case:
    case = Case().apply(reason="circumstances", special_document=document("special"))
    case.do(TakeSpecialApplication, STATE_OFFICE)
    return case


def refusal() -> Case:
    return Case(rules=BY_PERSON, facts=replace(FACTS, memberships={})).apply()


def bored() -> Case:
    return Case(rules=BY_PERSON).apply(reason="bored")


def member_after_all() -> Case:
    case = refusal()
    case.facts = FACTS
    return case


def proposed(**rules: Any) -> Case:
    case = Case(rules=with_rules(**rules)).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case


def in_conflict() -> Case:
    case = Case(facts=replace(FACTS, conflicts=("family",))).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case


def late_contact() -> Case:
    case = Case().matched()
    case.days(40)
    return case


def late_agreement() -> Case:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    case.days(60)
    return case


def no_meeting() -> Case:
    case = Case().signed()
    case.days(80)
    return case


def asked_once() -> Case:
    case = no_meeting()
    case.do(RecordObstacle, COORDINATOR, obstacle="distance")
    case.days(25)
    return case


def disputed() -> Case:
    case = Case().signed()
    case.do(DisputeMeeting, MENTEE, meeting=case.meet(confirmed=False), reason="no_show")
    return case


def of_a_group() -> Case:
    case = Case().signed()
    case.do(HearGroupRefusal, SYSTEM, group=derive("group"), code="relationship_paused")
    return case


def observed_too_little() -> Case:
    case = Case(rules=RICH).signed()
    case.wait_until(case.state.meetings_end(RICH) - timedelta(days=40))
    return case


def cover_asked() -> Case:
    case = Case(rules=RICH).signed()
    case.do(BookObservation, MENTEE, starts_at=at(date(2026, 9, 2)), minutes=45)
    case.do(RequestCover, MENTEE, subject=case.state.observations.booked[-1].id, minutes=30)
    return case


def too_few() -> Case:
    case = Case().signed()
    case.wait_until(case.state.meetings_end(RULES) + timedelta(hours=1))
    return case


def late_survey() -> Case:
    case = Case(rules=with_rules(survey=replace(RULES.survey, closes_days=40))).surveyed()
    case.days(26)
    return case


def form_of(by: Filler) -> Callable[[], Case]:
    def build() -> Case:
        owed = use("decision", by, "matching", after=DueAfter.MATCH_CONFIRMED, due_days=7)
        case = Case(asking(owed)).matched()
        case.days(30)
        return case

    return build


def completed() -> Case:
    case = Case().surveyed()
    for actor, side in ((MENTEE, Side.MENTEE), (MENTOR, Side.MENTOR)):
        case.do(SubmitSurvey, actor, answers=document(side.value))
    for claim in case.state.claims:
        case.do(HearObligation, SYSTEM, obligation=claim.obligation, state="settled")
    return case


def long_pause() -> Case:
    case = Case().signed()
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.days(400)
    return case


def change_asked() -> Case:
    case = Case().signed()
    case.do(AskForChange, MENTEE)
    return case


def taken() -> Case:
    case, id = complained()
    case.do(TakeComplaint, COORDINATOR, complaint=id)
    return case


def decided() -> Case:
    case = taken()
    open_case = case.state.complaints[-1].id
    case.do(DecideComplaint, COORDINATOR, complaint=open_case, decision=ComplaintDecision.MENDED)
    return case


def bad_address(stream: Stream) -> Stream:
    stream.do(
        HearNotice,
        SYSTEM,
        notice=derive("notice", "1"),
        kind=NoticeKind.REMINDER,
        person=MENTEE.id,
        outcome=Outcome.REFUSED,
        code="smtp_550",
    )
    return stream


def lapsed_mentor() -> Case:
    case = Case(rules=BY_PERSON).signed()
    case.facts = NO_MENTOR
    hear(case, MENTOR.id, ChangeKind.MEMBERSHIP)
    return case


def noted() -> Case:
    case = Case().signed()
    case.do(WriteNote, COORDINATOR, text=document("note"), look_on=date(2026, 8, 20))
    case.days(30)
    return case


def held() -> Payment:
    payment = Payment().due()
    lapse(payment, MENTOR.id)
    payment.do(PrepareStipend, MAKER)
    payment.facts = MONEY_FACTS
    return payment


def proposed_resolution() -> Payment:
    payment = twice(4)
    payment.do(ProposeResolution, MAKER, order=first(payment), resolution=Resolution.WRITTEN_OFF)
    return payment


def term(month: int, day: int, year: int = 2026) -> Callable[[], TermCase]:
    def build() -> TermCase:
        case = TermCase().open()
        case.until(year, month, day)
        return case

    return build


def found_something() -> TermCase:
    case = term(9, 25)()
    finding = Finding(relationship=PAIR, code="no_meeting_logged")
    case.do(RecordLogCheck, COORDINATOR, **checked((PAIR,)), findings=(finding,))
    return case


def checked(pairs: tuple[str, ...] = (PAIR, OTHER_PAIR)) -> dict[str, Any]:
    return {"period": "2026-10-01", "relationships": pairs, "evidence": ("logs_read",)}


def _nothing(stream: Any, task: Task) -> dict[str, Any]:
    return {}


def about(name: str, **fields: Any) -> Callable[[Any, Task], dict[str, Any]]:
    return lambda stream, task: {name: task.subject, **fields}


def given(**fields: Any) -> Callable[[Any, Task], dict[str, Any]]:
    return lambda stream, task: fields


def settles(stream: Any, task: Task) -> dict[str, Any]:
    return {"task": task.id, "outcome": TaskOutcome.DONE}


def postpones(stream: Any, task: Task) -> dict[str, Any]:
    return {"task": task.id, "look_on": stream.now.date() + timedelta(days=7)}


class Closing(NamedTuple):
    """How one act closes a kind of task: in which state, who acts, and with which fields."""

    kind: TaskKind
    act: type[Command]
    by: Actor
    state: Callable[[], Stream]
    fields: Callable[[Any, Task], dict[str, Any]] = _nothing


def put_off_or_ended(kind: TaskKind, state: Callable[[], Stream]) -> tuple[Closing, ...]:
    ended = Closing(kind, EndRelationship, COORDINATOR, state, given(reason="no_fault"))
    return (ended, Closing(kind, PostponeTask, COORDINATOR, state, postpones))


def by_hand(kind: TaskKind, state: Callable[[], Stream]) -> tuple[Closing, ...]:
    settled = Closing(kind, SettleTask, COORDINATOR, state, settles)
    return (settled, Closing(kind, PostponeTask, COORDINATOR, state, postpones))


K: Final = TaskKind
ASKS_BOARD: Final = replace(
    RULES.matching, consultation=Consultation.BEFORE_CONFIRMATION, consultation_answers=("agreed",)
)
CLOSINGS: Final = (
    Closing(K.DECIDE_SPECIAL_APPLICATION, DecideSpecialApplication, STATE_OFFICE, special,
            given(accept=True, reason="hardship")),
    Closing(K.DECIDE_REFUSAL, by_person.RefuseApplication, COORDINATOR, refusal),
    Closing(K.DECIDE_REFUSAL, by_person.AcceptAsSpecial, STATE_OFFICE, bored, given(reason="hardship")),
    Closing(K.DECIDE_REFUSAL, by_person.AskFactsAgain, COORDINATOR, member_after_all),
    Closing(K.DECIDE_REFUSAL, by_person.CorrectApplication, COORDINATOR, bored, given(reason="new_to_role")),
    Closing(K.CONTACT_MENTEE, RecordPreMatchContact, COORDINATOR, lambda: Case().apply(),
            given(contacted_on=date(2026, 8, 3))),
    Closing(K.PROPOSE_MENTOR, ProposeMatch, COORDINATOR, lambda: Case().apply(), given(mentor=MENTOR.id)),
    Closing(K.WAIVE_CONFLICT, WaiveConflict, SECOND, in_conflict, given(reason="small_region")),
    Closing(K.WAIVE_CONFLICT, DeclineMatch, COORDINATOR, in_conflict, given(reason="no_time")),
    Closing(K.CONSULT, RecordConsultation, COORDINATOR, lambda: proposed(matching=ASKS_BOARD),
            given(heard_on=date(2026, 8, 3), answer="agreed")),
    Closing(K.CONFIRM_MATCH, ConfirmMatch, COORDINATOR, proposed),
    Closing(K.CONFIRM_MATCH, DeclineMatch, COORDINATOR, proposed, given(reason="no_time")),
    *put_off_or_ended(K.HELP_FIRST_CONTACT, late_contact),
    *put_off_or_ended(K.HELP_AGREEMENT, late_agreement),
    Closing(K.CONTACT_PAIR, RecordObstacle, COORDINATOR, no_meeting, given(obstacle="distance")),
    Closing(K.FOLLOW_UP_PAIR, RecordObstacle, COORDINATOR, asked_once, given(obstacle="distance")),
    Closing(K.RESOLVE_MEETING, ResolveMeeting, COORDINATOR, disputed,
            about("meeting", stands=True, reason="seen")),
    *by_hand(K.CHECK_GROUP_MEETING, of_a_group),
    Closing(K.CHECK_STAFF_ACT, SettleStaffAct, SECOND, contradicted, about("act", stands=False)),
    *by_hand(K.ARRANGE_OBSERVATION, observed_too_little),
    Closing(K.DECIDE_COVER, DecideCover, COORDINATOR, cover_asked, about("request", approve=True)),
    Closing(K.DECIDE_COMPLETION, DecideCompletion, COORDINATOR, too_few,
            given(complete=True, reason="enough")),
    Closing(K.REVIEW_COMPLETION, ReviewCompletion, COORDINATOR, lambda: reviewed()[0],
            given(complete=False, reason="too_few")),
    *by_hand(K.CHASE_SURVEY, late_survey),
    Closing(K.FILL_FORM, SubmitForm, COORDINATOR, form_of(Filler.COORDINATOR),
            about("form", answers=paper("decision"))),
    *by_hand(K.CHASE_FORM, form_of(Filler.MENTEE)),
    Closing(K.RECOGNIZE_MENTOR, RecognizeMentor, COORDINATOR, completed, given(kind="letter")),
    Closing(K.RESUME_OR_END, ResumeRelationship, COORDINATOR, long_pause),
    Closing(K.RESUME_OR_END, EndRelationship, COORDINATOR, long_pause, given(reason="no_fault")),
    Closing(K.CONSIDER_CHANGE, AnswerChange, COORDINATOR, change_asked,
            lambda stream, task: {"side": Side(task.subject), "answer": "goes_on"}),
    Closing(K.CONSIDER_CHANGE, ChangePartner, COORDINATOR, change_asked, given(reason="no_fault")),
    Closing(K.HANDLE_COMPLAINT, DecideComplaint, COORDINATOR, taken,
            about("complaint", decision=ComplaintDecision.MENDED)),
    Closing(K.SECOND_COMPLAINT, SecondComplaint, SECOND, decided, about("complaint", agree=True)),
    Closing(K.FIX_ADDRESS, SettleTask, COORDINATOR, lambda: bad_address(Case().signed()), settles),
    Closing(K.FIX_ADDRESS, SettleTask, COORDINATOR, lambda: bad_address(Payment().due()), settles),
    Closing(K.FIX_ADDRESS, SettleTask, COORDINATOR, lambda: bad_address(term(9, 5)()), settles),
    Closing(K.LOOK_AT_PERSON, SettleChange, COORDINATOR, lapsed_mentor, about("person")),
    *by_hand(K.LOOK_AGAIN, noted),
    Closing(K.PREPARE_STIPEND, PrepareStipend, MAKER, lambda: Payment().due()),
    Closing(K.APPROVE_STIPEND, ApproveStipend, APPROVER, lambda: Payment().prepared()),
    Closing(K.APPROVE_STIPEND, DenyStipend, APPROVER, lambda: Payment().prepared(), given(reason="no_member")),
    Closing(K.SEND_STIPEND, EnterReference, THIRD, lambda: Payment().approved(), given(reference="BANK-1")),
    Closing(K.SEND_STIPEND, VoidOrder, THIRD, lambda: Payment().approved(), given(reason="wrong_amount")),
    Closing(K.CONFIRM_SETTLEMENT, ConfirmSettled, APPROVER, lambda: Payment().sent()),
    Closing(K.CONFIRM_SETTLEMENT, RecordFailed, APPROVER, lambda: Payment().sent(), given(reason="refused")),
    Closing(K.CONFIRM_SETTLEMENT, RecordReturned, APPROVER, lambda: Payment().sent(),
            given(reason="account_closed")),
    Closing(K.CHECK_MEMBERSHIP, LiftHold, APPROVER, held, given(reason="renewed")),
    Closing(K.CHECK_MEMBERSHIP, DenyStipend, APPROVER, held, given(reason="no_member")),
    Closing(K.RESOLVE_RETURN, PrepareStipend, MAKER, lambda: failed()),
    Closing(K.RESOLVE_PAID_TWICE, ProposeResolution, MAKER, lambda: twice(4),
            about("order", resolution=Resolution.WRITTEN_OFF)),
    Closing(K.CONFIRM_RESOLUTION, ConfirmResolution, THIRD, proposed_resolution,
            about("order", resolution=Resolution.WRITTEN_OFF)),
    Closing(K.CONFIRM_RESOLUTION, ProposeResolution, THIRD, proposed_resolution,
            about("order", resolution=Resolution.MONEY_CAME_BACK, reference="Check #7")),
    Closing(K.CHASE_MONTHLY_RECORD, SettleTask, COORDINATOR, term(10, 15), settles),
    Closing(K.CHECK_LOGS, RecordLogCheck, COORDINATOR, term(9, 25), lambda stream, task: checked()),
    Closing(K.FOLLOW_UP_LOGS, RecordLogCheck, COORDINATOR, found_something,
            lambda stream, task: checked((task.subject,))),
    Closing(K.CHASE_TERM_SURVEY, SettleTask, COORDINATOR, term(6, 20, 2027), settles),
)  # fmt: skip


def test_every_kind_has_acts_and_every_act_that_closes_one_is_shown_to_close_it() -> None:
    assert set(ACTS) == set(TaskKind)
    assert {TaskKind.DECIDE_SPECIAL_APPLICATION} == STATE_OFFICE_ONLY
    closing_acts = {
        (kind, act.command)
        for kind, acts in ACTS.items()
        for act in acts
        if kind not in CLOSES_OTHERWISE and not act.first
    }
    assert closing_acts == {(each.kind, each.act.__name__) for each in CLOSINGS}
    assert all(any(not act.first for act in ACTS[kind]) for kind in CLOSES_OTHERWISE)


def test_an_act_names_one_thing_and_its_command_exists() -> None:
    known = {each.__name__: each for each in (*OF_PAIR, *OF_MONEY, *OF_TERM)}
    for kind, acts in ACTS.items():
        for act in acts:
            assert [bool(each) for each in (act.command, act.route, act.line)].count(True) == 1, (kind, act)
            if act.command:
                fields = known[act.command].__dataclass_fields__
                assert {*filter(None, (act.given, act.task_in))} <= fields.keys(), (kind, act)


@pytest.mark.parametrize("each", CLOSINGS, ids=lambda each: f"{each.kind.value}-{each.act.__name__}")
def test_an_act_closes_its_task(each: Closing) -> None:
    """C28: no kind of task is without an act that ends it."""
    stream = each.state()
    task = next(task for task in stream.state.tasks if task.open and task.kind is each.kind)
    assert task.role in each.act.roles or task.role is Role.ADMIN
    stream.do(each.act, each.by, **each.fields(stream, task))
    [after] = [one for one in stream.state.tasks if one.id == task.id]
    assert not after.open
    assert after.closed_by == each.by.id
    assert stream.refold() == stream.state == stream.through_codec()
