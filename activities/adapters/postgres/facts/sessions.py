"""Whose session this is: the person behind the cookie of a browser, with the current roles and regions.

A session is counted in real time: it ends after half an hour without a request, and twelve hours after it began.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import association_in, with_association
from activities.adapters.postgres.facts.grants import AS_JSON, grant_of
from activities.adapters.postgres.facts.tokens import TokenHolder, hashed
from domain.people.grants import GrantState, Rights, rights_of

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
_NOTED_EVERY: Final = timedelta(seconds=20)
"""A request notes the use of its session if the last one noted is this long ago: a page of many parts writes once."""
_SESSION: Final = tables.sessions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHolder:
    """Who is signed in, in which language, and until when without another request.

    ``csrf`` is what a form of the session must send along. ``stale`` says that the rights are others than those with
    which the token was made, so that it needs a new one.
    """

    id: str
    holder: TokenHolder
    name: str
    language: str
    csrf: str
    ends_at: datetime
    stale: bool


class SessionFacts:
    """Look-ups of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def visitor(self, token: str) -> SessionHolder | None:
        """Return who is signed in with a token; None for one that is unknown, or whose session has ended.

        The request counts as use of the session, so that it goes on.
        """
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_statement(), {"hash": hashed(token)})).first()
        if row is None:
            return None
        used = row.used_at
        if row.present - used >= _NOTED_EVERY:
            used = row.present
            noted = update(tables.sessions).where(_SESSION.id == row.id).values(used_at=used)
            async with self._database.one_statement() as connection:
                await connection.execute(noted)
        return _visitor(row, min(used + IDLE, row.created_at + LONGEST))


def rights_text(rights: Rights) -> str:
    """Return rights as a session keeps them, to notice a change."""
    return f"{','.join(sorted(rights.roles))} {','.join(sorted(rights.regions))}"


def going_on() -> Any:
    """Return the condition of a session that has not ended, by the database's own clock."""
    return and_(
        _SESSION.ended_at.is_(None),
        _SESSION.used_at > func.now() - IDLE,
        _SESSION.created_at > func.now() - LONGEST,
    )


def _visitor(row: Row[Any], ends_at: datetime) -> SessionHolder:
    now = now_with_offset(row.offset)
    live = [grant for grant in map(grant_of, row.granted or ()) if grant.state(now) is GrantState.LIVE]
    rights = rights_of(live, participant=False)
    return SessionHolder(
        id=row.id,
        holder=TokenHolder(
            person=row.stands,
            roles=rights.roles,
            regions=rights.regions,
            association=association_in(row),
            aliases=tuple(sorted(row.aliases)),
        ),
        name=row.name,
        language=row.language,
        csrf=row.csrf,
        ends_at=ends_at.astimezone(UTC),
        stale=rights_text(rights) != row.rights,
    )


@cache
def _statement() -> Select[Any]:
    """Return the statement that finds a session by its token, with its person and all grants of that human."""
    person, alias, grant = tables.people.c, tables.people.alias("alias").c, tables.grants.c
    holder = tables.people.alias("holder").c
    stands = func.coalesce(person.alias_of, person.id)
    granted = (
        select(func.jsonb_agg(aggregate_order_by(AS_JSON, grant.created_at, grant.id)))
        .where(
            grant.ended_at.is_(None),
            or_(
                grant.person == stands,
                grant.person.in_(select(holder.id).where(holder.alias_of == stands)),
            ),
        )
        .correlate(tables.people)
        .scalar_subquery()
    )
    former = and_(_SESSION.former_hash == bindparam("hash"), _SESSION.former_until > func.now())
    return (
        select(
            _SESSION.id,
            _SESSION.csrf,
            _SESSION.rights,
            _SESSION.created_at,
            _SESSION.used_at,
            func.now().label("present"),
            person.name,
            person.language,
            OFFSET.label("offset"),
            stands.label("stands"),
            func.array(select(alias.id).where(alias.alias_of == stands).scalar_subquery()).label("aliases"),
            granted.label("granted"),
            *with_association(person.association),
        )
        .join_from(tables.sessions, tables.people, _SESSION.person == person.id)
        .where(or_(_SESSION.hash == bindparam("hash"), former), going_on())
    )
