"""The login role of mentors' and mentees' pages writes for the person for whom it acts, and sees no other's rows."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import ACTS_FOR, ActsFor, Database, ParticipantDatabase
from domain.ids import derive
from tests.conftest import NOW, FreshDatabase

ME, OTHER = derive("me"), derive("other")


def command(person: str, role: str = "participant") -> dict[str, object]:
    """Return the row of a command of a person."""
    return {
        "id": derive("command", person, role),
        "kind": "LogMeeting",
        "subject": derive("pair"),
        "payload": {},
        "fingerprint": "f",
        "actor": {"id": person, "role": role},
        "claimed_until": datetime(2027, 1, 1, tzinfo=UTC),
    }


def link(person: str) -> dict[str, object]:
    """Return the row of a link of a person."""
    names = ("id", "hash", "notice", "address")
    row: dict[str, object] = {name: derive(name, person) for name in names}
    return row | {
        "person": person,
        "act": "LogMeeting",
        "subject": derive("pair"),
        "sent_at": NOW,
        "expires_at": NOW,
    }


@pytest_asyncio.fixture
async def participant(fresh_database: FreshDatabase) -> AsyncIterator[ParticipantDatabase]:
    """Yield the participant's database, in which two people have a command and a link each."""
    async with fresh_database() as settings:
        worker = Database(settings.database_url("worker"), size=1)
        async with worker.transaction() as connection:
            await connection.execute(insert(tables.commands), [command(ME), command(OTHER)])
            await connection.execute(insert(tables.task_links), [link(ME), link(OTHER)])
        await worker.close()
        database = ParticipantDatabase(settings.database_url("participant"), size=1)
        yield database
        await database.close()


async def seen(database: ParticipantDatabase) -> tuple[int, int]:
    """Return how many commands and links are seen."""
    async with database.selects() as connection:
        commands = (await connection.scalars(select(tables.commands.c.id))).all()
        links = (await connection.scalars(select(tables.task_links.c.id))).all()
    return len(commands), len(links)


async def test_without_a_person_there_are_no_rows(participant: ParticipantDatabase) -> None:
    assert await seen(participant) == (0, 0)
    ACTS_FOR.set(ActsFor(person=ME))
    assert await seen(participant) == (1, 1)
    ACTS_FOR.set(ActsFor(proof=derive("hash", OTHER)))
    assert await seen(participant) == (0, 1)


@pytest.mark.parametrize("row", [command(derive("third")), command(ME, "coordinator")])
async def test_no_command_is_written_for_another_person_or_role(
    participant: ParticipantDatabase, row: dict[str, object]
) -> None:
    ACTS_FOR.set(ActsFor(person=ME))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with participant.transaction() as connection:
            await connection.execute(insert(tables.commands).values(**row))


async def test_a_link_of_another_person_is_not_used_up(participant: ParticipantDatabase) -> None:
    ACTS_FOR.set(ActsFor(person=ME))
    row = tables.task_links.c
    async with participant.transaction() as connection:
        used = update(tables.task_links).values(used_at=NOW, used_by="x").returning(row.person)
        assert (await connection.scalars(used)).all() == [ME]


@pytest.mark.parametrize(
    "statement",
    [
        "update office.task_links set expires_at = '2027-01-01'",
        "update office.relationships set mentor = ''",
        "update office.people set email = ''",
        "insert into office.task_links select * from office.task_links",
        "delete from office.commands",
        "select * from office.sessions",
        "select * from office.imports",
    ],
)
async def test_what_it_has_no_part_in_is_closed(participant: ParticipantDatabase, statement: str) -> None:
    ACTS_FOR.set(ActsFor(person=ME))
    with pytest.raises(DBAPIError, match="permission denied"):
        async with participant.transaction() as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    ("kind", "type", "person"),
    [("R", "MeetingLogged", ME), ("S", "GrantConfirmed", ME), ("X", "CommandRefused", OTHER)],
)
async def test_it_adds_to_the_journal_only_what_the_person_read_sealed_or_was_refused(
    participant: ParticipantDatabase, kind: str, type: str, person: str
) -> None:
    ACTS_FOR.set(ActsFor(person=ME))
    stream = derive("stream")
    content = json.dumps({"actor": {"id": person}, "stream": stream, "seq": 1, "type": type}).encode()
    row = {"stream": stream, "seq": 1, "kind": kind, "type": type, "hash": "h", "prev": "0" * 64}
    row |= {"command": "c", "step": 0, "bytes": content}
    with pytest.raises(DBAPIError, match="does not write this event"):
        async with participant.transaction() as connection:
            await connection.execute(insert(tables.events).values(**row))
