"""What the checks of the journal read: streams with their bytes, and the projected rows to compare with them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, union

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.rules import text_under
from activities.adapters.postgres.reads.rows import plain_value
from domain.ids import s_stream
from domain.journal import Kind
from domain.projection_rows import Row
from domain.rules.intake import TermDates
from domain.visibility import Data, Sight

_OWN = ("id", "stream", "applied_seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTie:
    """An account that is tied to a person, as its row says."""

    id: str
    person: str
    tied_by: str
    second: bool
    confirmed_by: str
    ended_by: str


class SqlReplay:
    """The journal and its projections, read-only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def streams(
        self, sight: Sight, kind: Kind, after: str = "", limit: int | None = None
    ) -> tuple[str, ...]:
        """Return the streams of a kind that follow ``after``, in a fixed order; all of them without a limit."""
        require_chain(sight)
        row = tables.heads.c
        wanted = select(row.stream).where(row.kind == kind.value, row.stream > after).order_by(row.stream)
        async with self._database.transaction() as connection:
            return tuple((await connection.scalars(wanted.limit(limit))).all())

    async def installation(self, sight: Sight) -> tuple[str, tuple[tuple[int, str, bytes], ...]]:
        """Return the id of the installation's stream, and its events as ``entries`` does."""
        require_chain(sight)
        async with self._database.transaction() as connection:
            origin = (await connection.scalars(select(tables.installation.c.origin))).one()
        return s_stream(origin), await self.entries(sight, s_stream(origin))

    async def ties(self, sight: Sight) -> tuple[KeptTie, ...]:
        """Return which accounts are or were tied to people."""
        require_chain(sight)
        row = tables.ties.c
        columns = (row.id, row.person, row.tied_by, row.second, row.confirmed_by, row.ended_by)
        async with self._database.transaction() as connection:
            found = await connection.execute(select(*columns).order_by(row.id))
            return tuple(KeptTie(**each._mapping) for each in found)

    async def kind_of(self, sight: Sight, stream: str) -> Kind | None:
        """Return the kind of a stream; None for an unknown one."""
        require_chain(sight)
        row = tables.heads.c
        async with self._database.transaction() as connection:
            found = await connection.scalar(select(row.kind).where(row.stream == stream))
        return None if found is None else Kind(found)

    async def beginning(self, sight: Sight, digits: str) -> tuple[str, ...]:
        """Return relationships, obligations, terms and people whose ids begin with these digits; two at most."""
        require_chain(sight)
        row, person = tables.heads.c, tables.people.c.id
        kinds = [kind.value for kind in (Kind.RELATIONSHIP, Kind.OBLIGATION, Kind.TERM)]
        streams = select(row.stream.label("id")).where(
            row.stream.startswith(digits, autoescape=True), row.kind.in_(kinds)
        )
        people = select(person.label("id")).where(person.startswith(digits, autoescape=True))
        found = union(streams, people).subquery()
        async with self._database.transaction() as connection:
            return tuple((await connection.scalars(select(found.c.id).order_by(found.c.id).limit(2))).all())

    async def entries(self, sight: Sight, stream: str) -> tuple[tuple[int, str, bytes], ...]:
        """Return number, stored hash and bytes of each event of a stream, in order."""
        require_chain(sight)
        row = tables.events.c
        wanted = select(row.seq, row.hash, row.bytes).where(row.stream == stream).order_by(row.seq)
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple((seq, hash, bytes(encoded)) for seq, hash, encoded in found)

    async def rows(self, sight: Sight, stream: str) -> tuple[Row, ...]:
        """Return all projected rows of a stream."""
        require_chain(sight)
        found: tuple[Row, ...] = ()
        async with self._database.transaction() as connection:
            for name, table in (tables.PROJECTIONS | tables.PROJECTIONS_MONEY).items():
                wanted = select(table).where(table.c.stream == stream)
                rows = (await connection.execute(wanted)).mappings().all()
                found = (*found, *(_row(name, table, dict(row)) for row in rows))
        return found

    async def relationships_of(self, sight: Sight, program: str) -> tuple[str, ...]:
        """Return the streams of a program's relationships, the oldest first."""
        require_chain(sight)
        row = tables.relationships.c
        wanted = select(row.stream).where(row.program == program).order_by(row.opened_at, row.id)
        async with self._database.transaction() as connection:
            return tuple((await connection.scalars(wanted)).all())

    async def rules_text(self, digest: str) -> str | None:
        """Return the canonical text of a rule set; None if there is none with that digest."""
        async with self._database.transaction() as connection:
            return await text_under(connection, digest)

    async def term_dates(self, term: str) -> TermDates | None:
        """Return first and last day of a term; None for an unknown one."""
        row = tables.terms.c
        async with self._database.transaction() as connection:
            found = (await connection.execute(select(row.first, row.last).where(row.id == term))).first()
        return None if found is None else TermDates(first=found[0], last=found[1])


def require_chain(sight: Sight) -> None:
    """Refuse a reader who may not see the raw journal, because an empty answer would make every check pass."""
    if sight.association is not None or not sight.sees(Data.CHAIN):
        raise PermissionError("this reader may not see the raw journal")


def _row(name: str, table: Table, values: dict[str, Any]) -> Row:
    return Row(
        table=name,
        key=values["id"],
        values={column: plain_value(value) for column, value in values.items() if column not in _OWN},
    )
