"""Limits per human that entries break together: of two that break one, the later pair is told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.limits import with_limits
from activities.adapters.postgres.facts.payments import paid_elsewhere, sent_before
from domain.ids import derive
from tests.conftest import FreshDatabase

AT = datetime(2026, 9, 1, tzinfo=UTC)
APPLICANT, AGAIN, MENTOR, DOUBLE = (derive(name) for name in ("a", "a again", "m", "m again"))
FIRST, SECOND = derive("first"), derive("second")


@pytest_asyncio.fixture
async def owner(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async with fresh_database() as settings:
        owner = Database(settings.database_url("migrator"), size=1)
        yield owner
        await owner.close()


Broken = list[tuple[bool, bool]]


async def limits(owner: Database, *, same: bool, refused: bool = False, capacity: int = 1) -> Broken:
    """Return what two pairs are told whose mentees, and whose mentors, share a mailbox if ``same``.

    The deferred checks that an event names each row are not reached.
    """
    pairs = ((FIRST, APPLICANT, MENTOR, 0), (SECOND, AGAIN, DOUBLE, 1))
    async with owner.transaction() as connection:
        for id, mail in ((APPLICANT, "a"), (AGAIN, "a"), (MENTOR, "m"), (DOUBLE, "m")):
            email = f"{mail if same else id}@post.example"
            row = {"id": id, "name": id, "email": email, "role_title": "principal", "district": "-"}
            values = {**row, "region": "r1", "association": "one"}
            await connection.execute(insert(tables.people).values(**values))
        await connection.execute(
            insert(tables.mentors), [{"person": id, "capacity": capacity} for id in (MENTOR, DOUBLE)]
        )
        for pair, mentee, mentor, day in pairs:
            row = pair_row(pair, mentee, mentor, AT + timedelta(days=day), refused and day == 0)
            await connection.execute(insert(tables.relationships).values(**row))
            place = {"id": derive("slot", pair), "stream": pair, "applied_seq": 1, "relationship": pair}
            place |= {"mentor": mentor, "number": 1 + day, "taken_at": AT + timedelta(days=day)}
            await connection.execute(insert(tables.slots).values(**place))
        wanted = with_limits(select(), of_mentor=True)
        told = []
        for pair, mentee, mentor, _ in pairs:
            values = {"relationship": pair, "mentee": mentee, "mentor": mentor, "term": "t"}
            found = (await connection.execute(wanted, values)).one()
            told.append((found.applied_before, found.beyond_places))
        await connection.rollback()
    return told


def pair_row(pair: str, mentee: str, mentor: str, at: datetime, refused: bool) -> dict[str, Any]:
    """Return the row of a pair; what has no meaning here is empty."""
    row: dict[str, Any] = {}
    for column in tables.relationships.columns:
        if not column.nullable and column.server_default is None:
            kind = column.type.python_type
            row[column.name] = {bool: False, int: 0, datetime: at}.get(kind, "")
    own = {"id": pair, "stream": pair, "term": "t", "mentee": mentee, "mentor": mentor, "opened_at": at}
    return {**row, **own, "status": "open", "outcome": "refused" if refused else ""}


async def test_the_later_of_two_pairs_is_beyond_the_limits_of_one_human(owner: Database) -> None:
    assert await limits(owner, same=True) == [(False, False), (True, True)]


async def test_strangers_are_beyond_no_limit(owner: Database) -> None:
    assert await limits(owner, same=False) == [(False, False), (False, False)]


async def test_a_refused_application_and_a_free_place_break_no_limit(owner: Database) -> None:
    assert await limits(owner, same=True, refused=True, capacity=2) == [(False, False), (False, False)]


# Money


def filled(table: Table, **own: Any) -> dict[str, Any]:
    """Return a row; what has no meaning here is empty."""
    empty = {int: 1, datetime: AT}
    needed = (column for column in table.columns if not column.nullable and column.server_default is None)
    return {column.name: empty.get(column.type.python_type, "") for column in needed} | own


async def put_money(connection: AsyncConnection, *, second: str) -> None:
    """Put one human with two entries who is owed the same twice; the second order is in this state."""
    for id in (MENTOR, DOUBLE):
        row = {"id": id, "name": "m", "email": "m@post.example", "role_title": "principal", "district": "-"}
        await connection.execute(insert(tables.people).values(**row, region="r1", association="one"))
    for owed, mentor, state, day in ((FIRST, MENTOR, "settled", 0), (SECOND, DOUBLE, second, 1)):
        obligation = filled(tables.obligations, id=owed, stream=owed, mentor=mentor, state="due")
        await connection.execute(insert(tables.obligations).values(**obligation))
        order = filled(
            tables.orders, id=derive(owed), stream=owed, obligation=owed, mentor=mentor, state=state
        )
        hands = {"maker": "1", "approver": "2", "sender": "3", "confirmer": "4"}
        acted = {**hands, "sent_at": AT + timedelta(days=day)} if state != "draft" else {"maker": "1"}
        await connection.execute(insert(tables.orders).values(**{**order, **acted}))


async def test_of_two_stipends_of_one_human_the_one_sent_later_is_told(owner: Database) -> None:
    for second, expected in (("sent", [[], [FIRST]]), ("draft", [[], []])):
        async with owner.transaction() as connection:
            await put_money(connection, second=second)
            told = [list(await connection.scalars(sent_before(owed))) for owed in (FIRST, SECOND)]
            elsewhere = [list(await connection.scalars(paid_elsewhere(owed))) for owed in (FIRST, SECOND)]
            await connection.rollback()
        assert told == expected
        assert elsewhere == [[SECOND], [FIRST]]
