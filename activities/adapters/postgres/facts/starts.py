"""What a relationship starts with: its application, its term, and the rules of its region."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import of_one
from activities.adapters.postgres.unreadable import UNREADABLE, log_unreadable
from domain.actors import Actor
from domain.codec import from_plain
from domain.ids import derive
from domain.journal import Document
from domain.relationship.stages.application.opening import OpenRelationship
from domain.rules.canonical_json import rules_of
from domain.rules.intake import TermDates
from domain.workflow_contracts import RELATIONSHIP_ENGINE, RelationshipStart
from domain.workflow_limits import HISTORY_LIMIT


async def relationship_start(connection: AsyncConnection, application: str) -> RelationshipStart | None:
    """Return the start input of an application's relationship; None if application, term or rules are missing."""
    for found, rules in await _applications(connection, (application,)):
        return _start(found, rules)
    return None


async def relationship_starts(
    connection: AsyncConnection, applications: Sequence[str]
) -> dict[str, RelationshipStart]:
    """Return the start inputs of many applications; the log names those that cannot be read or lack term or rules."""
    starts: dict[str, RelationshipStart] = {}
    for found, rules in await _applications(connection, applications):
        start = None
        with suppress(*UNREADABLE):
            start = _start(found, rules)
        if start is None:
            log_unreadable("application", found["id"])
        else:
            starts[found["id"]] = start
    return starts


async def _applications(
    connection: AsyncConnection, ids: Sequence[str]
) -> list[tuple[RowMapping, RowMapping | None]]:
    """Return applications, with what belongs to each, and the rules that each is under."""
    answer = (await connection.execute(_APPLICATIONS, {"ids": ids})).mappings().all()
    rules: dict[tuple[str, str, str], RowMapping | None] = {}
    for found in answer:
        key = _rules_key(found)
        if key not in rules:
            rules[key] = await rule_set(connection, *key) if found["version"] else None
    return [(found, rules[_rules_key(found)]) for found in answer]


def _rules_key(found: RowMapping) -> tuple[str, str, str]:
    return found["program"], found["version"], found["region"]


def _start(found: RowMapping, rules: RowMapping | None) -> RelationshipStart | None:
    if rules is None or found["origin"] is None:
        return None
    return RelationshipStart(
        relationship=found["relationship"],
        mentee=found["person"],
        program=found["program"],
        term=found["term"],
        term_dates=_course(rules, found),
        region=found["region"],
        origin=found["origin"],
        rules_text=rules["text"],
        rules_digest=rules["digest"],
        rules_version=rules["version"],
        opening=_opening(found),
        history_limit=HISTORY_LIMIT,
        engine=RELATIONSHIP_ENGINE,
        facts_in_task=True,
    )


async def open_count(connection: AsyncConnection, applications: Sequence[str]) -> int:
    """Return for how many of the applications the relationship is recorded."""
    column = tables.relationships.c.id
    wanted = select(tables.applications.c.relationship).where(tables.applications.c.id.in_(applications))
    return await connection.scalar(select(func.count()).where(column.in_(wanted))) or 0


async def rule_set(connection: AsyncConnection, program: str, version: str, region: str) -> RowMapping | None:
    """Return the rules of a region: its own if it overrides some, else those of the program."""
    sets = tables.rule_sets.c
    wanted = (
        select(tables.rule_sets)
        .where(
            sets.program == program, sets.version == version, or_(sets.region == region, sets.region == "")
        )
        .order_by(sets.region.desc())
        .limit(1)
    )
    return (await connection.execute(wanted)).mappings().first()


def _course(rules: RowMapping, found: RowMapping) -> TermDates:
    """Return the dates of this mentee's mentoring: the term's, or the program's own length from the application."""
    intake = rules_of(rules["digest"], rules["text"]).intake
    return intake.course(found["applied_on"], TermDates(first=found["term_first"], last=found["term_last"]))


def _opening(found: RowMapping) -> OpenRelationship:
    return OpenRelationship(
        id=derive("command", "open", found["relationship"]),
        actor=from_plain(Actor, found["actor"]),
        application=found["id"],
        reason=found["reason"],
        first_year=found["first_year"],
        applied_on=found["applied_on"],
        areas=tuple(found["areas"]),
        special_document=_document(found),
        earlier=found["earlier"],
    )


def _document(found: RowMapping) -> Document | None:
    if found["doc"] is None:
        return None
    return Document(**{name: found[name] for name in ("doc", "form", "privacy", "ver", "commit")})


def _earlier() -> ColumnElement[str | None]:
    """Return the refused relationship that an application follows; None for a first application.

    It may be under another entry of the human. One that is only alike counts for the limit and is not linked, because
    a link in a stream stays.
    """
    row, before = tables.applications.c, tables.applications.alias("before").c
    own, other = tables.people.alias("own"), tables.people.alias("other")
    human = select(other.c.id).join_from(own, other, of_one(own, other)).where(own.c.id == row.person)
    earlier = select(before.relationship).where(
        before.person.in_(human.correlate(tables.applications)),
        before.term == row.term,
        before.attempt < row.attempt,
    )
    newest = earlier.order_by(before.attempt.desc(), before.created_at.desc(), before.id).limit(1)
    return newest.correlate(tables.applications).scalar_subquery()


# Built once: building it takes longer than PostgreSQL takes to answer.
_APPLICATIONS: Final = (
    select(
        tables.applications,
        tables.terms.c.version,
        tables.terms.c.first.label("term_first"),
        tables.terms.c.last.label("term_last"),
        select(tables.installation.c.origin).scalar_subquery().label("origin"),
        tables.documents.c.id.label("doc"),
        *(tables.documents.c[name] for name in ("form", "privacy", "ver", "commit")),
        _earlier().label("earlier"),
    )
    .outerjoin_from(tables.applications, tables.terms, tables.terms.c.id == tables.applications.c.term)
    .outerjoin(tables.documents, tables.documents.c.id == tables.applications.c.special_document)
    .where(tables.applications.c.id.in_(bindparam("ids", expanding=True)))
)
"""Applications with their terms, documents and earlier ones."""
