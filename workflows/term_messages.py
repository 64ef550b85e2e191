"""What may be asked of a term in one region: one update for each command, named like it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.failed_notices import HearNotice
    from domain.messages import Receipt
    from domain.term.messages import (
        AmendMonthlyRecord,
        OpenTerm,
        RecordLogCheck,
        SubmitMonthlyRecord,
        SubmitTermSurvey,
    )
    from domain.term.state import Term

from workflows.shell import Shell


class TermMessages:
    """The updates of a term; each method is the snake case of its message."""

    shell: Shell[Term]

    @workflow.update(name="OpenTerm")
    async def open_term(self, command: OpenTerm) -> Receipt:
        return await self.shell.perform(command)

    @open_term.validator
    def _check_open_term(self, command: OpenTerm) -> None:
        self.shell.check(command)

    # Monthly records

    @workflow.update(name="SubmitMonthlyRecord")
    async def submit_monthly_record(self, command: SubmitMonthlyRecord) -> Receipt:
        return await self.shell.perform(command)

    @submit_monthly_record.validator
    def _check_submit_monthly_record(self, command: SubmitMonthlyRecord) -> None:
        self.shell.check(command)

    @workflow.update(name="AmendMonthlyRecord")
    async def amend_monthly_record(self, command: AmendMonthlyRecord) -> Receipt:
        return await self.shell.perform(command)

    @amend_monthly_record.validator
    def _check_amend_monthly_record(self, command: AmendMonthlyRecord) -> None:
        self.shell.check(command)

    # Log checks

    @workflow.update(name="RecordLogCheck")
    async def record_log_check(self, command: RecordLogCheck) -> Receipt:
        return await self.shell.perform(command)

    @record_log_check.validator
    def _check_record_log_check(self, command: RecordLogCheck) -> None:
        self.shell.check(command)

    # Surveys of the region

    @workflow.update(name="SubmitTermSurvey")
    async def submit_term_survey(self, command: SubmitTermSurvey) -> Receipt:
        return await self.shell.perform(command)

    @submit_term_survey.validator
    def _check_submit_term_survey(self, command: SubmitTermSurvey) -> None:
        self.shell.check(command)

    # Letters

    @workflow.update(name="HearNotice")
    async def hear_notice(self, command: HearNotice) -> Receipt:
        return await self.shell.perform(command)

    @hear_notice.validator
    def _check_hear_notice(self, command: HearNotice) -> None:
        self.shell.check(command)
