"""Answers to the question whether two entries are one human, and the entry that stands for both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.held_ties import hold_ties
from activities.adapters.postgres.writes.memberships import (
    bring_back_what_was_there_twice,
    demand_one_of_each_class,
    withdraw_what_is_there_twice,
)
from activities.adapters.postgres.writes.person_entries import Change, EntryChange, changing, tell
from domain.actors import Actor
from domain.ids import derive
from domain.people.corrections import gone_records
from domain.people.events import EntryEvent, PersonChanged, PersonMerged, PersonsKeptApart
from domain.people.identity import Verdict, groups, pair_of
from domain.person_changes import ChangeKind


class TwoAssociations(ValueError):
    """The two people belong to two associations, which are never compared."""


class OtherAnswer(ValueError):
    """Another answer says the opposite: somebody between the two is the same human as one and not as the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Human:
    """The entries that two people have together so far, the oldest first, and which entry stands for each."""

    ids: tuple[str, ...]
    alias_of: Mapping[str, str | None]

    @property
    def groups(self) -> list[list[str]]:
        """Return the entries that counted as one so far, for each human."""
        found: dict[str, list[str]] = {}
        for id in self.ids:
            found.setdefault(self.alias_of[id] or id, []).append(id)
        return [*found.values()]


class DoubleWrites(Writes):
    """The writes of answers about doubles."""

    async def answer(self, one: str, other: str, verdict: Verdict, *, actor: Actor, command: str) -> str:
        """Store an answer and return the entry that stands for ``one`` afterwards.

        Two that are the same become one: the younger entry becomes an alias of the older. No existing stream is
        rewritten. Two humans are apart from today on; what was done in between stays under the id that did it.

        A membership that both entries have alike, with its class and days, is withdrawn at the one that no longer
        stands, and is there again when the two are apart again.

        Raises:
            Unknown: One of the two does not exist.
            TwoAssociations: They belong to two associations.
            OtherAnswer: An earlier answer about somebody between them says the opposite.
            AlreadyThere: This answer was given already (``nothing_to_change``), or two memberships of a class would go
                on (``two_memberships_go_on``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return await _stands_for(connection, one)
            association = await two_of_one_association(connection, one, other)
            await lock_doubles(connection, association)
            human = await _human(connection, one, other)
            earlier, before = await _answered(connection, one, other)
            if earlier is verdict:
                raise AlreadyThere("nothing_to_change")
            now = await office_now(connection)
            await store_answer(connection, association, one, other, verdict, actor, now)
            standing = await _standing(connection, human.ids)
            if (standing[one] == standing[other]) is not (verdict is Verdict.SAME):
                raise OtherAnswer
            told = _Told(one=one, other=other, verdict=verdict, stands=standing)
            moved = {id for id in human.ids if standing[id] != (human.alias_of[id] or id)}
            people = {one, other, *moved}
            async with changing(
                connection, people, actor=actor, command=command, event=told.event, always=True, at=now
            ):
                for id in sorted(moved):
                    stands = None if standing[id] == id else standing[id]
                    person = tables.people
                    await connection.execute(update(person).where(person.c.id == id).values(alias_of=stands))
                if verdict is Verdict.SAME:
                    await withdraw_what_is_there_twice(connection, one, moved, now)
                    await demand_one_of_each_class(connection, one)
                    await self._hold(connection, human, actor, command, now)
                elif before is not None:
                    await bring_back_what_was_there_twice(connection, moved, before)
            changes = [Change(person=id, kind=ChangeKind.SAME_AS, day=now.date()) for id in sorted(people)]
            await tell(connection, changes)
            body = {"one": one, "other": other, "answer": verdict.value}
            await self._note(connection, "DoubleAnswered", body, actor, command)
            return standing[one]

    async def _hold(
        self, connection: AsyncConnection, human: _Human, actor: Actor, command: str, now: datetime
    ) -> None:
        """Let sign-ins wait that would come to a role about money by this answer."""
        for tie in await hold_ties(connection, human.groups, now):
            waits = {"person": tie.person, "sign_in": tie.id}
            await self._note(connection, "SignInWaits", waits, actor, derive(command, tie.id))


async def lock_doubles(connection: AsyncConnection, association: str) -> None:
    """Let answers of an association wait for each other: two at once would each see a half of the same human."""
    lock = int(derive("doubles", association)[:15], 16)
    await connection.execute(select(func.pg_advisory_xact_lock(lock)))


async def store_answer(
    connection: AsyncConnection,
    association: str,
    one: str,
    other: str,
    verdict: Verdict,
    actor: Actor,
    now: datetime,
) -> None:
    """Store an answer about two people in place of the one before. The events of both have the same instant."""
    first, second = pair_of(one, other)
    values = {"answer": verdict.value, "answered_by": actor.id, "answered_at": now, "since": now.date()}
    await connection.execute(
        upsert(tables.person_answers)
        .values(association=association, one=first, other=second, **values)
        .on_conflict_do_update(index_elements=["one", "other"], set_=values)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the events of an answer say."""

    one: str
    other: str
    verdict: Verdict
    stands: Mapping[str, str]

    def event(self, change: EntryChange) -> EntryEvent:
        """Return the event of one entry; the entries that only follow another one have no answer about themselves."""
        id = change.after.id
        if id not in (self.one, self.other):
            return PersonChanged(fields=change.fields, commit=change.commit, records=change.records)
        other = self.other if id == self.one else self.one
        records = (*(change.records or ()), *gone_records(change.before, change.after))
        said: dict[str, Any] = {"fields": change.fields, "commit": change.commit, "records": records or None}
        if self.verdict is Verdict.TWO:
            return PersonsKeptApart(**said, other=other)
        return PersonMerged(**said, other=other, stands=self.stands[id])


