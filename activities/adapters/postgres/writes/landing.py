"""The landing of an import: everything that its proposal writes, in the caller's one transaction.

Whoever writes about people holds a shared lock, and a landing the whole one. So a proposal that is made again under
the lock is what lands.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.copying import copy_rows
from activities.adapters.postgres.writes.applications import attempt
from activities.adapters.postgres.writes.corrections import corrections
from activities.adapters.postgres.writes.person_entries import EntryChange, changing
from activities.errors import Unavailable
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import derive
from domain.people.corrections import MEMBERSHIP
from domain.people.events import EntryEvent, PersonsKeptApart
from domain.people.identity import Verdict, pair_of
from domain.people.proposal.outcomes import ApplicationWrite, ImportWrites, MembershipWrite, PersonWrite

_PASSING: Final = ("08", "40", "53", "55", "57", "58")
"""The classes of PostgreSQL's errors that pass: of connections, conflicts, resources, locks, operators, the system."""

_MANY = 1000
MOST_NAMED: Final = 100
"""The most people of a landing that are named afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What an import has written: how many people it added, in how many entries it changed what their own rows say.

    ``applications`` are those to open. ``new`` are the first people whom it added, and ``others`` those of whom it
    changed anything, a membership or a mentor's record too.
    """

    added: int
    changed: int
    applications: tuple[str, ...]
    new: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPlace:
    """Where an import lands: its association, and for applications the program and term."""

    association: str
    program: str
    term: str
    today: date


async def land(
    connection: AsyncConnection, writes: ImportWrites, *, to: LandingPlace, actor: Actor, command: str
) -> Landed:
    """Write an import. New people get random ids."""
    new = {write.person: secrets.token_hex(16) for write in writes.people if write.new}

    def id_of(person: str) -> str:
        return new.get(person, person)

    said = [
        *(each.person for each in writes.people),
        *(each.person for each in writes.memberships),
        *(each.person for each in writes.mentors),
    ]
    touched = {
        *map(id_of, said),
        *(id_of(person) for pair in writes.apart for person in (pair.one, pair.other)),
    }
    others = [person for person in dict.fromkeys(said) if person not in new]
    await _withdraw(connection, writes.memberships, actor, command)
    async with changing(connection, touched, new=frozenset(new.values()), actor=actor, command=command):
        await _write_people(connection, writes.people, id_of, to)
        await _write_memberships(connection, writes.memberships, id_of)
        await _write_mentors(connection, [(id_of(each.person), each.values) for each in writes.mentors])
    pairs = dict.fromkeys(pair_of(id_of(pair.one), id_of(pair.other)) for pair in writes.apart)
    await _keep_apart(connection, tuple(pairs), to, actor, command)
    applications = [_application(each, id_of(each.person), to, actor) for each in writes.applications]
    await _insert(connection, tables.applications, applications)
    return Landed(
        added=len(new),
        changed=sum(not each.new for each in writes.people),
        applications=tuple(row["id"] for row in applications),
        new=tuple(new.values())[:MOST_NAMED],
        others=tuple(others[:MOST_NAMED]),
    )


async def _write_people(
    connection: AsyncConnection, people: Sequence[PersonWrite], id_of: Any, to: LandingPlace
) -> None:
    rows: list[dict[str, Any]] = []
    keys: list[dict[str, str]] = []
    first: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    changes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for each in people:
        id, values = id_of(each.person), dict(each.values)
        if values.get("supervisor"):
            values["supervisor"] = id_of(values["supervisor"])
        if each.new:
            rows.append({"id": id, "association": to.association, **values})
        elif values:
            changes[tuple(sorted(values))].append({"person_id": id, **values})
        keys.extend({"association": to.association, "key": key, "person": id} for key in each.keys)
        if "region" in values:
            since = {"person": id, "region": values["region"], "since": to.today}
            (first if each.new else moves).append(since)
    table = tables.people
    await copy_rows(connection, table, rows)
    for names, changed in changes.items():
        statement = update(table).where(table.c.id == bindparam("person_id"))
        await connection.execute(statement.values({name: bindparam(name) for name in names}), changed)
    await copy_rows(connection, tables.person_keys, keys)
    await copy_rows(connection, tables.person_regions, first)
    if moves:
        moved = upsert(tables.person_regions)
        same_day = {"region": moved.excluded.region, "created_at": func.now(), "withdrawn_at": None}
        await connection.execute(
            moved.on_conflict_do_update(index_elements=["person", "since"], set_=same_day), moves
        )


