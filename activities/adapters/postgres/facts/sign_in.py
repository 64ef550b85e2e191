"""Whose identity this is: issuer and subject of a provider, tied to a person once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """An identity that is tied to a person."""

    id: str
    person: str


async def tie_of(connection: AsyncConnection, issuer: str, subject: str) -> Tie | None:
    """Return whose an identity is; None if it is tied to nobody."""
    table = tables.ties.c
    wanted = select(table.id, table.person).where(table.issuer == issuer, table.subject == subject)
    row = (await connection.execute(wanted)).first()
    return None if row is None else Tie(id=row.id, person=row.person)
