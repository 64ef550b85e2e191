"""Histories: the events of a stream as a reader may see them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.states import course_of
from activities.adapters.postgres.one_of import one_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.person_records import records_of
from activities.adapters.postgres.reads.places import stream_elsewhere
from activities.adapters.postgres.reads.rows import Reads, plain, plain_value
from activities.adapters.shown_ids import AS_THEY_ARE, Ids
from domain.ids import h_stream, is_id, x_stream
from domain.journal import FIRST_ENGINE, Envelope, Kind, decode
from domain.people.grants import EVENTS as GRANT_EVENTS
from domain.rules.intake import TermDates
from domain.visibility import Data, EventSight, Record, Sight, event_sight, of_pair

Sealed = tuple[Envelope, str]
"""An event with its stored hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The events of a stream that a reader sees, in order.

    ``chain`` says whether their numbers and hashes are shown. ``course`` has the dates with which the fold of a
    relationship begins. ``names`` are those of the people in the events whom the reader may see, by id; of money also
    the mentor for whom it is owed, and who acted on it. ``program`` is that of a relationship, ``association`` that of
    a person: their events do not all name the rules. ``records`` are what a person's events are about, as it stands
    today; None where the reader does not see the entry, and of any other stream.
    """

    events: tuple[Sealed, ...]
    chain: bool = True
    course: TermDates | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    program: str = ""
    association: str = ""
    records: tuple[Mapping[str, Any], ...] | None = None
    ids: Ids = AS_THEY_ARE
    """How the reader sees ids of tasks and emails; in events only one who does not see numbers and hashes."""


class HistoryReads(Reads):
    """The reads of the journal for a reader."""

    async def relationship(self, sight: Sight, id: str) -> History | None:
        """Return a relationship's history; None for a reader who may not see it."""
        return await self._of_pair(sight, id, Data.HISTORY, id)

    async def side(self, sight: Sight, id: str) -> History | None:
        """Return a relationship's side events (refusals, readings, parkings); None if the reader may not see them."""
        return await self._of_pair(sight, id, Data.HISTORY, x_stream(id))

    async def course(self, sight: Sight, id: str) -> History | None:
        """Return the events from which the state of a relationship follows, for a reader who sees its facts.

        They contain nothing confidential that the reader may not see. They are for a fold, not for display.
        """
        return await self._of_pair(sight, id, Data.FACTS, id)

    async def obligation(self, sight: Sight, id: str) -> History | None:
        """Return the history of an obligation; None if it is unknown or the reader may not see it."""
        table = tables.obligations
        visible = select(table.c.stream).where(table.c.id == id, sql.obligation(sight))
        mentor = select(table.c.mentor).where(table.c.id == id)
        return await self._of(sight, visible, with_money=mentor)

    async def term_region(self, sight: Sight, id: str) -> History | None:
        """Return the history of a term in a region; None if it is unknown or the reader may not see it."""
        table = tables.term_regions
        return await self._of(
            sight, select(table.c.stream).where(table.c.id == id, sql.of_term(sight, table))
        )

    async def person(self, sight: Sight, id: str) -> History | None:
        """Return who changed which fields of a person's entry; None if the reader may not see that history."""
        person = tables.people.c
        visible = select(person.association).where(person.id == id, sql.person_history(sight))
        async with self._database.transaction() as connection:
            association = await connection.scalar(visible)
            if association is None:
                return None
            events = await _events(connection, h_stream(id))
            records = await records_of(sight, connection, id, [each for each, _ in events])
            others = [each["other"] for each in records or () if "other" in each]
            return History(
                events=events,
                chain=sight.sees(Data.CHAIN),
                ids=self._names,
                names=await _names(connection, sight, events, also=others),
                association=association,
                records=records,
            )

    async def grant(self, sight: Sight, id: str) -> History | None:
        """Return who gave, confirmed and ended a grant; None if it is unknown or the reader may not see it."""
        visible = select(tables.grants.c.id).where(tables.grants.c.id == id, sql.grant(sight))
        event, types = tables.events.c, [each.__name__ for each in GRANT_EVENTS]
        async with self._database.transaction() as connection:
            if await connection.scalar(visible) is None:
                return None
            wanted = select(event.bytes, event.hash).where(
                event.kind == Kind.INSTALLATION, event.type.in_(types)
            )
            found = await connection.execute(wanted.order_by(event.seq))
            all_of_them = ((decode(bytes(row.bytes)), row.hash) for row in found)
            events = tuple(each for each in all_of_them if each[0].body["grant"] == id)
            return History(
                events=events,
                chain=sight.sees(Data.CHAIN),
                names=await _names(connection, sight, events),
                ids=self._names,
            )

    async def stream(self, sight: Sight, id: str) -> History | None:
        """Return the history of whatever an id names: relationship, obligation, term in a region, person or grant."""
        head, person = tables.heads.c, tables.people.c.id
        async with self._database.transaction() as connection:
            kind = await connection.scalar(select(head.kind).where(head.stream == id))
            if kind is None and await connection.scalar(select(person).where(person == id)):
                kind = Kind.PERSON
        if kind is None and (granted := await self.grant(sight, id)) is not None:
            return granted
        match kind:
            case Kind.PERSON:
                return await self.person(sight, id)
            case Kind.OBLIGATION:
                return await self.obligation(sight, id)
            case Kind.TERM:
                return await self.term_region(sight, id)
            case _:
                return await self.relationship(sight, id)

    async def event(self, sight: Sight, stream: str, seq: int) -> Mapping[str, Any] | None:
        """Return type, instant and hash of the event with a number; None if the reader does not see numbers there."""
        if not sight.sees(Data.CHAIN):
            return None
        event = tables.events.c
        wanted = select(event.stream, event.seq, event.hash, event.type, event.recorded_at)
        here = not_(stream_elsewhere(sight, event.stream))
        async with self._database.transaction() as connection:
            found = await connection.execute(wanted.where(event.stream == stream, event.seq == seq, here))
            row = found.first()
            return None if row is None else {name: plain_value(value) for name, value in row._mapping.items()}

    async def _of(
        self, sight: Sight, visible: Select[Any], *, with_money: Select[Any] | None = None
    ) -> History | None:
        """Return a history; ``with_money`` selects the mentor for whom it is owed if it is one of money."""
        async with self._database.transaction() as connection:
            stream = await connection.scalar(visible)
            if stream is None:
                return None
            events = await _events(connection, stream)
            known: set[str] = set()
            if with_money is not None and sight.person:  # a process reads no names
                known = {*await connection.scalars(with_money), *(each.actor.id for each, _ in events)}
            return History(
                events=events,
                names=await _names(connection, sight, events, known),
                chain=sight.sees(Data.CHAIN),
                ids=self._names,
            )

    async def _of_pair(self, sight: Sight, id: str, data: Data, stream: str) -> History | None:
        pairs, cases = tables.relationships, tables.complaints
        async with self._database.selects() as connection:
            row = (await connection.execute(select(pairs).where(pairs.c.id == id))).first()
            if row is None or not sight.sees(data, of_pair(pair := plain(row._mapping))):
                return None
            found = await connection.execute(select(cases).where(cases.c.relationship == id))
            shown = event_sight(sight, pair, [plain(case._mapping) for case in found])
            events = tuple(_shown(await _events(connection, stream), shown))
            of_pair_here = (row.mentee, row.mentor, row.proposed_mentor)
            known = of_pair_here if sight.sees(Data.PEOPLE, Record(region=row.region)) else ()
            return History(
                events=events,
                names=await _names(connection, sight, events, known),
                chain=shown.chain,
                ids=self._names,
                course=await _course(connection, id, events),
                program=pair["program"],
            )


