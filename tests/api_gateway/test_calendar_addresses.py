"""The address of a calendar: who has it reads it without a token, and once it is revoked nobody does."""

import json

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.at_door import DOOR
from tests.api_gateway.conftest import Client, add_entry
from tests.api_gateway.test_people import pair

PATH = "/v1/people/me/calendar-address"


async def made(client: Client, who: str, key: str = "make") -> str:
    answer = await client.send(who, "POST", PATH, key=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["address"])


async def test_an_address_shows_the_calendar_without_a_token_until_it_is_revoked(client: Client) -> None:
    """C23."""
    await pair(client)
    address = await made(client, "own mentor")
    own = await client.send("own mentor", "GET", "/v1/people/me/calendar")
    shown = await client.get(address)
    assert (shown.status_code, shown.text) == (200, own.text)
    assert "BEGIN:VEVENT" in shown.text
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == (
        "text/calendar; charset=utf-8",
        "private, no-store",
    )
    ended = await client.send("own mentor", "DELETE", PATH, key="end")
    assert ended.status_code == 200
    for gone in (address, address.replace(".ics", "x.ics"), f"{DOOR}/v1/calendar/x.ics"):
        answer = await client.get(gone)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert address.rsplit("/", 1)[-1] not in answer.text
    again = await client.send("own mentor", "DELETE", PATH, key="end again")
    assert (again.status_code, again.json()["code"]) == (404, "unknown_calendar_address")


async def test_a_new_address_ends_the_one_before_and_a_repeated_request_shows_no_secret(
    client: Client,
) -> None:
    """C23."""
    first, second = await made(client, "mentee", "a"), await made(client, "mentee", "b")
    assert [(await client.get(each)).status_code for each in (first, second)] == [404, 200]
    repeated = await client.send("mentee", "POST", PATH, key="b")
    assert (repeated.status_code, repeated.json()["address"]) == (201, None)
    assert (await client.get(second)).status_code == 200


async def test_the_secret_is_kept_nowhere_and_each_change_is_an_event(client: Client) -> None:
    """C23."""
    address = await made(client, "mentee")
    await client.send("mentee", "DELETE", PATH, key="end")
    secret = address.rsplit("/", 1)[-1].removesuffix(".ics")
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        commands = (await connection.execute(select(tables.commands))).mappings().all()
        addresses = (await connection.execute(select(tables.calendar_addresses))).mappings().all()
        kinds = ("CalendarAddressMade", "CalendarAddressRevoked")
        wanted = select(tables.events.c.type, tables.events.c.bytes).where(tables.events.c.type.in_(kinds))
        events = (await connection.execute(wanted.order_by(tables.events.c.seq))).all()
    await owner.close()
    assert secret not in str(commands) + str(addresses) + str(events)
    assert [event.type for event in events] == list(kinds)
    for event in events:
        body = json.loads(bytes(event.bytes))
        assert body["body"] == {"person": derive("p", "mentee")}
        assert body["actor"]["id"] == derive("p", "mentee")


@pytest.mark.parametrize("over", [False, True])
async def test_a_calendar_shows_the_work_of_staff_only_while_the_grant_is_live(
    client: Client, over: bool
) -> None:
    """C23: an address that never ends must not keep a right that has ended."""
    await add_entry(client, derive("p", "coordinator"))
    address = await made(client, "coordinator")
    secret = address.rsplit("/", 1)[-1].removesuffix(".ics")
    if over:
        path = f"/v1/grants?person={derive('p', 'coordinator')}"
        [grant] = (await client.send("admin", "GET", path)).json()["data"]
        assert (await client.send("admin", "POST", f"/v1/grants/{grant['id']}/end")).status_code == 200
    holder = await client.office.calendar_addresses.holder(secret)
    assert holder is not None
    expected = ((Role.COORDINATOR,), ("r1",)) if not over else ((Role.PARTICIPANT,), ())
    assert (holder.roles, holder.regions) == expected
