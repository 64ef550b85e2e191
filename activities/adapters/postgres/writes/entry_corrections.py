"""What was written about a person by mistake is taken back: numbers, regions, what is another human's, whole entries.

Nothing that was decided moves: relationships, applications and money stay with the entry under which they were decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, delete, exists, insert, literal, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.corrections import dated_correction
from activities.adapters.postgres.writes.doubles import lock_doubles, store_answer, two_of_one_association
from activities.adapters.postgres.writes.memberships import demand_one_of_each_class
from activities.adapters.postgres.writes.people import add_key, date_region, demand_past
from activities.adapters.postgres.writes.person_entries import (
    Change,
    EntryChange,
    changing,
    lock_entries,
    tell,
)
from domain.actors import Actor
from domain.people.corrections import KEYS, REGIONS, Mistake, gone_records
from domain.people.events import EntryEvent, PersonSeparated, PersonWithdrawn
from domain.people.identity import Verdict
from domain.person_changes import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsOfEntry:
    """What of an entry belongs to another human: member numbers, memberships by record, the mentor's record."""

    keys: Sequence[str] = ()
    memberships: Sequence[int] = ()
    mentor: bool = False


class EntryCorrectionWrites(Writes):
    """The writes that take back what was written about a person by mistake."""

    async def take_off_number(
        self, person: str, key: str, reason: Mistake, *, actor: Actor, command: str
    ) -> None:
        """Take a member number off a person; it may belong to another entry from now on.

        Raises:
            Unknown: There is no such person, or the person does not have this number (``number``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, tables.people.c.id, person, "person")
            given_at = await _given_at(connection, person, key)
            told = await dated_correction(connection, person, KEYS, given_at, reason)
            async with changing(connection, [person], actor=actor, command=command, event=told):
                await _take_off(connection, person, [key], reason)
            body = {"person": person, "reason": reason.value}
            await self._note(connection, "NumberTakenOff", body, actor, command)

    async def separate(
        self, person: str, other: str, parts: PartsOfEntry, reason: Mistake, *, actor: Actor, command: str
    ) -> None:
        """Give to another entry what belongs to another human, and record that the two are two humans.

        A membership is withdrawn here and begins there with the same days.

        Raises:
            Unknown: One of the two, a number or a membership (``record``) does not exist, or there is no mentor's
                record (``mentor_record``).
            TwoAssociations: They belong to two associations.
            AlreadyThere: The two count as one person by an answer (``one_person_by_answer``), the other has a mentor's
                record (``mentor_record_exists``), or two memberships of a class would go on.
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            association = await two_of_one_association(connection, person, other)
            await lock_doubles(connection, association)
            await _demand_not_one(connection, person, other)
            await lock_entries(connection, [person, other])
            now = await office_now(connection)
            told = _Separated(one=person, other=other, reason=reason)
            people = [person, other]
            async with changing(
                connection, people, actor=actor, command=command, event=told.event, always=True, at=now
            ):
                for key in parts.keys:
                    await _given_at(connection, person, key)
                await _take_off(connection, person, parts.keys, reason)
                for key in parts.keys:
                    await add_key(connection, other, key)
                for record in parts.memberships:
                    await _give_membership(connection, person, other, record, now)
                if parts.mentor:
                    await _give_mentor_record(connection, person, other)
                await demand_one_of_each_class(connection, other)
                await store_answer(connection, association, person, other, Verdict.TWO, actor, now)
            await tell(
                connection, [Change(person=id, kind=ChangeKind.SAME_AS, day=now.date()) for id in people]
            )
            body = {"person": person, "other": other, "reason": reason.value}
            await self._note(connection, "EntrySeparated", body, actor, command)

    async def withdraw(self, person: str, reason: Mistake, *, actor: Actor, command: str) -> None:
        """Withdraw an entry that was made by mistake: its numbers are free, its memberships and places count no more.

        Raises:
            Unknown: There is no such person.
            AlreadyThere: Something was decided under this entry, or names it (``person_in_use``).
        """
        people, held, mentor = tables.people, tables.memberships, tables.mentors
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._require(connection, people.c.id, person, "person")
            await lock_entries(connection, [person])
            await _demand_unused(connection, person)
            now = await office_now(connection)

            def told(change: EntryChange) -> EntryEvent:
                return PersonWithdrawn(
                    fields=change.fields,
                    commit=change.commit,
                    records=gone_records(change.before, change.after),
                    reason=reason.value,
                )

            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                await _take_off(connection, person, entries[person].keys, reason)
                counts = (held.c.person == person, held.c.withdrawn_at.is_(None))
                await connection.execute(update(held).where(*counts).values(withdrawn_at=now))
                await connection.execute(update(mentor).where(mentor.c.person == person).values(capacity=0))
                today = {"withdrawn_on": now.date()}
                await connection.execute(update(people).where(people.c.id == person).values(**today))
            body = {"person": person, "reason": reason.value}
            await self._note(connection, "EntryWithdrawn", body, actor, command)

    async def correct_region(
        self,
        person: str,
        since: date,
        *,
        to: tuple[str, date] | None,
        reason: Mistake,
        actor: Actor,
        command: str,
    ) -> str:
        """Correct the region to which a person belonged from a day on, or the day; None withdraws it.

        Return the region to which the person belongs now.

        Raises:
            Unknown: There is no such person, day of a region (``record``) or region.
            TooEarly: The day is still to come.
            AlreadyThere: It is the only region (``only_region``), another region began on that day
                (``region_day_taken``), or nothing would change.
        """
        people, days = tables.people, tables.person_regions
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return str(await connection.scalar(select(people.c.region).where(people.c.id == person)))
            await self._require(connection, people.c.id, person, "person")
            row = (days.c.person == person, days.c.withdrawn_at.is_(None))
            wanted = select(days.c.region, days.c.created_at).where(*row, days.c.since == since)
            known = (await connection.execute(wanted)).first()
            if known is None:
                raise Unknown("record")
            if to is not None:
                await _demand_region(connection, person, to[0])
                await demand_past(connection, to[1])
            told = await dated_correction(connection, person, REGIONS, known.created_at, reason)
            async with changing(connection, [person], actor=actor, command=command, event=told) as entries:
                kept = [each for each in entries[person].regions if each.since != since]
                if to == (known.region, since):
                    raise AlreadyThere("nothing_to_change")
                if to is None and not kept:
                    raise AlreadyThere("only_region")
                if to is not None and any(each.since == to[1] for each in kept):
                    raise AlreadyThere("region_day_taken")
                now = await office_now(connection)
                gone = update(days).where(*row, days.c.since == since)
                await connection.execute(gone.values(withdrawn_at=now))
                if to is not None:
                    await date_region(connection, person, *to)
                newest = select(days.c.region).where(*row).order_by(days.c.since.desc()).limit(1)
                region = str(await connection.scalar(newest))
                await connection.execute(update(people).where(people.c.id == person).values(region=region))
            await self._note(connection, "RegionCorrected", {"person": person}, actor, command)
            return region


