"""A term in one region: the facts for its decisions, its start input, and the terms without a workflow."""

from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, RowMapping, Select, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.region_contacts import contacts_on, contacts_until
from activities.adapters.postgres.facts.starts import rule_set
from domain.actors import SYSTEM
from domain.ids import derive, term_region_id
from domain.rules.intake import TermDates
from domain.term.facts import TermFacts, TermPair, TermQuestion
from domain.term.log_checks import pairs_to_check
from domain.term.monthly_records import active_mentors, mentors_owing
from domain.term.opening import OpenTerm, latest_day_over
from domain.term.region_surveys import administrators_of
from domain.workflow_contracts import TermStart
from domain.workflow_limits import HISTORY_LIMIT

_OPEN = "open"
DAY_OVER: Final = bindparam("day_over", type_=Date)
"""The latest last day of a term that ended so long ago that it is no longer opened."""


class SqlTermFacts:
    """Look-ups for decisions about a term in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def term_facts(self, question: TermQuestion) -> TermFacts:
        """Return the facts; see ``TermFactsReader.term_facts``. All of them are read in one transaction."""
        zone = ZoneInfo(question.zone)
        today = question.as_of.astimezone(zone).date()
        async with self._database.transaction() as connection:
            pairs = await _pairs(connection, question)
            return TermFacts(
                mentors={month: mentors_owing(month, pairs, zone) for month in question.months},
                active=active_mentors(pairs),
                pairs=tuple(pair.id for pair in pairs),
                meeting=pairs_to_check(pairs),
                administrators=administrators_of(pairs),
                contacts=await contacts_on(connection, question.region, today),
                contacts_until=await contacts_until(connection, question.region, today),
                **(await _person(connection, question) if question.person else {}),
            )


async def _pairs(connection: AsyncConnection, question: TermQuestion) -> tuple[TermPair, ...]:
    """Return all relationships of the term and region that have a mentor, in the order of their ids."""
    pair, person = tables.relationships.c, tables.people.c
    wanted = (
        select(pair.id, pair.mentor, person.supervisor, pair.status, pair.stage, pair.stage_since)
        .outerjoin_from(tables.relationships, tables.people, pair.mentee == person.id)
        .where(pair.term == question.term, pair.region == question.region, pair.mentor != "")
        .order_by(pair.id)
    )
    return tuple(
        TermPair(
            id=row.id,
            mentor=row.mentor,
            supervisor=row.supervisor or "",
            running=row.status == _OPEN,
            stage=row.stage,
            since=row.stage_since,
        )
        for row in await connection.execute(wanted)
    )


async def _texts(
    connection: AsyncConnection, column: ColumnElement[Any], *where: ColumnElement[bool]
) -> tuple[str, ...]:
    return tuple(await connection.scalars(select(column).where(*where).distinct().order_by(column)))


async def _person(connection: AsyncConnection, question: TermQuestion) -> dict[str, tuple[str, ...]]:
    """Return where a person mentors in this term, and which pairs of the region are the person's own."""
    pair = tables.relationships.c
    mentors = and_(pair.term == question.term, pair.mentor == question.person)
    own = and_(
        pair.term == question.term,
        pair.region == question.region,
        or_(pair.mentor == question.person, pair.mentee == question.person),
    )
    return {
        "mentors_in": await _texts(connection, pair.region, mentors),
        "own": await _texts(connection, pair.id, own),
    }


async def term_start(connection: AsyncConnection, term: str, region: str) -> TermStart | None:
    """Return the start input of a term in a region; None if the term or its rules are missing."""
    found = (
        (await connection.execute(select(tables.terms).where(tables.terms.c.id == term))).mappings().first()
    )
    if found is None:
        return None
    rules = await rule_set(connection, found["program"], found["version"], region)
    origin = await connection.scalar(select(tables.installation.c.origin))
    if rules is None or origin is None:
        return None
    return _start(found, region, rules, origin)


def _start(term: RowMapping, region: str, rules: RowMapping, origin: str) -> TermStart:
    id = term_region_id(term["id"], region)
    opening = OpenTerm(
        id=derive("command", "open", id),
        actor=SYSTEM,
        program=term["program"],
        term=term["id"],
        region=region,
        dates=TermDates(first=term["first"], last=term["last"]),
    )
    return TermStart(
        id=id,
        program=term["program"],
        origin=origin,
        rules_text=rules["text"],
        rules_digest=rules["digest"],
        rules_version=rules["version"],
        opening=opening,
        history_limit=HISTORY_LIMIT,
    )


@cache
def without_a_workflow() -> Select[Any]:
    """Return a select for the terms in regions that have no workflow, of terms that ended after ``DAY_OVER``."""
    term, served, kept = tables.terms.c, tables.program_regions.c, tables.term_regions.c
    return (
        select(term.id, served.region)
        .join_from(tables.terms, tables.program_regions, term.program == served.program)
        .where(
            term.last > DAY_OVER,
            ~exists().where(kept.term == term.id, kept.region == served.region),
        )
    )


async def unstarted_terms(
    connection: AsyncConnection, now: datetime, limit: int, *, program: str = ""
) -> tuple[TermStart, ...]:
    """Return the terms in regions that have no workflow, unless the term ended long ago; the oldest first."""
    term, served = tables.terms.c, tables.program_regions.c
    wanted = without_a_workflow().order_by(term.first, term.id, served.region).limit(limit)
    if program:
        wanted = wanted.where(term.program == program)
    pairs = (await connection.execute(wanted, {DAY_OVER.key: latest_day_over(now)})).all()
    starts = [await term_start(connection, id, code) for id, code in pairs]
    return tuple(start for start in starts if start is not None)
