"""Writes of the gateway itself happen once per key, even where the first request was interrupted."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.writes import commands
from activities.adapters.postgres.writes.commands import Claimed, KeyClaim
from activities.adapters.postgres.writes.imports import StoredImport
from api_gateway.services.imports.proposals import Proposed
from api_gateway.services.problem import Problem
from api_gateway.services.send_command import given_before
from domain.actors import Actor, Role
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, propose
from tests.api_gateway.test_api import side_codes
from tests.api_gateway.test_bad_input import a_person
from tests.conftest import PROGRAM


@pytest.mark.parametrize(
    ("kept", "status", "told"),
    [("other_region", 404, "not_found"), ("not_a_participant", 403, None), ("relationship_ended", 409, None)],
)
def test_a_refusal_that_housekeeping_kept_is_reported_as_the_gateway_reports_it(
    kept: str, status: int, told: str | None
) -> None:
    stored = Claimed(claim=KeyClaim.ANSWERED, status=409, answer={"status": 409, "code": kept})
    with pytest.raises(Problem) as refused:
        given_before(stored)
    assert (refused.value.status, refused.value.code) == (status, told or kept)
    assert refused.value.headers["Idempotency-Replayed"] == "true"


async def count(client: Client, table: Any) -> int:
    async with client.office.database.transaction() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


def writes(person: str, other: str) -> list[tuple[str, dict[str, Any], Any]]:
    program = PROGRAM
    return [
        ("/v1/regions", {"code": "r7", "name": "R", "program": program}, tables.regions),
        ("/v1/regions/r1/contacts", {"person": person, "first": "2026-01-01"}, tables.region_contacts),
        (
            "/v1/terms",
            {"program": program, "name": "n", "first": "2026-08-01", "last": "2027-06-30"},
            tables.terms,
        ),
        (
            "/v1/people",
            {"name": "B", "email": "b@example.org", "role_title": "principal", "region": "r1"},
            tables.people,
        ),
        (
            f"/v1/people/{person}/memberships",
            {"membership": "active", "first": "2020-01-01"},
            tables.memberships,
        ),
        ("/v1/mentors", {"person": person, "capacity": 2}, tables.mentors),
        ("/v1/conflicts", {"person": person, "other": other, "kind": "family"}, tables.conflicts),
    ]


@pytest.mark.parametrize("interrupted", [False, True])
async def test_the_same_key_writes_once_and_answers_the_same(client: Client, interrupted: bool) -> None:
    """Check both cases; when interrupted, everything was written, but the answer and the claim on its row were lost."""
    person, other = await a_person(client), await a_person(client, "other")
    for path, body, table in writes(person, other):
        before = await count(client, table)
        first = await client.send("admin", "POST", path, key=path, json=body)
        if interrupted:
            async with client.office.database.transaction() as connection:
                now = datetime.now(UTC)  # the machine's clock: claims end by that of the database
                await connection.execute(tables.commands.update().values(answered_at=None, claimed_until=now))
        again = await client.send("admin", "POST", path, key=path, json=body)
        assert (first.status_code, again.status_code) == (201, 201), again.text
        # What was before and is now is shown once, and not stored.
        first_time, repeated = ({**each.json(), "changes": None} for each in (first, again))
        assert first_time == repeated
        assert ("idempotency-replayed" in again.headers) is not interrupted
        assert await count(client, table) == before + 1, path


async def test_other_content_under_the_same_key_is_refused(client: Client) -> None:
    person = await a_person(client)
    path = f"/v1/people/{person}/memberships"
    await client.send("admin", "POST", path, json={"membership": "active", "first": "2020-01-01"})
    other = await client.send("admin", "POST", path, json={"membership": "active", "first": "2021-01-01"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert await count(client, tables.memberships) == 1


async def test_a_refused_write_is_recorded_and_stays_refused(client: Client) -> None:
    term = await open_term(client)
    body = {"person": "e" * 32, "term": term, "reason": "new_to_role", "applied_on": "2026-08-03"}
    for replayed in (False, True):
        refused = await client.send("mentee", "POST", "/v1/applications", key="mine", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_application")
        assert ("idempotency-replayed" in refused.headers) is replayed
    assert await side_codes(client) == ["not_your_application"]


async def test_the_same_roster_under_the_same_key_is_one_import(client: Client) -> None:
    term = await open_term(client)
    first, again = await propose(client, term, GOOD), await propose(client, term, GOOD)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    other = await propose(client, term, {**GOOD, "mentors": "key,capacity,trained_on\nann,3,2025-01-01\n"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_an_import_that_outlasts_its_claim_is_not_begun_a_second_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    term, begun = await open_term(client), []
    read = client.office.proposals.propose

    async def slow(stored: StoredImport) -> Proposed:
        begun.append(stored.id)
        await asyncio.sleep(1.5)
        return await read(stored)

    monkeypatch.setattr(commands, "CLAIM", timedelta(seconds=0.6))
    monkeypatch.setattr(client.office.proposals, "propose", slow)
    first = asyncio.create_task(propose(client, term, GOOD))
    await asyncio.sleep(1)
    meanwhile = await propose(client, term, GOOD)
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "in_flight")
    assert (await first).status_code == 201
    assert len(begun) == 1
    assert (await propose(client, term, GOOD)).headers["idempotency-replayed"] == "true"


async def test_a_request_that_ended_without_an_answer_is_no_work_of_the_office(client: Client) -> None:
    """Its row waits for the sender alone, perhaps for ever; the demo's clock does not wait for it."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    work, intake = SqlOpenWork(owner, client.office.clock), client.office.intake
    actor = Actor(id="a" * 32, role=Role.ADMIN)
    for id, kind, subject in (("1" * 32, "ProposeImport", ""), ("2" * 32, "LogMeeting", "c" * 32)):
        await intake.claim(id, kind=kind, subject=subject, payload={}, fingerprint="f", actor=actor)
    assert await work.open_work() == 2
    await intake.release("1" * 32)
    await intake.release("2" * 32)  # housekeeping sends this one again
    assert await work.open_work() == 1
    [item] = await work.open_items()
    assert item.startswith(f"command LogMeeting {'2' * 32} since ")
    await owner.close()
