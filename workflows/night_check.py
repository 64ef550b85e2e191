"""The nightly check: one short run each night, or one after another where the journal is long."""

from dataclasses import dataclass
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.night_checks import CheckInput, CheckPartInput, EndCheckInput, NightCheckActivities
    from activities.notices import NoticeActivities
    from activities.ports.night_checks import CheckedPart
    from domain.ids import derive
    from domain.workflow_contracts import NIGHT_CHECK_WORKFLOW

from workflows.options import CALL, CHECK

PARTS: Final = 200
"""After so many parts the run continues as new."""
NAMED: Final = 100
"""How many faults a check names; of the others it says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSoFar:
    """A check, and what its parts have found until now; ``done.next`` is where the next one begins."""

    check: str
    done: CheckedPart


@workflow.defn(name=NIGHT_CHECK_WORKFLOW)
class NightCheckWorkflow:
    """Id ``night-check-…``; one for each night. It takes no messages."""

    @workflow.run
    async def run(self, so_far: CheckSoFar | None = None) -> None:
        """Check one part after another, and record what all of them have found."""
        if so_far is None:
            so_far = CheckSoFar(
                check=derive("night check", workflow.info().run_id), done=CheckedPart(next="")
            )
            await workflow.execute_activity_method(
                NightCheckActivities.begin_check, CheckInput(check=so_far.check), **CHECK
            )
        check, done = so_far.check, so_far.done
        for _ in range(PARTS):
            part = await workflow.execute_activity_method(
                NightCheckActivities.check_part, CheckPartInput(place=done.next), **CHECK
            )
            done = _together(done, part)
            if not part.next:
                await self._end(check, done)
                return
        workflow.continue_as_new(CheckSoFar(check=check, done=done))

    async def _end(self, check: str, done: CheckedPart) -> None:
        await workflow.execute_activity_method(
            NightCheckActivities.end_check, EndCheckInput(check=check, done=done), **CHECK
        )
        # What it found cannot wait for the morning.
        await workflow.execute_activity_method(NoticeActivities.call_outbox, **CALL)


def _together(done: CheckedPart, part: CheckedPart) -> CheckedPart:
    """Return what two parts have found; an answer about two people is looked at once for each of them."""
    faults = tuple(dict.fromkeys((*done.faults, *part.faults)))
    return CheckedPart(
        next=part.next,
        counts={
            noun: done.counts.get(noun, 0) + part.counts.get(noun, 0)
            for noun in {**done.counts, **part.counts}
        },
        faults=faults[:NAMED],
        unnamed=done.unnamed + part.unnamed + len(faults[NAMED:]),
    )
