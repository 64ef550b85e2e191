"""The record activity: one decision, one transaction."""

from temporalio import activity

from activities.errors import translate_journal_errors
from activities.ports.journal import JournalRecord, ParkedReport, Recorded, Records

__all__ = ["JournalActivities", "JournalRecord", "ParkedReport", "Recorded"]


class JournalActivities:
    """The activities that write the journal. Safe to repeat: the same bytes get an answer and are not written again."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @activity.defn
    async def record(self, record: JournalRecord) -> Recorded:
        """Write journal rows, projection rows, tasks and notices in one transaction."""
        with translate_journal_errors():
            return await self._records.record(record)

    @activity.defn
    async def report_parked(self, report: ParkedReport) -> None:
        """Record that a workflow has stopped deciding."""
        with translate_journal_errors():
            await self._records.append_parked(report)
