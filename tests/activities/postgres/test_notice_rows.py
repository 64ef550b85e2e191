"""Notices in PostgreSQL, read and marked by the role that the worker signs in as."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Integer, Table, Text, insert, text

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import MailWords
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.outbox import SqlOutbox
from activities.adapters.postgres.tables import hours, meetings
from activities.ports.outbox import PlannedNotice
from domain.ids import derive
from domain.notices import NoticeKind
from domain.sending_hours import Rank
from tests.activities.mail.rendered import CONTACT, MENTEE, MENTOR, OTHER_CONTACT
from tests.activities.postgres.emails_that_wait import StoppedClock
from workers.settings import Settings

NOW = datetime(2027, 8, 2, 14, 0, tzinfo=UTC)
PAIR = derive("relationship", "notices")
OWED = derive("obligation", "notices")


@pytest_asyncio.fixture(loop_scope="session")
async def owner(postgres: Settings) -> AsyncIterator[Database]:
    database = Database(postgres.database_url("migrator"), size=2)
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def records(postgres: Settings, owner: Database) -> AsyncIterator[NoticeRecords]:
    async with owner.transaction() as connection:
        await connection.execute(
            text("truncate office.notices, office.people, office.regions, office.region_contacts")
        )
    people = (MENTEE, MENTOR, CONTACT, OTHER_CONTACT)
    await put(
        owner,
        tables.people,
        *(
            {
                "id": each.id,
                "name": each.name,
                "email": each.email,
                "role_title": "",
                "district": "",
                "region": "r3",
                "association": "masa",
            }
            for each in people
        ),
    )
    await put(
        owner,
        tables.regions,
        *(
            {"code": code, "name": f"Region {code}", "program": "masa", "association": "masa"}
            for code in ("r3", "r4")
        ),
    )
    await put(
        owner,
        tables.region_contacts,
        {"region": "r3", "person": CONTACT.id, "first": date(2027, 1, 1), "last": None},
        {"region": "r3", "person": OTHER_CONTACT.id, "first": date(2026, 1, 1), "last": date(2027, 8, 1)},
    )
    database = Database(postgres.database_url("worker"), size=2)
    yield NoticeRecords(database, StoppedClock(NOW))
    await database.close()


async def put(owner: Database, table: Table, *rows: dict[str, Any]) -> None:
    async with owner.transaction() as connection:
        await connection.execute(text("set constraints all deferred"))
        await connection.execute(insert(table), list(rows))


async def notice(owner: Database, id: str, **values: Any) -> str:
    row = {"id": id, "kind": "survey_open", "subject": PAIR, "seq": 1, "person": "", "region": "", "data": {}}
    await put(owner, tables.notices, row | values)
    return id


async def test_a_notice_to_a_person_has_name_and_address(records: NoticeRecords, owner: Database) -> None:
    id = await notice(owner, derive("1"), person=MENTEE.id, data={"due": "2027-09-03T14:00:00.000000Z"})
    to_send = await records.to_send(id)
    assert to_send is not None
    assert (to_send.kind, to_send.status, to_send.to) == (NoticeKind.SURVEY_OPEN, "pending", (MENTEE,))
    assert to_send.data["due"].startswith("2027-09-03")


async def test_a_notice_to_a_region_goes_to_its_contacts_on_that_day(
    records: NoticeRecords, owner: Database
) -> None:
    id = await notice(owner, derive("2"), kind="task_for_region", region="r3", data={"about": "meeting"})
    to_send = await records.to_send(id)
    assert to_send is not None
    assert to_send.to == (CONTACT,)
    assert to_send.regions["r3"] == "Region r3"


async def test_for_a_region_without_a_contact_or_an_unknown_person_there_is_nobody_to_write_to(
    records: NoticeRecords, owner: Database
) -> None:
    for id, values in ((derive("3"), {"region": "r4"}), (derive("4"), {"person": derive("nobody")})):
        to_send = await records.to_send(await notice(owner, id, **values))
        assert to_send is not None
        assert to_send.to == ()
    assert await records.to_send(derive("unknown")) is None


@pytest.mark.parametrize("day", ["left_on", "died_on"])
async def test_from_the_day_of_leaving_or_death_on_nobody_writes_to_a_person(
    records: NoticeRecords, owner: Database, day: str
) -> None:
    id = await notice(owner, derive("41", day), person=MENTEE.id)
    other = await notice(owner, derive("42", day), person=MENTOR.id)
    for on, gone in ((NOW.date() + timedelta(days=1), False), (NOW.date(), True)):
        async with owner.transaction() as connection:
            row = tables.people
            await connection.execute(row.update().where(row.c.id == MENTEE.id).values(**{day: on}))
        to_send, to_other = await records.to_send(id), await records.to_send(other)
        assert to_send is not None
        assert to_other is not None
        assert (to_send.to == (), to_send.gone) == (gone, gone)
        assert to_other.to == (MENTOR,)


async def test_a_refused_notice_waits_again_and_a_sent_one_does_not(
    records: NoticeRecords, owner: Database
) -> None:
    refused, sent = await notice(owner, derive("51")), await notice(owner, derive("52"))
    await records.mark_refused(refused, "smtp_550")
    await records.mark_sent(sent, NOW)
    for id in (refused, sent):
        await records.reopen(id)
    statuses = [(await records.to_send(id)).status for id in (refused, sent)]
    assert statuses == ["pending", "sent"]


async def test_emails_go_to_the_entry_that_stands_for_a_human_with_two(
    records: NoticeRecords, owner: Database
) -> None:
    person, seat = tables.people, tables.region_contacts
    async with owner.transaction() as connection:
        for alias, stands in ((MENTOR, MENTEE), (OTHER_CONTACT, CONTACT)):
            await connection.execute(
                person.update().where(person.c.id == alias.id).values(alias_of=stands.id)
            )
        await connection.execute(seat.update().values(last=None))
    to_one = await records.to_send(await notice(owner, derive("31"), person=MENTOR.id))
    to_region = await records.to_send(await notice(owner, derive("32"), kind="task_for_region", region="r3"))
    assert to_one is not None
    assert to_region is not None
    assert [(each.id, each.email) for each in to_one.to] == [(MENTOR.id, MENTEE.email)]
    assert to_region.to == (CONTACT,)


async def test_a_notice_that_was_sent_stays_sent(records: NoticeRecords, owner: Database) -> None:
    id = await notice(owner, derive("5"), person=MENTEE.id)
    await records.mark_parked(id, "no_connection")
    await records.mark_sent(id, NOW)
    await records.mark_parked(id, "no_connection")
    async with owner.transaction() as connection:
        row = (
            (await connection.execute(tables.notices.select().where(tables.notices.c.id == id)))
            .mappings()
            .one()
        )
    assert (row["status"], row["code"], row["sent_at"]) == ("sent", "", NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def pair(records: NoticeRecords, owner: Database) -> None:
    """Insert a pair with a claim on an obligation, as the projection would show it."""
    values = {column.name: "" for column in tables.relationships.columns if isinstance(column.type, Text)}
    values |= {"id": PAIR, "stream": PAIR, "program": "masa", "region": "r3", "status": "open"}
    numbers = [column.name for column in tables.relationships.columns if isinstance(column.type, Integer)]
    row: dict[str, Any] = values | dict.fromkeys(numbers, 1)
    row |= {"special": False, "stage_since": NOW, "opened_at": NOW, "mentee": MENTEE.id, "mentor": MENTOR.id}
    claim = {
        "id": derive("claim"),
        "stream": PAIR,
        "applied_seq": 1,
        "relationship": PAIR,
        "obligation": OWED,
    }
    claim |= {"kind": "mentor_stipend", "unit": MENTOR.id, "mentor": MENTOR.id, "region": "r4", "due_at": NOW}
    claim |= {"heard": "claimed", "withdrawn": False}
    async with owner.transaction() as connection:
        # A projection accepts rows only with their event; this test has none.
        for table, filled in ((tables.claims, claim), (tables.relationships, row)):
            await connection.execute(text(f"truncate {table.fullname}"))
            await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            await connection.execute(insert(table), [filled])
            await connection.execute(text(f"alter table {table.fullname} enable trigger user"))


@pytest.mark.usefixtures("pair")
async def test_c46_emails_of_a_program_that_stands_aside_wait_until_it_is_back(
    records: NoticeRecords, owner: Database
) -> None:
    of_pair = await notice(owner, derive("81"), person=MENTEE.id)
    of_money = await notice(owner, derive("82"), subject=OWED, kind="stipend_sent", region="r4")
    plans = tuple(PlannedNotice(id=id, not_before=NOW, rank=Rank.BY_DAY) for id in (of_pair, of_money))
    outbox = SqlOutbox(owner)
    await outbox.plan(plans)
    for id in (of_pair, of_money):
        await records.park_with_program(id, "masa")
    for usable in ([], ["mass"]):
        await records.programs_back(usable)
        assert (await outbox.due(NOW, 10), await outbox.next_at(NOW - timedelta(days=1))) == ((), None)
        assert await outbox.unplanned() == ()
    await records.programs_back(["masa", "mass"])
    assert [each.id for each in await outbox.unplanned()] == [of_pair, of_money]


@pytest.mark.usefixtures("pair")
async def test_a_welcome_email_has_the_pair_and_the_contacts_of_the_relationship(
    records: NoticeRecords, owner: Database
) -> None:
    data = {"mentor": MENTOR.id, "due": "2027-09-03T14:00:00.000000Z"}
    id = await notice(owner, derive("9"), kind="welcome_mentee", person=MENTEE.id, data=data)
    to_send = await records.to_send(id)
    assert to_send is not None
    assert (to_send.mentor, to_send.mentee, to_send.contacts) == (MENTOR, MENTEE, (CONTACT,))
    wording = MailWords(load_programs(), "http://office").render(to_send)
    assert MENTOR.email in wording.text
    assert CONTACT.email in wording.text


@pytest.mark.usefixtures("pair")
async def test_c16_an_email_knows_whether_its_relationship_continues_another(
    records: NoticeRecords, owner: Database
) -> None:
    id = await notice(owner, derive("91"), kind="application_received", person=MENTEE.id)
    row = tables.relationships
    for earlier in ("", derive("earlier")):
        async with owner.transaction() as connection:
            await connection.execute(text(f"alter table {row.fullname} disable trigger user"))
            await connection.execute(row.update().where(row.c.id == PAIR).values(predecessor=earlier))
            await connection.execute(text(f"alter table {row.fullname} enable trigger user"))
        to_send = await records.to_send(id)
        assert to_send is not None
        assert to_send.continues is bool(earlier)


@pytest.mark.usefixtures("pair")
async def test_a_contact_who_died_is_no_contact_in_an_email(records: NoticeRecords, owner: Database) -> None:
    id = await notice(owner, derive("92"), person=MENTEE.id)
    async with owner.transaction() as connection:
        row = tables.people
        await connection.execute(row.update().where(row.c.id == CONTACT.id).values(died_on=NOW.date()))
    to_send = await records.to_send(id)
    assert to_send is not None
    assert to_send.contacts == ()


@pytest.mark.usefixtures("pair")
async def test_an_email_about_money_has_the_mentor_and_the_region_that_is_paid(
    records: NoticeRecords, owner: Database
) -> None:
    data = {"amount_minor": "50000", "currency": "USD"}
    id = await notice(owner, derive("10"), kind="stipend_sent", subject=OWED, region="r4", data=data)
    to_send = await records.to_send(id)
    assert to_send is not None
    assert (to_send.program, to_send.region, to_send.mentor) == ("masa", "r4", MENTOR)


@pytest.mark.usefixtures("pair")
async def test_an_email_about_a_planned_meeting_knows_its_place(
    records: NoticeRecords, owner: Database
) -> None:
    starts, table = datetime(2027, 9, 3, 14, 0, tzinfo=UTC), hours.planned_meetings
    rows = [
        {"id": derive(place), "relationship": PAIR, "starts_at": at, "place": place, "status": status}
        for at, place, status in (
            (starts, "halfway", "withdrawn"),
            (starts, "office_of_mentor", "planned"),
            (starts + timedelta(days=7), "at_a_distance", "planned"),
        )
    ]
    more = {"stream": PAIR, "applied_seq": 1, "minutes": 60, "mode": "", "slot": ""}
    async with owner.transaction() as connection:
        await connection.execute(text(f"truncate {table.fullname}"))
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(insert(table), [row | more for row in rows])
        await connection.execute(text(f"alter table {table.fullname} enable trigger user"))

    async def place(kind: str, starts_at: str) -> str:
        data = {"starts_at": starts_at, "on": "" if starts_at else "2027-09-03"}
        id = await notice(owner, derive(kind, starts_at), kind=kind, person=MENTEE.id, data=data)
        found = await records.to_send(id)
        assert found is not None
        return found.place

    for kind in ("meeting_planned", "meeting_moved", "meeting_withdrawn"):
        assert await place(kind, "2027-09-03T14:00:00.000000Z") == "office_of_mentor"
        assert await place(kind, "2027-09-03T15:00:00.000000Z") == ""
        assert await place(kind, "") == ""


@pytest.mark.usefixtures("pair")
async def test_an_email_that_asks_about_a_meeting_knows_how_long_and_in_which_way_it_was(
    records: NoticeRecords, owner: Database
) -> None:
    began, table = datetime(2027, 9, 3, 14, 0, tzinfo=UTC), meetings
    row = {"id": derive("met"), "stream": PAIR, "applied_seq": 1, "relationship": PAIR, "began_at": began}
    row |= {"minutes": 45, "mode": "phone", "face_to_face": False, "version": None}
    row |= dict.fromkeys(("topics", "logged_by", "status", "kind", "group_id", "place", "planned"), "")
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(insert(table), [row])
        await connection.execute(text(f"alter table {table.fullname} enable trigger user"))

    async def met(kind: str, began_at: str) -> tuple[int, str]:
        id = await notice(
            owner, derive(kind, began_at), kind=kind, person=MENTEE.id, data={"began_at": began_at}
        )
        found = await records.to_send(id)
        assert found is not None
        return found.met_minutes, found.met_mode

    for kind in ("meeting_to_confirm", "acted_for_you"):
        assert await met(kind, "2027-09-03T14:00:00.000000Z") == (45, "phone")
        assert await met(kind, "2027-09-03T15:00:00.000000Z") == (0, "")
    assert await met("meeting_disputed", "2027-09-03T14:00:00.000000Z") == (0, "")


@pytest.mark.usefixtures("pair")
async def test_an_email_knows_whether_the_mentoring_has_ended(
    records: NoticeRecords, owner: Database
) -> None:
    id, row = await notice(owner, derive("93"), person=MENTEE.id), tables.relationships
    for status in ("open", "ended"):
        async with owner.transaction() as connection:
            await connection.execute(text(f"alter table {row.fullname} disable trigger user"))
            await connection.execute(row.update().where(row.c.id == PAIR).values(status=status))
            await connection.execute(text(f"alter table {row.fullname} enable trigger user"))
        to_send = await records.to_send(id)
        assert to_send is not None
        assert to_send.over is (status == "ended")
