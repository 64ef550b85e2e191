"""Memberships of people, each with its dates. What was recorded wrongly is corrected or withdrawn, never deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.entries_of_one import every_entry
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.corrections import correction
from activities.adapters.postgres.writes.person_entries import EventOf, changing, lock_entries, plain_change
from domain.actors import Actor
from domain.people.corrections import MEMBERSHIP
from domain.people.entry import Membership
from domain.people.membership_days import begins_too_late
from domain.people.open_memberships import goes_on_already, overlaps_already, what_it_says

_NEW: Final = 0
"""The number of a membership that has no row yet."""


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
            AlreadyThere: A membership of this class goes on in these days (``membership_goes_on``), or one that ended
                has some of them (``membership_overlaps``).
        """
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            await lock_entries(connection, [person])
            same = (table.c["class"] == name, table.c.first == first)
            told: EventOf = plain_change
            known = await connection.scalar(select(table.c.id).where(*_of(person), *same))
            await _demand_sane(connection, first)
            if known is None or not keep_last:
                dated = Membership(record=known or _NEW, name=name, first=first, last=last)
                await _demand_stands(connection, person, dated)
            if known is not None:
                told = await correction(connection, person, f"{MEMBERSHIP}/{known}")
            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                ends_of_person = (entries[person].left_on, entries[person].died_on)
                if any(day is not None and first > day for day in ends_of_person):
                    raise AlreadyThere("person_has_left")
                if known is None:
                    row = {"person": person, "class": name, "first": first, "last": last}
                    await connection.execute(insert(table), [row])
                else:
                    ends = table.c.last if keep_last else last
                    await connection.execute(update(table).where(table.c.id == known).values(last=ends))
            await self._note(connection, "MembershipDated", {"person": person, "class": name}, actor, command)

    async def end_membership(
        self, person: str, last: date, *, record: int | None = None, actor: Actor, command: str
    ) -> None:
        """End a person's open memberships on a day, or the one with this number, which may have an end already.

        Raises:
            Unknown: There is no such person or membership.
            BeforeItBegan: A membership begins after that day.
            AlreadyThere: It would go on in days of another one of its class (``membership_goes_on``,
                ``membership_overlaps``).
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
            if record is not None:
                await _demand_end_stands(connection, person, record, last)
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
        name: str | None,
        first: date | None,
        last: date | None,
        *,
        keep_last: bool = False,
        actor: Actor,
        command: str,
    ) -> None:
        """Correct the class and the days of one membership; None was right, and with ``keep_last`` so was the last day.

        Raises:
            Unknown: There is no such membership.
            AlreadyThere: Another membership of the person has this class and first day (``membership_exists``), or one
                of this class goes on or went on in these days (``membership_goes_on``, ``membership_overlaps``), it
                begins years ahead (``membership_too_far_ahead``), or after the person left (``person_has_left``).
            BeforeItBegan: It would end before its first day.
        """
        given = {"class": name, "first": first}
        values: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
        if not keep_last:
            values["last"] = last
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
                    values = await _as_it_was(connection, record) | values
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


async def _as_it_was(connection: AsyncConnection, record: int) -> dict[str, Any]:
    """Return the class and the first day of a membership."""
    table = tables.memberships
    found = await connection.execute(select(table.c["class"], table.c.first).where(table.c.id == record))
    return dict(found.one()._mapping)


async def memberships_of_human(connection: AsyncConnection, person: str) -> Sequence[tuple[str, Membership]]:
    """Return the memberships of a human under all entries, each with the entry that holds it."""
    held = tables.memberships.c
    entries = every_entry(bindparam("human"))
    wanted = (
        select(held.person, held.id, held["class"], held.first, held.last)
        .where(held.person.in_(entries), held.withdrawn_at.is_(None))
        .order_by(held.id)
    )
    return [
        (owner, Membership(record=record, name=name, first=first, last=last))
        for owner, record, name, first, last in await connection.execute(wanted, {"human": person})
    ]


async def _demand_stands(connection: AsyncConnection, person: str, dated: Membership) -> None:
    """Refuse days of a membership in which another of its class goes on or went on.

    One that goes on can always be ended, and days that two have in common already stay until somebody corrects them.
    """
    found = {held: owner for owner, held in await memberships_of_human(connection, person)}
    before = next((held for held in found if held.record == dated.record), None)
    if before is not None and before.last is None and dated.last is not None:
        return
    others = [each for each in found if each.record != dated.record]
    held = goes_on_already(dated, others)
    if held is not None:
        raise AlreadyThere("membership_goes_on", _if_it_ended(held, found[held]))
    held = overlaps_already(dated, (each for each in others if before is None or not _meet(before, each)))
    if held is not None:
        path = f"mentorflow send people/{found[held]}/memberships/{held.record}/correct"
        advice = (
            f"That one is from {held.first} to {held.last}, and its record is {held.record}. Choose days outside it, "
            f"or correct its days: {path}."
        )
        raise AlreadyThere("membership_overlaps", advice)


def _meet(one: Membership, other: Membership) -> bool:
    """Return whether two memberships of a class have a day in common."""
    return overlaps_already(one, (other,)) is not None


def _if_it_ended(held: Membership, owner: str) -> str:
    path = f"mentorflow send people/{owner}"
    return (
        f"It goes on since {held.first}, and its record is {held.record}. If it ended, end it first: "
        f"{path}/membership-end. If its first day is wrong, correct it: {path}/memberships/{held.record}/correct."
    )


async def withdraw_what_is_there_twice(
    connection: AsyncConnection, person: str, entries: Collection[str], at: datetime
) -> None:
    """Withdraw those memberships of some entries of a human that another entry has with the same class and days."""
    found = [*await memberships_of_human(connection, person)]
    kept = {what_it_says(held) for owner, held in found if owner not in entries}
    twice = [held.record for owner, held in found if owner in entries and what_it_says(held) in kept]
    row = tables.memberships
    await connection.execute(update(row).where(row.c.id.in_(twice)).values(withdrawn_at=at))


async def bring_back_what_was_there_twice(
    connection: AsyncConnection, entries: Collection[str], at: datetime
) -> None:
    """Let memberships of some entries count again that were withdrawn at an instant, as another one had them, too."""
    row = tables.memberships
    withdrawn = (row.c.person.in_(entries), row.c.withdrawn_at == at)
    await connection.execute(update(row).where(*withdrawn).values(withdrawn_at=None))


async def demand_one_of_each_class(connection: AsyncConnection, person: str) -> None:
    """Refuse that entries are one human of whom two memberships of a class would go on."""
    found = {held: owner for owner, held in await memberships_of_human(connection, person)}
    for one in (each for each in found if each.last is None):
        other = goes_on_already(one, (each for each in found if each.record > one.record))
        if other is not None:
            each_of = " and ".join(
                f"that of people/{found[held]} since {held.first} (record {held.record})"
                for held in (one, other)
            )
            advice = (
                f"They are {each_of}. End one, or withdraw the one that never was, and answer again: "
                f"mentorflow send people/{found[other]}/memberships/{other.record}/withdraw."
            )
            raise AlreadyThere("two_memberships_go_on", advice)


async def _demand_end_stands(connection: AsyncConnection, person: str, record: int, last: date) -> None:
    """Refuse a last day that leads a membership into another one of its class."""
    own = next(held for _, held in await memberships_of_human(connection, person) if held.record == record)
    await _demand_stands(connection, person, replace(own, last=last))


async def _demand_sane(connection: AsyncConnection, first: date) -> None:
    """Refuse a first day that must be a slip in typing."""
    if begins_too_late(first, (await office_now(connection)).date()):
        raise AlreadyThere("membership_too_far_ahead")


async def _demand_fits(
    connection: AsyncConnection, person: str, record: int, values: Mapping[str, Any]
) -> None:
    """Refuse a correction to days that cannot stand: of another membership, or that end before they begin."""
    table, people = tables.memberships, tables.people.c
    await _demand_sane(connection, values["first"])
    gone = func.least(people.left_on, people.died_on)
    ended: date | None = await connection.scalar(select(gone).where(people.id == person))
    if ended is not None and values["first"] > ended:
        raise AlreadyThere("person_has_left")
    same = (table.c["class"] == values["class"], table.c.first == values["first"], table.c.id != record)
    if await connection.scalar(select(table.c.id).where(*_of(person), *same).limit(1)) is not None:
        raise AlreadyThere("membership_exists")
    last = values.get("last")
    if "last" not in values:
        last = await connection.scalar(select(table.c.last).where(table.c.id == record))
    if last is not None and last < values["first"]:
        raise BeforeItBegan
    corrected = Membership(record=record, name=values["class"], first=values["first"], last=last)
    await _demand_stands(connection, person, corrected)
