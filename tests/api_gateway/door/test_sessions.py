"""A session at the door: half an hour without a request, twelve hours, an end by its person or by staff."""

from typing import Any

import pytest_asyncio
from sqlalchemy import select, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes, enter
from tests.api_gateway.door.conftest import Visit, address_of
from tests.api_gateway.door.test_codes import owner
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import COORDINATOR, MENTOR

SESSION = tables.door_sessions.c


@pytest_asyncio.fixture
async def signed_in(pair: LivePair, visit: Visit, client: Client, worker: Database) -> Visit:
    """Return the mentor's browser, which is signed in."""
    assert await enter(visit, Codes(client, worker), address_of(MENTOR.id)) == "/my"
    return visit


async def change(client: Client, **values: Any) -> None:
    """Change the rows of all sessions."""
    await owner(client, update(tables.door_sessions).values(**values))


async def test_a_session_ends_after_half_an_hour_without_a_request(signed_in: Visit, client: Client) -> None:
    await change(client, used_at=SESSION.used_at - text("interval '29 minutes'"))
    assert (await signed_in.get("/my")).status_code == 200
    await change(client, used_at=SESSION.used_at - text("interval '29 minutes'"))
    assert (await signed_in.get("/my")).status_code == 200  # the request before was use of it
    await change(client, used_at=SESSION.used_at - text("interval '31 minutes'"))
    assert (await signed_in.get("/my")).headers["location"] == "/code"


async def test_a_session_ends_twelve_hours_after_it_began(signed_in: Visit, client: Client) -> None:
    for hours, status in ((11, 200), (1, 303)):
        ago = SESSION.created_at - text(f"interval '{hours} hours'")
        await change(client, created_at=ago)
        assert (await signed_in.get("/my")).status_code == status


async def test_who_signs_out_is_out_at_once(signed_in: Visit, client: Client) -> None:
    form = form_to((await signed_in.get("/my")).text, "/my/sign-out")
    cookies = dict(signed_in.http.cookies)
    foreign = await signed_in.post("/my/sign-out", form.filled(), **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert (await signed_in.post("/my/sign-out", {"csrf": "x"})).status_code == 403
    answer = await signed_in.post("/my/sign-out", form.filled())
    assert answer.headers["location"] == "/signed-out"
    assert "storage" in answer.headers["clear-site-data"]
    assert "You are signed out" in (await signed_in.get("/signed-out")).text
    signed_in.http.cookies.update(cookies)
    assert (await signed_in.get("/my")).status_code == 303


async def test_a_session_that_staff_ended_is_dead_at_the_next_request(
    signed_in: Visit, client: Client
) -> None:
    assert await client.office.writes.sessions.end_all(MENTOR.id, COORDINATOR, derive("end")) == 1
    assert (await signed_in.get("/my")).status_code == 303
    async with client.office.database.transaction() as connection:
        row = (await connection.execute(select(SESSION.ended_at, SESSION.ended_by))).one()
    assert row.ended_at is not None
    assert row.ended_by == COORDINATOR.id


async def test_no_row_has_the_cookie_of_a_session(signed_in: Visit, client: Client) -> None:
    async with client.office.database.transaction() as connection:
        rows = str((await connection.execute(select(tables.door_sessions))).all())
    assert signed_in.http.cookies["my"] not in rows
