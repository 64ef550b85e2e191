"""Whose identity this is: issuer and subject of a provider, tied to a person once."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.people.sign_ins import Tie

_TIE = tables.ties.c


async def tie_of(connection: AsyncConnection, issuer: str, subject: str) -> Tie | None:
    """Return whose an identity is; None if it is tied to nobody."""
    return await _one(connection, _TIE.issuer == issuer, _TIE.subject == subject)


async def locked_tie(connection: AsyncConnection, id: str) -> Tie | None:
    """Return a tie that has not ended and that nobody else changes until the transaction is over; None without one."""
    return await _one(connection, _TIE.id == id, lock=True)


async def _one(
    connection: AsyncConnection, *conditions: ColumnElement[bool], lock: bool = False
) -> Tie | None:
    wanted = select(_TIE.id, _TIE.person, _TIE.tied_by, _TIE.second, _TIE.confirmed_by)
    wanted = wanted.where(_TIE.ended_at.is_(None), *conditions)
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).first()
    return None if row is None else Tie(**row._mapping)
