"""The rows that came after a notice and can make it untrue: later events of its stream, later notices to its reader."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.actors import Side
from domain.journal import decode
from domain.notices import TO_STAFF, NoticeKind, Outcome
from domain.overtaken import (
    ASKS_ACTIVE,
    OVERTAKEN_BY,
    LaterRow,
    NoticeStanding,
    StaysTrue,
    Why,
    names_of,
    standing,
    takes_back,
)

_TO_REGIONS: Final = frozenset(name for kind in TO_STAFF for name in names_of(kind))


async def standing_of(connection: AsyncConnection, notice: str, now: datetime) -> NoticeStanding:
    """Return whether a notice still holds, and its data without what is done."""
    row, pair = tables.notices.c, tables.relationships.c
    side = case(
        (row.person == pair.mentor, Side.MENTOR.value), (row.person == pair.mentee, Side.MENTEE.value)
    )
    wanted = (
        select(tables.notices, side.label("side"))
        .join_from(tables.notices, tables.relationships, pair.id == row.subject, isouter=True)
        .where(row.id == notice)
    )
    found = (await connection.execute(wanted)).one()
    if found.status == Outcome.OVERTAKEN.value:
        return NoticeStanding(why=None, data=found.data, waits=False)
    kind = NoticeKind(found.kind)
    earlier = takes_back(kind, found.data)
    if earlier and await _never_told(connection, notice, earlier):
        return NoticeStanding(why=Why.NEVER_TOLD, data=found.data)
    if isinstance(OVERTAKEN_BY[kind], StaysTrue):
        return NoticeStanding(why=None, data=found.data)
    if kind in ASKS_ACTIVE and not await _is_active(connection, notice):
        return NoticeStanding(why=Why.OVER, data=found.data)
    names = names_of(kind)
    reader = {"person": found.person, "region": found.region, "side": found.side or ""}
    known = {**await _cause(connection, notice), **found.data, **reader}
    rows = (*await _events(connection, notice, names), *await _notices(connection, notice, names))
    return standing(kind, found.data, known, rows, now)


def has_later_rows() -> ColumnElement[bool]:
    """Return the condition that something was recorded after a notice that may make one to a region untrue."""
    row, event, later = tables.notices.c, tables.events.c, tables.notices.alias("later").c
    return or_(
        exists().where(event.stream == row.subject, event.seq > row.seq, event.type.in_(_TO_REGIONS)),
        exists().where(
            later.subject == row.subject,
            later.region == row.region,
            later.seq > row.seq,
            later.kind.in_(_TO_REGIONS),
        ),
    )


async def _is_active(connection: AsyncConnection, notice: str) -> bool:
    """Return whether a mentor has a pair of the term and region that is neither paused nor ended."""
    row, kept, pair = tables.notices.c, tables.term_regions.c, tables.relationships.c
    wanted = (
        select(pair.id)
        .join_from(tables.notices, tables.term_regions, kept.id == row.subject)
        .join(
            tables.relationships,
            and_(pair.term == kept.term, pair.region == kept.region, pair.mentor == row.person),
        )
        .where(row.id == notice, pair.status == "open")
        .limit(1)
    )
    return await connection.scalar(wanted) is not None


async def _cause(connection: AsyncConnection, notice: str) -> dict[str, str]:
    """Return the texts in the event that caused a notice."""
    row, event = tables.notices.c, tables.events.c
    wanted = (
        select(event.bytes)
        .join_from(tables.notices, tables.events, event.stream == row.subject)
        .where(row.id == notice, event.seq == row.seq)
    )
    found = await connection.scalar(wanted)
    body = {} if found is None else decode(bytes(found)).body
    return {name: value for name, value in body.items() if isinstance(value, str)}


async def _events(connection: AsyncConnection, notice: str, names: Collection[str]) -> list[LaterRow]:
    """Return the later events of these types in the stream of a notice, in order."""
    row, event = tables.notices.c, tables.events.c
    later = (
        select(event.bytes)
        .join_from(tables.notices, tables.events, event.stream == row.subject)
        .where(row.id == notice, event.seq > row.seq, event.type.in_(names))
        .order_by(event.seq)
    )
    found = [decode(bytes(each)) for each in await connection.scalars(later)]
    return [LaterRow(name=each.type, fields=each.body) for each in found]


async def _notices(connection: AsyncConnection, notice: str, names: Collection[str]) -> list[LaterRow]:
    """Return the later notices of these kinds about the same, to the same reader."""
    first, row = tables.notices.alias("first"), tables.notices.c
    later = (
        select(row.kind, row.data)
        .join_from(first, tables.notices, row.subject == first.c.subject)
        .where(first.c.id == notice, row.kind.in_(names))
        .where(row.person == first.c.person, row.region == first.c.region)
        .where(tuple_(row.seq, row.number) > tuple_(first.c.seq, first.c.number))
        .order_by(row.seq, row.number)
    )
    return [LaterRow(name=each.kind, fields=each.data) for each in await connection.execute(later)]


async def _never_told(connection: AsyncConnection, notice: str, kinds: tuple[NoticeKind, ...]) -> bool:
    """Return whether what a notice takes back was not sent to its reader: of one plan all, else the last."""
    last, row = tables.notices.alias("last"), tables.notices.c
    plan = func.coalesce(last.c.data["uid"].astext, "")
    earlier = (
        select(row.status, row.sent_at, plan.label("plan"))
        .join_from(last, tables.notices, row.subject == last.c.subject)
        .where(last.c.id == notice, row.kind.in_([each.value for each in kinds]))
        .where(row.person == last.c.person, row.region == last.c.region)
        .where(func.coalesce(row.data["uid"].astext, "") == plan)
        .where(tuple_(row.seq, row.number) < tuple_(last.c.seq, last.c.number))
        .order_by(row.seq.desc(), row.number.desc())
    )
    found = (await connection.execute(earlier)).all()
    asked = found if found and found[0].plan else found[:1]
    return bool(asked) and all(
        each.status == Outcome.OVERTAKEN.value and each.sent_at is None for each in asked
    )
