"""C14: a mail server that is away for three days: hours and order hold when it is back, and nothing leaves twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, cast

import pytest
import pytest_asyncio
from sqlalchemy import Integer, Text, insert, text

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.outbox import SqlOutbox
from activities.digests import Digests
from activities.outbox import OutboxActivities
from activities.ports.notices import Email, EmailCopy, MailUnavailable, NoticeToSend, SendResult, Wording
from activities.sending import Sending
from domain.ids import derive
from tests.activities.mail.rendered import MENTEE
from tests.activities.outbox_office import NoCodes, NoDigests, sending_codes
from workers.settings import Settings

CALENDAR = load_programs()["masa"].rules.calendar
FRIDAY = CALENDAR.at(date(2027, 8, 6), time(12))
PAIR = derive("relationship", "outage")
HOUR = timedelta(hours=1)


@dataclass
class MovableClock:
    instant: datetime

    async def now(self) -> datetime:
        return self.instant


@dataclass
class Server:
    """A mail server that is away, or takes everything, and when it took what."""

    clock: MovableClock
    away: bool = True
    took: list[tuple[str, str]] = field(default_factory=list)

    async def rest(self) -> None:
        pass

    async def send(self, email: Email) -> SendResult:
        if self.away:
            raise MailUnavailable("no_connection")
        self.took.append((email.id, f"{self.clock.instant.astimezone(CALENDAR.zone):%a %H:%M}"))
        return SendResult()


class Words:
    """Words that need no data."""

    programs = ("masa",)

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        words = Wording(subject="", text="", html="")
        copy = EmailCopy(email=notice.id, scope=notice.about, wording=words)
        return (Email(id=notice.id, to=notice.to, wording=words, copy=copy),)


@pytest_asyncio.fixture(loop_scope="session")
async def owner(postgres: Settings) -> AsyncIterator[Database]:
    """Yield the database with one pair, as the projection would show it."""
    database = Database(postgres.database_url("migrator"), size=2)
    columns = tables.relationships.columns
    pair: dict[str, Any] = {each.name: "" for each in columns if isinstance(each.type, Text)}
    pair |= {each.name: 1 for each in columns if isinstance(each.type, Integer)}
    pair |= {"id": PAIR, "stream": PAIR, "program": "masa", "region": "r3", "status": "open"}
    pair |= {"special": False, "stage_since": FRIDAY, "opened_at": FRIDAY, "mentee": MENTEE.id}
    person = {"id": MENTEE.id, "name": MENTEE.name, "email": MENTEE.email, "role_title": "", "district": ""}
    async with database.transaction() as connection:
        await connection.execute(text("set constraints all deferred"))
        await connection.execute(insert(tables.people), [{**person, "region": "r3", "association": "masa"}])
        # A projection accepts rows only with their event; this test has none.
        await connection.execute(text("alter table office.relationships disable trigger user"))
        await connection.execute(insert(tables.relationships), [pair])
        await connection.execute(text("alter table office.relationships enable trigger user"))
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def worker(postgres: Settings) -> AsyncIterator[Database]:
    database = Database(postgres.database_url("worker"), size=2)
    yield database
    await database.close()


async def write(owner: Database, id: str, at: datetime, kind: str, number: int = 0) -> None:
    """Write an email as a record of that instant does."""
    row = {"id": id, "kind": kind, "subject": PAIR, "seq": 1, "person": MENTEE.id, "region": ""}
    async with owner.transaction() as connection:
        values = {**row, "data": {}, "number": number, "created_at": at}
        await connection.execute(insert(tables.notices).values(values))


async def test_after_three_days_without_a_mail_server_everything_leaves_once_in_its_hours_and_order(
    owner: Database, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From Friday noon to Monday at 14:00 no server answers; each email was recorded while it was away."""
    monkeypatch.setattr("temporalio.activity.heartbeat", lambda *_: None)
    clock = MovableClock(FRIDAY)
    server, records = Server(clock), NoticeRecords(worker, clock)
    sending = Sending(records, Words(), server, clock)
    office = OutboxActivities(
        SqlOutbox(worker),
        records,
        sending,
        clock,
        cast("Any", None),
        {"masa": CALENDAR},
        Digests(NoDigests(), records, cast("Any", None), server, clock, {}),
        sending_codes(NoCodes(), server, clock),
    )
    recorded = [
        ("reminder", FRIDAY, "reminder", 0),
        ("proposed", FRIDAY + HOUR, "match_proposed", 0),
        ("asked", FRIDAY + 30 * HOUR, "survey_open", 0),
        ("and thanked", FRIDAY + 30 * HOUR, "mentor_thanked", 1),
        ("ended", FRIDAY + 70 * HOUR, "relationship_ended", 0),
    ]
    while clock.instant < FRIDAY + 74 * HOUR:
        while recorded and recorded[0][1] <= clock.instant:
            await write(owner, *recorded.pop(0))
        await office.send_due()
        clock.instant += HOUR / 2
    assert (server.took, recorded) == ([], [])
    server.away = False
    while (wait := (await office.send_due()).wait_seconds) is not None:
        clock.instant += timedelta(seconds=wait)
    assert server.took == [
        ("proposed", "Mon 14:00"),
        ("ended", "Mon 14:00"),
        ("reminder", "Tue 09:00"),
        ("asked", "Tue 09:00"),
        ("and thanked", "Tue 09:00"),
    ]
