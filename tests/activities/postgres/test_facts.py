"""Facts for decisions, from a migrated database: memberships on the program's local day, places, conflicts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest_asyncio
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from domain.ids import derive
from domain.payments.facts import PaymentQuestion
from domain.relationship.facts import Facts, Question
from tests.conftest import FreshDatabase
from workers.settings import Settings

MENTEE, MENTOR, BOSS, TWIN = derive("mentee"), derive("mentor"), derive("boss"), derive("twin")
MAIL = {MENTEE: "Ann.B@example.org", TWIN: "ann.b@EXAMPLE.org"}


@pytest_asyncio.fixture
async def settings(fresh_database: FreshDatabase) -> AsyncIterator[Settings]:
    async with fresh_database() as settings:
        yield settings


@pytest_asyncio.fixture
async def owner(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(settings.database_url("migrator"))
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def reader(settings: Settings, owner: AsyncEngine) -> AsyncIterator[SqlFacts]:
    async with owner.begin() as connection:
        for id, boss, region in (
            (MENTEE, BOSS, "r1"),
            (MENTOR, None, "r2"),
            (BOSS, None, "r1"),
            (TWIN, None, "r1"),
        ):
            row = {
                "id": id,
                "name": f"N {id[:6]}",
                "email": MAIL.get(id, f"{id[:8]}@example.org"),
                "role_title": "principal",
                "district": "D",
            }
            await connection.execute(
                insert(tables.people),
                [{**row, "region": region, "supervisor": boss, "association": "sample"}],
            )
        for person, last in ((MENTEE, date(2026, 8, 31)), (MENTOR, None)):
            row = {"person": person, "class": "active", "first": date(2020, 1, 1), "last": last}
            await connection.execute(insert(tables.memberships), [row])
        for person in (MENTOR, BOSS, TWIN):
            await connection.execute(insert(tables.mentors), [{"person": person, "capacity": 1}])
    pool = Database(settings.database_url("worker"), size=2)
    yield SqlFacts(pool)
    await pool.close()


async def facts(
    reader: SqlFacts, at: datetime, mentor: str = MENTOR, compared: tuple[str, ...] | None = None
) -> Facts:
    return await reader.facts(
        Question(
            as_of=at,
            zone="America/Chicago",
            relationship=derive("r"),
            program="sample",
            term=derive("t"),
            region="r1",
            mentee=MENTEE,
            mentor=mentor,
            compared=compared,
        )
    )


async def test_a_membership_holds_until_the_local_midnight_of_its_last_day(reader: SqlFacts) -> None:
    evening = await facts(reader, datetime(2026, 9, 1, 4, 59, tzinfo=UTC))
    assert evening.membership_of(MENTEE) == "active"
    midnight = await facts(reader, datetime(2026, 9, 1, 5, 0, tzinfo=UTC))
    assert midnight.membership_of(MENTEE) == ""
    assert midnight.membership_of(MENTOR) == "active"


async def test_a_mentor_comes_with_region_place_and_conflicts(reader: SqlFacts) -> None:
    now = datetime(2026, 8, 20, tzinfo=UTC)
    known = await facts(reader, now)
    assert (known.mentor_known, known.mentor_region, known.free_slot, known.conflicts) == (True, "r2", 1, ())
    assert (await facts(reader, now, BOSS)).conflicts == ("supervisor",)
    assert not (await facts(reader, now, derive("stranger"))).mentor_known
    assert not known.one_mailbox
    assert (await facts(reader, now, TWIN)).one_mailbox


async def test_what_is_recorded_at_any_entry_of_a_human_counts_for_the_id_that_is_asked_about(
    reader: SqlFacts, owner: AsyncEngine
) -> None:
    """C60: after a merge, imports write to the entry that stands for both."""
    now = datetime(2026, 8, 20, tzinfo=UTC)
    alias, person = derive("alias"), tables.people
    async with owner.begin() as connection:
        row = {"name": "N", "email": "n@example.org", "role_title": "principal", "district": "D"}
        row = {**row, "id": alias, "region": "r1", "association": "sample"}
        await connection.execute(insert(person), [row])
    assert not (await facts(reader, now, alias)).mentor_known
    async with owner.begin() as connection:
        await connection.execute(update(person).where(person.c.id == alias).values(alias_of=MENTOR))
    found = await facts(reader, now, alias)
    assert (found.mentor_known, found.mentor_region, found.free_slot) == (True, "r2", 1)
    assert found.memberships == {alias: "active", MENTEE: "active"}
    async with owner.begin() as connection:
        await connection.execute(insert(tables.mentors), [{"person": alias, "capacity": 0}])
    assert (await facts(reader, now, alias)).free_slot == 1, "the entry that stands counts first"
    async with owner.begin() as connection:
        membership = tables.memberships
        ends = update(membership).where(membership.c.person == MENTOR).values(last=date(2026, 8, 1))
        await connection.execute(ends)
        await connection.execute(delete(tables.mentors).where(tables.mentors.c.person == MENTOR))
    found = await facts(reader, now, alias)
    assert (found.memberships, found.free_slot) == ({MENTEE: "active"}, 0)
    assert (await facts(reader, now, MENTOR)).mentor_known


async def test_entries_that_count_as_one_are_looked_up_only_if_asked(reader: SqlFacts) -> None:
    now = datetime(2026, 8, 20, tzinfo=UTC)
    assert (await facts(reader, now)).same_as is None
    asked = await facts(reader, now, TWIN, compared=(BOSS,))
    assert asked.same_as is not None
    assert asked.one_human(MENTEE, TWIN)
    assert not asked.one_human(MENTEE, MENTOR)
    alone = await facts(reader, now, "", compared=(TWIN,))
    assert alone.one_human(TWIN, MENTEE)


async def test_a_question_about_an_order_brings_the_humans_behind_its_people(reader: SqlFacts) -> None:
    asked = PaymentQuestion(
        as_of=datetime(2026, 8, 20, tzinfo=UTC),
        zone="America/Chicago",
        persons=(MENTOR, MENTEE),
        region="r1",
    )
    payments = SqlPaymentFacts(reader._database)
    plain = await payments.payment_facts(asked)
    assert (plain.same_as, plain.elsewhere) == (None, None)
    compared = replace(asked, compared=(BOSS, TWIN), obligation=derive("owed"))
    found = await payments.payment_facts(compared)
    assert found.one_human(TWIN, MENTEE)
    assert not found.one_human(BOSS, MENTOR)
    assert found.elsewhere == ()
    assert found.memberships == {MENTOR: "active", MENTEE: "active"}


async def test_who_asks_about_limits_is_told_of_them_and_nobody_else(reader: SqlFacts) -> None:
    asked = Question(
        as_of=datetime(2026, 8, 1, tzinfo=UTC), zone="UTC", relationship=derive("r"), program="sample",
        term=derive("t"), region="r1", mentee=MENTEE, mentor=MENTOR, compared=(),
    )  # fmt: skip
    found = await reader.facts(asked)
    assert (found.applied_before, found.beyond_places) == (None, None)
    found = await reader.facts(replace(asked, limits=True))
    assert (found.applied_before, found.beyond_places) == (False, False)
    found = await reader.facts(replace(asked, mentor="", limits=True))
    assert (found.applied_before, found.beyond_places) == (False, None)


async def test_several_mentors_are_asked_about_at_once_as_one_by_one(reader: SqlFacts) -> None:
    now = datetime(2026, 8, 20, tzinfo=UTC)
    everybody = (MENTOR, BOSS, TWIN, derive("stranger"))
    for compared in (None, (BOSS,)):
        question = Question(
            as_of=now,
            zone="America/Chicago",
            relationship=derive("r"),
            program="sample",
            term=derive("t"),
            region="r1",
            mentee=MENTEE,
            compared=compared,
        )
        together = await reader.of_mentors(question, everybody)
        assert together == {each: await facts(reader, now, each, compared) for each in everybody}


async def test_who_of_the_money_has_left_or_died_is_told_to_who_asks(
    reader: SqlFacts, owner: AsyncEngine
) -> None:
    asked = PaymentQuestion(
        as_of=datetime(2026, 8, 20, tzinfo=UTC),
        zone="America/Chicago",
        persons=(MENTOR, MENTEE),
        region="r1",
        compared=(BOSS,),
        obligation=derive("owed"),
    )
    payments = SqlPaymentFacts(reader._database)
    assert (await payments.payment_facts(asked)).gone is None
    asked = replace(asked, departures=True)
    assert (await payments.payment_facts(asked)).gone == ()
    people = tables.people.c
    async with owner.begin() as connection:
        left, died = {"left_on": date(2026, 8, 1)}, {"died_on": date(2026, 8, 2)}
        await connection.execute(update(tables.people).where(people.id == MENTOR).values(left))
        await connection.execute(update(tables.people).where(people.id == BOSS).values(died))
        await connection.execute(update(tables.people).where(people.id == MENTEE).values(alias_of=BOSS))
    assert (await payments.payment_facts(asked)).gone == tuple(sorted((MENTOR, MENTEE)))
