"""Reference data: regions with contacts, terms with their rules, people with memberships, mentors, applications.

Each write also appends an event to the installation's stream, with ids and counts and no personal data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import append_side
from domain.actors import Actor
from domain.codec import to_plain
from domain.ids import derive, s_stream


class Unknown(ValueError):
    """Something that is named does not exist; the text is its kind (``region``, ``person``, ``term``)."""


class BeforeItBegan(ValueError):
    """A membership that would end before its first day."""


class AlreadyThere(ValueError):
    """Something with that key exists with other content; the text is its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """The rules of one region as canonical text; an empty region means all other regions."""

    region: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """An application as it is stored: who, for which term and region, why."""

    id: str
    relationship: str
    person: str
    program: str
    term: str
    region: str
    reason: str
    first_year: bool
    applied_on: date
    special_document: str | None = None
    areas: tuple[str, ...] = ()


_MANY: Final = 500


class Reference:
    """The gateway's writes of reference data. With the same ``command``, a repeat has the same event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_region(self, code: str, name: str, program: str, *, actor: Actor, command: str) -> None:
        """Add a region; raise ``AlreadyThere``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            made = await connection.execute(
                upsert(tables.regions)
                .values(code=code, name=name, program=program)
                .on_conflict_do_nothing()
                .returning(tables.regions.c.code)
            )
            if made.first() is None:
                raise AlreadyThere("region")
            await self._note(connection, "RegionAdded", {"region": code}, actor, command)

    async def add_contact(
        self, region: str, person: str, first: date, last: date | None, *, actor: Actor, command: str
    ) -> None:
        """Name a contact of a region for a period (MASA-3); raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await _require(connection, tables.regions.c.code, region, "region")
            await _require(connection, tables.people.c.id, person, "person")
            row = {"region": region, "person": person, "first": first, "last": last}
            await connection.execute(insert(tables.region_contacts).values(**row))
            await self._note(
                connection, "RegionContactNamed", {"region": region, "person": person}, actor, command
            )

    async def open_term(
        self,
        *,
        id: str,
        program: str,
        name: str,
        first: date,
        last: date,
        version: str,
        rules: Sequence[RuleText],
        actor: Actor,
        command: str,
    ) -> None:
        """Open a term under the rules of a program's version.

        Raises:
            AlreadyThere: The term exists, or other rules have been in force under this version (``rules``).
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            made = await connection.execute(
                upsert(tables.terms)
                .values(id=id, program=program, name=name, first=first, last=last, version=version)
                .on_conflict_do_nothing()
                .returning(tables.terms.c.id)
            )
            if made.first() is None:
                raise AlreadyThere("term")
            await self._keep_rules(connection, program, version, rules)
            digests = [rule.digest for rule in rules]
            await self._note(connection, "TermOpened", {"term": id, "rules": digests}, actor, command)

    async def keep_rules(
        self, *, program: str, version: str, rules: Sequence[RuleText], actor: Actor, command: str
    ) -> None:
        """Store the rules of a version; raise ``AlreadyThere`` if the version has other rules."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self._keep_rules(connection, program, version, rules)
            body = {"program": program, "version": version, "rules": [rule.digest for rule in rules]}
            await self._note(connection, "RulesKept", body, actor, command)

    async def _keep_rules(
        self, connection: AsyncConnection, program: str, version: str, rules: Sequence[RuleText]
    ) -> None:
        """Store rules permanently. A version means one text for each region: the same name for other rules is refused.

        The comparison with the stored rules follows the write: of two writers at once the second waits for the first.
        """
        before = await _kept(connection, program, version)
        for rule in rules:
            row = {"program": program, "version": version, "region": rule.region}
            stored = upsert(tables.rule_sets).values(**row, digest=rule.digest, text=rule.text)
            await connection.execute(stored.on_conflict_do_nothing())
        kept = await _kept(connection, program, version)
        if kept != _digests(rules) or (before and before != kept):
            raise AlreadyThere("rules")

    async def means(self, program: str, version: str, rules: Sequence[RuleText]) -> bool:
        """Return whether a version means these rules, or was never stored."""
        async with self._database.transaction() as connection:
            kept = await _kept(connection, program, version)
        return not kept or kept == _digests(rules)

    async def add_people(self, rows: Sequence[Mapping[str, Any]], *, actor: Actor, command: str) -> None:
        """Add people; raise ``AlreadyThere``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await self.add_people_in(connection, rows)
            await self._note(connection, "PeopleAdded", {"count": len(rows)}, actor, command)

    async def add_people_in(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add people in the caller's transaction; the region of each must be known."""
        for region in sorted({row["region"] for row in rows}):
            await _require(connection, tables.regions.c.code, region, "region")
        own = {row["id"] for row in rows}
        for boss in sorted({row["supervisor"] for row in rows if row.get("supervisor")} - own):
            await _require(connection, tables.people.c.id, boss, "supervisor")
        table = tables.people
        taken = await connection.scalar(
            select(table.c.id).where(table.c.id.in_([row["id"] for row in rows])).limit(1)
        )
        if taken is not None:
            raise AlreadyThere("person")
        for start in range(0, len(rows), _MANY):
            await connection.execute(insert(table), [dict(row) for row in rows[start : start + _MANY]])

    async def choose_language(self, person: str, language: str, *, actor: Actor, command: str) -> None:
        """Set the language for writing to a person; raise ``Unknown``. The event does not say which language."""
        table = tables.people
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await _require(connection, table.c.id, person, "person")
            await connection.execute(table.update().where(table.c.id == person).values(language=language))
            await self._note(connection, "LanguageChosen", {"person": person}, actor, command)

    async def add_membership(
        self, person: str, name: str, first: date, last: date | None, *, actor: Actor, command: str
    ) -> None:
        """Add a membership of a person with its dates; raise ``Unknown``."""
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await _require(connection, tables.people.c.id, person, "person")
            await connection.execute(
                insert(tables.memberships), [{"person": person, "class": name, "first": first, "last": last}]
            )
            await self._note(connection, "MembershipDated", {"person": person, "class": name}, actor, command)

    async def end_membership(self, person: str, last: date, *, actor: Actor, command: str) -> None:
        """End a person's open memberships on a day; raise ``Unknown`` or ``BeforeItBegan``."""
        table = tables.memberships
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            await _require(connection, tables.people.c.id, person, "person")
            still = (table.c.person == person, table.c.last.is_(None))
            later = select(table.c.id).where(*still, table.c.first > last).limit(1)
            if await connection.scalar(later) is not None:
                raise BeforeItBegan
            await connection.execute(table.update().where(*still).values(last=last))
            await self._note(connection, "MembershipEnded", {"person": person}, actor, command)

    async def put_mentor(
        self,
        person: str,
        capacity: int,
        trained_on: date | None,
        *,
        serving_since: date | None = None,
        serving_until: date | None = None,
        credential_until: date | None = None,
        actor: Actor,
        command: str,
    ) -> None:
        """Store a mentor's capacity, day of training, service and credential dates; raise ``Unknown``."""
        async with self._database.transaction() as connection:
            await _require(connection, tables.people.c.id, person, "person")
            values = {
                "capacity": capacity,
                "trained_on": trained_on,
                "serving_since": serving_since,
                "serving_until": serving_until,
                "credential_until": credential_until,
            }
            await connection.execute(
                upsert(tables.mentors)
                .values(person=person, **values)
                .on_conflict_do_update(index_elements=["person"], set_=values)
            )
            await self._note(
                connection, "MentorSet", {"person": person, "capacity": capacity}, actor, command
            )

    async def add_conflict(self, person: str, other: str, kind: str, *, actor: Actor, command: str) -> None:
        """Declare a conflict of interest between two people (MASA-27); raise ``Unknown``."""
        async with self._database.transaction() as connection:
            for one in (person, other):
                await _require(connection, tables.people.c.id, one, "person")
            row = {"person": person, "other": other, "kind": kind}
            await connection.execute(upsert(tables.conflicts).values(**row).on_conflict_do_nothing())
            await self._note(connection, "ConflictDeclared", {"kind": kind}, actor, command)

    async def add_application(self, new: NewApplication, *, actor: Actor) -> str:
        """Store an application and return the relationship that it opens.

        Raises:
            AlreadyThere: The person has another application for the term.
        """
        async with self._database.transaction() as connection:
            return await self.add_application_in(connection, new, actor=actor)

    async def add_application_in(
        self, connection: AsyncConnection, new: NewApplication, *, actor: Actor
    ) -> str:
        """Store an application as ``add_application`` does, in the caller's transaction."""
        table = tables.applications
        await _require(connection, tables.people.c.id, new.person, "person")
        await _require(connection, tables.regions.c.code, new.region, "region")
        await _require(connection, tables.terms.c.id, new.term, "term")
        values = {name: getattr(new, name) for name in (*NewApplication.__slots__,) if name in table.c}
        values["areas"] = list(new.areas)
        await connection.execute(
            upsert(table).values(**values, actor=to_plain(actor)).on_conflict_do_nothing()
        )
        stored = (
            await connection.execute(
                select(table).where(table.c.person == new.person, table.c.term == new.term)
            )
        ).one()
        if any(getattr(stored, name) != value for name, value in values.items()):
            raise AlreadyThere("application")
        return new.relationship

    async def mark_started(self, application: str) -> None:
        """Record that the relationship of an application was started."""
        table = tables.applications
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            await connection.execute(table.update().where(table.c.id == application).values(started_at=now))

    async def note_import(
        self, connection: AsyncConnection, counts: Mapping[str, int], *, actor: Actor, command: str
    ) -> None:
        """Append the event of a whole import, in its transaction."""
        await self._note(connection, "RosterImported", dict(counts), actor, command)

    async def _done(self, connection: AsyncConnection, command: str) -> bool:
        """Return whether this command has already written: then its event exists."""
        origin = (await connection.scalars(select(tables.installation.c.origin))).one()
        events = tables.events.c
        wanted = (events.stream == s_stream(origin), events.command == derive("reference", command))
        return await connection.scalar(select(events.seq).where(*wanted)) is not None

    async def _note(
        self, connection: AsyncConnection, type: str, body: Mapping[str, Any], actor: Actor, command: str
    ) -> None:
        now = await office_now(connection)
        await append_side(
            connection, type, body, command=derive("reference", command), actor=actor, decided_at=now
        )


async def _require(connection: AsyncConnection, column: Any, value: str, kind: str) -> None:
    if await connection.scalar(select(column).where(column == value)) is None:
        raise Unknown(kind)


async def _kept(connection: AsyncConnection, program: str, version: str) -> dict[str, str]:
    """Return the digest of a version's rules by region; the program's own rules have an empty region."""
    table = tables.rule_sets.c
    wanted = select(table.region, table.digest).where(table.program == program, table.version == version)
    return {row.region: row.digest for row in await connection.execute(wanted)}


def _digests(rules: Sequence[RuleText]) -> dict[str, str]:
    return {rule.region: rule.digest for rule in rules}
