"""What may be asked of a relationship about meetings beside the plain log: notes, groups, plan, observations, cover.

Shaped like ``RelationshipMessages``: one update for each command, named like it.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.messages import Receipt
    from domain.relationship.stages.contact import TickChecklist
    from domain.relationship.stages.meetings.cover import DecideCover, GiveBackCover, RequestCover, UseCover
    from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
    from domain.relationship.stages.meetings.observations import (
        BookObservation,
        CancelObservation,
        MoveObservation,
        ReportObservation,
    )
    from domain.relationship.stages.meetings.plan import PlanMeetings
    from domain.relationship.stages.meetings.stage import LogQuickMeeting, NoteReferral
    from domain.relationship.state import Relationship

from workflows.shell import Shell


class MeetingMessages:
    """More updates of a relationship; each method is the snake case of its message."""

    shell: Shell[Relationship]

    # The first meeting's checklist, and referrals

    @workflow.update(name="TickChecklist")
    async def tick_checklist(self, command: TickChecklist) -> Receipt:
        return await self.shell.perform(command)

    @tick_checklist.validator
    def _check_tick_checklist(self, command: TickChecklist) -> None:
        self.shell.check(command)

    @workflow.update(name="NoteReferral")
    async def note_referral(self, command: NoteReferral) -> Receipt:
        return await self.shell.perform(command)

    @note_referral.validator
    def _check_note_referral(self, command: NoteReferral) -> None:
        self.shell.check(command)

    # Quick notes and groups

    @workflow.update(name="LogQuickMeeting")
    async def log_quick_meeting(self, command: LogQuickMeeting) -> Receipt:
        return await self.shell.perform(command)

    @log_quick_meeting.validator
    def _check_log_quick_meeting(self, command: LogQuickMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="LogGroupMeeting")
    async def log_group_meeting(self, command: LogGroupMeeting) -> Receipt:
        return await self.shell.perform(command)

    @log_group_meeting.validator
    def _check_log_group_meeting(self, command: LogGroupMeeting) -> None:
        self.shell.check(command)

    @workflow.update(name="HearGroupRefusal")
    async def hear_group_refusal(self, command: HearGroupRefusal) -> Receipt:
        return await self.shell.perform(command)

    @hear_group_refusal.validator
    def _check_hear_group_refusal(self, command: HearGroupRefusal) -> None:
        self.shell.check(command)

    # The plan

    @workflow.update(name="PlanMeetings")
    async def plan_meetings(self, command: PlanMeetings) -> Receipt:
        return await self.shell.perform(command)

    @plan_meetings.validator
    def _check_plan_meetings(self, command: PlanMeetings) -> None:
        self.shell.check(command)

    # Observations

    @workflow.update(name="BookObservation")
    async def book_observation(self, command: BookObservation) -> Receipt:
        return await self.shell.perform(command)

    @book_observation.validator
    def _check_book_observation(self, command: BookObservation) -> None:
        self.shell.check(command)

    @workflow.update(name="MoveObservation")
    async def move_observation(self, command: MoveObservation) -> Receipt:
        return await self.shell.perform(command)

    @move_observation.validator
    def _check_move_observation(self, command: MoveObservation) -> None:
        self.shell.check(command)

    @workflow.update(name="CancelObservation")
    async def cancel_observation(self, command: CancelObservation) -> Receipt:
        return await self.shell.perform(command)

    @cancel_observation.validator
    def _check_cancel_observation(self, command: CancelObservation) -> None:
        self.shell.check(command)

    @workflow.update(name="ReportObservation")
    async def report_observation(self, command: ReportObservation) -> Receipt:
        return await self.shell.perform(command)

    @report_observation.validator
    def _check_report_observation(self, command: ReportObservation) -> None:
        self.shell.check(command)

    # Cover

    @workflow.update(name="RequestCover")
    async def request_cover(self, command: RequestCover) -> Receipt:
        return await self.shell.perform(command)

    @request_cover.validator
    def _check_request_cover(self, command: RequestCover) -> None:
        self.shell.check(command)

    @workflow.update(name="DecideCover")
    async def decide_cover(self, command: DecideCover) -> Receipt:
        return await self.shell.perform(command)

    @decide_cover.validator
    def _check_decide_cover(self, command: DecideCover) -> None:
        self.shell.check(command)

    @workflow.update(name="UseCover")
    async def use_cover(self, command: UseCover) -> Receipt:
        return await self.shell.perform(command)

    @use_cover.validator
    def _check_use_cover(self, command: UseCover) -> None:
        self.shell.check(command)

    @workflow.update(name="GiveBackCover")
    async def give_back_cover(self, command: GiveBackCover) -> Receipt:
        return await self.shell.perform(command)

    @give_back_cover.validator
    def _check_give_back_cover(self, command: GiveBackCover) -> None:
        self.shell.check(command)
