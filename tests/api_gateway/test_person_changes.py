"""A change about a person reaches each open stream once, also after a kill before the delivery is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from domain.actors import SYSTEM, Role
from domain.ids import derive
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode, seal
from domain.person_changes import ChangeKind, HearPersonChange, begins_everywhere
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.openings import record_command
from tests.api_gateway.person_change_runs import Killed, Runs, backlog, chores
from tests.api_gateway.test_api import GOOD, roster
from tests.api_gateway.test_visibility import put
from tests.conftest import NOW
from tests.domain.builders import START


async def applied(client: Client) -> tuple[str, str]:
    """Import an applicant without a membership; return the person and the relationship."""
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"], "applications": GOOD["applications"]})
    start = client.engine.started[-1]
    return start.mentee, start.relationship


async def joins(client: Client, person: str, key: str = "joins") -> None:
    body = {"membership": "active", "first": "2020-01-01"}
    answer = await client.send("admin", "POST", f"/v1/people/{person}/memberships", key=key, json=body)
    assert answer.status_code == 201, answer.text


async def stage(client: Client, relationship: str) -> str:
    answer = await client.send("coordinator", "GET", f"/v1/relationships/{relationship}")
    return str(answer.json()["stage"])


async def test_a_membership_that_is_recorded_later_accepts_the_application_without_a_person(
    client: Client,
) -> None:
    """C11: applications on Monday, memberships on Tuesday."""
    person, relationship = await applied(client)
    assert await stage(client, relationship) == "application"
    before = len(client.engine.rounds)
    await joins(client, person)
    assert client.engine.rounds[before:] == ["housekeeping"], "a round begins at once"
    runs = Runs(client)
    assert (await chores(client, runs).deliver_changes()).count == 1
    [(id, command)] = runs.told
    assert id == workflow_id("relationship", relationship)
    assert isinstance(command, HearPersonChange)
    assert await stage(client, relationship) == "matching"
    assert (await chores(client, runs).deliver_changes()).count == 0
    assert len(runs.told) == 1


async def test_a_kill_before_the_delivery_is_recorded_repeats_the_same_command(client: Client) -> None:
    person, relationship = await applied(client)
    await joins(client, person)
    runs = Runs(client)
    with pytest.raises(KeyboardInterrupt):
        await chores(client, runs, Killed).deliver_changes()
    assert await stage(client, relationship) == "matching", "the decision was recorded"
    await chores(client, runs).deliver_changes()
    first, second = runs.told
    assert first == second
    history = await client.send("coordinator", "GET", f"/v1/relationships/{relationship}/history")
    types = [event["type"] for event in history.json()["data"]]
    assert types.count("FactsAskedAgain") == types.count("ApplicationAccepted") == 1


async def test_a_run_that_cannot_answer_does_not_keep_the_news_from_others(client: Client) -> None:
    person, relationship = await applied(client)
    await joins(client, person)
    runs = Runs(client)
    runs.unreachable = {workflow_id("relationship", relationship)}
    await chores(client, runs).deliver_changes()
    assert await backlog(client).undelivered_changes(9) != ()
    async with client.office.database.transaction() as connection:
        change = {"person": person, "kind": "membership", "day": date(2026, 9, 1)}
        await connection.execute(tables.person_changes.insert().values(**change))
    [untried, failed] = await backlog(client).undelivered_changes(9)
    assert untried.change > failed.change, "what failed waits behind what was never tried"
    runs.unreachable = set()
    await chores(client, runs).deliver_changes()
    assert await stage(client, relationship) == "matching"


async def test_a_change_reaches_only_streams_of_that_person_that_knew_another_state(client: Client) -> None:
    person, relationship = await applied(client)
    people = await client.send("admin", "GET", "/v1/people")
    ann = next(row["id"] for row in people.json()["data"] if row["name"] == "Ann A")
    await joins(client, ann, key="ann")
    assert await backlog(client).undelivered_changes(9) == ()
    await joins(client, person)
    [found] = await backlog(client).undelivered_changes(9)
    assert (found.person, found.stream) == (person, relationship)


async def test_a_change_of_the_entry_that_stands_reaches_the_stream_that_names_its_alias(
    client: Client,
) -> None:
    """C60, C11: after a merge, an import writes to the entry that stands for both."""
    person, relationship = await applied(client)
    people = await client.send("admin", "GET", "/v1/people")
    ann = next(row["id"] for row in people.json()["data"] if row["name"] == "Ann A")
    async with client.office.database.transaction() as connection:
        row = tables.people
        await connection.execute(update(row).where(row.c.id == person).values(alias_of=ann))
    await joins(client, ann)
    [found] = await backlog(client).undelivered_changes(9)
    assert (found.person, found.stream) == (person, relationship), "under the id that the stream knows"
    await chores(client, Runs(client)).deliver_changes()
    assert await stage(client, relationship) == "matching"
    assert await backlog(client).undelivered_changes(9) == ()


async def test_a_withdrawn_day_of_leaving_is_never_delivered_as_leaving(client: Client) -> None:
    person, _ = await applied(client)

    async def kinds(day: date | None) -> list[str]:
        async with client.office.database.transaction() as connection:
            change = {"person": person, "kind": "left", "day": date(2026, 9, 1)}
            row = tables.people
            await connection.execute(tables.person_changes.insert().values(**change))
            await connection.execute(update(row).where(row.c.id == person).values(left_on=day))
        return [each.kind.value for each in await backlog(client).undelivered_changes(9)]

    assert await kinds(date(2026, 9, 1)) == ["left"]
    assert await kinds(None) == ["back", "back"]


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
        type="ObligationAccrued",
        origin="test/1",
        stream=stream,
        kind=kind,
        seq=1,
        prev=FIRST_PREV,
        actor=SYSTEM,
        decided_at=START,
        cause=cause,
        body={},
    )
    encoded = encode(event)
    row = {
        "stream": stream,
        "seq": 1,
        "kind": kind.value,
        "rel": None,
        "type": event.type,
        "prev": event.prev,
    }
    now = datetime.now(UTC)  # the machine's clock: rows of the journal are dated by the clock of the database
    return {
        **row,
        "hash": seal(encoded),
        "bytes": encoded,
        "command": cause.command,
        "step": 1,
        "recorded_at": now,
    }


# Days that lie ahead


def in_days(count: int) -> date:
    return NOW.date() + timedelta(days=count)


async def member(client: Client, person: str, first: date, last: date | None = None, key: str = "m") -> None:
    body = {"membership": "active", "first": first.isoformat(), "last": last and last.isoformat()}
    answer = await client.send("admin", "POST", f"/v1/people/{person}/memberships", key=key, json=body)
    assert answer.status_code == 201, answer.text


async def waiting(client: Client, now: datetime) -> list[tuple[str, date]]:
    found = await backlog(client, now=now).undelivered_changes(9)
    return [(each.kind.value, each.day) for each in found]


async def test_a_membership_that_begins_later_accepts_the_application_on_its_first_day(
    client: Client,
) -> None:
    """C11: what begins on a day is heard of when that day has begun everywhere."""
    person, relationship = await applied(client)
    first = in_days(10)
    await member(client, person, first)
    now = Runs(client)
    assert (await chores(client, now).deliver_changes()).count == 1, "at once, for the office's records"
    assert await stage(client, relationship) == "application"
    noon = begins_everywhere(first)
    early = Runs(client, noon - timedelta(minutes=1))
    assert (await chores(client, early).deliver_changes()).count == 0
    on_the_day = Runs(client, noon)
    assert (await chores(client, on_the_day).deliver_changes()).count == 1
    assert await stage(client, relationship) == "matching"
    assert (await chores(client, on_the_day).deliver_changes()).count == 0


async def test_a_kill_on_the_day_repeats_the_same_command(client: Client) -> None:
    """C11: also on a day that was still to come."""
    person, relationship = await applied(client)
    await member(client, person, in_days(10))
    await chores(client, Runs(client)).deliver_changes()
    runs = Runs(client, begins_everywhere(in_days(10)))
    with pytest.raises(KeyboardInterrupt):
        await chores(client, runs, Killed).deliver_changes()
    assert await stage(client, relationship) == "matching"
    await chores(client, runs).deliver_changes()
    first, second = runs.told
    assert first == second


async def test_a_last_day_is_heard_of_the_day_after_and_a_corrected_one_no_more(client: Client) -> None:
    """C5: a last day that is still to come, and is then corrected."""
    person, _ = await applied(client)
    first, wrong, right = date(2020, 1, 1), in_days(5), in_days(20)
    await member(client, person, first, wrong, key="1")
    await chores(client, Runs(client)).deliver_changes()
    late = begins_everywhere(in_days(40))
    day = timedelta(days=1)
    assert await waiting(client, late) == [("membership", wrong + day)]
    await member(client, person, first, right, key="2")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == [("membership", right + day)]
    await member(client, person, first, None, key="3")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == []
    await member(client, person, first, wrong, key="4")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == [("membership", wrong + day)], "the day waits once"


async def test_a_stream_that_began_after_a_day_does_not_hear_of_it(client: Client) -> None:
    person, _ = await applied(client)
    began, after = START.date(), START.date() + timedelta(days=1)
    assert begins_everywhere(began) < START < begins_everywhere(after)
    await member(client, person, began, began)
    await chores(client, Runs(client)).deliver_changes()
    async with client.office.database.transaction() as connection:
        for day in (began, after):
            change = {"person": person, "kind": "membership", "day": day, "ahead": True}
            await connection.execute(tables.person_changes.insert().values(**change))
    assert await waiting(client, NOW) == [("membership", after)]


async def test_the_day_after_a_credential_has_expired_is_heard_of(client: Client) -> None:
    person, _ = await applied(client)
    until = in_days(3)
    body = {"person": person, "capacity": 1, "credential_until": until.isoformat()}
    answer = await client.send("admin", "POST", "/v1/mentors", key="mentor", json=body)
    assert answer.status_code in (200, 201), answer.text
    await chores(client, Runs(client)).deliver_changes()
    late = begins_everywhere(in_days(40))
    assert await waiting(client, late) == [("mentor", until + timedelta(days=1))]
