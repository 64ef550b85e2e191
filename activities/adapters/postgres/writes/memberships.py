"""Memberships of people, each with its dates. What was recorded wrongly is corrected or withdrawn, never deleted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.person_entries import EventOf, changing, lock_entries, plain_change
from domain.actors import Actor
from domain.people.corrections import MEMBERSHIP


class BeforeItBegan(ValueError):
    """A membership that would end before its first day."""


class MembershipWrites(Writes):
    """The writes of memberships."""

    async def add_membership(
        self,
        person: str,
        name: str,
        first: date,
        last: date | None,
        *,
        keep_last: bool = False,
        actor: Actor,
        command: str,
    ) -> None:
        """Add a membership of a person with its dates.

        A class that is recorded from the same day on is the same membership: it gets the new last day, or with
        ``keep_last`` keeps its own.

        Raises:
            Unknown: There is no such person.
            AlreadyThere: A membership of this class goes on in these days (``membership_goes_on``).
        """
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            await lock_entries(connection, [person])
            row = {"person": person, "class": name, "first": first, "last": last}
            same = (table.c["class"] == name, table.c.first == first)
            ends = table.c.last if keep_last else last
            told: EventOf = plain_change
            known = await connection.scalar(select(table.c.id).where(*_of(person), *same))
            if known is None:
                await _demand_none_goes_on(connection, person, row)
            else:
                told = await correction(connection, person, f"{MEMBERSHIP}/{known}")
            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                ends_of_person = (entries[person].left_on, entries[person].died_on)
                if any(day is not None and first > day for day in ends_of_person):
                    raise AlreadyThere("person_has_left")
                if known is None:
                    await connection.execute(insert(table), [row])
                else:
                    await connection.execute(update(table).where(table.c.id == known).values(last=ends))
            await self._note(connection, "MembershipDated", {"person": person, "class": name}, actor, command)

    async def end_membership(
        self, person: str, last: date, *, record: int | None = None, actor: Actor, command: str
    ) -> None:
        """End a person's open memberships on a day, or the one with this number, which may have an end already.

        Raises:
            Unknown: There is no such person or membership.
            BeforeItBegan: A membership begins after that day.
        """
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            meant: ColumnElement[bool] = table.c.last.is_(None)
            if record is not None:
                await _require_record(connection, person, record)
                meant = table.c.id == record
            still = (*_of(person), meant)
            later = select(table.c.id).where(*still, table.c.first > last).limit(1)
            if await connection.scalar(later) is not None:
                raise BeforeItBegan
            ended = await connection.scalars(select(table.c.id).where(*still).order_by(table.c.id))
            records = [f"{MEMBERSHIP}/{id}" for id in ended] or [MEMBERSHIP]
            told = await correction(connection, person, *records)
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await connection.execute(update(table).where(*still).values(last=last))
            await self._note(connection, "MembershipEnded", {"person": person}, actor, command)

    async def correct_membership(
        self,
        person: str,
        record: int,
        name: str,
        first: date,
        last: date | None,
        *,
        keep_last: bool = False,
        actor: Actor,
        command: str,
    ) -> None:
        """Correct the class and the days of one membership; with ``keep_last`` it keeps its last day.

        Raises:
            Unknown: There is no such membership.
            AlreadyThere: Another membership of the person has this class and first day (``membership_exists``).
            BeforeItBegan: It would end before its first day.
        """
        values = {"class": name, "first": first} | ({} if keep_last else {"last": last})
        await self._correct(person, record, values, "MembershipCorrected", actor, command)

    async def withdraw_membership(self, person: str, record: int, *, actor: Actor, command: str) -> None:
        """Withdraw a membership that never was; raise ``Unknown``. Its row stays and counts no more."""
        await self._correct(person, record, None, "MembershipWithdrawn", actor, command)

    async def _correct(
        self, person: str, record: int, values: dict[str, Any] | None, type: str, actor: Actor, command: str
    ) -> None:
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await _require_record(connection, person, record)
            told = await correction(connection, person, f"{MEMBERSHIP}/{record}")
            async with changing(connection, [person], actor=actor, command=command, event=told):
                if values is None:
                    values = {"withdrawn_at": await office_now(connection)}
                else:
                    await _demand_fits(connection, person, record, values)
                await connection.execute(update(table).where(table.c.id == record).values(values))
            await self._note(connection, type, {"person": person, "record": record}, actor, command)


def _of(person: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a person's memberships that count."""
    table = tables.memberships
    return (table.c.person == person, table.c.withdrawn_at.is_(None))


async def _require_record(connection: AsyncConnection, person: str, record: int) -> None:
    known = select(tables.memberships.c.id).where(*_of(person), tables.memberships.c.id == record)
    if await connection.scalar(known) is None:
        raise Unknown("record")


async def _demand_none_goes_on(connection: AsyncConnection, person: str, new: Mapping[str, Any]) -> None:
    """Refuse a membership beside another of its class that has no last day and goes on in its days."""
    table = tables.memberships
    open_one = [*_of(person), table.c["class"] == new["class"], table.c.last.is_(None)]
    if new["last"] is not None:
        open_one.append(table.c.first <= new["last"])
    held = (await connection.execute(select(table.c.id, table.c.first).where(*open_one).limit(1))).first()
    if held is None:
        return
    advice = (
        f"It goes on since {held.first}, and its record is {held.id}. If it ended, end it first: mentorflow send "
        f"people/{person}/membership-end. If its first day is wrong, correct it: mentorflow send "
        f"people/{person}/memberships/{held.id}/correct."
    )
    raise AlreadyThere("membership_goes_on", advice)


async def _demand_fits(
    connection: AsyncConnection, person: str, record: int, values: Mapping[str, Any]
) -> None:
    """Refuse a correction that makes two memberships into one, or ends a membership before it begins."""
    table = tables.memberships
    same = (table.c["class"] == values["class"], table.c.first == values["first"], table.c.id != record)
    if await connection.scalar(select(table.c.id).where(*_of(person), *same).limit(1)) is not None:
        raise AlreadyThere("membership_exists")
    last = values.get("last")
    if "last" not in values:
        last = await connection.scalar(select(table.c.last).where(table.c.id == record))
    if last is not None and last < values["first"]:
        raise BeforeItBegan
