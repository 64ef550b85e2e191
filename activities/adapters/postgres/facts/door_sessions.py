"""Whose session at the door this is: the mentor or mentee behind the cookie of a browser.

A session is counted in real time: it ends after half an hour without a request, and twelve hours after it began.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import with_association
from activities.adapters.postgres.facts.sessions import IDLE, LONGEST
from activities.adapters.postgres.facts.tokens import TokenHolder, participant_in

_NOTED_EVERY: Final = timedelta(seconds=20)
"""A request notes the use of its session if the last one noted is this long ago: a page of many parts writes once."""
_SESSION: Final = tables.door_sessions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSession:
    """Who is signed in at the door, in which language, and until when without another request.

    ``csrf`` is what a form of the session must send along. ``due`` says that this request should be noted as its use.
    """

    id: str
    holder: TokenHolder
    name: str
    language: str
    csrf: str
    ends_at: datetime
    due: bool


class DoorSessionFacts:
    """Look-ups of sessions of the door."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def session(self, hash: str) -> DoorSession | None:
        """Return the session with the hash of a cookie; None for one that is unknown or over."""
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_statement(), {"hash": hash})).first()
        return None if row is None else _session(row)

    async def note_use(self, id: str) -> None:
        """Note that a session is used now, so that it goes on; the process acts for its person."""
        noted = (
            update(tables.door_sessions).where(_SESSION.id == id, open_at_door()).values(used_at=func.now())
        )
        async with self._database.one_statement() as connection:
            await connection.execute(noted)


def open_at_door() -> Any:
    """Return the condition of a session that has not ended, by the database's own clock."""
    return and_(
        _SESSION.ended_at.is_(None),
        _SESSION.used_at > func.now() - IDLE,
        _SESSION.created_at > func.now() - LONGEST,
    )


def _session(row: Row[Any]) -> DoorSession:
    due = row.present - row.used_at >= _NOTED_EVERY
    used = row.present if due else row.used_at
    return DoorSession(
        id=row.id,
        holder=participant_in(row),
        name=row.name,
        language=row.language,
        csrf=row.csrf,
        ends_at=min(used + IDLE, row.created_at + LONGEST).astimezone(UTC),
        due=due,
    )


@cache
def _statement() -> Select[Any]:
    """Return the statement that finds a session that goes on by the hash of its cookie, with its person."""
    person, alias = tables.people.c, tables.people.alias("alias").c
    stands = func.coalesce(person.alias_of, person.id)
    return (
        select(
            _SESSION.id,
            _SESSION.csrf,
            _SESSION.language,
            _SESSION.created_at,
            _SESSION.used_at,
            func.now().label("present"),
            person.name,
            stands.label("stands"),
            func.array(select(alias.id).where(alias.alias_of == stands).scalar_subquery()).label("aliases"),
            *with_association(person.association),
        )
        .join_from(tables.door_sessions, tables.people, _SESSION.person == person.id)
        .where(_SESSION.hash == bindparam("hash"), open_at_door())
    )
