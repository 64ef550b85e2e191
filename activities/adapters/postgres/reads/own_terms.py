"""What a form of a term shows its person: their row of the term in a region, its dates, and its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.known_rules import KnownRules
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.postgres.writes.documents import content_of
from activities.adapters.shown_ids import AS_THEY_ARE, Ids
from domain.journal import decode
from domain.relationship.any_stage.rules_version import in_force
from domain.rules.program import Rules
from domain.visibility import Sight

_BESIDE: Final = ("first", "last", "offset", "newest", "payload")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTerm:
    """The reader's own row of a term in a region, at the office's present instant, with the answers handed in."""

    row: Mapping[str, Any]
    first: date
    last: date
    rules: Rules
    now: datetime
    answers: Mapping[str, Any]


class OwnTermReads(Reads):
    """The reads of a person's own rows of terms."""

    def __init__(self, database: Database, ids: Ids = AS_THEY_ARE) -> None:
        super().__init__(database, ids)
        self._rules = KnownRules()

    async def record(self, sight: Sight, id: str, month: str) -> OwnTerm | None:
        """Return the reader's record of a month in a term of a region; None without one."""
        table = tables.monthly_records
        return await self._own(_of(sight, id, table, table.c.mentor).where(table.c.month == month))

    async def survey(self, sight: Sight, id: str, audience: str) -> OwnTerm | None:
        """Return the survey of a term in a region for an audience, if the reader is who is asked; None without one."""
        table = tables.term_surveys
        return await self._own(_of(sight, id, table, table.c.owner).where(table.c.audience == audience))

    async def _own(self, wanted: Select[Any]) -> OwnTerm | None:
        async with self._database.selects() as connection:
            row = (await connection.execute(wanted)).first()
            if row is None or row.newest is None:
                return None
            digest = in_force(decode(bytes(row.newest)))
            rules = (await self._rules.of(connection, (digest,))).get(digest)
        if rules is None:
            return None
        own = {name: value for name, value in plain(row._mapping).items() if name not in _BESIDE}
        now = now_with_offset(row.offset)
        answers = {} if row.payload is None else content_of(bytes(row.payload))
        return OwnTerm(row=own, first=row.first, last=row.last, rules=rules, now=now, answers=answers)


def _of(sight: Sight, id: str, table: Table, person: ColumnElement[str]) -> Select[Any]:
    """Return the statement of the reader's rows of a term in a region, with what it is next to."""
    here, term, event = tables.term_regions.c, tables.terms.c, tables.events.c
    wrote = tables.documents.c
    payload = select(wrote.payload).where(wrote.id == table.c.document, sql.written_by(sight, wrote.person))
    newest = select(event.bytes).where(event.stream == id).order_by(event.seq.desc()).limit(1)
    return (
        select(
            table,
            term.first,
            term.last,
            OFFSET.label("offset"),
            newest.scalar_subquery().label("newest"),
            payload.scalar_subquery().label("payload"),
        )
        .join(tables.term_regions, (here.term == table.c.term) & (here.region == table.c.region))
        .join(tables.terms, term.id == table.c.term)
        .where(here.id == id, sql.of_term(sight, table, person))
    )
