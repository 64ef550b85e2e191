"""The rows that came after a notice and can make it untrue: later events of its stream, later notices to its reader."""

from datetime import datetime

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.actors import Side
from domain.journal import decode
from domain.notices import NoticeKind, Outcome
from domain.overtaken import OVERTAKEN_BY, TAKES_BACK, LaterRow, StaysTrue, Why, overtaken


async def why_overtaken(connection: AsyncConnection, notice: str, now: datetime) -> Why | None:
    """Return why a notice no longer holds, or None if it does."""
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
    kind = NoticeKind(found.kind)
    if kind in TAKES_BACK and await _never_told(connection, notice, kind):
        return Why.NEVER_TOLD
    causes = OVERTAKEN_BY[kind]
    if isinstance(causes, StaysTrue):
        return None
    names = {name for each in causes for name in (each.name, each.unless) if name}
    reader = {"person": found.person, "region": found.region, "side": found.side or ""}
    rows = (*await _events(connection, notice, names), *await _notices(connection, notice, names))
    return overtaken(kind, {**found.data, **reader}, rows, now)


async def _events(connection: AsyncConnection, notice: str, names: set[str]) -> list[LaterRow]:
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


async def _notices(connection: AsyncConnection, notice: str, names: set[str]) -> list[LaterRow]:
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


async def _never_told(connection: AsyncConnection, notice: str, kind: NoticeKind) -> bool:
    """Return whether what a notice takes back was not sent to its reader: of one plan all, else the last."""
    last, row = tables.notices.alias("last"), tables.notices.c
    plan = func.coalesce(last.c.data["uid"].astext, "")
    earlier = (
        select(row.status, plan.label("plan"))
        .join_from(last, tables.notices, row.subject == last.c.subject)
        .where(last.c.id == notice, row.kind.in_([each.value for each in TAKES_BACK[kind]]))
        .where(row.person == last.c.person, row.region == last.c.region)
        .where(func.coalesce(row.data["uid"].astext, "") == plan)
        .where(tuple_(row.seq, row.number) < tuple_(last.c.seq, last.c.number))
        .order_by(row.seq.desc(), row.number.desc())
    )
    found = (await connection.execute(earlier)).all()
    asked = found if found and found[0].plan else found[:1]
    return bool(asked) and all(each.status == Outcome.OVERTAKEN.value for each in asked)
