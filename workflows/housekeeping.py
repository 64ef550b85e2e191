"""Housekeeping: repeats every few minutes what was interrupted."""

from dataclasses import dataclass
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.housekeeping import Done, HousekeepingActivities
    from activities.notices import NoticeActivities
    from activities.parked_runs import ParkedRunActivities
    from domain.workflow_contracts import HOUSEKEEPING_WORKFLOW

from workflows.options import CALL, HOUSEKEEPING

_INDEPENDENT: Final = (
    HousekeepingActivities.deliver_undelivered,
    HousekeepingActivities.announce_contacts,
    HousekeepingActivities.deliver_changes,
)
_TOGETHER: Final = "independent-work-together"
_AT_ONCE: Final = "independent-work-at-once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekept:
    """How many items of each kind were repeated in one round."""

    started: int
    answered: int
    delivered: int
    announced: int = 0
    changes: int = 0


@workflow.defn(name=HOUSEKEEPING_WORKFLOW)
class HousekeepingWorkflow:
    """Id ``housekeeping-…``, one round of the schedule ``housekeeping``; it lasts seconds and takes no messages."""

    @workflow.run
    async def run(self) -> Housekept:
        """Start and send again what was left undone, deliver claims and changes, announce contacts, call the outbox."""
        if not workflow.patched(_AT_ONCE):  # a round that was under way when this came
            return await self._one_after_another()
        begun = [workflow.start_activity_method(each, **HOUSEKEEPING) for each in _INDEPENDENT]
        looked = workflow.start_activity_method(ParkedRunActivities.look_at_parked, **HOUSEKEEPING)
        started = await workflow.execute_activity_method(
            HousekeepingActivities.start_unstarted, **HOUSEKEEPING
        )
        answered = await workflow.execute_activity_method(
            HousekeepingActivities.send_unanswered, **HOUSEKEEPING
        )
        delivered, announced, changes = [await each for each in begun]
        await looked
        await workflow.execute_activity_method(NoticeActivities.call_outbox, **CALL)
        return _housekept(started, answered, delivered, announced, changes)

    async def _one_after_another(self) -> Housekept:
        """Do a round in the order of earlier code."""
        started = await workflow.execute_activity_method(
            HousekeepingActivities.start_unstarted, **HOUSEKEEPING
        )
        answered = await workflow.execute_activity_method(
            HousekeepingActivities.send_unanswered, **HOUSEKEEPING
        )
        if workflow.patched(_TOGETHER):
            begun = [workflow.start_activity_method(each, **HOUSEKEEPING) for each in _INDEPENDENT]
            looked = workflow.start_activity_method(ParkedRunActivities.look_at_parked, **HOUSEKEEPING)
            delivered, announced, changes = [await each for each in begun]
            await looked
            await workflow.execute_activity_method(NoticeActivities.call_outbox, **CALL)
        else:  # a round that was under way when this came
            delivered, announced, changes = [
                await workflow.execute_activity_method(each, **HOUSEKEEPING) for each in _INDEPENDENT
            ]
            await workflow.execute_activity_method(NoticeActivities.call_outbox, **CALL)
            await workflow.execute_activity_method(ParkedRunActivities.look_at_parked, **HOUSEKEEPING)
        return _housekept(started, answered, delivered, announced, changes)


def _housekept(started: Done, answered: Done, delivered: Done, announced: Done, changes: Done) -> Housekept:
    return Housekept(
        started=started.count,
        answered=answered.count,
        delivered=delivered.count,
        announced=announced.count,
        changes=changes.count,
    )
