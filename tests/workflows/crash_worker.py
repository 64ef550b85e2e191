"""A worker in its own process that kills itself once, as a power cut would, at a named place.

Its journal is a file, so that what was written before the cut still exists afterwards.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from temporalio import activity
from temporalio.worker import Worker

from activities.journal import JournalRecord, Recorded
from activities.notices import NoticeOutcome, SendNoticeInput
from tests.workflows.fakes import FakeEffects, FakeFacts, FakeJournal, FakeNotices, FakeOffice
from tests.workflows.pairs import connected
from workers.temporal import STICKY
from workflows.relationship import RelationshipWorkflow


class Cut:
    """Power cut that kills the process the nth time that a place is reached, once in the life of the folder."""

    def __init__(self, folder: Path, place: str, times: int) -> None:
        self._marker = folder / "cut"
        self._place = place
        self._left = times

    def at(self, place: str) -> None:
        """Mark a place where the power may fail."""
        if place != self._place or self._marker.exists():
            return
        self._left -= 1
        if self._left == 0:
            self._marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class FileJournal(FakeJournal):
    """Fake journal that is read from a file before each call and written to it before the answer."""

    def __init__(self, office: FakeOffice, folder: Path, cut: Cut) -> None:
        super().__init__(office)
        self._file = folder / "journal.json"
        self._cut = cut
        self._streams = office.streams

    @activity.defn
    async def record(self, record: JournalRecord) -> Recorded:
        """Record between two places where the power may fail."""
        self._cut.at("before_record")
        if self._file.exists():
            self._streams.update(json.loads(self._file.read_text()))
        recorded = await FakeJournal.record(self, record)
        self._file.write_text(json.dumps(self._streams))
        self._cut.at("after_record")
        return recorded


class FileNotices(FakeNotices):
    """Mailbox in a file with one line for each email."""

    def __init__(self, office: FakeOffice, folder: Path, cut: Cut) -> None:
        super().__init__(office)
        self._file = folder / "mails"
        self._cut = cut

    @activity.defn
    async def send_notice(self, notice: SendNoticeInput) -> NoticeOutcome:
        """Send between two places where the power may fail."""
        self._cut.at("before_send")
        with self._file.open("a") as mails:
            mails.write(notice.notice_id + "\n")
        self._cut.at("after_send")
        return await FakeNotices.send_notice(self, notice)


async def main(address: str, queue: str, folder: Path, place: str, times: int) -> None:
    """Serve until the parent process or the power cut kills this one."""
    client = await connected(address)
    office, cut = FakeOffice(), Cut(folder, place, times)
    journal, notices = FileJournal(office, folder, cut), FileNotices(office, folder, cut)
    effects = FakeEffects(office)
    activities = [
        journal.record,
        journal.report_parked,
        FakeFacts(office).gather_facts,
        notices.send_notice,
        effects.deliver_claim,
        effects.withdraw_claim,
    ]
    workflows = Worker(
        client,
        task_queue=queue,
        workflows=[RelationshipWorkflow],
        activities=activities,
        sticky_queue_schedule_to_start_timeout=STICKY,
    )
    mails = Worker(client, task_queue="notices", activities=[notices.send_notice])
    await asyncio.gather(workflows.run(), mails.run())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])))