@dataclass(frozen=True, slots=True, kw_only=True)
class _Separated:
    """What the events of a separation say."""

    one: str
    other: str
    reason: Mistake

    def event(self, change: EntryChange) -> EntryEvent:
        """Return the event of one of the two."""
        other = self.other if change.after.id == self.one else self.one
        return PersonSeparated(
            fields=change.fields,
            commit=change.commit,
            records=(*(change.records or ()), *gone_records(change.before, change.after)),
            other=other,
            reason=self.reason.value,
        )


async def _given_at(connection: AsyncConnection, person: str, key: str) -> datetime:
    """Return when a person got a number; raise ``Unknown``."""
    row = tables.person_keys.c
    found: datetime | None = await connection.scalar(
        select(row.created_at).where(row.person == person, row.key == key)
    )
    if found is None:
        raise Unknown("number")
    return found


async def _take_off(connection: AsyncConnection, person: str, keys: Sequence[str], reason: Mistake) -> None:
    """Take numbers off a person; whose they were, and why they were taken off, stays beside the entry."""
    row, gone = tables.person_keys, tables.withdrawn_keys
    if not keys:
        return
    mine = (row.c.person == person, row.c.key.in_(keys))
    now = await office_now(connection)
    values = select(
        row.c.association,
        row.c.key,
        row.c.person,
        row.c.created_at,
        literal(reason.value),
        literal(now, gone.c.withdrawn_at.type),
    ).where(*mine)
    columns = ("association", "key", "person", "given_at", "reason", "withdrawn_at")
    await connection.execute(insert(gone).from_select(columns, values))
    await connection.execute(delete(row).where(*mine))


