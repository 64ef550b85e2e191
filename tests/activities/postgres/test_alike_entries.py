"""Who becomes alike with somebody else, or no longer is, hears of it, and so does whoever counts as one with them."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.alike import entries_with
from activities.adapters.postgres.writes import OfficeWrites
from domain.ids import derive
from domain.people.identity import Verdict
from tests.activities.postgres.entries import ADMIN, row, with_north
from tests.api_gateway.pages.statements import counted
from tests.conftest import FreshDatabase

ANN, BEN = derive("ann"), derive("ben")


@pytest_asyncio.fixture
async def pool(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async with with_north(fresh_database) as pool:
        yield pool


async def same(pool: Database) -> list[str]:
    row = tables.person_changes.c
    async with pool.transaction() as connection:
        return [*await connection.scalars(select(row.person).where(row.kind == "same_as").order_by(row.id))]


async def test_an_entry_that_becomes_alike_by_a_change_of_another_one_is_told(pool: Database) -> None:
    """C60: what runs with the other entry hears of it, and hears again when the two are alike no longer."""
    people = OfficeWrites(pool).people
    cyd, far = derive("cyd"), derive("far")
    rows = [row(ANN, email="ann@post.example"), row(BEN), row(cyd, name="N B", district="Hill"), row(far)]
    await people.add_people(rows, actor=ADMIN, command=derive("1"))
    assert await same(pool) == []
    await people.change(BEN, {"phone": "1"}, actor=ADMIN, command=derive("2"))
    assert await same(pool) == []
    await people.change(BEN, {"email": "Ann@post.example"}, actor=ADMIN, command=derive("3"))
    assert await same(pool) == [BEN, ANN]
    await people.change(BEN, {"name": "n  b", "district": "hill"}, actor=ADMIN, command=derive("4"))
    assert (await same(pool))[2:] == [BEN, *sorted((ANN, cyd))], (
        "who counts as one with the two hears of the third"
    )
    await people.change(BEN, {"email": "ben@post.example"}, actor=ADMIN, command=derive("5"))
    assert (await same(pool))[5:] == [BEN, ANN], "they are alike no longer"
    await people.change(ANN, {}, key="00712", actor=ADMIN, command=derive("6"))
    await people.change(far, {}, key="712", actor=ADMIN, command=derive("7"))
    assert (await same(pool))[7:] == [ANN, far, ANN]


async def test_a_new_entry_tells_whom_it_is_alike_with_and_two_humans_are_not_told(pool: Database) -> None:
    writes = OfficeWrites(pool)
    await writes.people.add_people([row(ANN, email="x@post.example")], actor=ADMIN, command=derive("1"))
    await writes.people.add_people([row(BEN, email="x@post.example")], actor=ADMIN, command=derive("2"))
    assert await same(pool) == [ANN]
    await writes.doubles.answer(ANN, BEN, Verdict.TWO, actor=ADMIN, command=derive("3"))
    known = len(await same(pool))
    await writes.people.change(BEN, {"email": "y@post.example"}, actor=ADMIN, command=derive("4"))
    await writes.people.change(BEN, {"email": "x@post.example"}, actor=ADMIN, command=derive("5"))
    assert (await same(pool))[known:] == [BEN, BEN]


async def test_who_becomes_alike_among_thousands_is_found_in_one_statement(pool: Database) -> None:
    """An import of ten thousand new people, a tenth of them alike with somebody known, stays fast."""
    async with pool.transaction() as connection:
        known = [
            row(derive("known", str(number)), email=f"k{number}@post.example", association="one")
            for number in range(10_000)
        ]
        for start in range(0, len(known), 1000):
            await connection.execute(insert(tables.people), known[start : start + 1000])
        gained = [
            (derive("new", str(number)), mark)
            for number in range(10_000)
            for mark in (
                ("one", "same_email", f"k{number * 10}@post.example"),
                ("one", "same_name_and_district", f"new {number}", "lake"),
                ("one", "alike_keys", str(number)),
            )
        ]
        with counted(pool) as sent:
            found = await entries_with(connection, gained)
        await connection.rollback()
    assert found == {derive("known", str(number)) for number in range(0, 10_000, 10)}
    assert len(sent) == 1
