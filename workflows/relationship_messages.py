"""What may be asked of a relationship: one update for each command, named like it.

A validator asks the domain, so that a refusal leaves no history; the handler asks again, since the state may have
moved meanwhile.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.failed_notices import HearNotice
    from domain.messages import Receipt
    from domain.relationship.any_stage.complaint import (
        DecideComplaint,
        OpenComplaint,
        SecondComplaint,
        TakeComplaint,
    )
    from domain.relationship.any_stage.ending import (
        AnswerChange,
        AskForChange,
        ChangePartner,
        EndRelationship,
        PauseRelationship,
        ResumeRelationship,
    )
    from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
    from domain.relationship.any_stage.helpers import AnswerHelper, NameHelper
    from domain.relationship.any_stage.rules_version import MoveRules
    from domain.relationship.stages.agreement.signing import DraftAgreement, SignAgreement
    from domain.relationship.stages.application import (
        DecideSpecialApplication,
        OpenRelationship,
        TakeSpecialApplication,
    )
    from domain.relationship.stages.contact import ConfirmFirstContact, HearContact
    from domain.relationship.stages.matching.consultation import RecordConsultation
    from domain.relationship.stages.matching.proposal import (
        ConfirmMatch,
        DeclineMatch,
        ProposeMatch,
        RecordPreMatchContact,
        WaiveConflict,
    )
    from domain.relationship.stages.meetings.stage import (
        ConfirmMeeting,
        DecideCompletion,
        DisputeMeeting,
        LogMeeting,
        RecordObstacle,
        ResolveMeeting,
    )
    from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
    from domain.relationship.stages.stipend import HearObligation
    from domain.relationship.stages.survey import SubmitSurvey
    from domain.relationship.state import Relationship

from workflows.shell import Shell


class RelationshipMessages:
    """The updates of a relationship; each method is the snake case of its message."""

    shell: Shell[Relationship]

    # Stage application

    @workflow.update(name="OpenRelationship")
    async def open_relationship(self, command: OpenRelationship) -> Receipt:
        return await self.shell.perform(command)

    @open_relationship.validator
    def _check_open_relationship(self, command: OpenRelationship) -> None:
        self.shell.check(command)

    @workflow.update(name="TakeSpecialApplication")
    async def take_special_application(self, command: TakeSpecialApplication) -> Receipt:
        return await self.shell.perform(command)

    @take_special_application.validator
    def _check_take_special_application(self, command: TakeSpecialApplication) -> None:
        self.shell.check(command)

    @workflow.update(name="DecideSpecialApplication")
    async def decide_special_application(self, command: DecideSpecialApplication) -> Receipt:
        return await self.shell.perform(command)

    @decide_special_application.validator
    def _check_decide_special_application(self, command: DecideSpecialApplication) -> None:
        self.shell.check(command)

    # Stage matching

    @workflow.update(name="RecordPreMatchContact")
    async def record_pre_match_contact(self, command: RecordPreMatchContact) -> Receipt:
        return await self.shell.perform(command)

    @record_pre_match_contact.validator
    def _check_record_pre_match_contact(self, command: RecordPreMatchContact) -> None:
        self.shell.check(command)

    @workflow.update(name="ProposeMatch")
    async def propose_match(self, command: ProposeMatch) -> Receipt:
        return await self.shell.perform(command)

    @propose_match.validator
    def _check_propose_match(self, command: ProposeMatch) -> None:
        self.shell.check(command)

    @workflow.update(name="RecordConsultation")
    async def record_consultation(self, command: RecordConsultation) -> Receipt:
        return await self.shell.perform(command)

    @record_consultation.validator
    def _check_record_consultation(self, command: RecordConsultation) -> None:
        self.shell.check(command)

    @workflow.update(name="WaiveConflict")
    async def waive_conflict(self, command: WaiveConflict) -> Receipt:
        return await self.shell.perform(command)

    @waive_conflict.validator
    def _check_waive_conflict(self, command: WaiveConflict) -> None:
        self.shell.check(command)

    @workflow.update(name="DeclineMatch")
    async def decline_match(self, command: DeclineMatch) -> Receipt:
        return await self.shell.perform(command)

    @decline_match.validator
    def _check_decline_match(self, command: DeclineMatch) -> None:
        self.shell.check(command)

    @workflow.update(name="ConfirmMatch")
    async def confirm_match(self, command: ConfirmMatch) -> Receipt:
        return await self.shell.perform(command)

    @confirm_match.validator
    def _check_confirm_match(self, command: ConfirmMatch) -> None:
        self.shell.check(command)

    # Stage contact

    @workflow.update(name="HearContact")
    async def hear_contact(self, command: HearContact) -> Receipt:
        return await self.shell.perform(command)

    @hear_contact.validator
    def _check_hear_contact(self, command: HearContact) -> None:
        self.shell.check(command)

    @workflow.update(name="ConfirmFirstContact")
    async def confirm_first_contact(self, command: ConfirmFirstContact) -> Receipt:
        return await self.shell.perform(command)

    @confirm_first_contact.validator
    def _check_confirm_first_contact(self, command: ConfirmFirstContact) -> None:
        self.shell.check(command)

    # Stage agreement

    @workflow.update(name="DraftAgreement")
    async def draft_agreement(self, command: DraftAgreement) -> Receipt:
        return await self.shell.perform(command)

    @draft_agreement.validator
    def _check_draft_agreement(self, command: DraftAgreement) -> None:
        self.shell.check(command)

    @workflow.update(name="SignAgreement")
    async def sign_agreement(self, command: SignAgreement) -> Receipt:
        return await self.shell.perform(command)

    @sign_agreement.validator
    def _check_sign_agreement(self, command: SignAgreement) -> None:
        self.shell.check(command)

    # Stage meetings

    @workflow.update(name="LogMeeting")
    async def log_meeting(self, command: LogMeeting) -> Receipt:
        return await self.shell.perform(command)

    @log_meeting.validator
    def _check_log_meeting(self, command: LogMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="ConfirmMeeting")
    async def confirm_meeting(self, command: ConfirmMeeting) -> Receipt:
        return await self.shell.perform(command)

    @confirm_meeting.validator
    def _check_confirm_meeting(self, command: ConfirmMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="DisputeMeeting")
    async def dispute_meeting(self, command: DisputeMeeting) -> Receipt:
        return await self.shell.perform(command)

    @dispute_meeting.validator
    def _check_dispute_meeting(self, command: DisputeMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="ResolveMeeting")
    async def resolve_meeting(self, command: ResolveMeeting) -> Receipt:
        return await self.shell.perform(command)

    @resolve_meeting.validator
    def _check_resolve_meeting(self, command: ResolveMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="RecordObstacle")
    async def record_obstacle(self, command: RecordObstacle) -> Receipt:
        return await self.shell.perform(command)

    @record_obstacle.validator
    def _check_record_obstacle(self, command: RecordObstacle) -> None:
        self.shell.check(command)

    @workflow.update(name="DecideCompletion")
    async def decide_completion(self, command: DecideCompletion) -> Receipt:
        return await self.shell.perform(command)

    @decide_completion.validator
    def _check_decide_completion(self, command: DecideCompletion) -> None:
        self.shell.check(command)

    # Stage survey

    @workflow.update(name="SubmitSurvey")
    async def submit_survey(self, command: SubmitSurvey) -> Receipt:
        return await self.shell.perform(command)

    @submit_survey.validator
    def _check_submit_survey(self, command: SubmitSurvey) -> None:
        self.shell.check(command)

    # Stage stipend

    @workflow.update(name="HearObligation")
    async def hear_obligation(self, command: HearObligation) -> Receipt:
        return await self.shell.perform(command)

    @hear_obligation.validator
    def _check_hear_obligation(self, command: HearObligation) -> None:
        self.shell.check(command)

    # Stage recognition

    @workflow.update(name="RecognizeMentor")
    async def recognize_mentor(self, command: RecognizeMentor) -> Receipt:
        return await self.shell.perform(command)

    @recognize_mentor.validator
    def _check_recognize_mentor(self, command: RecognizeMentor) -> None:
        self.shell.check(command)

    @workflow.update(name="AnswerContinuation")
    async def answer_continuation(self, command: AnswerContinuation) -> Receipt:
        return await self.shell.perform(command)

    @answer_continuation.validator
    def _check_answer_continuation(self, command: AnswerContinuation) -> None:
        self.shell.check(command)

    # Ending and pausing

    @workflow.update(name="EndRelationship")
    async def end_relationship(self, command: EndRelationship) -> Receipt:
        return await self.shell.perform(command)

    @end_relationship.validator
    def _check_end_relationship(self, command: EndRelationship) -> None:
        self.shell.check(command)

    @workflow.update(name="ChangePartner")
    async def change_partner(self, command: ChangePartner) -> Receipt:
        return await self.shell.perform(command)

    @change_partner.validator
    def _check_change_partner(self, command: ChangePartner) -> None:
        self.shell.check(command)

    @workflow.update(name="AskForChange")
    async def ask_for_change(self, command: AskForChange) -> Receipt:
        return await self.shell.perform(command)

    @ask_for_change.validator
    def _check_ask_for_change(self, command: AskForChange) -> None:
        self.shell.check(command)

    @workflow.update(name="AnswerChange")
    async def answer_change(self, command: AnswerChange) -> Receipt:
        return await self.shell.perform(command)

    @answer_change.validator
    def _check_answer_change(self, command: AnswerChange) -> None:
        self.shell.check(command)

    @workflow.update(name="PauseRelationship")
    async def pause_relationship(self, command: PauseRelationship) -> Receipt:
        return await self.shell.perform(command)

    @pause_relationship.validator
    def _check_pause_relationship(self, command: PauseRelationship) -> None:
        self.shell.check(command)

    @workflow.update(name="ResumeRelationship")
    async def resume_relationship(self, command: ResumeRelationship) -> Receipt:
        return await self.shell.perform(command)

    @resume_relationship.validator
    def _check_resume_relationship(self, command: ResumeRelationship) -> None:
        self.shell.check(command)

    # Complaints

    @workflow.update(name="OpenComplaint")
    async def open_complaint(self, command: OpenComplaint) -> Receipt:
        return await self.shell.perform(command)

    @open_complaint.validator
    def _check_open_complaint(self, command: OpenComplaint) -> None:
        self.shell.check(command)

    @workflow.update(name="TakeComplaint")
    async def take_complaint(self, command: TakeComplaint) -> Receipt:
        return await self.shell.perform(command)

    @take_complaint.validator
    def _check_take_complaint(self, command: TakeComplaint) -> None:
        self.shell.check(command)

    @workflow.update(name="DecideComplaint")
    async def decide_complaint(self, command: DecideComplaint) -> Receipt:
        return await self.shell.perform(command)

    @decide_complaint.validator
    def _check_decide_complaint(self, command: DecideComplaint) -> None:
        self.shell.check(command)

    @workflow.update(name="SecondComplaint")
    async def second_complaint(self, command: SecondComplaint) -> Receipt:
        return await self.shell.perform(command)

    @second_complaint.validator
    def _check_second_complaint(self, command: SecondComplaint) -> None:
        self.shell.check(command)

    # Helpers

    @workflow.update(name="NameHelper")
    async def name_helper(self, command: NameHelper) -> Receipt:
        return await self.shell.perform(command)

    @name_helper.validator
    def _check_name_helper(self, command: NameHelper) -> None:
        self.shell.check(command)

    @workflow.update(name="AnswerHelper")
    async def answer_helper(self, command: AnswerHelper) -> Receipt:
        return await self.shell.perform(command)

    @answer_helper.validator
    def _check_answer_helper(self, command: AnswerHelper) -> None:
        self.shell.check(command)

    # Forms, at any stage

    @workflow.update(name="SubmitForm")
    async def submit_form(self, command: SubmitForm) -> Receipt:
        return await self.shell.perform(command)

    @submit_form.validator
    def _check_submit_form(self, command: SubmitForm) -> None:
        self.shell.check(command)

    @workflow.update(name="AmendForm")
    async def amend_form(self, command: AmendForm) -> Receipt:
        return await self.shell.perform(command)

    @amend_form.validator
    def _check_amend_form(self, command: AmendForm) -> None:
        self.shell.check(command)

    # What the workflow's own effects report

    @workflow.update(name="HearNotice")
    async def hear_notice(self, command: HearNotice) -> Receipt:
        return await self.shell.perform(command)

    @hear_notice.validator
    def _check_hear_notice(self, command: HearNotice) -> None:
        self.shell.check(command)

    # Beside the stages

    @workflow.update(name="MoveRules")
    async def move_rules(self, command: MoveRules) -> Receipt:
        return await self.shell.perform(command)

    @move_rules.validator
    def _check_move_rules(self, command: MoveRules) -> None:
        self.shell.check(command)