async def _give_membership(
    connection: AsyncConnection, person: str, other: str, record: int, now: datetime
) -> None:
    table = tables.memberships
    mine = (table.c.id == record, table.c.person == person, table.c.withdrawn_at.is_(None))
    found = (await connection.execute(select(table).where(*mine))).first()
    if found is None:
        raise Unknown("record")
    await connection.execute(update(table).where(*mine).values(withdrawn_at=now))
    days: Mapping[str, Any] = {"class": found._mapping["class"], "first": found.first, "last": found.last}
    same = (table.c.person == other, table.c["class"] == days["class"], table.c.first == found.first)
    there = select(table.c.id).where(*same, table.c.withdrawn_at.is_(None)).limit(1)
    if await connection.scalar(there) is None:
        await connection.execute(insert(table).values(person=other, **days))


async def _give_mentor_record(connection: AsyncConnection, person: str, other: str) -> None:
    table = tables.mentors
    known = {*await connection.scalars(select(table.c.person).where(table.c.person.in_((person, other))))}
    if person not in known:
        raise Unknown("mentor_record")
    if other in known:
        raise AlreadyThere("mentor_record_exists")
    await connection.execute(update(table).where(table.c.person == person).values(person=other))


async def _demand_not_one(connection: AsyncConnection, person: str, other: str) -> None:
    """Refuse two entries that count as one person by an answer, or of which one was withdrawn."""
    people = tables.people
    wanted = select(stands_for(people), people.c.withdrawn_on).where(people.c.id.in_((person, other)))
    found = (await connection.execute(wanted)).all()
    if any(withdrawn is not None for _, withdrawn in found):
        raise AlreadyThere("entry_withdrawn")
    if len({stands for stands, _ in found}) == 1:
        raise AlreadyThere("one_person_by_answer")


async def _demand_region(connection: AsyncConnection, person: str, region: str) -> None:
    """Refuse a region that the person's association does not have."""
    people, regions = tables.people.c, tables.regions.c
    here = select(people.association).where(people.id == person).scalar_subquery()
    wanted = select(regions.code).where(regions.code == region, regions.association == here)
    if await connection.scalar(wanted) is None:
        raise Unknown("region")


async def _demand_unused(connection: AsyncConnection, person: str) -> None:
    """Refuse to withdraw an entry that something names which was decided, or which somebody must correct first."""
    people, pair, seat = tables.people.c, tables.relationships.c, tables.region_contacts.c
    helper, applied, grant = tables.helpers.c, tables.applications.c, tables.grants.c

    def used(by: str, *where: Any) -> Select[Any]:
        return select(literal(by).label("by")).where(exists().where(*where))

    wanted = union_all(
        used("an application", applied.person == person),
        used(
            "a relationship",
            or_(pair.mentee == person, pair.mentor == person, pair.proposed_mentor == person),
        ),
        used("a helper's name", helper.person == person),
        used("a role", grant.person == person),
        used("the seat of a region's contact", seat.person == person, seat.withdrawn_at.is_(None)),
        used("somebody's supervisor", people.supervisor == person),
        used("an answer that two entries are one person", people.alias_of == person),
        used("an answer that two entries are one person", people.id == person, people.alias_of.is_not(None)),
    )
    found = sorted({*await connection.scalars(wanted)})
    if found:
        raise AlreadyThere("person_in_use", f"The entry is used as {', '.join(found)}. {_INSTEAD}")


_INSTEAD: Final = (
    "If the person is already there under another entry, say so: `mentorflow send people/ID/same-as`. If the person "
    "left, record the day: `mentorflow send people/ID/left`. Otherwise end or correct first what names the entry."
)
