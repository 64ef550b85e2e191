"""Sign-ins that wait for a second person after all, because two entries became one human with a role about money."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.grants import grants_where
from activities.adapters.postgres.writes.grants import lock_grants
from domain.people.sign_ins import Tie, needs_second


async def hold_ties(
    connection: AsyncConnection, groups: Collection[Collection[str]], now: datetime
) -> Sequence[Tie]:
    """Let ties of entries without a role about money wait where others of ``groups`` have one; return those ties.

    Each group has the entries that were one human before all of them became one. Sessions of these ties end.
    """
    await lock_grants(connection)
    grant, tie, session = tables.grants.c, tables.ties.c, tables.sessions.c
    paying = [needs_second(await grants_where(connection, grant.person.in_(group)), now) for group in groups]
    others = [id for group, pays in zip(groups, paying, strict=True) if not pays for id in group]
    if not any(paying) or not others:
        return ()
    open_ones = tie.person.in_(others), tie.ended_at.is_(None), tie.confirmed_by == ""
    held = update(tables.ties).where(*open_ones).values(second=True)
    found = await connection.execute(held.returning(tie.id, tie.person, tie.tied_by, tie.second))
    ties = [Tie(**row._mapping) for row in found]
    going_on = session.tie.in_([each.id for each in ties]), session.ended_at.is_(None)
    await connection.execute(update(tables.sessions).where(*going_on).values(ended_at=func.now()))
    return ties
