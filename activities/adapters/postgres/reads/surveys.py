"""What the results of surveys need: the term, and the answers, of which nobody sees a single one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from activities.adapters.postgres.writes.documents import content_of
from domain.forms.survey_results import SurveyAnswers
from domain.relationship.parts.forms import FormStanding
from domain.rules.canonical_json import rules_from_text
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTerm:
    """A term with what the results of its surveys need."""

    dates: TermDates
    rules: Rules
    regions: tuple[str, ...]


class SurveyReads(Reads):
    """The reads of surveys."""

    async def term(self, program: str, term: str) -> SurveyTerm | None:
        """Return a program's term with its rules and regions; None if it has no term with that id."""
        terms, served = tables.terms, tables.program_regions.c
        wanted = select(terms).where(terms.c.id == term, terms.c.program == program)
        codes = select(served.region).where(served.program == program).order_by(served.region)
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).first()
            rules = await rule_set(connection, program, row.version, "") if row is not None else None
            if row is None or rules is None:
                return None
            found = tuple((await connection.scalars(codes)).all())
        dates = TermDates(first=row.first, last=row.last)
        return SurveyTerm(dates=dates, rules=rules_from_text(rules["text"]), regions=found)

    async def answers(self, sight: Sight, term: str, form: str, until: datetime) -> tuple[SurveyAnswers, ...]:
        """Return the answers to a survey by then, each with the region that it counts for and the writer's id.

        They are for readers who may see results, and only for counting.
        """
        filed, pairs, documents = tables.forms.c, tables.relationships.c, tables.documents.c
        wanted = (
            select(pairs.region, filed.person, documents.payload)
            .join(pairs.id.table, filed.relationship == pairs.id)
            .join(documents.id.table, filed.id == documents.id)
            .where(pairs.term == term, filed.form == form, filed.amended_by == "")
            .where(or_(filed.standing.is_(None), filed.standing == FormStanding.STANDS.value))
            .where(filed.submitted_at < until, sql.counted(sight, pairs.region))
        )
        survey = tables.term_surveys.c
        of_regions = (
            select(survey.region, survey.person, documents.payload)
            .join(documents.id.table, survey.document == documents.id)
            .where(survey.term == term, documents.form == form, survey.answered_at < until)
            .where(sql.counted(sight, survey.region))
        )
        async with self._database.transaction() as connection:
            found = [
                *(await connection.execute(wanted.order_by(filed.id))).all(),
                *(await connection.execute(of_regions.order_by(survey.id))).all(),
            ]
        return tuple(
            SurveyAnswers(group=row.region, by=row.person, answers=content_of(bytes(row.payload)))
            for row in found
        )
