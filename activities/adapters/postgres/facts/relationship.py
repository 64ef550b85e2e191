"""Facts for decisions; one statement answers one question."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
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
        """Return the facts; see ``FactsReader.facts``. Memberships count by the program's local day."""
        if question.version:
            async with self._database.transaction() as connection:
                kept = await rule_set(connection, question.program, question.version, question.region)
            return Facts(rules_text=kept["text"] if kept else "")
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        people = tuple(person for person in (question.mentee, question.mentor) if person)
        values = {"people": people, "day": day, "region": question.region}
        statement = _PAIR
        if question.mentor:
            statement = _PAIR_AND_MENTOR
            values |= {"mentor": question.mentor, "mentee": question.mentee}
        async with self._database.one_statement() as connection:
            found = (await connection.execute(statement, values)).one()
        if not question.mentor or not found.mentor_known:
            return Facts(memberships=found.memberships or {}, contacts=tuple(found.contacts))
        return _facts(found, question.mentor)


def _with_mentor(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return a select with facts about the mentor and the pair added; it gives one row, even for an unknown person."""
    one_side: BindParameter[str] = bindparam("mentor")
    other_side: BindParameter[str] = bindparam("mentee")
    mentor, mentee, place = tables.people.alias("mentor"), tables.people.alias("mentee"), tables.mentors
    conflict, slot, one = tables.conflicts.c, tables.slots.c, select(literal(1).label("one")).subquery()
    conflicts = select(conflict.kind).where(
        or_(
            (conflict.person == one_side) & (conflict.other == other_side),
            (conflict.person == other_side) & (conflict.other == one_side),
        )
    )
    taken = select(slot.number).where(slot.mentor == one_side, slot.released_at.is_(None))
    return select(
        *columns,
        (mentor.c.id.is_not(None) & place.c.person.is_not(None)).label("mentor_known"),
        mentor.c.region,
        place.c.capacity,
        place.c.trained_on,
        place.c.serving_since,
        place.c.serving_until,
        place.c.credential_until,
        (mentor.c.role_title == mentee.c.role_title).label("same_role"),
        mentor.c.email.label("mentor_email"),
        mentee.c.email.label("mentee_email"),
        mentee.c.supervisor,
        _array(conflicts).label("conflicts"),
        _array(taken).label("taken"),
    ).select_from(
        one.outerjoin(mentor, mentor.c.id == one_side)
        .outerjoin(place, place.c.person == one_side)
        .outerjoin(mentee, mentee.c.id == other_side)
    )


def _facts(found: Row[Any], mentor: str) -> Facts:
    conflicts = {*found.conflicts, *(["supervisor"] if found.supervisor == mentor else [])}
    # The lowest free place, 0 for none. The unique index decides who takes it first.
    free = (number for number in range(1, found.capacity + 1) if number not in found.taken)
    mailboxes = (found.mentor_email, found.mentee_email)
    return Facts(
        memberships=found.memberships or {},
        contacts=tuple(found.contacts),
        mentor_known=True,
        mentor_region=found.region,
        mentor_trained=found.trained_on is not None,
        mentor_trained_on=found.trained_on,
        mentor_since=found.serving_since,
        mentor_until=found.serving_until,
        mentor_credential_until=found.credential_until,
        mentor_same_role=bool(found.same_role),
        free_slot=next(free, 0),
        conflicts=tuple(sorted(conflicts)),
        one_mailbox=None not in mailboxes and mailboxes[0].casefold() == mailboxes[1].casefold(),
    )


def memberships_of(
    people: Sequence[str] | BindParameter[Any], day: date | BindParameter[Any]
) -> ColumnElement[dict[str, str] | None]:
    """Return each person's class of membership on a day as a JSON object; people without one are absent."""
    table = tables.memberships
    held = (
        select(table.c.person, func.min(table.c["class"]).label("held"))
        .where(table.c.person.in_(people), table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day))
        .group_by(table.c.person)
        .subquery("held")
    )
    by_person = func.jsonb_object_agg(held.c.person, held.c.held, type_=JSONB)
    return select(by_person).scalar_subquery()


def contacts_of(region: str | BindParameter[Any], day: date | BindParameter[Any]) -> ColumnElement[Any]:
    """Return the active contacts of a region on a day, in a fixed order, as a JSON array."""
    table = tables.region_contacts
    found = (
        select(table.c.person)
        .where(table.c.region == region, table.c.first <= day)
        .where(or_(table.c.last.is_(None), table.c.last >= day))
        .order_by(table.c.person)
        .distinct()
    )
    return _array(found)


async def contacts_on(connection: AsyncConnection, region: str, day: date) -> tuple[str, ...]:
    """Return the active contacts of a region on a day, in a fixed order."""
    return tuple((await connection.scalars(select(contacts_of(region, day)))).one())


def _array(rows: Select[Any]) -> ColumnElement[Any]:
    """Return the one column of a select as a JSON array, in the select's order."""
    return func.to_jsonb(func.array(rows.scalar_subquery()), type_=JSONB)


# Built once: building them takes longer than PostgreSQL takes to answer.
_COLUMNS: Final = (
    memberships_of(bindparam("people", expanding=True), bindparam("day")).label("memberships"),
    contacts_of(bindparam("region"), bindparam("day")).label("contacts"),
)
_PAIR: Final = select(*_COLUMNS)
_PAIR_AND_MENTOR: Final = _with_mentor(*_COLUMNS)
