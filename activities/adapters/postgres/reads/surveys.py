"""Answers to surveys, for results: nobody sees a single answer."""

from datetime import datetime

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.rows import Reads
from activities.adapters.postgres.writes.documents import content_of
from domain.forms.survey_results import SurveyAnswers
from domain.visibility import Data, Sight


class SurveyReads(Reads):
    """The reads of surveys."""

    async def answers(self, sight: Sight, term: str, form: str, until: datetime) -> tuple[SurveyAnswers, ...]:
        """Return the answers to a survey by then, each with the region that it counts for and the writer's id.

        They are for readers who may see results, and only for counting.
        """
        if not sight.sees(Data.RESULTS):
            return ()
        filed, pairs, documents = tables.forms.c, tables.relationships.c, tables.documents.c
        wanted = (
            select(pairs.region, filed.person, documents.payload)
            .join(pairs.id.table, filed.relationship == pairs.id)
            .join(documents.id.table, filed.id == documents.id)
            .where(pairs.term == term, filed.form == form, filed.amended_by == "")
            .where(filed.submitted_at < until)
        )
        survey = tables.term_surveys.c
        of_regions = (
            select(survey.region, survey.person, documents.payload)
            .join(documents.id.table, survey.document == documents.id)
            .where(survey.term == term, documents.form == form, survey.answered_at < until)
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
