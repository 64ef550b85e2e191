"""An operation: what an import begins and what goes on after the request has its answer."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.operations import OperationActivities, StartRelationshipsInput
    from domain.workflow_contracts import OPERATION_WORKFLOW, OperationStart

from workflows.options import OPERATION


@workflow.defn(name=OPERATION_WORKFLOW)
class OperationWorkflow:
    """Id ``operation/<id>``; one run for each import that opens relationships. It takes no messages."""

    @workflow.run
    async def run(self, start: OperationStart) -> None:
        """Have the relationships of an import started."""
        await workflow.execute_activity_method(
            OperationActivities.start_relationships,
            StartRelationshipsInput(operation=start.operation),
            **OPERATION,
        )
