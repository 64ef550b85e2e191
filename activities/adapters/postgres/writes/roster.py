"""Storing a roster: people, memberships, mentors and applications in one transaction, or nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.files.roster_files import LineFault, Roster, RosterFault
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.applications import ApplicationWrites, NewApplication
from activities.adapters.postgres.writes.base import Writes
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor
from domain.ids import derive
from domain.languages import Language


def person_id(region: str, key: str) -> str:
    """Return the id of the person with this key in a roster; the same file again names the same people."""
    return derive("roster", region, key)


class RosterIntake(Writes):
    """The write of a whole roster in one transaction."""

    def __init__(self, database: Database, applications: ApplicationWrites) -> None:
        super().__init__(database)
        self._applications = applications

    async def store(
        self, roster: Roster, *, term: Mapping[str, Any], actor: Actor, command: str
    ) -> tuple[str, ...]:
        """Store everything and return the applications to start; raise ``RosterFault`` and store nothing."""
        async with self._database.transaction() as connection:
            served, region = tables.program_regions.c, tables.regions.c
            wanted = (
                select(region.code, region.association)
                .join(tables.program_regions, served.region == region.code)
                .where(served.program == term["program"])
            )
            regions = {row.code: row.association for row in await connection.execute(wanted)}
            faults = list(_unknown_regions(roster, regions, actor))
            if faults:
                raise RosterFault(faults)
            by_key = {line.values["key"]: line.values for line in roster.people}
            ids = {key: person_id(values["region"], key) for key, values in by_key.items()}
            if not await self._done(connection, command):
                async with changing(connection, ids.values(), actor=actor, command=command):
                    await self._store_people(connection, roster, ids, regions)
            applications = [
                NewApplication(
                    id=derive("application", ids[line.values["key"]], term["id"]),
                    relationship=derive(
                        "relationship", derive("application", ids[line.values["key"]], term["id"])
                    ),
                    person=ids[line.values["key"]],
                    program=term["program"],
                    term=term["id"],
                    region=by_key[line.values["key"]]["region"],
                    reason=line.values["reason"],
                    first_year=line.values["first_year"],
                    applied_on=line.values["applied_on"],
                    areas=line.values["areas"] or (),
                )
                for line in roster.applications
            ]
            for new in applications:
                await self._applications.add_application_in(connection, new, actor=actor)
            counts = {"people": len(ids), "applications": len(applications)}
            await self._note(connection, "RosterImported", counts, actor, command)
        return tuple(new.id for new in applications)

    async def _store_people(
        self,
        connection: AsyncConnection,
        roster: Roster,
        ids: Mapping[str, str],
        associations: Mapping[str, str],
    ) -> None:
        """Store people, their keys, memberships and mentors; a person who exists already is kept and updated."""
        called = any(line.values["phone"] for line in roster.people)
        people = [
            {
                "id": ids[line.values["key"]],
                "name": line.values["name"],
                "email": line.values["email"],
                "role_title": line.values["role_title"],
                "district": line.values["district"],
                "region": line.values["region"],
                "supervisor": ids.get(line.values["supervisor"] or ""),
                **({"phone": line.values["phone"] or ""} if called else {}),
                "language": line.values["language"] or Language.EN.value,
                "association": associations[line.values["region"]],
            }
            for line in roster.people
        ]
        await _upsert(connection, tables.people, people, "id", keep="language")
        today = (await office_now(connection)).date()
        keys = [
            {"association": row["association"], "key": line.values["key"], "person": row["id"]}
            for line, row in zip(roster.people, people, strict=True)
        ]
        since = [{"person": row["id"], "region": row["region"], "since": today} for row in people]
        if people:
            known = select(tables.person_regions.c.person).where(
                tables.person_regions.c.person.in_(ids.values())
            )
            there = {*await connection.scalars(known)}
            await connection.execute(upsert(tables.person_keys).on_conflict_do_nothing(), keys)
            if new := [row for row in since if row["person"] not in there]:
                await connection.execute(insert(tables.person_regions), new)
        await self._store_memberships(connection, roster, ids)
        mentors = [
            {
                "person": ids[line.values["key"]],
                "capacity": line.values["capacity"],
                "trained_on": line.values["trained_on"],
                "serving_since": line.values["serving_since"],
                "serving_until": line.values["serving_until"],
                "credential_until": line.values["credential_until"],
            }
            for line in roster.mentors
        ]
        await _upsert(connection, tables.mentors, mentors, "person")

    async def _store_memberships(
        self, connection: AsyncConnection, roster: Roster, ids: Mapping[str, str]
    ) -> None:
        """Store the memberships that are not stored yet."""
        known = tables.memberships
        for line in roster.memberships:
            values = line.values
            person = ids[values["key"]]
            there = select(known.c.id).where(known.c.person == person, known.c.first == values["first"])
            if await connection.scalar(there) is None:
                row = {
                    "person": person,
                    "class": values["membership"],
                    "first": values["first"],
                    "last": values["last"],
                }
                await connection.execute(insert(known), [row])


async def _upsert(
    connection: AsyncConnection, table: Any, rows: Sequence[Mapping[str, Any]], key: str, keep: str = ""
) -> None:
    """Insert or update the rows; ``keep`` names the column that an update leaves unchanged."""
    if not rows:
        return
    statement = upsert(table)
    columns = {name: statement.excluded[name] for name in rows[0] if name not in (key, keep)}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[key], set_=columns), [dict(row) for row in rows]
    )


def _unknown_regions(roster: Roster, regions: Collection[str], actor: Actor) -> Iterable[LineFault]:
    for line in roster.people:
        region = line.values["region"]
        if region not in regions or not actor.covers(region):
            yield LineFault(
                file="people",
                line=line.number,
                column="region",
                code="unknown_region",
                problem="no region of the program that you may write to",
            )
