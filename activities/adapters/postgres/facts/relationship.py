"""Facts for decisions about a pair; one statement answers one question, with the columns of the files beside this."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnElement,
    Row,
    Select,
    Text,
    bindparam,
    func,
    literal,
    select,
    true,
)

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.conflicts import conflict_columns, conflicts_in
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.facts.limits import with_limits
from activities.adapters.postgres.facts.memberships import first_of, memberships_of, several_of
from activities.adapters.postgres.facts.mentors import mentor_columns, mentor_record, with_mentor
from activities.adapters.postgres.facts.region_contacts import contacts_of
from activities.adapters.postgres.facts.same_as import humans, same_as
from activities.adapters.postgres.facts.starts import rule_set
from domain.relationship.facts import Facts, Question
from domain.relationship.stages.matching.mentor_fitness import share_mailbox


class SqlFacts:
    """Look-ups for decisions in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, question: Question) -> Facts:
        """Return the facts; see ``FactsReader.facts``. Memberships count by the program's local day."""
        if question.version:
            async with self._database.transaction() as connection:
                kept = await rule_set(connection, question.program, question.version, question.region)
            return Facts(rules_text=kept["text"] if kept else "")
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        people = tuple(person for person in (question.mentee, question.mentor) if person)
        values: dict[str, Any] = {"people": people, "day": day, "region": question.region}
        compares = question.compared is not None
        if question.compared is not None:
            values["compared"] = sorted({*people, *question.compared})
        if question.mentor:
            values |= {"mentor": question.mentor, "mentee": question.mentee}
        statement = _STATEMENTS[bool(question.mentor), compares]
        if question.limits:
            values |= {
                "relationship": question.relationship,
                "mentee": question.mentee,
                "term": question.term,
            }
            statement = with_limits(statement, of_mentor=bool(question.mentor))
        async with self._database.one_statement() as connection:
            found = (await connection.execute(statement, values)).one()
        facts = Facts(
            memberships=first_of(found.memberships),
            classes=several_of(found.memberships),
            contacts=tuple(found.contacts),
        )
        if compares:
            same = {person: tuple(others) for person, others in (found.same_as or {}).items()}
            facts = replace(facts, same_as=same)
        if question.limits:
            facts = replace(facts, applied_before=found.applied_before)
        if question.limits and question.mentor:
            facts = replace(facts, beyond_places=bool(found.beyond_places))
        if not question.mentor or not found.mentor_known:
            return facts
        return _with_pair(with_mentor(facts, found), found, question.mentor)

    async def of_mentors(self, question: Question, mentors: Sequence[str]) -> dict[str, Facts]:
        """Return by mentor the facts that ``facts`` would give for each, by one statement; no limits are asked."""
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        people = sorted({question.mentee, *mentors})
        values: dict[str, Any] = {
            "people": people,
            "day": day,
            "region": question.region,
            "compared": sorted({*people, *(question.compared or ())}),
            "mentors": list(mentors),
            "mentee": question.mentee,
        }
        async with self._database.one_statement() as connection:
            rows = (await connection.execute(_OF_MENTORS, values)).all()
        return {row.candidate: _of_one(row, question) for row in rows}


def _of_one(row: Row[Any], question: Question) -> Facts:
    """Return the facts about one of several mentors, as if nobody else had been asked about."""
    asked = {question.mentee, row.candidate}
    held = {person: classes for person, classes in (row.memberships or {}).items() if person in asked}
    facts = Facts(memberships=first_of(held), classes=several_of(held), contacts=tuple(row.contacts))
    if question.compared is not None:
        compared = {*asked, *question.compared}
        same = {person: tuple(others) for person, others in (row.same_as or {}).items() if person in compared}
        facts = replace(facts, same_as=same)
    return _with_pair(with_mentor(facts, row), row, row.candidate) if row.mentor_known else facts


def _and_mentor(
    *columns: ColumnElement[Any], of_humans: bool = False, asked: ColumnElement[str] | None = None
) -> Select[Any]:
    """Return a select with facts about the mentor and the pair added; it gives one row, even for an unknown person."""
    one_side = bindparam("mentor") if asked is None else asked
    other_side: BindParameter[str] = bindparam("mentee")
    mentor, mentee, stands = (tables.people.alias(name) for name in ("mentor", "mentee", "stands"))
    record = mentor_record(one_side)
    one = select(literal(1).label("one")).subquery()
    return select(
        *columns,
        *mentor_columns(stands, record, one_side, of_humans=of_humans),
        (mentor.c.role_title == mentee.c.role_title).label("same_role"),
        mentor.c.email.label("mentor_email"),
        mentee.c.email.label("mentee_email"),
        *conflict_columns(mentee, one_side, other_side),
    ).select_from(
        one.outerjoin(mentor, mentor.c.id == one_side)
        .outerjoin(stands, stands.c.id == stands_for(mentor))
        .outerjoin(record, true())
        .outerjoin(mentee, mentee.c.id == other_side)
    )


def _with_pair(facts: Facts, found: Row[Any], mentor: str) -> Facts:
    """Return the facts with those about mentor and mentee together."""
    return replace(
        facts,
        mentor_same_role=bool(found.same_role),
        conflicts=conflicts_in(found, mentor),
        one_mailbox=share_mailbox(found.mentor_email, found.mentee_email),
    )


# Built once: building them takes longer than PostgreSQL takes to answer.
_COLUMNS: Final = (
    memberships_of(bindparam("people", expanding=True), bindparam("day")).label("memberships"),
    contacts_of(bindparam("region"), bindparam("day")).label("contacts"),
)
_HUMANS: Final = same_as(humans("compared")).label("same_as")
_STATEMENTS: Final = {
    (False, False): select(*_COLUMNS),
    (False, True): select(*_COLUMNS, _HUMANS),
    (True, False): _and_mentor(*_COLUMNS),
    (True, True): _and_mentor(*_COLUMNS, _HUMANS, of_humans=True),
}
"""The statements by what is asked: about a mentor, and which entries count as one."""


def _of_several() -> Select[Any]:
    """Return the statement about several mentors at once: a row for each, whose name no table has as a column."""
    named = (
        func.unnest(bindparam("mentors", type_=ARRAY(Text)))
        .table_valued("candidate")
        .render_derived(name="named")
    )
    each = _and_mentor(of_humans=True, asked=Column("candidate", Text)).lateral("facts")
    return select(named.c.candidate, *_COLUMNS, _HUMANS, *each.c).select_from(named.join(each, true()))


_OF_MENTORS: Final = _of_several()
