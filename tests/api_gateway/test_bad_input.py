"""Input that is refused before it does harm: invalid characters, endless bodies, dates in the wrong order."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, insert, select, text

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.app import create_app
from domain.ids import derive, x_stream
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, propose, take_over
from tests.api_gateway.test_api import LOG, MEETING, PAIR
from tests.conftest import PROGRAM


async def a_person(client: Client, key: str = "person") -> str:
    body = {"name": "A", "email": "a@example.org", "role_title": "principal", "region": "r1"}
    answer = await client.send("admin", "POST", "/v1/people", key=key, json=body)
    return str(answer.json()["person"])


async def put_claim(client: Client, owed: str, now: datetime) -> None:
    """Insert the rows of a relationship with a claim, without the events that the journal's triggers require."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    rows = {
        tables.relationships: {"id": PAIR, "opened_at": now, "stage_since": now},
        tables.claims: {"id": "f" * 32, "relationship": PAIR, "obligation": owed, "due_at": now},
    }
    async with owner.transaction() as connection:
        for table, values in rows.items():
            await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            blank = {column.name: _blank(column) for column in table.c if not column.nullable}
            await connection.execute(insert(table).values({**blank, **values}))
    await owner.close()


def _blank(column: Column[Any]) -> Any:
    return {str: "", int: 1, bool: False}.get(column.type.python_type)


async def test_a_nul_character_is_refused(client: Client) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(["2026-01-01T00:00:00+00:00", "\x00"]).encode())
    for method, path, code in (
        ("POST", "/v1/relationships/%00/log-meeting", "bad_character"),
        ("GET", "/v1/relationships?status=%00", "bad_character"),
        ("GET", f"/v1/people?after={cursor.decode()}", "bad_cursor"),
    ):
        answer = await client.send("admin", method, path)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


