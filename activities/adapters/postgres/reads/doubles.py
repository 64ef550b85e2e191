"""Entries that may be one human and about which nobody has answered yet."""

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from domain.people.identity import NO_DISTRICT, Alike
from domain.visibility import Sight


class DoubleReads(Reads):
    """The reads of open questions about doubles."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50) -> Page:
        """Return the pairs of entries that are alike, with the reasons, where the reader sees both by office."""
        one, other = tables.people.alias("one"), tables.people.alias("other")
        reasons = _reasons()
        answer = tables.person_answers.c
        answered = exists().where(answer.one == one.c.id, answer.other == other.c.id)
        at = func.greatest(one.c.created_at, other.c.created_at).label("since")
        id = (one.c.id + "/" + other.c.id).label("pair")
        statement = (
            select(
                at,
                id,
                *(one.c[name].label(f"one_{name}") for name in _SHOWN),
                *(other.c[name].label(f"other_{name}") for name in _SHOWN),
                reasons.c.reasons,
            )
            .join_from(reasons, one, one.c.id == reasons.c.one)
            .join(other, other.c.id == reasons.c.other)
            .where(sql.colleague(sight, one), sql.colleague(sight, other), not_(answered))
        )
        found = await self._page(statement, at, id, after, limit)
        rows = tuple(
            {
                "one": {name: row[f"one_{name}"] for name in _SHOWN},
                "other": {name: row[f"other_{name}"] for name in _SHOWN},
                "reasons": row["reasons"],
                "since": row["since"],
            }
            for row in found.rows
        )
        return Page(rows=rows, next=found.next)


_SHOWN = ("id", "name", "email", "role_title", "district", "region")


def _reasons() -> FromClause:
    """Return all pairs of people who are alike, in the order in which an answer is kept, each with its reasons."""
    one, other = tables.people.alias("a"), tables.people.alias("b")
    key, like = tables.person_keys.alias("c"), tables.person_keys.alias("d")
    counts = and_(one.c.withdrawn_on.is_(None), other.c.withdrawn_on.is_(None))
    here = and_(one.c.association == other.c.association, one.c.id < other.c.id, counts)

    def pairs(reason: Alike, *same: ColumnElement[bool]) -> Select[tuple[str, str, str]]:
        return select(
            one.c.id.label("one"), other.c.id.label("other"), literal(reason.value).label("reason")
        ).where(here, *same)

    found = union_all(
        pairs(Alike.EMAIL, one.c.email_plain == other.c.email_plain, one.c.email_plain != ""),
        pairs(
            Alike.NAME,
            one.c.name_plain == other.c.name_plain,
            one.c.district_plain == other.c.district_plain,
            one.c.name_plain != "",
        ),
        pairs(
            Alike.NAME_ALONE,
            one.c.name_plain == other.c.name_plain,
            one.c.region == other.c.region,
            one.c.name_plain != "",
            one.c.district_plain != other.c.district_plain,
            or_(one.c.district_plain == NO_DISTRICT, other.c.district_plain == NO_DISTRICT),
        ),
        select(
            key.c.person.label("one"), like.c.person.label("other"), literal(Alike.KEY.value).label("reason")
        ).where(
            key.c.association == like.c.association,
            key.c.key_plain == like.c.key_plain,
            key.c.person < like.c.person,
        ),
    ).subquery("alike")
    reasons = func.array_agg(aggregate_order_by(found.c.reason.distinct(), found.c.reason))
    return (
        select(found.c.one, found.c.other, reasons.label("reasons"))
        .group_by(found.c.one, found.c.other)
        .subquery("reasons")
    )
