"""What a relationship starts with: its application, its term, and the rules of its region."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.entries_of_one import of_one
from domain.actors import Actor
from domain.codec import from_plain
from domain.ids import derive
from domain.journal import Document
from domain.relationship.stages.application.opening import OpenRelationship
from domain.rules.canonical_json import rules_from_text
from domain.rules.intake import TermDates
from domain.workflow_contracts import RELATIONSHIP_ENGINE, RelationshipStart
from domain.workflow_limits import HISTORY_LIMIT


async def relationship_start(connection: AsyncConnection, application: str) -> RelationshipStart | None:
    """Return the start input of an application's relationship; None if application, term or rules are missing."""
    row = tables.applications.c
    found = (
        (await connection.execute(select(tables.applications).where(row.id == application)))
        .mappings()
        .first()
    )
    if found is None:
        return None
    terms = select(tables.terms).where(tables.terms.c.id == found["term"])
    term = (await connection.execute(terms)).mappings().first()
    if term is None:
        return None
    rules = await rule_set(connection, found["program"], term["version"], found["region"])
    origin = await connection.scalar(select(tables.installation.c.origin))
    if rules is None or origin is None:
        return None
    return RelationshipStart(
        relationship=found["relationship"],
        mentee=found["person"],
        program=found["program"],
        term=found["term"],
        term_dates=_course(rules["text"], found["applied_on"], term),
        region=found["region"],
        origin=origin,
        rules_text=rules["text"],
        rules_digest=rules["digest"],
        rules_version=rules["version"],
        opening=_opening(
            found,
            await _document(connection, found["special_document"]),
            await _earlier(connection, found),
        ),
        history_limit=HISTORY_LIMIT,
        engine=RELATIONSHIP_ENGINE,
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


def _course(rules_text: str, applied_on: date, term: RowMapping) -> TermDates:
    """Return the dates of this mentee's mentoring: the term's, or the program's own length from the application."""
    intake = rules_from_text(rules_text).intake
    return intake.course(applied_on, TermDates(first=term["first"], last=term["last"]))


async def _earlier(connection: AsyncConnection, found: RowMapping) -> str | None:
    """Return the refused relationship that an application follows; None for a first application.

    It may be under another entry of the human. One that is only alike counts for the limit and is not linked, because
    a link in a stream stays.
    """
    row, own, other = tables.applications.c, tables.people.alias("own"), tables.people.alias("other")
    human = select(other.c.id).join_from(own, other, of_one(own, other)).where(own.c.id == found["person"])
    before = (row.person.in_(human), row.term == found["term"], row.attempt < found["attempt"])
    newest = (
        select(row.relationship).where(*before).order_by(row.attempt.desc(), row.created_at.desc(), row.id)
    )
    earlier: str | None = await connection.scalar(newest.limit(1))
    return earlier


def _opening(found: RowMapping, special: Document | None, earlier: str | None) -> OpenRelationship:
    return OpenRelationship(
        id=derive("command", "open", found["relationship"]),
        actor=from_plain(Actor, found["actor"]),
        application=found["id"],
        reason=found["reason"],
        first_year=found["first_year"],
        applied_on=found["applied_on"],
        areas=tuple(found["areas"]),
        special_document=special,
        earlier=earlier,
    )


async def _document(connection: AsyncConnection, id: str | None) -> Document | None:
    if not id:
        return None
    kept = tables.documents.c
    columns = select(kept.id, kept.form, kept.privacy, kept.ver, kept.commit).where(kept.id == id)
    found: Any = (await connection.execute(columns)).mappings().first()
    if found is None:
        return None
    return Document(
        doc=found["id"],
        form=found["form"],
        privacy=found["privacy"],
        ver=found["ver"],
        commit=found["commit"],
    )