def hand_made(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


ID = "9f2c" * 8
CURSORS = (
    hand_made("2026-01-01T00:00:00", ID),
    hand_made("2026-01-01T00:00:00+00:00", ID),
    hand_made("0001-01-01T00:00:00+23:00", ID),
    hand_made("9999-12-31T23:59:59-23:00", ID),
    hand_made("2026-01-01T00:00:00.000000Z", "\ud800"),
    hand_made("2026-01-01T00:00:00.000000Z", "\x00"),
    hand_made("2026-01-01T00:00:00.000000Z", 7),
    hand_made("2026-01-01T00:00:00.000000Z"),
    hand_made(2026, ID),
    hand_made(),
    base64.urlsafe_b64encode(b"[" * 40_000).decode(),
    "7",
    "%C3%A9",
)


# C69: values at the edges of time and cursors that no answer contained.
async def test_a_cursor_that_was_made_by_hand_is_refused_on_every_list(client: Client) -> None:
    paths = create_app(client.office).openapi()["paths"]
    lists = [path for path, found in paths.items() if "after" in str(found.get("get", {}).get("parameters"))]
    assert len(lists) >= 8
    for path in lists:
        for cursor in CURSORS:
            answer = await client.send("auditor", "GET", f"{path}?after={cursor}")
            if answer.status_code == 403:
                answer = await client.send("admin", "GET", f"{path}?after={cursor}")
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor"), (path, cursor)


@pytest.mark.parametrize(
    "year", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-06-01T00:00:00Z"]
)
async def test_an_instant_of_a_year_that_nobody_means_is_refused(client: Client, year: str) -> None:
    meeting = await client.send("mentee", "POST", LOG, json={**MEETING, "began_at": year})
    assert meeting.status_code == 422
    assert "is not from 1900 to 2100" in meeting.json()["errors"][0]["detail"]
    for path in (
        f"/v1/relationships/{ID}/history",
        f"/v1/obligations/{ID}/history",
        f"/v1/term-regions/{ID}/history",
    ):
        answer = await client.send("admin", "GET", path, params={"at": year})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path
    assert client.engine.sent == []


async def test_a_term_that_ends_in_9999_is_refused(client: Client) -> None:
    body = {"program": PROGRAM, "name": "t", "first": "2026-08-01", "last": "9999-12-31"}
    answer = await client.send("admin", "POST", "/v1/terms", key="term", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/last"
    assert client.engine.terms == []


async def test_a_body_without_a_length_is_counted_as_it_arrives(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    answer = await client.send(
        "mentee", "POST", LOG, content=endless(), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("instant", [1793631600, "1793631600", "2026-11-02"])
async def test_an_instant_must_be_written_in_full(client: Client, instant: Any) -> None:
    answer = await client.send("mentee", "POST", LOG, json={**MEETING, "began_at": instant})
    assert answer.status_code == 422
    assert client.engine.sent == []


async def test_dates_must_be_in_order(client: Client) -> None:
    person = await a_person(client)
    backwards = {"first": "2026-02-01", "last": "2026-01-01"}
    for path, body, status in (
        (f"/v1/people/{person}/memberships", {"membership": "active", **backwards}, 422),
        ("/v1/regions/r1/contacts", {"person": person, **backwards}, 422),
        (f"/v1/people/{person}/memberships", {"membership": "active", "first": "2026-02-01"}, 201),
        (f"/v1/people/{person}/membership-end", {"last": "2026-01-01"}, 409),
        ("/v1/conflicts", {"person": person, "other": person, "kind": "kin"}, 409),
    ):
        answer = await client.send("admin", "POST", path, key=f"{path}{status}", json=body)
        assert answer.status_code == status, answer.text


async def test_an_unknown_supervisor_is_named(client: Client) -> None:
    body = {"name": "A", "email": "a@example.org", "role_title": "principal", "region": "r1"}
    answer = await client.send("admin", "POST", "/v1/people", json={**body, "supervisor": "e" * 32})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_supervisor")


@pytest.mark.parametrize(
    ("part", "cells", "code", "rows"),
    [
        ("mentors", "key,capacity,trained_on\nann," + "9" * 5000 + ",2025-01-01\n", "cell_too_long", [2]),
        ("people", 'key,"' + "x" * 200_000 + '"\n', "unreadable_row", [1]),
        (
            "memberships",
            "key,membership,first,last\nann,a,2026-02-01,2026-01-01\n",
            "ends_before_it_begins",
            [2],
        ),
        ("memberships", "key,membership,first,last\nann,a,20260201,\n", "bad_date", [2]),
    ],
)
async def test_invalid_cells_are_reported_with_their_lines(
    client: Client, part: str, cells: str, code: str, rows: list[int]
) -> None:
    proposal = (await propose(client, await open_term(client), {**GOOD, part: cells})).json()
    assert (f"{part}.csv", code, rows) in [
        (refused["file"], refused["code"], refused["rows"]) for refused in proposal["refused"]
    ]
    assert (await take_over(client, proposal)).json()["code"] == "rows_refused"


async def test_a_refusal_about_money_is_recorded_beside_the_relationship_that_claimed_first(
    client: Client,
) -> None:
    owed, now = "d" * 32, datetime(2026, 11, 2, tzinfo=UTC)
    await put_claim(client, owed, now)
    client.engine.refuse("approves_own_order")
    answer = await client.send("payment", "POST", f"/v1/obligations/{owed}/submit-order", json={})
    assert answer.status_code == 403
    async with client.office.database.transaction() as connection:
        streams = set(
            await connection.scalars(
                select(tables.events.c.stream).where(tables.events.c.type == "CommandRefused")
            )
        )
    assert streams == {x_stream(PAIR)}


async def test_the_sender_of_a_command_can_ask_for_its_status(client: Client) -> None:
    await client.send("mentee", "POST", LOG, key="mine", json=MEETING)
    found = await client.send("mentee", "GET", "/v1/commands/mine")
    assert (found.json()["kind"], found.json()["status"]) == ("LogMeeting", 200)
    assert found.json()["id"] == derive("command", derive("p", "mentee"), "mine")
    assert (await client.send("admin", "GET", "/v1/commands/mine")).status_code == 404
