"""Documents of commands: deleted after any refusal, and kept while a command is pending or on record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer, Sent
from domain.messages import Command, Receipt
from tests.api_gateway.confidential import SECRET, side_events
from tests.api_gateway.conftest import Client
from tests.api_gateway.form_pairs import Pair
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_forms import SCHEDULE, pair
from tests.domain.builders import MENTOR
from workers.assembly import COMMANDS

__all__ = ["pair"]
AWAY = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
SUBMISSION = {"form": "meeting_schedule", "answers": SCHEDULE}


class Workflows:
    """Workflows as housekeeping reaches them: they accept a command, refuse it, or have ended."""

    def __init__(self, refuses: str = "", pair: Pair | None = None, *, gone: bool = False) -> None:
        self._refuses, self._pair, self._gone = refuses, pair, gone

    async def update(self, id: str, command: Command) -> Sent:
        if self._gone:
            return Sent(answer=Answer.GONE)
        if self._refuses:
            return Sent(answer=Answer.REFUSED, code=self._refuses)
        if self._pair is not None:
            return Sent(answer=Answer.TAKEN, receipt=await self._pair.answer(command))
        receipt = Receipt(command=command.id, stream="a" * 32, seq=9, hash="b" * 64, state="ended")
        return Sent(answer=Answer.TAKEN, receipt=receipt)

    async def start(self, *_: Any, **__: Any) -> None:
        raise AssertionError("nothing is started here")

    async def signal(self, *_: Any) -> bool:
        raise AssertionError("nothing is signaled here")


async def stored_forms(client: Client) -> list[str]:
    """Return the form of every stored document."""
    async with client.office.database.transaction() as connection:
        return list(await connection.scalars(select(tables.documents.c.form)))


async def run_housekeeping(client: Client, workflows: Workflows) -> None:
    """Run one round of housekeeping, long after the gateway stopped."""
    database = Database(client.office.settings.database_url("worker"), size=2)
    chores = HousekeepingActivities(SqlBacklog(database, SqlClock(database), COMMANDS), workflows, workflows)
    async with database.transaction() as connection:
        # the machine's clock: claims end by that of the database
        past = datetime.now(UTC) - timedelta(minutes=1)
        await connection.execute(update(tables.commands).values(claimed_until=past))
    assert (await chores.send_unanswered()).count == 1
    await database.close()


async def test_a_refused_form_leaves_no_document_however_often_it_is_sent(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}/submit-form"
    assert (await client.send("mo", "POST", path, json=SUBMISSION)).status_code == 200
    for _ in range(2):
        again = await client.send("mo", "POST", path, key="2", json=SUBMISSION)
        assert (again.status_code, again.json()["code"]) == (409, "already_submitted")
        assert await stored_forms(client) == ["meeting_schedule"]
    other = {**SUBMISSION, "answers": {"meetings": [{"on": "2026-09-08"}]}}
    assert (await client.send("mo", "POST", path, key="2", json=other)).status_code == 422
    assert await stored_forms(client) == ["meeting_schedule"]  # the accepted one


async def test_a_refused_statement_is_not_kept(client: Client) -> None:
    async with recorded_pair(client) as one:
        await one.signed()
        client.engine.refuse("unknown_complaint", "about")
        body = {"about": "conduct", "statement": SECRET}
        answer = await client.send("the mentee", "POST", f"{one.path}/open-complaint", json=body)
        assert (answer.status_code, await stored_forms(client)) == (409, [])


@pytest.mark.parametrize(("refuses", "left"), [("already_submitted", 0), ("", 1)])
async def test_a_document_is_kept_while_its_command_is_pending(
    client: Client, pair: Pair, refuses: str, left: int
) -> None:
    client.engine.raises = AWAY
    path = f"/v1/relationships/{pair.id}/submit-form"
    assert (await client.send("mo", "POST", path, json=SUBMISSION)).status_code == 503
    assert len(await stored_forms(client)) == 1
    await run_housekeeping(client, Workflows(refuses, pair))
    assert len(await stored_forms(client)) == left


async def test_a_refusal_of_what_is_on_record_removes_nothing(client: Client, pair: Pair) -> None:
    client.engine.raises = AWAY
    path = f"/v1/relationships/{pair.id}/submit-form"
    await client.send("mo", "POST", path, json=SUBMISSION)
    [command] = [command for _, _, command in client.engine.sent[-1:]]
    await pair.answer(command)  # recorded; then its answer was lost and its workflow ended
    await run_housekeeping(client, Workflows("relationship_ended"))
    assert len(await stored_forms(client)) == 1
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    with pytest.raises(DBAPIError, match="the journal names document"):
        async with engine.begin() as connection:
            await connection.execute(text("delete from documents.documents"))
    await engine.dispose()


async def test_a_private_reason_is_kept_if_housekeeping_finishes_the_ending(client: Client) -> None:
    async with recorded_pair(client) as one:
        await interrupted(client, one)
        assert await side_events(client, one) == []
        await run_housekeeping(client, Workflows())
        own = await client.send("the mentee", "GET", f"{one.path}/private-reason")
        assert own.json() == {"private_reason": SECRET}
        [added, read] = await side_events(client, one)
        assert (added["type"], read["type"]) == ("SealedRecordAdded", "SealedRecordRead")
        assert added["docs"][0]["form"] == "sealed"
        assert added["body"] == {"document": added["docs"][0]["doc"]}


async def test_a_private_reason_is_deleted_if_housekeeping_receives_a_refusal(client: Client) -> None:
    async with recorded_pair(client) as one:
        await interrupted(client, one)
        await run_housekeeping(client, Workflows("unknown_reason"))
        assert await stored_forms(client) == []
        assert await side_events(client, one) == []


async def interrupted(client: Client, one: RecordedPair) -> None:
    """End the relationship as the mentee with a private reason; the gateway dies before the answer."""
    await one.signed()
    client.engine.raises = AWAY
    body = {"reason": "no_fault", "private_reason": SECRET}
    answer = await client.send("the mentee", "POST", f"{one.path}/end-relationship", json=body)
    assert answer.status_code == 503


async def test_a_relationship_that_housekeeping_finds_ended_is_reported_by_a_documented_code(
    client: Client,
) -> None:
    async with recorded_pair(client) as one:
        await interrupted(client, one)
        await run_housekeeping(client, Workflows(gone=True))
        body = {"reason": "no_fault", "private_reason": SECRET}
        answer = await client.send("the mentee", "POST", f"{one.path}/end-relationship", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "relationship_ended")
        assert (await client.send("", "GET", answer.json()["type"])).status_code == 200
        assert await stored_forms(client) == []


async def test_a_draft_that_housekeeping_submitted_is_no_longer_a_draft(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}"
    draft = f"{path}/forms/meeting_schedule"
    await client.send("mo", "PUT", draft, json={"answers": SCHEDULE}, headers={"If-Match": '"0"'})
    async with client.office.database.transaction() as connection:
        before = pair.now - timedelta(hours=1)
        await connection.execute(update(tables.drafts).values(saved_at=before))
    client.engine.raises = AWAY
    await client.send("mo", "POST", f"{path}/submit-form", json={"form": "meeting_schedule"})
    assert (await client.send("mo", "GET", draft)).json()["answers"] == SCHEDULE
    await run_housekeeping(client, Workflows(pair=pair))
    [filed] = pair.state.filed
    assert filed.person == MENTOR.id
    submitted = await client.send("mo", "GET", f"{path}/documents/{filed.document}")
    assert submitted.json()["answers"] == SCHEDULE
    assert (await client.send("mo", "GET", draft)).json()["answers"] == {}
