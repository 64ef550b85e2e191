"""What goes out again, or is heard again, that no run of its own would bring: emails, and news for an order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update

from activities.adapters.postgres import tables
from domain.actors import SYSTEM, Role
from domain.ids import derive
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode, seal
from domain.person_changes import ChangeKind
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.api_gateway.conftest import Client
from tests.api_gateway.openings import record_command
from tests.api_gateway.test_person_changes import applied, backlog
from tests.api_gateway.test_visibility import put
from tests.domain.builders import START


async def test_an_email_about_an_end_waits_again_once_its_address_is_corrected(client: Client) -> None:
    person, relationship = await applied(client)
    async with client.engine.database.transaction() as connection:
        for id, kind in (("1" * 32, "application_refused"), ("2" * 32, "reminder")):
            row = {"id": id, "kind": kind, "subject": relationship, "seq": 9, "person": person, "region": ""}
            await connection.execute(tables.notices.insert().values(**row, data={}, status="refused"))
    async with client.office.database.transaction() as connection:
        change = {"person": person, "kind": "address", "day": date(2026, 9, 1)}
        await connection.execute(tables.person_changes.insert().values(**change))
    assert await backlog(client).reopen_refused() == 0, "the relationship runs and sends again itself"
    start = client.engine.started[-1]
    await _refused(client, start)
    assert await backlog(client).reopen_refused() == 1
    assert await statuses(client) == ["pending", "refused"]
    async with client.engine.database.transaction() as connection:
        row = tables.notices.c
        await connection.execute(update(tables.notices).where(row.id == "1" * 32).values(status="refused"))
    assert await backlog(client).reopen_refused() == 0, "one correction, one more try"


async def _refused(client: Client, start: RelationshipStart) -> None:
    id = workflow_id("relationship", start.relationship)
    client.engine.deciding[id] = partial(record_command, client.engine.database, start)
    path = f"/v1/relationships/{start.relationship}/refuse-application"
    answer = await client.send("coordinator", "POST", path, key="refuse", json={})
    assert answer.status_code == 200, answer.text


async def statuses(client: Client) -> list[str]:
    row = tables.notices.c
    async with client.engine.database.transaction() as connection:
        found = await connection.scalars(select(row.status).where(row.seq == 9).order_by(row.id))
        return list(found.all())


async def refused_notice(client: Client, subject: str, kind: str, code: str, **to: str) -> None:
    async with client.engine.database.transaction() as connection:
        row = {
            "id": derive(kind, code),
            "kind": kind,
            "subject": subject,
            "seq": 9,
            "person": "",
            "region": "",
        }
        await connection.execute(
            tables.notices.insert().values(**{**row, **to}, data={}, status="refused", code=code)
        )


async def changed(client: Client, person: str, kind: str) -> None:
    async with client.office.database.transaction() as connection:
        change = {"person": person, "kind": kind, "day": date(2026, 9, 1)}
        await connection.execute(tables.person_changes.insert().values(**change))


async def test_what_the_contacts_of_a_region_did_not_get_waits_again_once_an_address_is_corrected(
    client: Client,
) -> None:
    """C17: nobody else knows who the contacts of a region are when an email to them is refused."""
    person, relationship = await applied(client)
    await client.token("state office", Role.COORDINATOR)
    seat = {"person": person, "first": "2026-01-01"}
    answer = await client.send("state office", "POST", "/v1/regions/r1/contacts", key="seat", json=seat)
    assert answer.status_code in (200, 201), answer.text
    owed = derive("obligation")
    await refused_notice(client, owed, "stipend_sent", "smtp_550", region="r1")
    await refused_notice(client, relationship, "match_across_regions", "smtp_550", region="r1")
    await refused_notice(client, owed, "stipend_denied", "smtp_550", region="r2")
    await refused_notice(client, relationship, "task_for_region", "smtp_550", region="r1")
    await refused_notice(client, owed, "stipend_returned", "left", region="r1")
    assert await backlog(client).reopen_refused() == 0
    await changed(client, person, "address")
    assert await backlog(client).reopen_refused() == 2
    assert await backlog(client).reopen_refused() == 0, "one correction, one more try"
    assert await pending(client) == ["match_across_regions", "stipend_sent"]
    await changed(client, person, "left")
    assert await backlog(client).reopen_refused() == 1, "nobody has left, so the day was wrong"
    assert await pending(client) == ["match_across_regions", "stipend_returned", "stipend_sent"]


async def test_an_email_about_an_end_to_somebody_who_had_not_left_waits_again(client: Client) -> None:
    """C17: a wrong day of leaving is withdrawn after the end."""
    person, relationship = await applied(client)
    await refused_notice(client, relationship, "application_refused", "left", person=person)
    await _refused(client, client.engine.started[-1])
    await changed(client, person, "address")
    assert await backlog(client).reopen_refused() == 0, "the address was not the cause"
    await ended(client, person, date(2026, 9, 1))
    await changed(client, person, "left")
    assert await backlog(client).reopen_refused() == 0, "the person is gone"
    await ended(client, person, None)
    assert await backlog(client).reopen_refused() == 1
    assert await pending(client) == ["application_refused"]


async def ended(client: Client, person: str, day: date | None) -> None:
    async with client.office.database.transaction() as connection:
        row = tables.people
        await connection.execute(update(row).where(row.c.id == person).values(left_on=day))


async def pending(client: Client) -> list[str]:
    row = tables.notices.c
    async with client.engine.database.transaction() as connection:
        found = select(row.kind).where(row.status == "pending", row.seq == 9).order_by(row.kind)
        return list(await connection.scalars(found))


async def test_who_acted_on_an_order_concerns_it_where_entries_count_as_one(client: Client) -> None:
    """C60: payment staff with two entries; other news about them is no news for the order."""
    await applied(client)
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    ann = next(row["id"] for row in people if row["name"] == "Ann A")
    owed = {"id": "1" * 32, "mentor": derive("m"), "amount_minor": 100, "state": "due", "ended_at": None}
    order = {"id": "2" * 32, "obligation": "1" * 32, "attempt": 1, "amount_minor": 100, "state": "draft"}
    hands = {"maker": ann, "approver": None, "sender": None, "confirmer": None, "held_from": None}
    await put(
        client,
        (tables.obligations, {**owed, "accrued_at": START, "due_at": START, "closes_at": START}),
        (tables.orders, {**order, **hands, "prepared_at": START}),
        (tables.events, first_event("1" * 32)),
    )
    for kind in ("same_as", "address", "membership"):
        await changed(client, ann, kind)
    found = await backlog(client).undelivered_changes(9)
    assert [(each.stream, each.person, each.kind) for each in found] == [("1" * 32, ann, ChangeKind.SAME_AS)]


def first_event(stream: str) -> dict[str, Any]:
    cause, kind = Cause(command=derive("first", stream)), Kind.OBLIGATION
    event = Envelope(
        type="ObligationAccrued", origin="test/1", stream=stream, kind=kind, seq=1, prev=FIRST_PREV, actor=SYSTEM,
        decided_at=START, cause=cause, body={},
    )  # fmt: skip
    encoded = encode(event)
    row = {
        "stream": stream,
        "seq": 1,
        "kind": kind.value,
        "rel": None,
        "type": event.type,
        "prev": event.prev,
    }
    now = datetime.now(UTC)
    return {
        **row,
        "hash": seal(encoded),
        "bytes": encoded,
        "command": cause.command,
        "step": 1,
        "recorded_at": now,
    }
