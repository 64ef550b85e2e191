"""The days that the office knows of each human: they tell an import which number of a date is the day."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables


async def known_days(connection: AsyncConnection, association: str) -> Mapping[str, frozenset[date]]:
    """Return the days of memberships and of mentors, by the entry that stands for their human."""
    person, membership, mentor = tables.people.c, tables.memberships.c, tables.mentors.c
    of_mentors = (mentor.trained_on, mentor.serving_since, mentor.serving_until, mentor.credential_until)
    days = union(
        select(membership.person, membership.first.label("day")).where(membership.withdrawn_at.is_(None)),
        select(membership.person, membership.last).where(membership.withdrawn_at.is_(None)),
        *(select(mentor.person, day) for day in of_mentors),
    ).subquery()
    human = func.coalesce(person.alias_of, person.id)
    wanted = (
        select(human, func.array_agg(days.c.day))
        .join_from(tables.people, days, person.id == days.c.person)
        .where(person.association == association, days.c.day.is_not(None))
        .group_by(human)
    )
    return {id: frozenset(found) for id, found in await connection.execute(wanted)}
