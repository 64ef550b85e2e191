"""The process that does the work of imports beside the gateway: it answers the same, and it may be killed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest
import pytest_asyncio

from activities.errors import Unavailable
from api_gateway.app import create_app, make_office
from api_gateway.services.imports.process import ImportProcess
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, counted, propose, take_over


@pytest_asyncio.fixture
async def beside(client: Client) -> AsyncIterator[tuple[Client, ImportProcess]]:
    """Yield the same client, and the process to which its office gives the work of imports."""
    work = ImportProcess(client.office.settings)
    office = make_office(client.office.settings, client.engine, work)
    office = replace(office, tokens=client.office.tokens, facts=client.office.facts)
    transport = httpx.ASGITransport(app=create_app(office))
    async with httpx.AsyncClient(transport=transport, base_url=client.office.settings.public_url) as http:
        other = Client(http, office, client.engine)
        other._tokens = client._tokens
        yield other, work
        await other.close()
    await work.stop()
    await office.database.close()


def pid_of(work: ImportProcess) -> int:
    assert work._child is not None
    return work._child._process.pid


async def called(work: ImportProcess) -> None:
    """Return when the process has been called and has not answered."""
    while work._child is None or not work._child._waiting:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.02)


def without_ids(proposal: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in proposal.items() if name != "id"}


async def test_a_proposal_is_the_same_from_the_process_and_lands_from_there(
    client: Client, beside: tuple[Client, ImportProcess]
) -> None:
    term = await open_term(client)
    here = (await propose(client, term, GOOD, key="here")).json()
    there = await propose(beside[0], term, GOOD, key="there")
    assert there.headers["location"] == f"/v1/imports/{there.json()['id']}"
    assert without_ids(there.json()) == without_ids(here)
    ready = await answer(beside[0], there.json())
    assert ready == (await client.send("admin", "GET", f"/v1/imports/{ready['id']}")).json()
    done = (await take_over(beside[0], ready)).json()
    assert (done["state"], done["people"], done["counts"]["new"]) == ("done", 2, 6)
    assert await counted(client, "people", "memberships") == {"people": 2, "memberships": 2}


async def test_a_refusal_comes_out_of_the_process_with_its_words(
    client: Client, beside: tuple[Client, ImportProcess]
) -> None:
    sent = {"key": "x", "data": {"association": "nobody"}, "files": {"people": ("p.csv", b"key\na\n")}}
    here, there = [await each.send("admin", "POST", "/v1/imports", **sent) for each in (client, beside[0])]
    assert (there.status_code, there.json()["code"]) == (404, "unknown_association")
    assert there.json()["detail"] == here.json()["detail"]


async def test_a_killed_process_is_503_at_once_and_the_same_key_succeeds_with_the_next(
    beside: tuple[Client, ImportProcess],
) -> None:
    client, work = beside
    term = await open_term(client)
    await work.start()
    os.kill(pid_of(work), signal.SIGSTOP)
    sent = asyncio.create_task(propose(client, term, GOOD))
    await called(work)
    os.kill(pid_of(work), signal.SIGKILL)
    away = await sent
    assert (away.status_code, away.json()["code"]) == (503, "imports_unavailable")
    assert away.headers["retry-after"]
    assert (await propose(client, term, GOOD)).status_code == 201


async def test_a_landing_whose_process_is_killed_is_landed_by_the_next_once(
    beside: tuple[Client, ImportProcess],
) -> None:
    client, work = beside
    term = await open_term(client)
    ready = await answer(client, (await propose(client, term, GOOD)).json())
    path, body = f"/v1/imports/{ready['id']}/take-over", {"digest": ready["digest"]}
    begun = await client.send("admin", "POST", path, key="t", json=body)
    async with client.office.take_overs._rows.landing():
        landing = asyncio.create_task(client.office.take_overs.land_next())
        await called(work)
        os.kill(pid_of(work), signal.SIGKILL)
        with pytest.raises(Unavailable):
            await landing
    assert await counted(client, "people") == {"people": 0}
    assert await client.office.take_overs.land_next()
    assert (await client.send("admin", "GET", begun.headers["location"])).json()["state"] == "done"
    assert await counted(client, "people", "applications") == {"people": 2, "applications": 1}
