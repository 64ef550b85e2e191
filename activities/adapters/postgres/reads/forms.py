"""Reads of forms: the rules that a relationship stands under, what was handed in, and the answers to a survey."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.reads.lists import plain
from activities.adapters.postgres.reads.rules import rules_in_force
from activities.adapters.postgres.writes.documents import content_of
from domain.forms.survey_results import SurveyAnswers
from domain.rules.canonical_json import rules_from_text
from domain.rules.program import Rules, TermDates


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTerm:
    """A term as the results of its surveys need it."""

    dates: TermDates
    rules: Rules
    regions: tuple[str, ...]


class FormViews:
    """The reads of forms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self, relationship: str) -> Rules | None:
        """The rules in force for a relationship after its last event; None for an unknown one."""
        async with self._database.transaction() as connection:
            return await rules_in_force(connection, relationship)

    async def pair(self, relationship: str) -> Mapping[str, Any] | None:
        """Who is in a relationship, and its region; None for an unknown one."""
        table = tables.relationships.c
        columns = select(table.mentee, table.mentor, table.region).where(table.id == relationship)
        async with self._database.transaction() as connection:
            row = (await connection.execute(columns)).first()
        return None if row is None else plain(row._mapping)

    async def filed(self, relationship: str) -> tuple[Mapping[str, Any], ...]:
        """Every form that was handed in, the oldest first."""
        table = tables.forms
        wanted = select(table).where(table.c.relationship == relationship)
        async with self._database.transaction() as connection:
            found = await connection.execute(wanted.order_by(table.c.submitted_at, table.c.id))
            return tuple(plain(row._mapping) for row in found)

    async def survey_term(self, program: str, term: str) -> SurveyTerm | None:
        """A program's term; None where it has none of that id."""
        terms, regions = tables.terms, tables.regions
        wanted = select(terms).where(terms.c.id == term, terms.c.program == program)
        codes = select(regions.c.code).where(regions.c.program == program).order_by(regions.c.code)
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).first()
            rules = await rule_set(connection, program, row.version, "") if row is not None else None
            if row is None or rules is None:
                return None
            found = tuple((await connection.scalars(codes)).all())
        dates = TermDates(first=row.first, last=row.last)
        return SurveyTerm(dates=dates, rules=rules_from_text(rules["text"]), regions=found)

    async def answers(self, term: str, form: str, until: datetime) -> tuple[SurveyAnswers, ...]:
        """What was answered to a survey by then, with the region that it counts for and the writer's id."""
        filed, pairs, documents = tables.forms.c, tables.relationships.c, tables.documents.c
        wanted = (
            select(pairs.region, filed.person, documents.payload)
            .join(pairs.id.table, filed.relationship == pairs.id)
            .join(documents.id.table, filed.id == documents.id)
            .where(pairs.term == term, filed.form == form, filed.amended_by == "")
            .where(filed.submitted_at < until)
        )
        asked = tables.term_surveys.c
        of_regions = (
            select(asked.region, asked.person, documents.payload)
            .join(documents.id.table, asked.document == documents.id)
            .where(asked.term == term, documents.form == form, asked.answered_at < until)
        )
        async with self._database.transaction() as connection:
            found = [
                *(await connection.execute(wanted.order_by(filed.id))).all(),
                *(await connection.execute(of_regions.order_by(asked.id))).all(),
            ]
        return tuple(
            SurveyAnswers(group=row.region, by=row.person, answers=content_of(bytes(row.payload)))
            for row in found
        )
