"""A thousand due reminders of different pairs, worded and sent, beside the same finished emails over one connection.

The rounds are those of the real outbox, with the pause between two emails left out. Rounds and floor take turns, so
that other load on the machine affects both. The same is done once more with a link for each act that a reminder asks
for; what the links cost is the ratio of both, each to its own floor.
"""

import inspect
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import aiosmtplib
from sqlalchemy import func, select
from temporalio.testing import ActivityEnvironment

from activities.adapters.files.program_files import calendars_of_associations, load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.mail.message import message_of
from activities.adapters.mail.smtp import SmtpMailer
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.issued_links import SqlIssuedLinks
from activities.adapters.postgres.journal import entry_of
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.outbox import SqlOutbox
from activities.digests import Digests
from activities.outbox import OutboxActivities
from activities.ports.notices import Email
from activities.sending import Sending
from domain.ids import derive
from domain.journal import encode
from domain.notices import Notice, NoticeKind, SendNotice
from domain.relationship.projection import rows
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from tests.bench.bulk import Rows, copies, own, person, write
from tests.conftest import PROGRAM
from tests.domain.builders import MENTEE
from tests.domain.relationship.test_what_if import Journal
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole, Settings

REMINDERS: Final = 1_000
REGIONS: Final = 10
LINKS_LIMIT: Final = 1.2
"""How many times as long emails with links may take as the same emails without."""
_LANGUAGES: Final = ("en", "es")
_DOOR: Final = "https://door.example"
_SHOWN_MS: Final = 0.05
"""A part that takes less of each email is not shown."""


class Spent:
    """Where the time goes: the seconds of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        begun = time.perf_counter()
        yield
        self.seconds[part] += time.perf_counter() - begun

    def watch(self, subject: Any) -> Any:
        """Return an object whose methods add their time to a part of their own name."""
        return _Watched(subject, self)


class _Watched:
    def __init__(self, subject: Any, spent: Spent) -> None:
        self._subject, self._spent = subject, spent

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._subject, name)
        if inspect.iscoroutinefunction(method):

            async def done(*values: Any) -> Any:
                with self._spent.on(name):
                    return await method(*values)

            return done
        if not callable(method):
            return method

        def said(*values: Any) -> Any:
            with self._spent.on(name):
                return method(*values)

        return said


def folded() -> Iterator[tuple[Journal, Notice]]:
    """Yield pairs at several stages, each with a reminder that was its last event."""
    for stage in ("matched", "met", "signed"):
        for reader in range(2):
            case = Journal()
            if stage == "met":
                case.matched()
                case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
            else:
                getattr(case, stage)()
            while not (found := [each for each in case.effects[-4:] if _reminds(each)]):
                case.days(1)
            yield case, found[reader % len(found)].notice


def _reminds(effect: Any) -> bool:
    return (
        isinstance(effect, SendNotice)
        and effect.notice.kind is NoticeKind.REMINDER
        and not effect.notice.region
    )


async def fill(url: str) -> datetime:
    """Write the pairs with their people, events and reminders; return a morning on which all may leave."""
    kept: Rows = defaultdict(list)
    regions = [f"bench_{number}" for number in range(REGIONS)]
    association = load_programs()[PROGRAM].association
    for region in regions:
        contact = derive("contact", region)
        row = {"code": region, "name": region.title(), "program": PROGRAM, "association": association}
        kept[tables.regions].append(row)
        kept[tables.people].append(
            person(contact, f"Contact of {region}", region, email=f"{region}@post.example")
        )
        kept[tables.region_contacts].append({"region": region, "person": contact, "first": date(2020, 1, 1)})
    cases = [*folded()]
    for number in range(REMINDERS):
        case, notice = cases[number % len(cases)]
        region = regions[number % REGIONS]
        for table, values in copies(number, rows(case.state), region):
            if table is tables.relationships:
                values["program"] = PROGRAM
            if table is tables.people:
                values |= {"email": f"{values['id'][:12]}@post.example", "language": _LANGUAGES[number % 2]}
                values |= {"association": association}
            kept[table].append(values)
        kept[tables.events] += (
            entry_of(own(encode(each).decode("ascii"), number)) for each in case.envelopes
        )
        kept[tables.notices].append(
            {
                "id": own(notice.id, number),
                "kind": notice.kind.value,
                "subject": own(notice.subject, number),
                "seq": notice.seq,
                "person": own(notice.person, number),
                "region": "",
                "data": json.dumps({name: own(value, number) for name, value in notice.data.items()}),
            }
        )
    await write(url, kept)
    calendar = load_programs()[PROGRAM].rules.calendar
    return calendar.after(max(calendar.local_date(case.now) for case, _ in cases), 1) + timedelta(minutes=1)


class _Finished(SmtpMailer):
    """A mailer that keeps the emails that it has sent, for the floor, and their links, as the real one does."""

    def __init__(self, settings: Settings, issued: SqlIssuedLinks | None) -> None:
        super().__init__(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            names=str,
            starttls=False,
        )
        self._issued = issued
        self.sent: list[Email] = []

    async def send(self, email: Email) -> Any:
        """Send an email and keep it."""
        self.sent.append(email)
        if self._issued is not None and email.links:
            await self._issued.keep(email)
        return await super().send(email)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that all reminders took, those of their floor, and of each part."""

    rounds: float
    floor: float
    spent: Spent


