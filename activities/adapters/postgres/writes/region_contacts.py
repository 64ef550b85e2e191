"""Contacts of a region, each for a period: a seat. Seats are ended, corrected and withdrawn, never deleted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import Unknown, Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.memberships import BeforeItBegan
from activities.adapters.postgres.writes.person_entries import EventOf, changing, lock_entries, plain_change
from domain.actors import Actor
from domain.people.corrections import SEAT


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
            here, people = tables.regions.c, tables.people.c
            same = select(people.id).join(tables.regions, here.association == people.association)
            if await connection.scalar(same.where(here.code == region, people.id == person)) is None:
                raise Unknown("person")
            await lock_entries(connection, [person])
            known = await _overlapping(connection, region, person, first, last)
            known = known[:1] if keep_last else known
            told: EventOf = plain_change
            if known:
                told = await correction(connection, person, *(f"{SEAT}/{id}" for id in known))
            async with changing(connection, [person], actor=actor, command=command, event=told):
                if known:
                    await _add_days(connection, known, first, last, keep_last=keep_last)
                else:
                    row = {"region": region, "person": person, "first": first, "last": last}
                    await connection.execute(insert(tables.region_contacts).values(**row))
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
            told = await correction(connection, person, f"{SEAT}/{record}")
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await connection.execute(update(seat).where(seat.c.id == record).values(values))
            await self._note(connection, type, {"region": region, "person": person}, actor, command)


async def _overlapping(
    connection: AsyncConnection, region: str, person: str, first: date, last: date | None
) -> Sequence[int]:
    """Return the seats of a person in a region that have a day in common with a period, the first one first."""
    seat = tables.region_contacts
    wanted = (
        select(seat.c.id)
        .where(seat.c.region == region, seat.c.person == person, seat.c.withdrawn_at.is_(None))
        .where(_overlaps(first, last))
        .order_by(seat.c.first, seat.c.id)
    )
    return (await connection.scalars(wanted)).all()


async def _add_days(
    connection: AsyncConnection, known: Sequence[int], first: date, last: date | None, *, keep_last: bool
) -> None:
    """Make seats one, which begins on the earliest day and ends on the new last day unless it keeps its own."""
    seat = tables.region_contacts
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
