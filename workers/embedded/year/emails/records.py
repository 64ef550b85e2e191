"""What the office recorded about its emails, and what arrived in the mailbox, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.keyring import Keyring
from activities.adapters.mail.addresses import standard_address
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import line_of_row
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.shown_ids import ShownIds
from activities.ports.sign_in_codes import CodeOutcome
from domain.actors import Side
from domain.digests import DigestLine
from domain.journal import decode
from domain.notices import NoticeKind
from workers.embedded.stack.mail_catcher import Mailbox
from workers.settings import ProcessRole, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """The row of one notice; ``side`` is that of its reader in the pair, ``reader`` a person or a region."""

    id: str
    kind: NoticeKind
    stream: str
    seq: int
    number: int = 0
    person: str = ""
    region: str = ""
    side: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    status: str = "sent"
    rank: int = 0
    attempt: int = 1
    created_at: datetime
    not_before: datetime | None = None
    sent_at: datetime | None = None

    @property
    def reader(self) -> str:
        """Who reads it."""
        return self.person or self.region

    @property
    def place(self) -> tuple[datetime, str, int, int]:
        """The place among all notices, in the order in which they were recorded."""
        return (self.created_at, self.stream, self.seq, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One event of a stream: when it was decided, by whom, and what it says."""

    seq: int
    at: datetime
    name: str
    actor: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecord:
    """The row of one digest; ``task`` is the one thing of a digest that could not wait for the morning."""

    id: str
    person: str
    day: date
    task: str = ""
    lines: tuple[DigestLine, ...] = ()
    status: str = "sent"
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One email in the mailbox, sent for a row; ``number`` counts the arrivals, ``date`` is what the email says."""

    number: int
    row: str
    message_id: str
    recipients: tuple[str, ...]
    date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRecords:
    """All of a year. ``humans`` has the entry that stands for each person, ``addresses`` the address of each person.

    ``contacts`` are the people who were ever contacts of a region, ``kept`` the emails whose words are kept, ``codes``
    the sign-in codes that were sent.
    """

    notices: tuple[NoticeRecord, ...] = ()
    events: Mapping[str, tuple[EventRecord, ...]] = field(default_factory=dict)
    digests: tuple[DigestRecord, ...] = ()
    arrived: tuple[Arrived, ...] = ()
    humans: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


async def read_records(settings: Settings, mailbox: Mailbox) -> EmailRecords:
    """Return what the tables and the mailbox of an office hold."""
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    try:
        async with database.transaction() as connection:
            humans, addresses = await _people(connection)
            return EmailRecords(
                notices=await _notices(connection),
                events=await _events(connection),
                digests=await _digests(connection),
                arrived=_arrived(mailbox, ShownIds(Keyring(settings.key_file))),
                humans=humans,
                addresses=addresses,
                contacts=await _contacts(connection),
                kept=frozenset(await connection.scalars(select(tables.kept_emails.c.email))),
                codes=frozenset(await connection.scalars(_codes())),
            )
    finally:
        await database.close()


async def _notices(connection: AsyncConnection) -> tuple[NoticeRecord, ...]:
    row, pair = tables.notices.c, tables.relationships.c
    side = case(
        (row.person == pair.mentor, Side.MENTOR.value),
        (row.person == pair.mentee, Side.MENTEE.value),
        else_="",
    )
    named = ("id", "seq", "number", "person", "region", "data", "status", "rank", "attempt", "created_at")
    wanted = select(
        *(row[name] for name in (*named, "not_before", "sent_at")),
        row.kind,
        row.subject.label("stream"),
        side.label("side"),
    ).join_from(tables.notices, tables.relationships, pair.id == row.subject, isouter=True)
    found = (await connection.execute(wanted)).mappings()
    records = (NoticeRecord(**{**each, "kind": NoticeKind(each["kind"])}) for each in found)
    return tuple(sorted(records, key=lambda each: each.place))


async def _events(connection: AsyncConnection) -> dict[str, tuple[EventRecord, ...]]:
    event = tables.events.c
    told = select(tables.notices.c.subject).distinct()
    wanted = select(event.bytes).where(event.stream.in_(told)).order_by(event.stream, event.seq)
    read = [decode(bytes(each)) for each in await connection.scalars(wanted)]
    return {
        stream: tuple(
            EventRecord(seq=each.seq, at=each.decided_at, name=each.type, actor=each.actor.id, body=each.body)
            for each in of_stream
        )
        for stream, of_stream in groupby(read, key=lambda each: each.stream)
    }


async def _digests(connection: AsyncConnection) -> tuple[DigestRecord, ...]:
    row = tables.digests.c
    wanted = select(row.id, row.person, row.day, row.task, row.lines, row.status, row.sent_at)
    found = (await connection.execute(wanted.order_by(row.person, row.day, row.id))).mappings()
    return tuple(DigestRecord(**{**each, "lines": tuple(map(line_of_row, each["lines"]))}) for each in found)


def _codes() -> Select[tuple[str]]:
    row = tables.sign_in_codes.c
    return select(row.id).where(row.outcome == CodeOutcome.SENT.value)


async def _people(connection: AsyncConnection) -> tuple[dict[str, str], dict[str, str]]:
    """Return the entry that stands for each person, and each person's address in the form in which it is sent."""
    one, stands = tables.people, tables.people.alias("stands")
    wanted = select(one.c.id, stands_for(one).label("stands"), stands.c.email).join_from(
        one, stands, stands.c.id == stands_for(one)
    )
    found = (await connection.execute(wanted)).all()
    addresses = {each.id: standard_address(each.email) for each in found if each.email}
    return {each.id: each.stands for each in found}, addresses


async def _contacts(connection: AsyncConnection) -> dict[str, frozenset[str]]:
    seat = tables.region_contacts.c
    found = (await connection.execute(select(seat.region, seat.person))).all()
    return {
        region: frozenset(each.person for each in found if each.region == region)
        for region in {each.region for each in found}
    }


def _arrived(mailbox: Mailbox, ids: ShownIds) -> tuple[Arrived, ...]:
    """Return what arrived; a Message-ID has the shown id of its row, and an ending for a further language."""
    found = []
    for each in mailbox.all():
        message = mailbox.read(each.number)
        said = datetime.fromisoformat(each.received) if message is None else _date(str(message["Date"]))
        found.append(
            Arrived(
                number=each.number,
                row=ids.inner_of_email(each.message_id),
                message_id=each.message_id,
                recipients=each.recipients,
                date=said,
            )
        )
    return tuple(found)


def _date(header: str) -> datetime:
    return parsedate_to_datetime(header)
