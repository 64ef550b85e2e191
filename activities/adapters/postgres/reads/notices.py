"""What a notice's mail needs: the row, whom it is for, whom it may name. Addresses are read when it is sent."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.reads.agreement import letter_in_mail
from activities.adapters.postgres.tables import (
    claims,
    notices,
    people,
    region_contacts,
    regions,
    relationships,
    term_regions,
)
from activities.ports.notices import Letter, Person
from domain.notices import NoticeKind
from domain.rules.agreement_text import LANGUAGE

_READ = (people.c.id, people.c.name, people.c.email, people.c.phone, people.c.language)


async def letter(connection: AsyncConnection, notice: str, today: date) -> Letter | None:
    """One notice with names and addresses, and with the contacts who are active ``today``."""
    row = (await connection.execute(select(notices).where(notices.c.id == notice))).mappings().one_or_none()
    if row is None:
        return None
    about = await _about(connection, row["subject"])
    data: Mapping[str, str] = row["data"]
    mentor = data.get("mentor") or about.get("mentor", "")
    mentee = about.get("mentee", "")
    region = about.get("region", "") or row["region"]
    known = await _people(connection, (row["person"], mentor, mentee))
    if row["region"]:
        to = await _contacts(connection, row["region"], today)
    else:
        to = tuple(known[person] for person in (row["person"],) if person in known)
    agreement = digest = ""
    if row["kind"] in (NoticeKind.AGREEMENT_TO_SIGN, NoticeKind.AGREEMENT_IN_FORCE):
        reader = known.get(row["person"])
        for language in (reader.language if reader else LANGUAGE, LANGUAGE):
            agreement, digest = await letter_in_mail(connection, row["subject"], data, language)
            if agreement:
                break  # else the program does not offer that language
    return Letter(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        status=row["status"],
        data=data,
        to=tuple(person for person in to if person.email),
        to_region=row["region"],
        about=row["subject"],
        program=about.get("program", ""),
        region=region,
        mentor=known.get(mentor),
        mentee=known.get(mentee),
        contacts=await _contacts(connection, region, today),
        regions=await _region_names(connection, (region, row["region"], data.get("money_region", ""))),
        agreement=agreement,
        digest=digest,
    )


async def waiting(connection: AsyncConnection, older_than: timedelta, limit: int) -> tuple[str, ...]:
    """Ids of notices older than that, by the server's clock, and neither sent nor refused; the oldest first."""
    row = notices.c
    query = (
        select(row.id)
        .where(row.status.in_(("pending", "parked")), row.created_at < func.now() - older_than)
        .order_by(row.created_at, row.id)
        .limit(limit)
    )
    return tuple((await connection.execute(query)).scalars())


async def _about(connection: AsyncConnection, subject: str) -> Mapping[str, str]:
    """Program, region, mentor and mentee of a relationship; those of an obligation come from its first claim.

    A term in a region has program and region alone.
    """
    pair, claim, kept = relationships.c, claims.c, term_regions.c
    of_pair = select(pair.program, pair.region, pair.mentor, pair.mentee).where(pair.id == subject)
    of_claim = (
        select(pair.program, claim.region, claim.mentor)
        .join_from(claims, relationships, claim.relationship == pair.id)
        .where(claim.obligation == subject)
        .order_by(claim.due_at, claim.id)
        .limit(1)
    )
    of_term = select(kept.program, kept.region).where(kept.id == subject)
    for query in (of_pair, of_claim, of_term):
        if found := (await connection.execute(query)).mappings().one_or_none():
            return _texts(found)
    return {}


def _texts(row: RowMapping) -> dict[str, str]:
    return {str(name): str(value or "") for name, value in row.items()}


async def _people(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Person]:
    wanted = [id for id in ids if id]
    query = select(*_READ).where(people.c.id.in_(wanted))
    return {row.id: _person(row) for row in await connection.execute(query)}


async def _contacts(connection: AsyncConnection, region: str, today: date) -> tuple[Person, ...]:
    """The contacts of a region on a day, in the order of their names."""
    seat = region_contacts.c
    query = (
        select(*_READ)
        .distinct()
        .join_from(region_contacts, people, seat.person == people.c.id)
        .where(seat.region == region, seat.first <= today, or_(seat.last.is_(None), seat.last >= today))
        .order_by(people.c.name, people.c.id)
    )
    return tuple(_person(row) for row in await connection.execute(query))


async def _region_names(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    wanted = [code for code in codes if code]
    query = select(regions.c.code, regions.c.name).where(regions.c.code.in_(wanted))
    return {row.code: row.name for row in await connection.execute(query)}


def _person(row: Any) -> Person:
    return Person(id=row.id, name=row.name, email=row.email, phone=row.phone, language=row.language)
