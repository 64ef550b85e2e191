"""The outbox: one workflow that waits for the next instant at which an email may leave."""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.outbox import OutboxActivities, OutboxRound
    from domain.workflow_contracts import OUTBOX_WORKFLOW

from workflows.options import OUTBOX

ROUNDS: Final = 200
"""After so many rounds the run continues as new."""
AWAY: Final = timedelta(minutes=1)
"""How long the outbox waits before it tries a mail server again that did not answer."""


@workflow.defn(name=OUTBOX_WORKFLOW)
class OutboxWorkflow:
    """Id ``outbox``, one for each installation; it never ends.

    Message: signal ``call`` (something new waits, or the office's clock has moved).
    """

    def __init__(self) -> None:
        self._called = False

    @workflow.run
    async def run(self) -> None:
        """Do one round after another, each at a call or at the next instant at which an email may leave."""
        for _ in range(ROUNDS):
            self._called = False
            wait = wait_after(await self._round())
            try:
                await workflow.wait_condition(lambda: self._called, timeout=wait)
            except TimeoutError:
                continue
        workflow.continue_as_new()

    @workflow.signal
    def call(self) -> None:
        """Have a round begin at once."""
        self._called = True

    async def _round(self) -> OutboxRound | None:
        try:
            return await workflow.execute_activity_method(OutboxActivities.send_due, **OUTBOX)
        except ActivityError:
            return None


def wait_after(done: OutboxRound | None) -> timedelta | None:
    """Return how long the outbox waits after a round, None if it failed; None waits for a call.

    What becomes due while the mail server is away is looked at when it does, and is then put aside as the rest is.
    """
    if done is None:
        return AWAY
    wait = None if done.wait_seconds is None else timedelta(seconds=done.wait_seconds)
    if not done.away:
        return wait
    return AWAY if wait is None else min(wait, AWAY)
