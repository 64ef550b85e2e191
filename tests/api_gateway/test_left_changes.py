"""What mentors and mentees change about themselves: the door leaves a command row, the gateway carries it out once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from activities.adapters.postgres.facts.participants import ParticipantFacts
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.writes.left_commands import OWN_KINDS, LeftCommands
from domain.actors import Actor, Role
from domain.ids import derive
from domain.journal import decode
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.test_people import person
from tests.conftest import NOW

ME = derive("p", "mentee")


@pytest_asyncio.fixture
async def mentee(client: Client) -> Client:
    """Return an office that knows the mentee, and takes nobody else for known."""
    await person(client, "mentee")
    client.office.left_changes._participants = ParticipantFacts(client.office.database)
    return client


async def rows(client: Client) -> list[Any]:
    """Return the command rows that the door left, the oldest first."""
    row = tables.commands.c
    wanted = select(tables.commands).where(row.kind.in_(OWN_KINDS)).order_by(row.created_at)
    async with client.office.database.transaction() as connection:
        return list((await connection.execute(wanted)).all())


async def events(client: Client, type: str) -> list[Any]:
    event = tables.events.c
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(select(event.bytes).where(event.type == type).order_by(event.seq))
        return [decode(bytes(each)) for each in found]


@pytest.mark.parametrize(
    ("path", "body", "kind", "event"),
    [
        ("language", {"language": "es"}, "OwnLanguage", "LanguageChosen"),
        ("digest", {"rhythm": "mondays"}, "OwnDigest", "DigestChosen"),
        ("contact", {"phone": "555 0142"}, "OwnContact", "PersonChanged"),
    ],
)
async def test_a_change_of_ones_own_is_a_command_row_that_the_gateway_carries_out(
    mentee: Client, path: str, body: dict[str, str], kind: str, event: str
) -> None:
    answer = await mentee.send("mentee", "POST", f"/v1/people/me/{path}", json=body)
    assert (answer.status_code, answer.json()) == (200, {"person": ME, **body})
    again = await mentee.send("mentee", "POST", f"/v1/people/me/{path}", json=body)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    [row] = await rows(mentee)
    assert (row.kind, row.payload, row.status, row.actor["id"]) == (kind, body, 200, ME)
    said = (await events(mentee, event))[-1]
    assert (said.actor.id, said.actor.role) == (ME, Role.PARTICIPANT)
    assert mentee.engine.rounds, "what runs hears of the change"
    known = (await mentee.send("mentee", "GET", "/v1/people/me")).json()
    assert next(iter(body.values())) in (known["language"], known["digest"], known["phone"])


async def test_a_refusal_of_the_gateway_is_the_answer_of_the_door(mentee: Client) -> None:
    path, body = "/v1/people/me/contact", {"phone": "555 0142"}
    assert (await mentee.send("mentee", "POST", path, key="1", json=body)).status_code == 200
    same = await mentee.send("mentee", "POST", path, key="2", json=body)
    assert (same.status_code, same.json()["code"]) == (409, "nothing_to_change")
    wrong = await mentee.send("mentee", "POST", path, key="3", json={"phone": "call me"})
    assert wrong.status_code == 422
    other = await mentee.send("mentee", "POST", path, key="1", json={"phone": "555 0143"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    staff = await mentee.send("coordinator", "POST", path, json=body)
    assert (staff.status_code, staff.json()["code"]) == (403, "role_not_allowed")


async def test_without_a_gateway_a_change_waits_and_is_made_once_by_the_next(mentee: Client) -> None:
    door = mentee.door
    door._left.cancel()
    object.__setattr__(door.made.office.own_changes, "patience", 0.1)
    path, body = "/v1/people/me/language", {"language": "es"}
    answer = await mentee.send("mentee", "POST", path, json=body)
    assert (answer.status_code, answer.json()) == (202, {"person": ME, **body})
    assert await events(mentee, "LanguageChosen") == []
    work = SqlOpenWork(mentee.office.database, mentee.office.clock)
    assert "OwnLanguage" in str(await work.open_items())
    made = await asyncio.gather(*(mentee.office.left_changes.make_next() for _ in range(3)))
    assert sorted(made) == [False, False, True]
    assert len(await events(mentee, "LanguageChosen")) == 1
    again = await mentee.send("mentee", "POST", path, json=body)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (202, "true")
    assert (await mentee.send("mentee", "GET", "/v1/people/me")).json()["language"] == "es"


async def test_a_gateway_that_stopped_leaves_its_change_to_the_next_one(mentee: Client) -> None:
    mentee.door._left.cancel()
    left, actor = LeftCommands(mentee.office.database), Actor(id=ME, role=Role.PARTICIPANT)
    await left.leave("1" * 32, "OwnLanguage", {"language": "es"}, actor)
    assert (await left.next()) is not None
    assert not await mentee.office.left_changes.make_next(), "another gateway has it"
    table = tables.commands
    async with mentee.office.database.transaction() as connection:
        earlier = table.c.claimed_until - timedelta(minutes=1)
        await connection.execute(
            update(table).where(table.c.kind == "OwnLanguage").values(claimed_until=earlier)
        )
    assert await mentee.office.left_changes.make_next()
    assert len(await events(mentee, "LanguageChosen")) == 1


async def test_the_gateway_checks_an_application_again_whatever_the_row_says(mentee: Client) -> None:
    """A door in wrong hands applies for nobody but the person for whom it acts."""
    term, other = await open_term(mentee), await person(mentee, "other")
    left = LeftCommands(mentee.door.made.office.database)
    stated = {
        "term": term,
        "reason": "new_to_role",
        "first_year": True,
        "areas": [],
        "special_document": None,
    }
    stated |= {"person": other, "applied_on": NOW.date().isoformat()}
    ACTS_FOR.set(ActsFor(person=ME))
    await left.leave("2" * 32, "OwnApplication", stated, Actor(id=ME, role=Role.PARTICIPANT))
    mentee.door._left.cancel()
    await mentee.office.left_changes.make_next()
    found = await left.answer("2" * 32)
    assert found is not None
    assert found.status in (403, 404)
    assert mentee.engine.started == []


async def test_a_mentee_applies_at_the_door_and_the_gateway_opens_the_relationship(mentee: Client) -> None:
    term = await open_term(mentee)
    body = {"person": ME, "term": term, "reason": "new_to_role", "applied_on": NOW.date().isoformat()}
    body |= {"circumstances": "qx7-Hundeleine"}
    made = await mentee.send("mentee", "POST", "/v1/applications", json=body)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/relationships/{made.json()['relationship']}"
    [start] = mentee.engine.started
    assert start.relationship == made.json()["relationship"]
    [row] = await rows(mentee)
    assert "Hundeleine" not in str(row)
    assert row.payload["special_document"]
    again = await mentee.send("mentee", "POST", "/v1/applications", json=body)
    assert (again.status_code, again.json()) == (201, made.json())
    twice = await mentee.send("mentee", "POST", "/v1/applications", key="2", json={**body, "reason": "other"})
    assert twice.status_code == 409
    assert len(mentee.engine.started) == 1
