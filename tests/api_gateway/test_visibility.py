"""The API and the database show people exactly what the handwritten table of rights allows."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, insert, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.relationship.any_stage.change_request import AskForChange
from tests.api_gateway.conftest import PROGRAM, Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.domain.builders import MENTEE, MENTOR

BY_HAND = tomllib.loads((Path(__file__).parents[1] / "architecture" / "rights.toml").read_text())
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
OWED, TERM = "e" * 32, "d" * 32
PROPOSED = "a" * 32
OFFICE_ROLES = (Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN, Role.PARTICIPANT)

READERS: Mapping[str, tuple[str, tuple[Role, ...], tuple[str, ...], tuple[str, ...]]] = {
    "coordinator here": ("1" * 32, (Role.COORDINATOR,), ("r3",), ("coordinator",)),
    "coordinator elsewhere": ("2" * 32, (Role.COORDINATOR,), ("r1",), ("coordinator",)),
    "state office": ("3" * 32, (Role.COORDINATOR,), (), ("state_office",)),
    "payment staff": ("4" * 32, (Role.PAYMENT_STAFF,), (), ("payment_staff",)),
    "auditor": ("5" * 32, (Role.AUDITOR,), (), ("auditor",)),
    "administrator": ("6" * 32, (Role.ADMIN,), (), ("admin",)),
    "stranger": ("7" * 32, (Role.PARTICIPANT,), (), ("participant",)),
    "mentee": (MENTEE.id, (Role.PARTICIPANT,), (), ("participant", "of_pair")),
    "mentor": (MENTOR.id, (Role.PARTICIPANT,), (), ("participant", "of_pair")),
    "proposed mentor": (PROPOSED, (Role.PARTICIPANT,), (), ("participant", "proposed_mentor")),
    "mentor with every office": (
        MENTOR.id,
        OFFICE_ROLES,
        (),
        ("state_office", "payment_staff", "auditor", "admin", "participant", "of_pair"),
    ),
}
"""Person, roles, regions, and the rows of the table that apply. The pair is in region r3."""
SAMPLE = (
    "facts", "agreement", "tasks", "notices", "money", "term", "people", "mentors", "history", "chain", "one_side",
    "confidential", "disclosures", "results", "reference",
)  # fmt: skip


async def arrange(client: Client, pair: RecordedPair) -> None:
    """Set up a pair with an agreement and a request for a change, and one row of each other kind in its region."""
    await pair.signed()
    await pair.do(AskForChange, MENTEE)
    task = {"subject": pair.case.id, "subject_kind": "R", "kind": "chase_form", "closed_at": None}
    owed = {"id": OWED, "due_at": NOW, "accrued_at": NOW, "closes_at": NOW, "state": "due"}
    first = {"first": NOW.date(), "last": NOW.date(), "opened_at": NOW, "closes_at": NOW}
    await put(
        client,
        (tables.people, {"id": "8" * 32, "language": "en", "created_at": NOW}),
        (tables.mentors, {"person": "8" * 32}),
        (tables.tasks, {"id": "9" * 32, "opened_at": NOW, **task}),
        (tables.term_regions, {"id": TERM, **first}),
        (tables.obligations, owed),
    )
    await propose(client, pair.case.id)


async def put(client: Client, *rows: tuple[Table, dict[str, Any]]) -> None:
    """Insert rows of the pair's region, without the events that the journal's triggers require."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        for table, values in rows:
            await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            blank = {column.name: _blank(column) for column in table.c if not column.nullable}
            here = {"region": "r3"} if "region" in table.c else {}
            await connection.execute(insert(table).values({**blank, **here, **values}))
    await owner.close()


async def propose(client: Client, id: str) -> None:
    """Propose another mentor for the pair, whose agreement is still that of the former two."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    table = tables.relationships
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(update(table).where(table.c.id == id).values(proposed_mentor=PROPOSED))
    await owner.close()


def _blank(column: Column[Any]) -> Any:
    return {str: "", int: 1, bool: False, dict: {}}.get(column.type.python_type)


async def shown_to(client: Client, name: str, pair: RecordedPair) -> dict[str, bool]:
    """Return which classes of data about the pair and its region the API shows to a person."""

    async def got(path: str) -> Any:
        answer = await client.send(name, "GET", path)
        return answer.json() if answer.status_code == 200 else {}

    async def lists(noun: str, id: str, key: str = "id") -> bool:
        return id in [row[key] for row in (await got(f"/v1/{noun}")).get("data", ())]

    whole, history = await got(pair.path), await got(f"{pair.path}/history")
    work = (await got("/v1/tasks?limit=100&open=false")).get("data", ())
    kinds = {task["kind"] for task in (*whole.get("tasks", ()), *work)}
    results = await client.send(
        name, "GET", f"/v1/programs/{PROGRAM}/terms/{TERM}/survey-results?audience=mentor"
    )
    return {
        "facts": bool(whole),
        "agreement": bool(await got(f"{pair.path}/agreement")),
        "tasks": "confirm_match" in kinds,
        "notices": await lists("notices?limit=100", pair.case.id, "subject"),
        "money": await lists("obligations", OWED),
        "term": await lists("term-regions", TERM),
        "people": await lists("people?limit=100", "8" * 32),
        "mentors": await lists("mentors", "8" * 32, "person"),
        "history": bool(history),
        "chain": bool(history) and "hash" in history["data"][0],
        "one_side": "chase_form" in kinds,
        "confidential": "consider_change" in kinds,
        "disclosures": bool(await got(f"{pair.path}/disclosures")),
        "results": results.status_code != 403,
        "reference": bool((await got("/v1/regions")).get("data")),
    }


def expected(rows: tuple[str, ...], regions: tuple[str, ...], data: str) -> bool:
    """Return whether the handwritten table allows this to a reader to whom these rows apply."""
    words = {BY_HAND[row][data] for row in rows}
    here = "regions" in words and "r3" in regions
    return "closed" not in words and (here or bool(words & {"all", "own"}))


async def test_the_api_shows_what_the_handwritten_table_allows(client: Client) -> None:
    for name, (person, roles, regions, _) in READERS.items():
        await client.token_of(name, person, roles, regions)
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        for name, (_, _, regions, rows) in READERS.items():
            shown = await shown_to(client, name, pair)
            wanted = {data: expected(rows, regions, data) for data in SAMPLE}
            if name == "payment staff":  # a task about one side is a task, but not one about money
                wanted["one_side"] = False
            assert shown == wanted, name


@pytest.mark.parametrize("role", [Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN, Role.COORDINATOR])
async def test_payment_staff_see_only_the_tasks_and_notices_about_money(client: Client, role: Role) -> None:
    await client.token_of("reader", "3" * 32, (role,))
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        money = {
            "id": "b" * 32,
            "subject": OWED,
            "subject_kind": "P",
            "kind": "approve_stipend",
            "opened_at": NOW,
        }
        said = {"id": "c" * 32, "subject": OWED, "kind": "stipend_sent", "status": "sent", "region": ""}
        await put(client, (tables.tasks, money), (tables.notices, {**said, "data": {}, "created_at": NOW}))
        seen = {}
        for noun, query in (("tasks", "limit=100&open=false"), ("notices", "limit=100")):
            answer = await client.send("reader", "GET", f"/v1/{noun}?{query}")
            seen[noun] = {row["subject"] for row in answer.json()["data"]}
        others = set() if role is Role.PAYMENT_STAFF else {pair.case.id}
        assert seen == {"tasks": {OWED} | others, "notices": {OWED} | others}
