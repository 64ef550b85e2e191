"""The migration that makes grants of the staff tokens of before (C62)."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.journal import append_side
from domain.actors import MACHINE_OPERATOR
from domain.ids import derive, s_stream
from domain.journal import check_chain, decode
from tests.activities.postgres.office_from_before import office_from_before, upgrade
from workers.embedded.stack.supervisor import OfficeProcesses

# the machine's clock: the migration keeps what is valid by the clock of the database
BEFORE = """
insert into office.installation (id, origin) values (1, 'test/1');
insert into office.tokens (id, hash, person, roles, regions, created_at, expires_at, revoked_at) values
    ('t1', 'h', 'ann', 'coordinator,participant', 'r1,r2', now() - interval '9 days', now() + interval '1 day', null),
    ('t2', 'h', 'ann', 'coordinator', 'r1,r2', now() - interval '3 days', now() + interval '5 days', null),
    ('t3', 'h', 'ann', 'coordinator', '', now(), now() + interval '5 days', now()),
    ('t4', 'h', 'eva', 'admin', '', now() - interval '9 days', now() - interval '1 day', null),
    ('t5', 'h', 'ben', 'payment_staff,coordinator', 'r1', now(), now() + interval '9 days', null),
    ('t6', 'h', 'mia', 'participant', '', now(), now() + interval '9 days', null);
"""


@pytest_asyncio.fixture
async def owner(database_server: OfficeProcesses) -> AsyncIterator[AsyncConnection]:
    async with office_from_before(database_server, "0022", BEFORE) as connection:
        told = {"person": "ann", "roles": ["coordinator"]}
        await append_side(connection, "TokenIssued", told, command=derive("t1"), actor=MACHINE_OPERATOR)
        await connection.commit()
        await connection.run_sync(upgrade, "0026")
        yield connection


async def test_each_role_of_a_valid_token_becomes_a_grant_that_the_operator_gave(
    owner: AsyncConnection,
) -> None:
    rows = await owner.execute(
        text(  # the machine's clock: as above
            "select person, role, regions, given_by, confirmed_by, last - current_date as days from office.grants"
            " order by person, role"
        )
    )
    operator = MACHINE_OPERATOR.id
    assert [tuple(row) for row in rows] == [
        ("ann", "coordinator", "r1,r2", operator, "", 5),
        ("ben", "coordinator", "r1", operator, "", 9),
        ("ben", "payment_staff", "", operator, operator, 9),
    ]


async def test_a_token_names_its_grants_and_participants_need_none(owner: AsyncConnection) -> None:
    rows = await owner.execute(
        text(
            "select id, of_participant, array(select role from office.grants where grants.id = any(tokens.grants)"
            " order by role) from office.tokens order by id"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("t1", True, ["coordinator"]),
        ("t2", False, ["coordinator"]),
        ("t3", False, []),
        ("t4", False, []),
        ("t5", False, ["coordinator", "payment_staff"]),
        ("t6", True, []),
    ]


async def test_the_grants_are_events_of_the_installation(owner: AsyncConnection) -> None:
    rows = await owner.execute(
        text("select seq, hash, bytes from journal.events where stream = :stream order by seq"),
        {"stream": s_stream("test/1")},
    )
    entries = [(row.seq, row.hash, bytes(row.bytes)) for row in rows]
    assert check_chain(entries)[1] is None
    told = [decode(encoded) for _, _, encoded in entries]
    assert [event.type for event in told] == ["TokenIssued", *["RoleGranted"] * 3, "GrantConfirmed"]
    assert {event.actor for event in told} == {MACHINE_OPERATOR}
    assert told[1].body["regions"] == ["r1", "r2"]
