"""Whatever people send, in whatever order: no illegal state, the fold equals the state, deadlines move on."""

from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.actors import SYSTEM, Actor, Role, Side
from domain.errors import RuleViolation
from domain.messages import Command
from domain.relationship import decider
from domain.relationship.any_stage.change_request import AnswerChange, AskForChange
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.notes import PostponeTask, WriteNote
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.parts.complaint import PARTING, ComplaintDecision
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.contact.checklist import TickChecklist
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.acceptance import AcceptMatch
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.conflicts import WaiveConflict
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.cover import DecideCover, GiveBackCover, RequestCover, UseCover
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
    ReportObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.meetings.referral import NoteReferral
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.state import STAGES
from domain.rules.program import DeadlineKind
from domain.settled_tasks import SettleTask, TaskOutcome
from tests.domain.builders import (
    COORDINATOR,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    PAYMENT,
    SECOND,
    STATE_OFFICE,
    TERM,
    TERMS,
    Case,
    document,
)
from tests.domain.rules_variants import RICH

ACTORS = (MENTEE, MENTOR, COORDINATOR, SECOND, OTHER_REGION, STATE_OFFICE, PAYMENT)


class AnyYear(RuleBasedStateMachine):
    """Commands of all rooms by all actors, at any time, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case()
        self.refusals = 0

    def attempt(self, kind: type[Command], actor: Actor, /, **fields: Any) -> None:
        try:
            self.case.do(kind, actor, **fields)
        except RuleViolation:
            self.refusals += 1

    @precondition(lambda self: self.case.state.applied_seq == 0)
    @rule()
    def apply(self) -> None:
        self.attempt(
            OpenRelationship, MENTEE, application="a" * 32, reason="new_to_role", applied_on=TERM.first
        )

    @rule(actor=st.sampled_from(ACTORS))
    def match(self, actor: Actor) -> None:
        today = self.case.rules.calendar.local_date(self.case.now)
        self.attempt(RecordPreMatchContact, actor, contacted_on=today)
        self.attempt(ProposeMatch, actor, mentor=MENTOR.id)

    @rule(
        actor=st.sampled_from(ACTORS),
        kind=st.sampled_from([ConfirmMatch, ConfirmMatch, AcceptMatch, DeclineMatch]),
    )
    def answer_match(self, actor: Actor, kind: type[Command]) -> None:
        self.attempt(kind, actor, **({"reason": "no_time"} if kind is DeclineMatch else {}))

    @rule(actor=st.sampled_from(ACTORS))
    def waive(self, actor: Actor) -> None:
        self.attempt(WaiveConflict, actor, reason="small_region")

    @rule(actor=st.sampled_from(ACTORS))
    def contact(self, actor: Actor) -> None:
        today = self.case.rules.calendar.local_date(self.case.now)
        self.attempt(ConfirmFirstContact, actor, contacted_on=today, mode="phone")

    @rule(actor=st.sampled_from(ACTORS))
    def draft(self, actor: Actor) -> None:
        self.attempt(DraftAgreement, actor, terms=TERMS)

    @rule()
    def sign(self) -> None:
        for actor in (MENTEE, MENTOR):
            draft = self.case.state.agreement.draft
            digest = draft.texts[0].digest if draft else "0" * 64
            self.attempt(SignAgreement, actor, version=self.case.state.agreement.versions, digest=digest)

    @rule(actor=st.sampled_from(ACTORS), hours=st.integers(-2, 60))
    def meet(self, actor: Actor, hours: int) -> None:
        began = self.case.now - timedelta(hours=hours)
        self.attempt(LogMeeting, actor, began_at=began, minutes=45, mode="in_person")

    @rule(actor=st.sampled_from(ACTORS), index=st.integers(0, 5), answer=st.sampled_from("cdr"))
    def answer_meeting(self, actor: Actor, index: int, answer: str) -> None:
        log = self.case.state.meetings.log
        if index < len(log):
            if answer == "c":
                self.attempt(ConfirmMeeting, actor, meeting=log[index].id)
            elif answer == "d":
                self.attempt(DisputeMeeting, actor, meeting=log[index].id, reason="no_show")
            else:
                self.attempt(ResolveMeeting, actor, meeting=log[index].id, stands=True, reason="seen")

    @rule(actor=st.sampled_from(ACTORS), index=st.integers(0, 5), hours=st.none() | st.integers(1, 90))
    def correct_meeting(self, actor: Actor, index: int, hours: int | None) -> None:
        log = self.case.state.meetings.log
        if index < len(log):
            meeting = {"meeting": log[index].id, "reason": "seen" if actor.role is Role.COORDINATOR else ""}
            if hours is None:
                self.attempt(WithdrawMeeting, actor, **meeting)
            else:
                began = self.case.now - timedelta(hours=hours)
                self.attempt(CorrectMeeting, actor, **meeting, began_at=began, another=True)
            self.attempt(ConfirmMeeting, actor, meeting=log[index].id, version=2)
            self.case.days(0)

    @rule(actor=st.sampled_from(ACTORS), pause=st.booleans())
    def pause(self, actor: Actor, pause: bool) -> None:
        if pause:
            self.attempt(PauseRelationship, actor, reason="leave")
        else:
            self.attempt(ResumeRelationship, actor)
            self.case.days(0)  # acts at once on deadlines that passed meanwhile, as the workflow does

    @rule(actor=st.sampled_from(ACTORS), side=st.sampled_from(Side))
    def wish_for_a_change(self, actor: Actor, side: Side) -> None:
        self.attempt(AskForChange, actor)
        self.attempt(AnswerChange, actor, side=side, answer="goes_on")

    @rule(actor=st.sampled_from(ACTORS), against=st.sampled_from(["", MENTOR.id, COORDINATOR.id]))
    def complain(self, actor: Actor, against: str) -> None:
        if len(self.case.state.complaints) < 3:
            self.attempt(OpenComplaint, actor, about="conduct", against=against)

    @rule(actor=st.sampled_from(ACTORS), decision=st.sampled_from(ComplaintDecision), agree=st.booleans())
    def deal_with_complaints(self, actor: Actor, decision: ComplaintDecision, agree: bool) -> None:
        for case in self.case.state.complaints:
            self.attempt(TakeComplaint, actor, complaint=case.id)
            reason = "no_fault" if decision in PARTING else ""
            self.attempt(DecideComplaint, actor, complaint=case.id, decision=decision, reason=reason)
            self.attempt(SecondComplaint, actor, complaint=case.id, agree=agree)

    @rule(actor=st.sampled_from(ACTORS), days=st.integers(-1, 60), note=st.booleans())
    def look_again(self, actor: Actor, days: int, note: bool) -> None:
        day = self.case.now.date() + timedelta(days=days)
        if note:
            self.attempt(WriteNote, actor, text=document("note"), look_on=day)
        for task in self.case.state.tasks:
            if task.open:
                self.attempt(PostponeTask, actor, task=task.id, look_on=day)
                self.attempt(SettleTask, actor, task=task.id, outcome=TaskOutcome.DONE)

    @rule(actor=st.sampled_from(ACTORS), state=st.sampled_from(["sent", "returned", "settled", "denied"]))
    def money(self, actor: Actor, state: str) -> None:
        for claim in self.case.state.claims:
            self.attempt(HearObligation, SYSTEM, obligation=claim.obligation, state=state)
            self.attempt(HearObligation, actor, obligation=claim.obligation, state=state)

    @rule(actor=st.sampled_from(ACTORS))
    def close(self, actor: Actor) -> None:
        self.attempt(DecideCompletion, actor, complete=True, reason="enough")
        self.attempt(SubmitSurvey, actor, answers=document("x"))
        self.attempt(RecognizeMentor, actor, kind="letter")
        self.attempt(AnswerContinuation, actor, go_on=True)

    @precondition(lambda self: self.case.state.applied_seq > 12)
    @rule(actor=st.sampled_from(ACTORS), change=st.booleans())
    def end(self, actor: Actor, change: bool) -> None:
        self.attempt(ChangePartner if change else EndRelationship, actor, reason="no_fault")

    @rule(days=st.sampled_from([1, 9, 31, 90]))
    def time_passes(self, days: int) -> None:
        self.case.days(days)

    @invariant()
    def the_fold_equals_the_state(self) -> None:
        state = self.case.state
        assert self.case.refold() == state
        assert self.case.through_codec() == state

    @invariant()
    def nobody_judges_their_own_case(self) -> None:
        state = self.case.state
        for case in state.complaints:
            hands = {case.taken_by, case.decided_by, case.seconded_by} - {""}
            assert not hands & {state.mentor, state.mentee, case.against}
            assert not case.seconded_by or case.seconded_by != case.decided_by
            if case.status == "closed":
                assert case.seconded_by
                assert case.closed_at
        assert not state.ended or all(case.closed_at for case in state.complaints)

    @invariant()
    def no_illegal_state(self) -> None:
        state = self.case.state
        assert state.stage in STAGES
        assert not (state.ended and (state.timers or any(task.open for task in state.tasks)))
        assert sum(slot.released_at is None for slot in state.slots) <= 1
        assert len({claim.obligation for claim in state.claims}) == len(state.claims)
        if state.stage in STAGES[2:]:
            assert state.mentor not in ("", state.mentee)
        if state.stage in STAGES[4:]:
            assert state.agreement.in_force
        due = decider.next_due(state)
        assert due is None or due > self.case.now
        if state.applied_seq and not state.ended and state.pause is None:
            owed = any(claim.heard not in ("sent", "settled", "denied") for claim in state.claims)
            assert due or any(task.open for task in state.tasks) or owed, (
                "somebody or something must move it on"
            )


class AnyFullYear(AnyYear):
    """The same commands under rules with quick notes, groups, observations, cover and plans."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(rules=RICH)

    @initialize()
    def begin(self) -> None:
        self.case.signed()

    @precondition(lambda self: self.case.state.applied_seq > 45)
    @rule(actor=st.sampled_from(ACTORS), change=st.booleans())
    def end(self, actor: Actor, change: bool) -> None:
        self.attempt(ChangePartner if change else EndRelationship, actor, reason="no_fault")

    @rule(days=st.integers(1, 9), minutes=st.sampled_from([30, 60]), approve=st.booleans())
    def observe(self, days: int, minutes: int, approve: bool) -> None:
        """Book an observation as the program wants it, then request cover and decide on it."""
        case = self.case
        day = case.rules.calendar.next_working(self.day(days))
        self.attempt(BookObservation, MENTEE, starts_at=case.rules.calendar.at(day), minutes=minutes)
        for each in case.state.observations.booked:
            self.attempt(RequestCover, MENTOR, subject=each.id, minutes=minutes)
        for request in case.state.cover.requests:
            why = "" if approve else "none_free"
            self.attempt(DecideCover, COORDINATOR, request=request.id, approve=approve, reason=why)

    def day(self, days: int) -> date:
        return self.case.rules.calendar.local_date(self.case.now + timedelta(days=days))

    @rule(actor=st.sampled_from(ACTORS), days=st.integers(-3, 1), next_in=st.none() | st.integers(-1, 60))
    def note(self, actor: Actor, days: int, next_in: int | None) -> None:
        self.attempt(LogQuickMeeting, actor, held_on=self.day(days), topics=("budget",))
        next_on = None if next_in is None else self.day(next_in)
        began = self.case.now - timedelta(minutes=45)
        log = {"began_at": began, "minutes": 45, "mode": "phone", "next_on": next_on}
        self.attempt(LogGroupMeeting, actor, group="b" * 32, **log)
        self.attempt(LogMeeting, actor, topics=("entry_plan",), **log)
        self.attempt(HearGroupRefusal, SYSTEM, group="b" * 32, code="meeting_already_logged")

    @rule(actor=st.sampled_from(ACTORS))
    def mark(self, actor: Actor) -> None:
        self.attempt(TickChecklist, actor, items=("needs",), done_on=self.day(0))
        self.attempt(TickChecklist, actor, items=("ways",), done_on=self.day(-1))
        self.attempt(NoteReferral, actor, referred_on=self.day(0))

    @rule(actor=st.sampled_from(ACTORS), days=st.lists(st.integers(0, 40), max_size=4, unique=True))
    def plan(self, actor: Actor, days: list[int]) -> None:
        hour = {"begins": time(16, 0), "minutes": 60, "place": "school"}
        self.attempt(PlanMeetings, actor, rows=tuple(PlanRow(on=self.day(each), **hour) for each in days))

    @rule(actor=st.sampled_from(ACTORS), days=st.integers(0, 30), minutes=st.sampled_from([20, 45, 90]))
    def book(self, actor: Actor, days: int, minutes: int) -> None:
        starts_at = self.case.now + timedelta(days=days, minutes=5)
        self.attempt(BookObservation, actor, starts_at=starts_at, minutes=minutes)

    @rule(
        actor=st.sampled_from((MENTEE, MENTEE, *ACTORS)), act=st.sampled_from("rrmc"), days=st.integers(0, 30)
    )
    def change_observations(self, actor: Actor, act: str, days: int) -> None:
        if act == "r":
            self.case.days(3)
        for each in self.case.state.observations.booked:
            if act == "m":
                hour = {"starts_at": self.case.now + timedelta(days=days, minutes=9), "minutes": 30}
                self.attempt(MoveObservation, actor, observation=each.id, **hour)
            elif act == "c":
                self.attempt(CancelObservation, actor, observation=each.id, reason="distance")
            else:
                self.attempt(ReportObservation, actor, observation=each.id)

    @rule(actor=st.sampled_from(ACTORS), minutes=st.sampled_from([-5, 20, 60, 121]))
    def request_cover(self, actor: Actor, minutes: int) -> None:
        state = self.case.state
        for subject in (*state.observations.booked, *state.schedule.planned):
            self.attempt(RequestCover, actor, subject=subject.id, minutes=minutes)

    @rule(
        actor=st.sampled_from((MENTEE, *ACTORS)),
        act=st.sampled_from("aruug"),
        minutes=st.sampled_from([0, 15, 90]),
    )
    def decide_cover(self, actor: Actor, act: str, minutes: int) -> None:
        for request in self.case.state.cover.requests:
            if act in "ar":
                yes = act == "a"
                why = "" if yes else "none_free"
                self.attempt(DecideCover, actor, request=request.id, approve=yes, reason=why)
            elif act == "u":
                self.attempt(UseCover, actor, request=request.id, minutes=minutes)
            else:
                self.attempt(GiveBackCover, actor, request=request.id)

    @invariant()
    def cover_is_never_overdrawn(self) -> None:
        cover, tasks = self.case.state.cover, self.case.state.tasks
        assert 0 <= cover.left <= cover.allotted
        asked = {request.id for request in cover.requests if request.status == "asked"}
        assert asked == {task.subject for task in tasks if task.open and task.kind == "decide_cover"}

    @invariant()
    def meetings_and_observations_are_counted_apart(self) -> None:
        state = self.case.state
        booked = sorted(
            (each for each in state.observations.booked if each.status == "booked"),
            key=lambda each: each.starts_at,
        )
        assert all(one.ends_at <= other.starts_at for one, other in pairwise(booked))
        assert not {each.id for each in state.observations.booked} & {met.id for met in state.meetings.log}
        kept = [met.planned for met in state.meetings.standing if met.planned]
        assert len(set(kept)) == len(kept)
        status = {each.id: each.status for each in state.schedule.planned}
        assert all(status[each] == "kept" for each in kept)

    @invariant()
    def the_next_meeting_is_late_by_the_named_day_at_the_latest(self) -> None:
        state = self.case.state
        due = next((timer.due for timer in state.timers if timer.subject is DeadlineKind.MEETING), None)
        named = state.meetings.next_on
        if due and named and named > self.day(0):
            assert due <= self.case.rules.calendar.end_of(named)


for year in (AnyYear, AnyFullYear):
    year.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyYear = AnyYear.TestCase
TestAnyFullYear = AnyFullYear.TestCase
