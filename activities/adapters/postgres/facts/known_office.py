"""The office as an import meets it: entries, member numbers, applications of the term, regions. Never for a reader."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.applied import APPLIED
from activities.adapters.postgres.facts.grants import live_grants
from activities.adapters.postgres.facts.import_scope import ImportScope
from domain.people.entry import Entry, Membership, MentorRecord
from domain.people.identity import Verdict
from domain.people.proposal.known import KnownApplication, KnownOffice, RunningPair, with_aliases


async def known_office(connection: AsyncConnection, scope: ImportScope) -> KnownOffice:
    """Return the office as it is now; a handful of statements, however many people it knows."""
    region = tables.regions.c
    regions = await connection.execute(
        select(region.code, region.name).where(region.association == scope.association).order_by(region.code)
    )
    served = select(tables.program_regions.c.region).where(tables.program_regions.c.program == scope.program)
    answer = tables.person_answers.c
    answers = list(
        await connection.execute(
            select(answer.one, answer.other, answer.answer).where(answer.association == scope.association)
        )
    )
    people = await _people(connection, scope.association)
    return KnownOffice(
        association=scope.association,
        today=scope.today,
        people=people,
        regions={row.code: row.name for row in regions},
        staff=with_aliases(people, {grant.person for grant in await live_grants(connection)}),
        classes=scope.classes,
        reasons=scope.reasons,
        areas=scope.areas,
        served=frozenset(await connection.scalars(served)),
        same=frozenset((row.one, row.other) for row in answers if row.answer == Verdict.SAME.value),
        apart=frozenset((row.one, row.other) for row in answers if row.answer == Verdict.TWO.value),
        term=scope.term,
        applications=await _applications(connection, scope.term) if scope.term else {},
        may_apply_again=scope.may_apply_again,
        pairs=await _pairs(connection, scope.association),
    )


async def _pairs(connection: AsyncConnection, association: str) -> tuple[RunningPair, ...]:
    """Return the relationships of an association that have not ended."""
    pair, region = tables.relationships.c, tables.regions.c
    ours = select(region.code).where(region.association == association)
    wanted = select(pair.mentee, pair.mentor, pair.region).where(
        pair.ended_at.is_(None), pair.region.in_(ours)
    )
    return tuple(
        RunningPair(mentee=mentee, mentor=mentor, region=code)
        for mentee, mentor, code in await _rows(connection, wanted.order_by(pair.opened_at, pair.id))
    )


async def _people(connection: AsyncConnection, association: str) -> Mapping[str, Entry]:
    """Return the entries of an association, the oldest first. Conflicts and seats are not compared, so not read."""
    person = tables.people.c
    key, held, mentor = tables.person_keys.c, tables.memberships.c, tables.mentors.c
    ours = select(person.id).where(person.association == association)
    keys: dict[str, list[str]] = defaultdict(list)
    of_keys = select(key.person, key.key).where(key.association == association).order_by(key.key)
    for id, number in await _rows(connection, of_keys):
        keys[id].append(number)
    memberships: dict[str, list[Membership]] = defaultdict(list)
    of_memberships = (
        select(held.person, held.id, held["class"], held.first, held.last)
        .where(held.person.in_(ours), held.withdrawn_at.is_(None))
        .order_by(held.id)
    )
    for id, record, name, first, last in await _rows(connection, of_memberships):
        memberships[id].append(Membership(record=record, name=name, first=first, last=last))
    of_mentors = select(
        mentor.person,
        mentor.capacity,
        mentor.trained_on,
        mentor.serving_since,
        mentor.serving_until,
        mentor.credential_until,
    ).where(mentor.person.in_(ours))
    mentors = {
        id: MentorRecord(
            capacity=capacity,
            trained_on=trained,
            serving_since=since,
            serving_until=until,
            credential_until=credential,
        )
        for id, capacity, trained, since, until, credential in await _rows(connection, of_mentors)
    }
    of_people = (
        select(
            person.id, person.name, person.email, person.role_title, person.district, person.region,
            person.supervisor, person.phone, person.language, person.left_on, person.died_on, person.alias_of,
        )
        .where(person.association == association, person.withdrawn_on.is_(None))
        .order_by(person.created_at, person.id)
    )  # fmt: skip
    return {
        row[0]: Entry(
            id=row[0],
            association=association,
            keys=tuple(keys.get(row[0], ())),
            name=row[1],
            email=row[2],
            role_title=row[3],
            district=row[4],
            region=row[5],
            supervisor=row[6],
            phone=row[7],
            language=row[8],
            memberships=tuple(memberships.get(row[0], ())),
            mentor=mentors.get(row[0]),
            left_on=row[9],
            died_on=row[10],
            alias_of=row[11],
        )
        for row in await _rows(connection, of_people)
    }


async def _rows(connection: AsyncConnection, statement: Select[Any]) -> Any:
    return (await connection.execute(statement)).all()


async def _applications(connection: AsyncConnection, term: str) -> Mapping[str, KnownApplication]:
    """Return the newest application of each person for a term, and whether it ended with a refusal."""
    row, pair = tables.applications.c, tables.relationships.c
    wanted = (
        select(row.person, row.attempt, *APPLIED.values(), pair.outcome)
        .join(tables.relationships, pair.id == row.relationship, isouter=True)
        .where(row.term == term)
        .order_by(row.attempt)
    )
    return {
        person: KnownApplication(
            attempt=attempt,
            reason=reason,
            first_year=first_year,
            applied_on=applied_on,
            areas=tuple(areas),
            refused=outcome == "refused",
        )
        for person, attempt, reason, first_year, applied_on, areas, outcome in await _rows(connection, wanted)
    }