async def _answered(
    connection: AsyncConnection, one: str, other: str
) -> tuple[Verdict | None, datetime | None]:
    """Return the answer about two people so far, and when it was given: what it withdrew has this instant, too."""
    row, (first, second) = tables.person_answers.c, pair_of(one, other)
    wanted = select(row.answer, row.answered_at).where(row.one == first, row.other == second)
    found = (await connection.execute(wanted)).first()
    return (None, None) if found is None else (Verdict(found.answer), found.answered_at)


async def _stands_for(connection: AsyncConnection, id: str) -> str:
    person = tables.people.c
    found: str | None = await connection.scalar(select(person.alias_of).where(person.id == id))
    return found or id


async def _human(connection: AsyncConnection, one: str, other: str) -> _Human:
    """Return the entries that stand with one of two people so far."""
    person = tables.people.c
    own = select(stands_for(tables.people)).where(person.id.in_((one, other)))
    roots = sorted({*await connection.scalars(own)})
    wanted = (
        select(person.id, person.alias_of)
        .where(or_(person.id.in_(roots), person.alias_of.in_(roots)))
        .order_by(person.created_at, person.id)
    )
    rows = (await connection.execute(wanted)).all()
    return _Human(ids=tuple(row.id for row in rows), alias_of={row.id: row.alias_of for row in rows})


async def two_of_one_association(connection: AsyncConnection, one: str, other: str) -> str:
    """Return the association of two people; raise ``Unknown`` or ``TwoAssociations``."""
    person = tables.people.c
    found = (await connection.scalars(select(person.association).where(person.id.in_((one, other))))).all()
    if len(found) != len({one, other}):
        raise Unknown("person")
    if len({*found}) != 1:
        raise TwoAssociations
    return str(found[0])


async def _standing(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Return which entry stands for each, by all answers: the oldest of those that are the same human.

    Raises:
        OtherAnswer: Two who are the same by way of others are two by an answer about themselves.
    """
    answer = tables.person_answers.c
    found = await connection.execute(
        select(answer.one, answer.other, answer.answer).where(answer.one.in_(ids), answer.other.in_(ids))
    )
    answers = {(row.one, row.other): Verdict(row.answer) for row in found}
    same = [pair for pair, verdict in answers.items() if verdict is Verdict.SAME]
    group_of = {id: group for group in groups(ids, sorted(same)) for id in group}
    for (one, other), verdict in answers.items():
        if verdict is Verdict.TWO and group_of[one] is group_of[other]:
            raise OtherAnswer
    return {id: next(older for older in ids if older in group_of[id]) for id in ids}
