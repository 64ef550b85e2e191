"""What the login of mentors and mentees adds to the journal: that its person was refused, read or sealed something."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import ACTS_FOR, ActsFor, ParticipantDatabase
from activities.adapters.postgres.journal import append_side
from domain.actors import MACHINE_OPERATOR, SYSTEM, Actor, Role
from domain.ids import derive
from tests.conftest import FreshDatabase, set_clock

ME, ALIAS, OTHER = (derive("p", name) for name in ("me", "alias", "other"))
WRITES = ("CommandRefused", "DocumentRead", "EmailRead", "SealedRecordAdded", "SealedRecordRead")
BY_ME = Actor(id=ME, role=Role.PARTICIPANT)


@pytest_asyncio.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[ParticipantDatabase]:
    """Yield the database as the participant process reaches it, acting for one person with two entries."""
    async with fresh_database() as settings:
        await set_clock(settings)
        found = ParticipantDatabase(settings.database_url("participant"), size=1)
        ACTS_FOR.set(ActsFor(person=ME, aliases=(ALIAS,)))
        yield found
        ACTS_FOR.set(ActsFor())
        await found.close()


async def appended(database: ParticipantDatabase, type: str, actor: Actor) -> None:
    async with database.transaction() as connection:
        await append_side(connection, type, {"kind": "x"}, command=derive(type, actor.id), actor=actor)


@pytest.mark.parametrize("type", WRITES)
async def test_it_adds_a_side_event_of_its_person_under_any_entry(
    database: ParticipantDatabase, type: str
) -> None:
    await appended(database, type, BY_ME)
    await appended(database, type, Actor(id=ALIAS, role=Role.PARTICIPANT))
    event = tables.events.c
    async with database.transaction() as connection:
        assert await connection.scalar(select(func.count()).where(event.type == type)) == 2


@pytest.mark.parametrize("type", [*WRITES, "RoleGranted", "TokenIssued", "LanguageChosen", "MeetingLogged"])
@pytest.mark.parametrize(
    "actor", [BY_ME, Actor(id=OTHER, role=Role.PARTICIPANT), SYSTEM, MACHINE_OPERATOR], ids=str
)
async def test_it_adds_no_event_of_anybody_else_and_of_no_other_kind(
    database: ParticipantDatabase, type: str, actor: Actor
) -> None:
    if actor == BY_ME and type in WRITES:
        ACTS_FOR.set(ActsFor())  # for nobody
    with pytest.raises(DBAPIError, match="does not write this event"):
        await appended(database, type, actor)
