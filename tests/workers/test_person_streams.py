"""The audit finds every difference between a person's entry and the person's stream (C9)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.history import HistoryReads
from activities.adapters.postgres.reads.replay import SqlReplay
from activities.adapters.postgres.writes import OfficeWrites
from api_gateway.services.event_sentences import sentences
from api_gateway.services.history import history_body
from domain.actors import Actor, Role
from domain.associations import Association
from domain.ids import derive, h_stream
from domain.people.identity import Verdict, pair_of
from domain.visibility import AUDIT, OPERATOR, sight_of
from tests.conftest import FreshDatabase
from workers.audit.person_streams import PeopleTally, check_people

ADMIN = Actor(id=derive("admin"), role=Role.ADMIN)
INSTANT = datetime(2026, 10, 1, tzinfo=UTC)
ANN, BEN = derive("ann"), derive("ben")


@pytest_asyncio.fixture
async def owner(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    """Yield a connection as owner to an office with two people, of whom one is a mentor."""
    async with fresh_database() as settings:
        gateway = Database(settings.database_url("gateway"), size=2)
        writes = OfficeWrites(gateway)
        await writes.regions.add_region("north", "North", "p", "one", actor=ADMIN, command=derive("r"))
        for id in (ANN, BEN):
            row = {"id": id, "name": "N", "email": f"{id[:6]}@post.example", "role_title": "principal"}
            row |= {"district": id[:6], "region": "north", "supervisor": None}
            await writes.people.add_people([row], actor=ADMIN, command=derive(id))
        await writes.memberships.add_membership(
            ANN, "active", date(2020, 7, 1), None, actor=ADMIN, command=derive("m")
        )
        await writes.mentors.put_mentor(
            ANN, {"capacity": 2}, usual=1, today=date(2026, 8, 1), actor=ADMIN, command=derive("t")
        )
        await gateway.close()
        owner = Database(settings.database_url("migrator"), size=2)
        yield owner
        await owner.close()


async def checked(owner: Database, only: str = "") -> PeopleTally:
    tally = await check_people(owner, AUDIT, only)
    assert tally is not None
    return tally


async def test_an_office_that_wrote_as_it_should_is_whole(owner: Database) -> None:
    tally = await checked(owner)
    assert (tally.people, tally.events, tally.faults) == (2, 4, [])


@pytest.mark.parametrize(
    "change",
    [
        update(tables.people).where(tables.people.c.id == ANN).values(name="Olaf"),
        update(tables.people).where(tables.people.c.id == ANN).values(salt="0" * 32),
        update(tables.memberships).values(last=date(2026, 6, 30)),
        delete(tables.memberships),
        update(tables.mentors).values(capacity=5),
        insert(tables.person_keys).values(association="one", key="712", person=ANN),
        insert(tables.region_contacts).values(region="north", person=ANN, first=date(2026, 1, 1)),
        update(tables.person_regions).where(tables.person_regions.c.person == ANN).values(region="south"),
        update(tables.person_regions)
        .where(tables.person_regions.c.person == ANN)
        .values(since=date(2019, 1, 1)),
        delete(tables.person_regions).where(tables.person_regions.c.person == ANN),
        insert(tables.person_regions).values(person=ANN, region="south", since=date(2019, 1, 1)),
    ],
)
async def test_a_value_changed_in_the_tables_alone_names_the_person(owner: Database, change: object) -> None:
    async with owner.transaction() as connection:
        await connection.execute(change)
    assert (await checked(owner)).faults == [(ANN, "entry", "changed_without_event")]
    assert (await checked(owner, BEN)).faults == []


@pytest.mark.parametrize("days", [-1, 1])
async def test_an_entry_that_was_made_at_another_time_than_its_first_event_is_named(
    owner: Database, days: int
) -> None:
    """Of two entries of one human the older one stands, so an age that was changed would choose another."""
    person = tables.people.c
    async with owner.transaction() as connection:
        aged = update(tables.people).where(person.id == ANN)
        await connection.execute(aged.values(created_at=person.created_at + timedelta(days=days)))
    assert (await checked(owner)).faults == [(ANN, "entry", "made_at_another_time")]


@pytest.mark.parametrize(
    "record",
    [
        insert(tables.person_regions).values(person="c" * 32, region="north", since=date(2026, 1, 1)),
        insert(tables.person_keys).values(association="one", key="712", person="c" * 32),
        insert(tables.conflicts).values(person="c" * 32, other=ANN, kind="kin", withdrawn_at=INSTANT),
    ],
)
async def test_a_record_about_nobody_is_named(owner: Database, record: object) -> None:
    async with owner.transaction() as connection:
        await connection.execute(record)
    assert (await checked(owner)).faults == [("c" * 32, "entry", "record_of_nobody")]


async def doubles(owner: Database, *verdicts: Verdict) -> None:
    """Answer about Ann and Ben, each answer on a later day."""
    for verdict in verdicts:
        command = derive("double", verdict.value)
        await OfficeWrites(owner).doubles.answer(ANN, BEN, verdict, actor=ADMIN, command=command)


async def test_answers_about_doubles_are_what_the_streams_say(owner: Database) -> None:
    await doubles(owner, Verdict.SAME)
    assert ((await checked(owner)).answers, (await checked(owner)).faults) == (1, [])
    await doubles(owner, Verdict.TWO)
    assert ((await checked(owner)).answers, (await checked(owner)).faults) == (1, [])
    assert (await checked(owner, BEN)).faults == []


ANSWERS = tables.person_answers


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (update(ANSWERS).values(answer="two"), "answer_changed"),
        (update(ANSWERS).values(answered_by=BEN), "answer_changed"),
        (update(ANSWERS).values(answered_at=ANSWERS.c.answered_at + timedelta(seconds=1)), "answer_changed"),
        (update(ANSWERS).values(since=date(2020, 1, 1)), "answer_changed"),
        (delete(ANSWERS), "answer_missing"),
    ],
)
async def test_an_answer_changed_in_the_table_alone_is_named(
    owner: Database, change: object, code: str
) -> None:
    await doubles(owner, Verdict.SAME)
    async with owner.transaction() as connection:
        await connection.execute(change)
    assert (await checked(owner)).faults == [(" ".join(pair_of(ANN, BEN)), "answer", code)]
    assert (await checked(owner, ANN)).faults == (await checked(owner, BEN)).faults != []


@pytest.mark.parametrize("verdict", ["same", "two"])
async def test_an_answer_added_in_the_table_alone_is_named(owner: Database, verdict: str) -> None:
    one, other = pair_of(ANN, BEN)
    row = {"association": "one", "one": one, "other": other, "answer": verdict, "answered_by": ADMIN.id}
    async with owner.transaction() as connection:
        added = insert(ANSWERS).values(**row, answered_at=INSTANT, since=INSTANT.date())
        await connection.execute(added)
    assert (await checked(owner)).faults == [(f"{one} {other}", "answer", "answer_without_event")]


async def test_an_entry_without_stream_and_a_stream_without_entry_are_named(owner: Database) -> None:
    async with owner.transaction() as connection:
        await connection.execute(update(tables.people).where(tables.people.c.id == BEN).values(id="b" * 32))
        await connection.execute(
            update(tables.person_regions).where(tables.person_regions.c.person == BEN).values(person="b" * 32)
        )
    assert sorted((await checked(owner)).faults) == sorted(
        [("b" * 32, "entry", "no_stream"), (h_stream(BEN), "entry", "no_entry")]
    )


async def test_an_id_that_is_no_person_is_left_to_the_other_checks(owner: Database) -> None:
    assert await check_people(owner, AUDIT, derive("nobody")) is None


async def test_a_reader_who_does_not_see_the_chain_is_refused(owner: Database) -> None:
    with pytest.raises(PermissionError):
        await check_people(owner, sight_of(ANN, (Role.AUDITOR,), Association(code="one")))


async def test_the_operator_reads_a_persons_history_by_the_first_digits_of_the_id(owner: Database) -> None:
    assert await SqlReplay(owner).beginning(OPERATOR, ANN[:8]) == (ANN,)
    found = await HistoryReads(owner).stream(OPERATOR, ANN)
    told = [each.text for each in sentences(history_body(found)["data"], {}, {})]
    assert told == [
        "The entry was added. It has: association, name, email address, role, district, the region,"
        " regions with their days, language.",
        "The entry was changed: memberships.",
        "The entry was changed: mentor.",
    ]
    state = history_body(found, datetime(2100, 1, 1, tzinfo=UTC))["state"]
    assert state["fields"] == ["mentor"]
