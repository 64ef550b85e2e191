"""Housekeeping: repeats every few minutes what was interrupted."""

from dataclasses import dataclass

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.housekeeping import HousekeepingActivities
    from activities.notices import NoticeActivities, SendNoticeInput, WaitingInput
    from domain.workflow_contracts import HOUSEKEEPING_WORKFLOW

from workflows.options import HOUSEKEEPING, WAITING_LIST, WAITING_NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekept:
    """How many items of each kind were repeated in one round."""

    started: int
    answered: int
    delivered: int
    notices: int
    announced: int = 0
    changes: int = 0


@workflow.defn(name=HOUSEKEEPING_WORKFLOW)
class HousekeepingWorkflow:
    """Id ``housekeeping-…``, one round of the schedule ``housekeeping``; it lasts seconds and takes no messages."""

    @workflow.run
    async def run(self) -> Housekept:
        """Start and send again what was left undone, deliver claims and changes, announce contacts, send notices."""
        started = await workflow.execute_activity_method(
            HousekeepingActivities.start_unstarted, **HOUSEKEEPING
        )
        answered = await workflow.execute_activity_method(
            HousekeepingActivities.send_unanswered, **HOUSEKEEPING
        )
        delivered = await workflow.execute_activity_method(
            HousekeepingActivities.deliver_undelivered, **HOUSEKEEPING
        )
        announced = await workflow.execute_activity_method(
            HousekeepingActivities.announce_contacts, **HOUSEKEEPING
        )
        changes = await workflow.execute_activity_method(
            HousekeepingActivities.deliver_changes, **HOUSEKEEPING
        )
        return Housekept(
            started=started.count,
            answered=answered.count,
            delivered=delivered.count,
            notices=await self._send_waiting(),
            announced=announced.count,
            changes=changes.count,
        )

    async def _send_waiting(self) -> int:
        waiting = await workflow.execute_activity_method(
            NoticeActivities.list_waiting_notices, WaitingInput(), **WAITING_LIST
        )
        sent = 0
        for id in waiting.ids:
            try:
                await workflow.execute_activity_method(
                    NoticeActivities.send_notice, SendNoticeInput(notice_id=id), **WAITING_NOTICE
                )
            except ActivityError:
                break  # the mail server is still unreachable: the next round tries again
            sent += 1
        return sent
