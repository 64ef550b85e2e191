"""How a person gets in at the door now: links of emails and sessions, as staff see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET
from activities.adapters.postgres.facts.door_sessions import open_at_door
from activities.adapters.postgres.link_rows import ENTRIES, PAIR, state_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.link_states import LinkState
from domain.visibility import Sight

_LINK: Final = tables.task_links.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAccess:
    """How a person gets in at the door now. The instants of sessions, and ``present``, are real ones."""

    links: int
    sessions: int
    used_at: datetime | None
    present: datetime


class LinkReads(Reads):
    """The reads of links and of sessions at the door."""

    async def of_person(self, sight: Sight, person: str) -> DoorAccess:
        """Return how many links of emails that the reader sees are alive, and how many sessions go on.

        Both are nothing for somebody whom the reader does not see. All entries of a human count.
        """
        people, other = tables.people, tables.people.alias("other")
        stands = func.coalesce(people.c.alias_of, people.c.id)
        ids = (
            select(other.c.id)
            .join(people, func.coalesce(other.c.alias_of, other.c.id) == stands)
            .where(people.c.id == person, sql.person(sight))
        )
        entry = tables.people.alias("entry")
        wanted = (
            select(tables.task_links, *PAIR, ENTRIES.label("entries"), entry.c.email, OFFSET.label("offset"))
            .join_from(tables.task_links, tables.notices, tables.notices.c.id == _LINK.notice)
            .join(entry, entry.c.id == _LINK.person)
            .join(tables.relationships, tables.relationships.c.id == _LINK.subject, isouter=True)
            .where(
                _LINK.person.in_(ids), _LINK.used_at.is_(None), _LINK.revoked_at.is_(None), sql.notice(sight)
            )
        )
        session = tables.door_sessions.c
        going_on = session.person.in_(ids), open_at_door()
        counted = select(func.count(), func.max(session.used_at), func.now()).where(*going_on)
        async with self._database.one_statement() as connection:
            links = (await connection.execute(wanted)).mappings().all()
            sessions, used_at, present = (await connection.execute(counted)).one()
        alive = [row for row in map(dict, links) if state_of(row, row) is LinkState.ALIVE]
        return DoorAccess(links=len(alive), sessions=sessions, used_at=used_at, present=present)
