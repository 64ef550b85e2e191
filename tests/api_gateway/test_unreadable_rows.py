"""A stored row that this version cannot read stops nothing: it is named in the log, and housekeeping goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import create_async_engine
from structlog.testing import capture_logs
from structlog.typing import EventDict
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.errors import Unavailable
from domain.actors import Actor, Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.group_pairs import Pairs
from tests.api_gateway.importing import GOOD, roster
from tests.api_gateway.test_api import open_term
from tests.api_gateway.test_groups import Engine, housekeeping
from tests.api_gateway.test_groups import pairs as pairs
from workers.assembly import COMMANDS

SENDER = Actor(id=derive("p", "leader"), role=Role.COORDINATOR, regions=("r3",))


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """Yield the lines of the log."""
    with capture_logs() as lines:
        yield lines


async def claim(pairs: Pairs, name: str, payload: dict[str, Any]) -> str:
    """Insert a group's row whose sender stopped."""
    group = derive("command", name)
    await pairs.client.office.intake.claim(
        group, kind="GroupMeeting", subject="", payload=payload, fingerprint=name, actor=SENDER
    )
    return group


@pytest.mark.parametrize("change", [{"minutes": "sixty"}, {"relationships": None}, {"began_at": "noon"}])
async def test_the_groups_after_one_that_cannot_be_read_are_sent(
    pairs: Pairs, log: list[EventDict], change: dict[str, Any]
) -> None:
    body = {key: value for key, value in {**pairs.log(), **change}.items() if value is not None}
    bad = await claim(pairs, "bad", body)
    good = await claim(pairs, "good", pairs.log())
    await pairs.forget_claims()
    engine = Engine()
    assert (await housekeeping(pairs, engine).send_unanswered()).count == 3
    assert {getattr(command, "group", "") for _, command in engine.sent} == {good}
    assert [(line["event"], line["command_id"]) for line in log] == [("unreadable row skipped", bad)]
    rows = {row.id: row for row in (await pairs.commands())["GroupMeeting"]}
    assert (rows[bad].answered_at, rows[good].status) == (None, 200)


async def test_the_answer_of_a_part_is_kept_even_if_its_group_cannot_be_read(
    pairs: Pairs, log: list[EventDict]
) -> None:
    group = await claim(pairs, "torn", pairs.log())
    backlog = SqlBacklog(pairs.worker, SqlClock(pairs.worker), COMMANDS)
    await pairs.forget_claims()
    parts = await backlog.unanswered(10)
    async with pairs.client.office.database.transaction() as connection:
        row = tables.commands.c
        await connection.execute(update(tables.commands).where(row.id == group).values(payload={}))
    engine = Engine()
    for part in parts:
        sent = await engine.update(part.workflow, part.command)
        await backlog.answer(part.command.id, sent)
    assert {line["command_id"] for line in log} == {group}
    assert all(row.status == 200 for row in (await pairs.commands())["LogGroupMeeting"])


async def test_a_command_that_cannot_be_read_is_named_and_left_to_a_person(
    pairs: Pairs, log: list[EventDict]
) -> None:
    bad = derive("command", "strange")
    async with pairs.client.office.database.transaction() as connection:
        await connection.execute(
            insert(tables.commands).values(
                id=bad,
                kind="DisputeMeeting",
                subject=pairs.ids[0],
                payload={"meeting": 7},
                fingerprint="f",
                actor={"id": SENDER.id, "role": "coordinator"},
                # the machine's clock: claims end by that of the database
                claimed_until=datetime.now(UTC) - timedelta(minutes=1),
            )
        )
    assert (await housekeeping(pairs, Engine()).send_unanswered()).count == 0
    assert [(line["kind"], line["command_id"]) for line in log] == [("DisputeMeeting", bad)]


async def test_an_application_that_cannot_be_read_holds_up_no_other(
    client: Client, log: list[EventDict]
) -> None:
    term = await open_term(client)
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    both = GOOD["applications"] + "ann,new_to_role,yes,2026-08-03\n"
    with pytest.raises(Unavailable):
        await roster(client, term, {**GOOD, "applications": both})
    row = tables.applications.c
    migrator = create_async_engine(client.office.settings.database_url("migrator"))
    async with migrator.begin() as connection:
        bad, good = (await connection.execute(select(row.id, row.relationship).order_by(row.id))).all()
        # the machine's clock: rows have that of the database
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        await connection.execute(update(tables.applications).values(created_at=long_ago))
        torn = update(tables.applications).where(row.id == bad.id)
        await connection.execute(torn.values(actor={}, created_at=long_ago - timedelta(hours=1)))
    await migrator.dispose()
    worker = Database(client.office.settings.database_url("worker"), size=2)
    starts = await SqlBacklog(worker, SqlClock(worker), COMMANDS).unstarted(10)
    await worker.close()
    assert [start.relationship for start in starts] == [good.relationship]
    assert [(line["kind"], line["command_id"]) for line in log] == [("application", bad.id)]
