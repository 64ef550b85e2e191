"""Whose link this is: the person to whom an email went, the one act that it is the right to, and whether it still is.

Nothing is written here: a link is dead because of what has become of its pair, its address and its days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import with_association
from activities.adapters.postgres.facts.tokens import TokenHolder, participant_in
from domain.link_states import LinkNow, LinkState, link_state


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHolder:
    """A link of an email, with the person whose it is.

    ``used_by`` is the command that used it up, and ``over_at`` the instant since when it opens nothing: it was used,
    switched off, or its days ended.
    """

    id: str
    hash: str
    act: str
    subject: str
    chosen: Mapping[str, str]
    holder: TokenHolder
    name: str
    language: str
    state: LinkState
    used_by: str
    over_at: datetime

    @property
    def alive(self) -> bool:
        """Whether the link may be used."""
        return self.state is LinkState.ALIVE


class LinkFacts:
    """Look-ups of the links of emails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def link(self, hash: str) -> LinkHolder | None:
        """Return the link with the hash of a token; None for an unknown one."""
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_statement(), {"hash": hash})).first()
        return None if row is None else _link(row)


def _link(row: Row[Any]) -> LinkHolder:
    return LinkHolder(
        id=row.id,
        hash=row.hash,
        act=row.act,
        subject=row.subject,
        chosen=row.chosen,
        holder=participant_in(row),
        name=row.name,
        language=row.language,
        state=link_state(link_now(row), now_with_offset(row.offset)),
        used_by=row.used_by,
        over_at=row.used_at or row.revoked_at or row.expires_at,
    )


def link_now(row: Any) -> LinkNow:
    """Return a link with what is known of its person and its pair, from a row that has all of it."""
    known = {part: getattr(row, part) for part in LinkNow.__dataclass_fields__ if part != "entries"}
    return LinkNow(**known, entries=(row.stands, *row.aliases))


@cache
def _statement() -> Select[Any]:
    link, person, pair = tables.task_links.c, tables.people.c, tables.relationships.c
    alias = tables.people.alias("alias").c
    stands = func.coalesce(person.alias_of, person.id)
    return (
        select(
            tables.task_links,
            person.name,
            person.language,
            person.email,
            pair.id.label("pair"),
            pair.mentee,
            pair.mentor,
            pair.proposed_mentor,
            pair.ended_at,
            stands.label("stands"),
            func.array(select(alias.id).where(alias.alias_of == stands).scalar_subquery()).label("aliases"),
            OFFSET.label("offset"),
            *with_association(person.association),
        )
        .join_from(tables.task_links, tables.people, link.person == person.id)
        .join(tables.relationships, link.subject == pair.id, isouter=True)
        .where(link.hash == bindparam("hash"))
    )
