"""Who asks to be let in, and who is signed in: for the administrators of an association, and for oneself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.sessions import going_on
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.visibility import Sight


class SignInReads(Reads):
    """The reads about signing in."""

    async def requests(self, sight: Sight, *, state: str = "open") -> tuple[Mapping[str, Any], ...]:
        """Return the sign-ins that matched nobody, the latest first: what the provider says of each, and when.

        Their instants are real ones, and so is ``present``.
        """
        request = tables.sign_in_requests.c
        wanted = (
            select(
                request.id,
                request.name,
                request.email,
                request.issuer,
                request.state,
                request.created_at,
                request.asked_at,
                func.now().label("present"),
            )
            .where(sql.sign_in_request(sight), request.state == state)
            .order_by(request.asked_at.desc(), request.id)
        )
        return await self._all(wanted)

    async def sessions(self, sight: Sight, *, own: bool = False) -> tuple[Mapping[str, Any], ...]:
        """Return the sessions that go on and that the reader sees, the last used first, each with its person.

        Their instants are real ones, and so is ``present``.
        """
        session, people = tables.sessions, tables.people
        wanted = (
            select(
                session.c.id,
                session.c.person,
                people.c.name,
                session.c.created_at,
                session.c.used_at,
                func.now().label("present"),
            )
            .join(people, people.c.id == session.c.person)
            .where(sql.own_session(sight) if own else sql.session(sight), going_on())
            .order_by(session.c.used_at.desc(), session.c.id)
        )
        return await self._all(wanted)

    async def tied(self, sight: Sight) -> frozenset[str]:
        """Return the people whom the reader sees and who can sign in."""
        ties = tables.ties.c
        async with self._database.one_statement() as connection:
            return frozenset(await connection.scalars(select(ties.person).where(sql.tie(sight)).distinct()))
