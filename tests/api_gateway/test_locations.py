"""A 201 names something that exists; a 202 names something that will exist."""

import ast
from typing import Any

from sqlalchemy import select
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from api_gateway.app import API
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster
from workers.settings import REPOSITORY

STARTS = {"/applications", "/imports", "/imports/{id}/take-over"}
"""Routes whose 201 names an address."""


async def applying(client: Client) -> dict[str, Any]:
    """Return the body of an application for a person of the roster."""
    term = await open_term(client)
    await roster(client, term, {name: GOOD[name] for name in ("people", "memberships")})
    async with client.office.database.transaction() as connection:
        ben = await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ben B"))
    return {"person": ben, "term": term, "reason": "new_to_role", "applied_on": "2026-08-03"}


async def test_the_location_of_an_application_answers_at_once(client: Client) -> None:
    made = await client.send("coordinator", "POST", "/v1/applications", json=await applying(client))
    assert made.status_code == 201
    found = await client.send("coordinator", "GET", made.headers["location"])
    assert (found.status_code, found.json()["id"]) == (200, made.json()["relationship"])


async def test_the_location_of_an_import_and_that_of_its_operation_answer_at_once(client: Client) -> None:
    made = await propose(client, await open_term(client), GOOD)
    found = await client.send("admin", "GET", made.headers["location"])
    assert (found.status_code, found.json()) == (200, made.json())
    ready = await answer(client, made.json())
    path = f"/v1/imports/{ready['id']}/take-over"
    begun = await client.send("admin", "POST", path, json={"digest": ready["digest"]})
    assert begun.status_code == 202
    found = await client.send("admin", "GET", begun.headers["location"])
    assert (found.status_code, found.json()["state"]) == (200, "running")


async def test_while_the_engine_is_unavailable_an_application_is_accepted_but_not_yet_created(
    client: Client,
) -> None:
    body = await applying(client)
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    kept = await client.send("coordinator", "POST", "/v1/applications", key="away", json=body)
    assert kept.status_code == 202
    assert kept.headers["location"] == f"/v1/relationships/{kept.json()['relationship']}"
    assert (await client.send("coordinator", "GET", kept.headers["location"])).status_code == 404
    client.engine.raises = None
    again = await client.send("coordinator", "POST", "/v1/applications", key="away", json=body)
    assert (again.status_code, again.json()) == (202, kept.json()), "the same key gets the same answer"
    once_more = await client.send("coordinator", "POST", "/v1/applications", key="back", json=body)
    assert (once_more.status_code, once_more.json()) == (201, kept.json())
    assert (await client.send("coordinator", "GET", kept.headers["location"])).status_code == 200


async def test_an_opening_that_takes_too_long_is_accepted_but_not_yet_created(client: Client) -> None:
    body = await applying(client)
    client.engine.opens, client.office.starter.patience = False, 0.1
    kept = await client.send("coordinator", "POST", "/v1/applications", json=body)
    assert (kept.status_code, kept.headers["location"]) == (
        202,
        f"/v1/relationships/{kept.json()['relationship']}",
    )
    assert len(client.engine.started) == 1


def test_each_route_that_names_an_address_is_tested_here() -> None:
    accepting = {
        route.path for part in API for route in part.router.routes if 202 in getattr(route, "responses", {})
    }
    naming = [
        node
        for file in (REPOSITORY / "api_gateway" / "api").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(), str(file)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "once" and len(node.args) > 1
    ]
    assert accepting == {"/applications"}
    assert len(naming) == len(STARTS), (
        "a route that names an address states what it answers before the address exists"
    )