async def figures() -> dict[str, Any]:
    """Return how many reminders leave in a second, where the time goes, and the ratios to floor and to no links."""
    plain, linked = await taken(links=False), await taken(links=True)
    each = {part: seconds / REMINDERS * 1000 for part, seconds in plain.spent.seconds.items()}
    rest = plain.rounds / REMINDERS * 1000 - sum(each.values())
    parts = {f"{part}_ms": round(taken, 2) for part, taken in each.items() if taken >= _SHOWN_MS}
    ratio = (linked.rounds / linked.floor) / (plain.rounds / plain.floor)
    return {
        "reminders": {
            "a_second": round(REMINDERS / plain.rounds, 1),
            "floor_a_second": round(REMINDERS / plain.floor, 1),
            "each_ms": round(plain.rounds / REMINDERS * 1000, 2),
            **parts,
            "rest_ms": round(rest, 2),
            "floor_ms": round(plain.floor / REMINDERS * 1000, 2),
            "ratio": round(plain.rounds / plain.floor, 2),
        },
        "reminders_with_links": {
            "a_second": round(REMINDERS / linked.rounds, 1),
            "ratio": round(ratio, 2),
            "limit": LINKS_LIMIT,
            "ratio_kept": ratio <= LINKS_LIMIT,
        },
    }


async def taken(*, links: bool) -> Taken:
    """Send all reminders of an office of its own, with links or without."""
    spent, floor, rounds = Spent(), 0.0, 0.0
    async with OfficeProcesses.temporary(workers=False, gateway=False, temporal=False) as office:
        settings = office.settings
        owner = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
        database = Database(settings.database_url(ProcessRole.WORKER), size=settings.database_pool)
        morning = await fill(settings.database_url(ProcessRole.MIGRATOR))
        offset = morning - datetime.now(morning.tzinfo)  # the machine's clock: the difference to it is kept
        await SqlClock(owner).set_offset(offset)
        mailer = _Finished(settings, SqlIssuedLinks(database) if links else None)
        outbox = _outbox(settings, database, mailer, spent, links=links)
        while True:
            begun, before = time.perf_counter(), len(mailer.sent)
            done = await ActivityEnvironment().run(outbox.send_due)
            rounds += time.perf_counter() - begun
            if not done.sent:
                break
            floor += await _floor(settings, mailer.sent[before:])
        async with owner.transaction() as connection:
            row = tables.notices.c
            left = await connection.scalar(select(func.count()).where(row.status == "sent"))
            kept = await connection.scalar(select(func.count()).select_from(tables.task_links))
        await database.close()
        await owner.close()
    if (left, len(mailer.sent), len({each.language for each in mailer.sent})) != (REMINDERS, REMINDERS, 2):
        raise RuntimeError(f"not what was to be measured: {left} of {REMINDERS} reminders were sent")
    if kept != (sum(len(each.links) for each in mailer.sent)) or links != bool(kept):
        raise RuntimeError(f"not what was to be measured: {kept} links were kept")
    return Taken(rounds, floor, spent)


def _outbox(
    settings: Settings, database: Database, mailer: SmtpMailer, spent: Spent, *, links: bool
) -> OutboxActivities:
    """Return the outbox of a worker, with its parts watched."""
    ways = TaskLinks(Keyring(settings.key_file), _DOOR) if links else None
    programs, clock = load_programs(), spent.watch(SqlClock(database))
    store, rows_of = (
        spent.watch(NoticeRecords(database, SqlClock(database))),
        spent.watch(SqlOutbox(database)),
    )
    words, watched = spent.watch(MailWords(programs, settings.public_url, ways)), spent.watch(mailer)
    digests = Digests(
        SqlDigests(database),
        store,
        MailDigests(programs, settings.public_url),
        watched,
        clock,
        calendars_of_associations(programs),
    )
    calendars = {code: program.rules.calendar for code, program in programs.items()}
    return OutboxActivities(
        rows_of, store, Sending(store, words, watched, clock), clock, _NoRuns(), calendars, digests
    )


class _NoRuns:
    """There are no runs to tell of a refusal."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing is refused, so no run is reached: {name}")


async def _floor(settings: Settings, emails: list[Email]) -> float:
    """Return the seconds that the same finished emails take over one connection."""
    messages = [
        (message_of(each, sender=settings.mail_from, name=each.id), [to.email for to in each.to])
        for each in emails
    ]
    begun = time.perf_counter()
    async with aiosmtplib.SMTP(
        hostname=settings.smtp_host, port=settings.smtp_port, start_tls=False
    ) as server:
        for message, recipients in messages:
            await server.send_message(message, sender=settings.mail_from, recipients=recipients)
    return time.perf_counter() - begun
