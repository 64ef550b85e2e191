"""What may be asked of an obligation: one update for each command, named like it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.failed_notices import HearNotice
    from domain.messages import Receipt
    from domain.payments.obligation import AddClaim, Obligation, WithdrawClaim
    from domain.payments.orders import (
        ApproveStipend,
        CheckMemberships,
        ConfirmSettled,
        DenyStipend,
        EnterReference,
        HoldOrder,
        LiftHold,
        PrepareStipend,
        RecordFailed,
        RecordReturned,
        SubmitOrder,
        VoidOrder,
        WithdrawOrder,
    )

from workflows.shell import Shell


class ObligationMessages:
    """The updates of an obligation; each method is the snake case of its message."""

    shell: Shell[Obligation]

    # Claims

    @workflow.update(name="AddClaim")
    async def add_claim(self, command: AddClaim) -> Receipt:
        return await self.shell.perform(command)

    @add_claim.validator
    def _check_add_claim(self, command: AddClaim) -> None:
        self.shell.check(command)

    @workflow.update(name="WithdrawClaim")
    async def withdraw_claim(self, command: WithdrawClaim) -> Receipt:
        return await self.shell.perform(command)

    @withdraw_claim.validator
    def _check_withdraw_claim(self, command: WithdrawClaim) -> None:
        self.shell.check(command)

    # Orders

    @workflow.update(name="PrepareStipend")
    async def prepare_stipend(self, command: PrepareStipend) -> Receipt:
        return await self.shell.perform(command)

    @prepare_stipend.validator
    def _check_prepare_stipend(self, command: PrepareStipend) -> None:
        self.shell.check(command)

    @workflow.update(name="SubmitOrder")
    async def submit_order(self, command: SubmitOrder) -> Receipt:
        return await self.shell.perform(command)

    @submit_order.validator
    def _check_submit_order(self, command: SubmitOrder) -> None:
        self.shell.check(command)

    @workflow.update(name="WithdrawOrder")
    async def withdraw_order(self, command: WithdrawOrder) -> Receipt:
        return await self.shell.perform(command)

    @withdraw_order.validator
    def _check_withdraw_order(self, command: WithdrawOrder) -> None:
        self.shell.check(command)

    @workflow.update(name="ApproveStipend")
    async def approve_stipend(self, command: ApproveStipend) -> Receipt:
        return await self.shell.perform(command)

    @approve_stipend.validator
    def _check_approve_stipend(self, command: ApproveStipend) -> None:
        self.shell.check(command)

    @workflow.update(name="DenyStipend")
    async def deny_stipend(self, command: DenyStipend) -> Receipt:
        return await self.shell.perform(command)

    @deny_stipend.validator
    def _check_deny_stipend(self, command: DenyStipend) -> None:
        self.shell.check(command)

    @workflow.update(name="VoidOrder")
    async def void_order(self, command: VoidOrder) -> Receipt:
        return await self.shell.perform(command)

    @void_order.validator
    def _check_void_order(self, command: VoidOrder) -> None:
        self.shell.check(command)

    @workflow.update(name="HoldOrder")
    async def hold_order(self, command: HoldOrder) -> Receipt:
        return await self.shell.perform(command)

    @hold_order.validator
    def _check_hold_order(self, command: HoldOrder) -> None:
        self.shell.check(command)

    @workflow.update(name="LiftHold")
    async def lift_hold(self, command: LiftHold) -> Receipt:
        return await self.shell.perform(command)

    @lift_hold.validator
    def _check_lift_hold(self, command: LiftHold) -> None:
        self.shell.check(command)

    @workflow.update(name="EnterReference")
    async def enter_reference(self, command: EnterReference) -> Receipt:
        return await self.shell.perform(command)

    @enter_reference.validator
    def _check_enter_reference(self, command: EnterReference) -> None:
        self.shell.check(command)

    @workflow.update(name="ConfirmSettled")
    async def confirm_settled(self, command: ConfirmSettled) -> Receipt:
        return await self.shell.perform(command)

    @confirm_settled.validator
    def _check_confirm_settled(self, command: ConfirmSettled) -> None:
        self.shell.check(command)

    @workflow.update(name="RecordFailed")
    async def record_failed(self, command: RecordFailed) -> Receipt:
        return await self.shell.perform(command)

    @record_failed.validator
    def _check_record_failed(self, command: RecordFailed) -> None:
        self.shell.check(command)

    @workflow.update(name="RecordReturned")
    async def record_returned(self, command: RecordReturned) -> Receipt:
        return await self.shell.perform(command)

    @record_returned.validator
    def _check_record_returned(self, command: RecordReturned) -> None:
        self.shell.check(command)

    @workflow.update(name="CheckMemberships")
    async def check_memberships(self, command: CheckMemberships) -> Receipt:
        return await self.shell.perform(command)

    @check_memberships.validator
    def _check_check_memberships(self, command: CheckMemberships) -> None:
        self.shell.check(command)

    # Orders

    @workflow.update(name="HearNotice")
    async def hear_notice(self, command: HearNotice) -> Receipt:
        return await self.shell.perform(command)

    @hear_notice.validator
    def _check_hear_notice(self, command: HearNotice) -> None:
        self.shell.check(command)
