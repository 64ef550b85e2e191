"""Facts for decisions, read in one transaction."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import rule_set
from domain.relationship.facts import Facts, Question


class SqlFacts:
    """Look-ups for decisions in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, question: Question) -> Facts:
        """See ``FactsReader.facts``. Memberships count by the program's local day."""
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        people = tuple(person for person in (question.mentee, question.mentor) if person)
        async with self._database.transaction() as connection:
            memberships = await memberships_on(connection, people, day)
            contacts = await contacts_on(connection, question.region, day)
            if question.version:
                kept = await rule_set(connection, question.program, question.version, question.region)
                return Facts(rules_text=kept["text"] if kept else "")
            if not question.mentor:
                return Facts(memberships=memberships, contacts=contacts)
            return await self._with_mentor(connection, question, memberships, contacts)

    async def _with_mentor(
        self,
        connection: AsyncConnection,
        question: Question,
        memberships: dict[str, str],
        contacts: tuple[str, ...],
    ) -> Facts:
        people, mentors = tables.people, tables.mentors
        both = {
            row.id: row
            for row in await connection.execute(
                select(
                    people.c.id, people.c.region, people.c.role_title, people.c.supervisor, people.c.email
                ).where(people.c.id.in_((question.mentor, question.mentee)))
            )
        }
        place = (await connection.execute(select(mentors).where(mentors.c.person == question.mentor))).first()
        mentor, mentee = both.get(question.mentor), both.get(question.mentee)
        if mentor is None or place is None:
            return Facts(memberships=memberships, contacts=contacts)
        conflicts = await _conflicts(connection, question.mentor, question.mentee)
        if mentee is not None and question.mentor == mentee.supervisor:
            conflicts = (*conflicts, "supervisor")
        return Facts(
            memberships=memberships,
            contacts=contacts,
            mentor_known=True,
            mentor_region=mentor.region,
            mentor_trained=place.trained_on is not None,
            mentor_trained_on=place.trained_on,
            mentor_since=place.serving_since,
            mentor_until=place.serving_until,
            mentor_credential_until=place.credential_until,
            mentor_same_role=mentee is not None and mentor.role_title == mentee.role_title,
            free_slot=await _free_slot(connection, question.mentor, place.capacity),
            conflicts=tuple(sorted(set(conflicts))),
            one_mailbox=mentee is not None and mentor.email.casefold() == mentee.email.casefold(),
        )


async def memberships_on(connection: AsyncConnection, people: tuple[str, ...], day: date) -> dict[str, str]:
    """The class of membership that each person holds on a day; who holds none is absent."""
    table = tables.memberships
    found = await connection.execute(
        select(table.c.person, func.min(table.c["class"]))
        .where(table.c.person.in_(people), table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day))
        .group_by(table.c.person)
    )
    return {row[0]: row[1] for row in found}


async def contacts_on(connection: AsyncConnection, region: str, day: date) -> tuple[str, ...]:
    """The active contacts of a region on a day, in a fixed order."""
    table = tables.region_contacts
    found = await connection.scalars(
        select(table.c.person)
        .where(table.c.region == region, table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day))
        .order_by(table.c.person)
        .distinct()
    )
    return tuple(found)


async def _conflicts(connection: AsyncConnection, one: str, other: str) -> tuple[str, ...]:
    table = tables.conflicts
    found = await connection.scalars(
        select(table.c.kind).where(
            or_(
                (table.c.person == one) & (table.c.other == other),
                (table.c.person == other) & (table.c.other == one),
            )
        )
    )
    return tuple(found)


async def _free_slot(connection: AsyncConnection, mentor: str, capacity: int) -> int:
    """The lowest free place of a mentor, 0 for none. Who takes it first is decided by the unique index."""
    table = tables.slots
    taken = set(
        await connection.scalars(
            select(table.c.number).where(table.c.mentor == mentor, table.c.released_at.is_(None))
        )
    )
    return next((number for number in range(1, capacity + 1) if number not in taken), 0)
