"""The record activity: one decision, one transaction; and the call of the outbox for what staff must know at once."""

from typing import Final

from temporalio import activity

from activities.errors import translate_journal_errors
from activities.ports.journal import JournalRecord, ParkedReport, Recorded, Records
from activities.ports.outbox import OutboxCall
from activities.ports.parked_runs import ParkedRuns
from domain.digests import ToldWhen
from domain.tasks import TOLD

__all__ = ["JournalActivities", "JournalRecord", "ParkedReport", "Recorded"]

_URGENT: Final = frozenset(kind.value for kind, told in TOLD.items() if told is not ToldWhen.DIGEST)


class JournalActivities:
    """The activities that write the journal. Safe to repeat: the same bytes get an answer and are not written again."""

    def __init__(self, records: Records, parked: ParkedRuns, outbox: OutboxCall) -> None:
        self._records = records
        self._parked = parked
        self._outbox = outbox

    @activity.defn
    async def record(self, record: JournalRecord) -> Recorded:
        """Write journal rows, projection rows, tasks and notices in one transaction."""
        with translate_journal_errors():
            recorded = await self._records.record(record)
        if not recorded.refused and _is_urgent(record):
            await self._call_outbox()
        return recorded

    @activity.defn
    async def report_parked(self, report: ParkedReport) -> None:
        """Record that a workflow has stopped deciding, and open a task about it."""
        with translate_journal_errors():
            await self._parked.append_parked(report)
        await self._call_outbox()

    async def _call_outbox(self) -> None:
        """Let the outbox tell staff at once. What is recorded stands without it: housekeeping calls it, too."""
        try:
            await self._outbox.call()
        except Exception:
            activity.logger.warning("outbox not called")


def _is_urgent(record: JournalRecord) -> bool:
    """Return whether a record has an open task that staff may have to know at once."""
    opened = (row.values for row in record.rows if row.table == "tasks")
    return any(row.get("kind") in _URGENT and row.get("closed_at") is None for row in opened)
