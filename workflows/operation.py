"""An operation: what an import begins and what goes on after the request has its answer."""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.operations import OperationActivities, StartRelationshipsInput
    from domain.workflow_contracts import OPERATION_WORKFLOW, OperationStart

from workflows.options import OPERATION

AGAIN: Final = timedelta(minutes=1)
"""How long an operation waits before it looks again at what is left."""
LOOKS: Final = 200
"""How often one run looks before the next run goes on, so that no history grows without end."""


@workflow.defn(name=OPERATION_WORKFLOW)
class OperationWorkflow:
    """Id ``operation/<id>``; one for each import that opens relationships. It takes no messages.

    It ends when all relationships are recorded, however long that takes, or when those that are left can never be
    opened.
    """

    @workflow.run
    async def run(self, start: OperationStart) -> None:
        """Have the relationships of an import started until none is left."""
        for _ in range(LOOKS):
            if await self._is_done(start.operation):
                return
            await workflow.sleep(AGAIN)
        workflow.continue_as_new(start)

    async def _is_done(self, operation: str) -> bool:
        try:
            found = await workflow.execute_activity_method(
                OperationActivities.start_relationships,
                StartRelationshipsInput(operation=operation),
                **OPERATION,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return False
        return found.recorded + (found.lost or 0) >= found.total
