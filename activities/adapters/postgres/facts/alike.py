"""The entries that a change makes alike with others, or no longer alike: what runs with the others must hear of it."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ARRAY, Select, Text, and_, bindparam, exists, func, not_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.people.identity import NO_DISTRICT, Alike, Verdict

MarkOf = tuple[str, tuple[str, ...]]
"""An entry, and a mark from ``domain.people.identity.marks`` that it has got or lost."""


async def entries_with(connection: AsyncConnection, changed: Collection[MarkOf]) -> frozenset[str]:
    """Return the other entries that have one of these marks, and those that count as one with them, in one statement.

    Two who are two humans by an answer are no longer compared.
    """
    if not changed:
        return frozenset()
    # A mark is an association, a reason and one to three values.
    rows = [
        (own, association, reason, *values, "", "")[:6] for own, (association, reason, *values) in changed
    ]
    values = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    return frozenset((await connection.scalars(_ENTRIES, values)).all())


_COLUMNS: Final = ("own", "association", "reason", "value", "district", "region")


def _entries() -> Any:
    """Return the statement; each kind of mark is looked up by its index."""
    columns = [bindparam(name, type_=ARRAY(Text)) for name in _COLUMNS]
    given = func.unnest(*columns).table_valued(*_COLUMNS).render_derived(name="given")
    mark, person, key = given.c, tables.people.c, tables.person_keys.c
    counts = person.withdrawn_on.is_(None)
    of_email = and_(person.association == mark.association, person.email_plain == mark.value, counts)
    of_name = and_(
        person.association == mark.association,
        person.name_plain == mark.value,
        person.district_plain == mark.district,
        counts,
    )
    of_name_alone = and_(
        person.association == mark.association,
        person.name_plain == mark.value,
        person.region == mark.region,
        or_(person.district_plain == NO_DISTRICT, mark.district == NO_DISTRICT),
        counts,
    )
    of_key = and_(key.association == mark.association, key.key_plain == mark.value)
    near = union(
        _others(given, person.id, tables.people, of_email, Alike.EMAIL),
        _others(given, person.id, tables.people, of_name, Alike.NAME),
        _others(given, person.id, tables.people, of_name_alone, Alike.NAME_ALONE),
        _others(given, key.person, tables.person_keys, of_key, Alike.KEY),
    ).cte("near")
    further = func.office.same_as(
        select(func.array_agg(near.c.id)).scalar_subquery(), type_=ARRAY(Text)
    ).table_valued("person", "other", name="further")
    return union(select(near.c.id), select(further.c.other))


def _others(given: Any, id: Any, table: Any, having: Any, reason: Alike) -> Select[Any]:
    own, answer = given.c.own, tables.person_answers.c
    apart = exists().where(
        answer.one == func.least(own, id),
        answer.other == func.greatest(own, id),
        answer.answer == Verdict.TWO.value,
    )
    return (
        select(id.label("id"))
        .join_from(given, table, having)
        .where(given.c.reason == reason.value, id != own, not_(apart))
    )


_ENTRIES: Final = _entries()
