"""All entries of one human: the entry that stands for the others, and its aliases."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, or_, select

from activities.adapters.postgres import tables


def stands_for(entry: FromClause) -> ColumnElement[Any]:
    """Return the id of the entry that stands for an entry; without an alias, it stands for itself."""
    return func.coalesce(entry.c.alias_of, entry.c.id)


def of_one(entry: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Return the condition that another entry is the same human by an answer; each entry is one with itself."""
    return or_(other.c.id == stands_for(entry), other.c.alias_of == stands_for(entry))


def every_entry(person: ColumnElement[str]) -> Select[tuple[str]]:
    """Return a select for the ids of all entries of a human."""
    asked, other = tables.people.alias("asked"), tables.people.alias("other")
    return select(other.c.id).join_from(asked, other, of_one(asked, other)).where(asked.c.id == person)
