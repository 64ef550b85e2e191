"""Contacts of a region, each for a period: a seat. Seats are ended, corrected and withdrawn, never deleted."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import Unknown, Writes
from activities.adapters.postgres.writes.memberships import BeforeItBegan
from activities.adapters.postgres.writes.person_entries import changing, correction
from domain.actors import Actor


class RegionContactWrites(Writes):
    """The writes of the contacts of regions."""

    async def add_contact(
        self,
        region: str,
        person: str,
        first: date,
        last: date | None,
        *,
        keep_last: bool = False,
        actor: Actor,
        command: str,
    ) -> None:
        """Name a contact of a region for a period (MASA-3); raise ``Unknown``.

        A period that overlaps a seat of the same person there is news about that seat: it begins on the earlier of the
        two first days and ends on the new last day. With ``keep_last`` it is news about the first such seat alone,
        which keeps its own last day.
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.regions.c.code, region, "region")
            await self._require(connection, tables.people.c.id, person, "person")
            async with changing(connection, [person], actor=actor, command=command):
                await _seat(connection, region, person, first, last, keep_last=keep_last)
            await self._note(
                connection, "RegionContactNamed", {"region": region, "person": person}, actor, command
            )

    async def correct_contact(
        self, region: str, record: int, first: date | None, last: date | None, *, actor: Actor, command: str
    ) -> None:
        """Correct the days of a seat; without a first day it keeps its own.

        Raises:
            Unknown: There is no such seat.
            BeforeItBegan: It would end before its first day.
        """
        values: dict[str, Any] = {"last": last} | ({} if first is None else {"first": first})
        await self._correct(region, record, values, "RegionContactCorrected", actor, command)

    async def withdraw_contact(self, region: str, record: int, *, actor: Actor, command: str) -> None:
        """Withdraw a seat that never was; raise ``Unknown``. Its row stays and counts no more."""
        await self._correct(region, record, None, "RegionContactWithdrawn", actor, command)

    async def _correct(
        self, region: str, record: int, values: dict[str, Any] | None, type: str, actor: Actor, command: str
    ) -> None:
        seat = tables.region_contacts
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            meant = (seat.c.region == region, seat.c.id == record, seat.c.withdrawn_at.is_(None))
            found = (await connection.execute(select(seat.c.person, seat.c.first).where(*meant))).first()
            if found is None:
                raise Unknown("record")
            person, last = found.person, (values or {}).get("last")
            if last is not None and last < (values or {}).get("first", found.first):
                raise BeforeItBegan
            if values is None:
                values = {"withdrawn_at": await office_now(connection)}
            told = correction(f"seat/{record}")
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await connection.execute(update(seat).where(seat.c.id == record).values(values))
            await self._note(connection, type, {"region": region, "person": person}, actor, command)


async def _seat(
    connection: AsyncConnection,
    region: str,
    person: str,
    first: date,
    last: date | None,
    *,
    keep_last: bool,
) -> None:
    """Store a seat, or what is new about the seats that it overlaps, which become one unless ``keep_last``."""
    seat = tables.region_contacts
    known = (
        await connection.scalars(
            select(seat.c.id)
            .where(seat.c.region == region, seat.c.person == person, seat.c.withdrawn_at.is_(None))
            .where(_overlaps(first, last))
            .order_by(seat.c.first, seat.c.id)
            .limit(1 if keep_last else None)
        )
    ).all()
    if not known:
        row = {"region": region, "person": person, "first": first, "last": last}
        await connection.execute(insert(seat).values(**row))
        return
    days = {
        "first": func.least(seat.c.first, literal(first, Date)),
        "last": seat.c.last if keep_last else last,
    }
    await connection.execute(update(seat).where(seat.c.id == known[0]).values(days))
    if others := known[1:]:
        now = await office_now(connection)
        await connection.execute(update(seat).where(seat.c.id.in_(others)).values(withdrawn_at=now))


def _overlaps(first: date, last: date | None) -> ColumnElement[bool]:
    """Return whether a seat has a day in common with a period."""
    seat = tables.region_contacts.c
    begins = literal(value=True) if last is None else seat.first <= last
    return and_(begins, or_(seat.last.is_(None), seat.last >= first))
