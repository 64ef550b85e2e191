"""The record activity: one decision, one transaction."""

from temporalio import activity

from activities.errors import translate_journal_errors
from activities.ports.journal import JournalRecord, ParkedReport, Recorded, Records

__all__ = ["JournalActivities", "JournalRecord", "ParkedReport", "Recorded"]


class JournalActivities:
    """Writes decisions down. Safe to repeat: the same bytes are answered and not written again."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @activity.defn
    async def record(self, record: JournalRecord) -> Recorded:
        """Journal rows, projection rows, tasks and notices in one transaction."""
        with translate_journal_errors():
            return await self._records.record(record)

    @activity.defn
    async def report_parked(self, report: ParkedReport) -> None:
        """Note that a workflow stopped deciding."""
        with translate_journal_errors():
            await self._records.append_parked(report)
