"""Who asks to be let in, and who is signed in: for the administrators of an association, and for oneself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, case, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.sessions import going_on
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
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

    async def ties(self, sight: Sight, *, after: str = "", limit: int = 50, person: str = "") -> Page:
        """Return the sign-ins that are tied to people, the oldest first: whose, by whom, and whether each waits.

        ``account_name`` and ``account_email`` are what the provider said of it. Their instants are real ones, and so is
        ``present``.
        """
        tie, asked = tables.ties, tables.sign_in_requests
        holder, maker, other = (tables.people.alias(name) for name in ("holder", "maker", "other"))
        columns = (
            *(tie.c[name] for name in ("id", "person", "issuer", "tied_by", "created_at")),
            *(tie.c[name] for name in ("confirmed_by", "confirmed_at")),
            and_(tie.c.second, tie.c.confirmed_by == "").label("waits"),
            holder.c.name,
            func.coalesce(holder.c.alias_of, holder.c.id).label("stands"),
            case((maker.c.association == holder.c.association, maker.c.name)).label("tied_by_name"),
            case((other.c.association == holder.c.association, other.c.name)).label("confirmed_by_name"),
            func.coalesce(asked.c.name, "").label("account_name"),
            func.coalesce(asked.c.email, "").label("account_email"),
            func.now().label("present"),
        )
        same = asked.c.issuer == tie.c.issuer, asked.c.subject == tie.c.subject
        wanted = (
            select(*columns)
            .join(holder, holder.c.id == tie.c.person)
            .join(maker, maker.c.id == tie.c.tied_by, isouter=True)
            .join(other, other.c.id == tie.c.confirmed_by, isouter=True)
            .join(asked, and_(*same), isouter=True)
            .where(sql.tie(sight), tie.c.ended_at.is_(None))
        )
        if person:
            wanted = wanted.where(tie.c.person == person)
        return await self._page(wanted, tie.c.created_at, tie.c.id, after, limit)