def visible_events(
    sight: Sight, pair: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], events: Iterable[Sealed]
) -> tuple[Sealed, ...]:
    """Return those of a pair's events that a reader may see who sees its facts."""
    return tuple(_shown(events, event_sight(sight, pair, cases)))


def _shown(events: Iterable[Sealed], shown: EventSight) -> Iterator[Sealed]:
    """Yield the events that are not hidden. A way of deciding that a hidden one names is named by the next one."""
    named = None
    for envelope, sealed in events:
        engine = max(envelope.engine or FIRST_ENGINE, named or FIRST_ENGINE)
        if shown.hides(envelope):
            named = engine
        else:
            yield (replace(envelope, engine=engine) if named and engine > FIRST_ENGINE else envelope), sealed
            named = None


async def _events(connection: AsyncConnection, stream: str) -> tuple[Sealed, ...]:
    table = tables.events
    found = await connection.execute(
        select(table.c.bytes, table.c.hash).where(table.c.stream == stream).order_by(table.c.seq)
    )
    return tuple((_decoded(bytes(row.bytes)), row.hash) for row in found)


@lru_cache(maxsize=4096)
def _decoded(encoded: bytes) -> Envelope:
    """Return an event. It never changes, and whoever opens a pair opens it again: for an act, for the next moment."""
    return decode(encoded)


async def _names(
    connection: AsyncConnection,
    sight: Sight,
    events: Iterable[Sealed],
    known: Collection[str] = (),
    *,
    also: Collection[str] = (),
) -> dict[str, str]:
    """Return the names of the people in events, and ``also`` of others, whom the reader sees.

    Those who are ``known`` are so to every reader of the events.
    """
    people = tables.people.c
    ids = {*also} | {id for each, _ in events for id in (each.actor.id, *_ids_in(each.body))}
    wanted = select(people.id, people.name).where(
        one_of(people.id, ids), or_(sql.person(sight), one_of(people.id, known))
    )
    return {row.id: row.name for row in await connection.execute(wanted)}


def _ids_in(value: Any) -> Iterator[str]:
    """Yield the ids in the body of an event."""
    if isinstance(value, str) and is_id(value):
        yield value
    elif isinstance(value, Mapping):
        yield from (id for each in value.values() for id in _ids_in(each))
    elif isinstance(value, (list, tuple)):
        yield from (id for each in value for id in _ids_in(each))


async def _course(connection: AsyncConnection, id: str, known: Sequence[Sealed]) -> TermDates | None:
    """Return the dates of the mentoring that an application opened; only its first day if the term is unknown.

    Of the events that are ``known``, the application may be the first.
    """
    opened = known[0][0] if known and (known[0][0].stream, known[0][0].seq) == (id, 1) else None
    if opened is None:
        table = tables.events
        first = await connection.scalar(select(table.c.bytes).where(table.c.stream == id, table.c.seq == 1))
        if first is None:
            return None
        opened = decode(bytes(first))
    day = opened.decided_at.date()
    return await course_of(connection, opened) or TermDates(first=day, last=day)