async def _write_memberships(
    connection: AsyncConnection, memberships: Sequence[MembershipWrite], id_of: Any
) -> None:
    table = tables.memberships
    # What ends comes first: of one class, one membership goes on at a time.
    dated = [
        {"record": each.record, "until": each.last}
        for each in sorted(memberships, key=lambda each: each.last is None)
        if each.record is not None and not each.withdrawn
    ]
    if dated:
        statement = update(table).where(table.c.id == bindparam("record")).values(last=bindparam("until"))
        await connection.execute(statement, dated)
    new = [
        {"person": id_of(each.person), "class": each.name, "first": each.first, "last": each.last}
        for each in memberships
        if each.record is None
    ]
    await copy_rows(connection, table, new)


async def _withdraw(
    connection: AsyncConnection, memberships: Sequence[MembershipWrite], actor: Actor, command: str
) -> None:
    """Withdraw memberships that never were; an event of each person names them as corrected, before what is new."""
    records: dict[str, list[str]] = defaultdict(list)
    for each in memberships:
        if each.withdrawn:
            records[each.person].append(f"{MEMBERSHIP}/{each.record}")
    if not records:
        return
    told = await corrections(connection, records)
    withdrawn = derive("withdrawn", command)
    async with changing(connection, tuple(records), actor=actor, command=withdrawn, event=told):
        table, now = tables.memberships, await office_now(connection)
        rows = [{"record": each.record, "at": now} for each in memberships if each.withdrawn]
        statement = update(table).where(table.c.id == bindparam("record"))
        await connection.execute(statement.values(withdrawn_at=bindparam("at")), rows)


async def _write_mentors(
    connection: AsyncConnection, mentors: Sequence[tuple[str, Mapping[str, Any]]]
) -> None:
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for person, values in mentors:
        groups[tuple(sorted(values))].append({"person": person, **values})
    for names, rows in groups.items():
        known = [row for row in rows if "capacity" not in row]
        if known:
            table = tables.mentors
            changed = [{**row, "person_id": row.pop("person")} for row in known]
            statement = update(table).where(table.c.person == bindparam("person_id"))
            await connection.execute(statement.values({name: bindparam(name) for name in names}), changed)
        elif rows:
            made = upsert(tables.mentors)
            values = {name: made.excluded[name] for name in names}
            await connection.execute(made.on_conflict_do_update(index_elements=["person"], set_=values), rows)


async def _keep_apart(
    connection: AsyncConnection,
    pairs: Sequence[tuple[str, str]],
    to: LandingPlace,
    actor: Actor,
    command: str,
) -> None:
    """Store that people are two, and say so in the streams of both."""
    if not pairs:
        return
    now = await office_now(connection)
    answer = {
        "association": to.association,
        "answer": Verdict.TWO.value,
        "answered_by": actor.id,
        "answered_at": now,
        "since": to.today,
    }
    rows = [{**answer, "one": one, "other": other} for one, other in pairs]
    await connection.execute(upsert(tables.person_answers).on_conflict_do_nothing(), rows)
    for number, others in enumerate(_rounds(pairs)):

        def said(change: EntryChange, others: Mapping[str, str] = others) -> EntryEvent:
            other = others[change.after.id]
            return PersonsKeptApart(fields=change.fields, commit=change.commit, other=other)

        apart = derive("apart", command, str(number))
        async with changing(connection, others, actor=actor, command=apart, event=said, always=True, at=now):
            pass


def _rounds(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the pairs as rounds in which nobody is twice, each as the other of each person.

    One append writes one event for each stream. Many who share an address need about as many rounds as they are, not
    one append for each pair of them.
    """
    rounds: list[dict[str, str]] = []
    for one, other in pairs:
        free = next((each for each in rounds if one not in each and other not in each), None)
        if free is None:
            rounds.append(free := {})
        free |= {one: other, other: one}
    return rounds


def _application(each: ApplicationWrite, person: str, to: LandingPlace, actor: Actor) -> dict[str, Any]:
    ids = attempt(person, to.term, each.attempt)
    return {
        "id": ids.application,
        "relationship": ids.relationship,
        "person": person,
        "program": to.program,
        "term": to.term,
        "region": each.region,
        "reason": each.reason,
        "first_year": each.first_year,
        "applied_on": each.applied_on,
        "areas": list(each.areas),
        "attempt": ids.number,
        "actor": to_plain(actor),
    }


async def _insert(connection: AsyncConnection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), _MANY):
        await connection.execute(insert(table), [dict(row) for row in rows[start : start + _MANY]])


def may_pass(error: Exception) -> bool:
    """Return whether the same landing may succeed later, because the fault is not in what it writes."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return isinstance(error, Unavailable) or (state or "")[:2] in _PASSING


def cause_of(error: Exception) -> str:
    """Return the word for why a landing fails each time; it holds nothing of what was to be written."""
    return "breaks_a_rule_of_the_database" if isinstance(error, IntegrityError) else "cannot_be_written"
