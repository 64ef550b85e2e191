"""Housekeeping: what was interrupted is done again, every few minutes."""

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
    """How much of each kind was done again in one round."""

    started: int
    answered: int
    delivered: int
    notices: int
    announced: int = 0


@workflow.defn(name=HOUSEKEEPING_WORKFLOW)
class HousekeepingWorkflow:
    """Id ``housekeeping-…``, one round of the schedule ``housekeeping``; lasts seconds, takes no message."""

    @workflow.run
    async def run(self) -> Housekept:
        """Start what was not started, send what was not answered, deliver claims, name contacts, mail what waits."""
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
        return Housekept(
            started=started.count,
            answered=answered.count,
            delivered=delivered.count,
            notices=await self._send_waiting(),
            announced=announced.count,
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
                break  # the mail is still away: the next round tries again
            sent += 1
        return sent
