"""Whatever people send in whatever order: no illegal state, the fold equals the state, deadlines move on."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain import relationship
from domain.actors import SYSTEM, Actor, Side
from domain.errors import RuleViolation
from domain.messages import Command
from domain.relationship import STAGES
from domain.stages.agreement import DraftAgreement, SignAgreement
from domain.stages.application import OpenRelationship
from domain.stages.complaint import (
    PARTING,
    DecideComplaint,
    Decision,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.stages.contact import ConfirmFirstContact
from domain.stages.ending import (
    AnswerChange,
    AskForChange,
    ChangePartner,
    EndRelationship,
    PauseRelationship,
    ResumeRelationship,
)
from domain.stages.matching import (
    ConfirmMatch,
    DeclineMatch,
    ProposeMatch,
    RecordPreMatchContact,
    WaiveConflict,
)
from domain.stages.meetings import (
    ConfirmMeeting,
    DecideCompletion,
    DisputeMeeting,
    LogMeeting,
    ResolveMeeting,
)
from domain.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.stages.stipend import HearObligation
from domain.stages.survey import SubmitSurvey
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

    @rule(actor=st.sampled_from(ACTORS), kind=st.sampled_from([ConfirmMatch, ConfirmMatch, DeclineMatch]))
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

    @rule(actor=st.sampled_from(ACTORS), pause=st.booleans())
    def pause(self, actor: Actor, pause: bool) -> None:
        if pause:
            self.attempt(PauseRelationship, actor, reason="leave")
        else:
            self.attempt(ResumeRelationship, actor)

    @rule(actor=st.sampled_from(ACTORS), side=st.sampled_from(Side))
    def wish_for_a_change(self, actor: Actor, side: Side) -> None:
        self.attempt(AskForChange, actor)
        self.attempt(AnswerChange, actor, side=side, answer="goes_on")

    @rule(actor=st.sampled_from(ACTORS), against=st.sampled_from(["", MENTOR.id, COORDINATOR.id]))
    def complain(self, actor: Actor, against: str) -> None:
        if len(self.case.state.complaints) < 3:
            self.attempt(OpenComplaint, actor, about="conduct", against=against)

    @rule(actor=st.sampled_from(ACTORS), decision=st.sampled_from(Decision), agree=st.booleans())
    def deal_with_complaints(self, actor: Actor, decision: Decision, agree: bool) -> None:
        for case in self.case.state.complaints:
            self.attempt(TakeComplaint, actor, complaint=case.id)
            reason = "no_fault" if decision in PARTING else ""
            self.attempt(DecideComplaint, actor, complaint=case.id, decision=decision, reason=reason)
            self.attempt(SecondComplaint, actor, complaint=case.id, agree=agree)

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
    def nobody_judges_what_is_their_own(self) -> None:
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
        due = relationship.next_due(state)
        assert due is None or due > self.case.now
        if state.applied_seq and not state.ended and state.pause is None:
            owed = any(claim.heard not in ("sent", "settled", "denied") for claim in state.claims)
            assert due or any(task.open for task in state.tasks) or owed, (
                "somebody or something must move it on"
            )


AnyYear.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyYear = AnyYear.TestCase
