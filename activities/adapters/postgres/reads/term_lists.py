"""Monthly records and checks of logs as staff work with them: searched and filtered, page by page, with their size."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, any_, func, literal, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.relationships import MENTOR, named_pairs
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.postgres.reads.search import matches
from domain.ids import term_region_id
from domain.journal import decode
from domain.visibility import Sight

_RECORD: Final = tables.monthly_records.c
_CHECK: Final = tables.log_checks.c
_PERSON: Final = tables.people.alias("named")
_ACTED: Final = "ActedForMentor"
_OVER: Final = ("RecordConfirmed", "RecordStands", "RecordContradicted")


class RecordState(StrEnum):
    """Where a monthly record stands: in by its day, in later, not in by its day, or not due yet."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which monthly records a list shows; what is empty filters nothing. ``late_at`` is when a record is missing."""

    late_at: datetime
    q: str = ""
    state: str = ""
    region: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordList:
    """Some monthly records, how many there are, and how many stand where, whatever state is asked for."""

    rows: tuple[Mapping[str, Any], ...]
    total: int
    counts: Mapping[RecordState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFilter:
    """Which checks of logs a list shows; what is empty filters nothing. ``found`` keeps those with a finding."""

    q: str = ""
    region: str = ""
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckList:
    """Some checks of logs, how many there are, and the pairs that they name, by id."""

    rows: tuple[Mapping[str, Any], ...]
    total: int
    pairs: Mapping[str, Mapping[str, Any]]


class TermListReads(Reads):
    """The reads of lists about terms in regions."""

    async def months(self, sight: Sight) -> tuple[str, ...]:
        """Return the months of which the reader sees records, the newest first."""
        wanted = select(_RECORD.month).where(_seen(sight)).distinct().order_by(_RECORD.month.desc())
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(wanted)).all())

    async def monthly_records(
        self, sight: Sight, wanted: RecordFilter, *, offset: int = 0, limit: int = 50
    ) -> RecordList:
        """Return some monthly records, the newest month first, then by region and mentor."""
        states = _states(wanted.late_at)
        conditions = _conditions(sight, wanted)
        columns: list[ColumnElement[Any]] = [func.count().filter(states[each]) for each in RecordState]
        counted = select(*columns)
        statement = _records(sight).where(*conditions)
        if wanted.state:
            statement = statement.where(states[RecordState(wanted.state)])
        order = (_RECORD.month.desc(), tables.regions.c.name, _PERSON.c.name, _RECORD.id)
        async with self._database.one_statement() as connection:
            counts = (await connection.execute(_joined(counted).where(*conditions))).one()
            found = (await connection.execute(statement.order_by(*order).offset(offset).limit(limit))).all()
        by_state = dict(zip(RecordState, counts, strict=True))
        total = by_state[RecordState(wanted.state)] if wanted.state else sum(by_state.values())
        rows = tuple(plain(row._mapping) for row in found)
        return RecordList(rows=await self._with_waits(rows), total=total, counts=by_state)

    async def monthly_record(self, sight: Sight, id: str) -> Mapping[str, Any] | None:
        """Return one monthly record with its names; None if it is unknown or the reader may not see it."""
        row = await self._one(_records(sight).where(_RECORD.id == id, _seen(sight)))
        return None if row is None else (await self._with_waits((row,)))[0]

    async def log_checks(
        self, sight: Sight, wanted: CheckFilter, *, offset: int = 0, limit: int = 50
    ) -> CheckList:
        """Return some checks of logs, the newest first, with the pairs that they name."""
        conditions: list[ColumnElement[bool]] = [sql.of_term(sight, tables.log_checks)]
        if wanted.region:
            conditions.append(_CHECK.region == wanted.region)
        if wanted.found:
            conditions.append(_CHECK.findings != "")
        if wanted.q:
            seen = sql.in_evidence(sight, _PERSON, _CHECK.region)
            conditions.append(and_(seen, matches(wanted.q, _PERSON.c.name)))
        statement = _checks(sight, func.count().over().label("total")).where(*conditions)
        statement = statement.order_by(_CHECK.checked_at.desc(), _CHECK.id)
        async with self._database.one_statement() as connection:
            found = (await connection.execute(statement.offset(offset).limit(limit))).all()
        rows = tuple(plain(row._mapping) for row in found)
        total = rows[0]["total"] if rows else 0
        if not rows and offset:
            total = (await self.log_checks(sight, wanted, limit=1)).total
        return CheckList(rows=rows, total=total, pairs=await self._pairs(sight, rows))

    async def log_check(self, sight: Sight, id: str) -> CheckList:
        """Return one check of logs with its pairs; no row if it is unknown or the reader may not see it."""
        row = await self._one(_checks(sight).where(_CHECK.id == id, sql.of_term(sight, tables.log_checks)))
        rows = () if row is None else (row,)
        return CheckList(rows=rows, total=len(rows), pairs=await self._pairs(sight, rows))

    async def _pairs(
        self, sight: Sight, checks: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Mapping[str, Any]]:
        ids = sorted({id for row in checks for id in row["relationships"].split(",")})
        if not ids:
            return {}
        # one value in all, because a statement can have a limited number of them
        named = tables.relationships.c.id == any_(literal(ids, ARRAY(Text)))
        paid = sql.name_in_evidence(sight, MENTOR, tables.relationships.c.region).label("paid_name")
        wanted = named_pairs(sight, paid).where(named, sql.relationship(sight))
        rows = await self._all(wanted)
        return {row["id"]: {**row, "mentor_name": row["mentor_name"] or row["paid_name"]} for row in rows}

    async def _with_waits(self, rows: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
        """Return records with ``waits``: staff entered one for its mentor, who can still say that it is wrong."""
        owed = {_subject(row) for row in rows if row["status"] == "owed"}
        waits = await self._entered(owed)
        return tuple({**row, "waits": (_subject(row), row["mentor"], row["month"]) in waits} for row in rows)

    async def _entered(self, subjects: Collection[str]) -> frozenset[tuple[str, str, str]]:
        if not subjects:
            return frozenset()
        event, term = tables.events.c, tables.term_regions.c
        wanted = (
            select(event.bytes, term.id)
            .join(tables.term_regions, term.stream == event.stream)
            .where(term.id.in_(subjects), event.type.in_((_ACTED, *_OVER)))
            .order_by(event.stream, event.seq)
        )
        waits: set[tuple[str, str, str]] = set()
        async with self._database.one_statement() as connection:
            for row in await connection.execute(wanted):
                told = decode(row.bytes)
                record = (row.id, str(told.body["mentor"]), str(told.body["month"]))
                (waits.add if told.type == _ACTED else waits.discard)(record)
        return frozenset(waits)


def _subject(row: Mapping[str, Any]) -> str:
    return term_region_id(row["term"], row["region"])


def _seen(sight: Sight) -> ColumnElement[bool]:
    return sql.of_term(sight, tables.monthly_records, _RECORD.mentor)


def _joined(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(tables.monthly_records)
        .join(_PERSON, _PERSON.c.id == _RECORD.mentor, isouter=True)
        .join(tables.regions, tables.regions.c.code == _RECORD.region, isouter=True)
        .join(tables.terms, tables.terms.c.id == _RECORD.term, isouter=True)
    )


def _records(sight: Sight) -> Select[Any]:
    return _joined(
        select(
            tables.monthly_records,
            sql.name_in_evidence(sight, _PERSON, _RECORD.region).label("mentor_name"),
            tables.regions.c.name.label("region_name"),
            tables.terms.c.name.label("term_name"),
        )
    )


def _states(late_at: datetime) -> Mapping[RecordState, ColumnElement[bool]]:
    submitted, overdue = _RECORD.status == "submitted", _RECORD.due_at <= late_at
    return {
        RecordState.IN_TIME: and_(submitted, _RECORD.late.is_(False)),
        RecordState.LATE: and_(submitted, _RECORD.late.is_(True)),
        RecordState.MISSING: and_(_RECORD.status == "owed", overdue),
        RecordState.AHEAD: and_(_RECORD.status == "owed", _RECORD.due_at > late_at),
    }


def _conditions(sight: Sight, wanted: RecordFilter) -> list[ColumnElement[bool]]:
    found = [_seen(sight)]
    for column, value in ((_RECORD.region, wanted.region), (_RECORD.month, wanted.month)):
        if value:
            found.append(column == value)
    if wanted.q:
        seen = sql.in_evidence(sight, _PERSON, _RECORD.region)
        found.append(and_(seen, matches(wanted.q, _PERSON.c.name)))
    return found


def _checks(sight: Sight, *more: ColumnElement[Any]) -> Select[Any]:
    checker = sql.name_in_evidence(sight, _PERSON, _CHECK.region).label("checker_name")
    return (
        select(tables.log_checks, *more, checker, tables.regions.c.name.label("region_name"))
        .join(_PERSON, _PERSON.c.id == _CHECK.checked_by, isouter=True)
        .join(tables.regions, tables.regions.c.code == _CHECK.region, isouter=True)
    )
