"""The records that a person's history is about, as they stand today, for a reader who sees the person's entry."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import plain
from domain.ids import h_stream
from domain.journal import Envelope, Kind, decode
from domain.people.corrections import CONFLICT, MEMBERSHIP, MENTOR, SEAT, events_about, tells_of_conflicts
from domain.visibility import Sight

Row = Mapping[str, Any]
_OF_CONFLICTS = ("ConflictDeclared", "ConflictWithdrawn")
"""The events of the installation that name the kind of a conflict, under the command of the people's events."""


async def records_of(
    sight: Sight, connection: AsyncConnection, person: str, events: Sequence[Envelope]
) -> tuple[Row, ...] | None:
    """Return the records that events of a person's stream are about, each with the numbers of these events.

    None for a reader who does not see the entry. A record that no event names, because the event is from before they
    were named, is left out.
    """
    people = tables.people.c
    seen = select(people.id).where(people.id == person, sql.colleague(sight))
    if await connection.scalar(seen) is None:
        return None
    rows = [
        *await _numbered(connection, person),
        *await _mentor(connection, person),
    ]
    found: list[Row] = [{**row, "events": list(events_about(events, row["record"]))} for row in rows]
    found += await _conflicts(connection, person, [each for each in events if tells_of_conflicts(each)])
    told = (row for row in found if row["events"])
    return tuple(sorted(told, key=lambda row: row["events"][0]))


async def _numbered(connection: AsyncConnection, person: str) -> list[Row]:
    """Return memberships and seats of a person, also those that were withdrawn."""
    found: list[Row] = []
    for kind, table in ((MEMBERSHIP, tables.memberships), (SEAT, tables.region_contacts)):
        wanted = select(table).where(table.c.person == person).order_by(table.c.id)
        for row in (plain(each._mapping) for each in await connection.execute(wanted)):
            hidden = ("id", "person", "withdrawn_at")
            values = {name: value for name, value in row.items() if name not in hidden}
            withdrawn = row["withdrawn_at"] is not None
            found.append({"record": f"{kind}/{row['id']}", **values, "withdrawn": withdrawn})
    return found


async def _mentor(connection: AsyncConnection, person: str) -> list[Row]:
    wanted = select(tables.mentors).where(tables.mentors.c.person == person)
    rows = [plain(row._mapping) for row in await connection.execute(wanted)]
    return [
        {"record": MENTOR, **{name: value for name, value in row.items() if name != "person"}} for row in rows
    ]


async def _conflicts(connection: AsyncConnection, person: str, events: Sequence[Envelope]) -> list[Row]:
    """Return the conflicts of interest of a person with the events by which each was declared and withdrawn.

    These events are in the streams of both people under one command; the events themselves do not name the other.
    """
    commands = {each.cause.command: each.seq for each in events}
    conflict, event = tables.conflicts.c, tables.events.c
    other = case((conflict.person == person, conflict.other), else_=conflict.person)
    wanted = select(other, conflict.kind).where(or_(conflict.person == person, conflict.other == person))
    known = sorted({(str(id), str(kind)) for id, kind in await connection.execute(wanted)})
    if not known or not commands:
        return []
    streams = {h_stream(id) for id, _ in known}
    shared = await connection.execute(
        select(event.stream, event.command).where(event.stream.in_(streams), event.command.in_(commands))
    )
    of_other = {(row.stream, row.command) for row in shared}
    kind_of = await _kinds(connection, commands)
    return [
        {
            "record": CONFLICT,
            "other": id,
            "kind": kind,
            "events": [
                seq
                for command, seq in commands.items()
                if (h_stream(id), command) in of_other and kind_of.get(command) == kind
            ],
        }
        for id, kind in known
    ]


async def _kinds(connection: AsyncConnection, commands: Iterable[str]) -> Mapping[str, str]:
    """Return the kind of conflict that each command declared or withdrew."""
    event = tables.events.c
    wanted = select(event.command, event.bytes).where(
        event.kind == Kind.INSTALLATION.value, event.type.in_(_OF_CONFLICTS), event.command.in_(commands)
    )
    return {row.command: decode(bytes(row.bytes)).body["kind"] for row in await connection.execute(wanted)}
