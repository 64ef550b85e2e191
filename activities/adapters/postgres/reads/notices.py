"""Notices: lists for the office, and what an email needs: the row, its recipients, and the people it may name.

Addresses are read when an email is sent.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.agreement import agreement_for_email
from activities.adapters.postgres.reads.region_contacts import ADDRESSED, OF_ONE, STANDS, active_contacts
from activities.adapters.postgres.reads.rows import Page, Reads
from activities.adapters.postgres.tables import (
    claims,
    notices,
    people,
    regions,
    relationships,
    term_regions,
)
from activities.ports.notices import NoticeToSend, Person
from domain.notices import NoticeKind
from domain.rules.agreement_text import LANGUAGE
from domain.sending_hours import Rank
from domain.visibility import Sight, participant


class NoticeReads(Reads):
    """The reads of notices for the office."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50, status: str = "") -> Page:
        """Return notices, the oldest first, with the name of each person whom the reader may see."""
        named = people.c.id == notices.c.person
        statement = (
            select(notices, sql.name(sight).label("person_name"))
            .join_from(notices, people, named, isouter=True)
            .where(sql.notice(sight))
        )
        if status:
            statement = statement.where(notices.c.status == status)
        return await self._page(statement, notices.c.created_at, notices.c.id, after, limit)


async def to_send(sight: Sight, connection: AsyncConnection, notice: str, today: date) -> NoticeToSend | None:
    """Return one notice with names and addresses, and with the contacts who are active ``today``.

    The text of an agreement in the email is read with the sight of its recipient.
    """
    wanted = select(notices).where(notices.c.id == notice, sql.notice(sight))
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        return None
    about = await _about(sight, connection, row["subject"])
    data: Mapping[str, str] = row["data"]
    mentor = data.get("mentor") or about.get("mentor", "")
    mentee = about.get("mentee", "")
    region = about.get("region", "") or row["region"]
    known = await _people(sight, connection, (row["person"], mentor, mentee))
    if row["region"]:
        to = await active_contacts(sight, connection, row["region"], today)
    else:
        to = tuple(known[person] for person in (row["person"],) if person in known)
    there = _there(to, today)
    agreement, digest = await _agreement(connection, row, known.get(row["person"]))
    return NoticeToSend(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        status=row["status"],
        data=data,
        to=tuple(person for person in there if person.email),
        gone=bool(to) and not there,
        to_region=row["region"],
        about=row["subject"],
        program=about.get("program", ""),
        region=region,
        mentor=known.get(mentor),
        mentee=known.get(mentee),
        continues=bool(about.get("predecessor")),
        contacts=_there(await active_contacts(sight, connection, region, today), today),
        regions=await _region_names(connection, (region, row["region"], data.get("money_region", ""))),
        agreement=agreement,
        digest=digest,
        rank=Rank(row["rank"]),
        deferred_since=row["deferred_since"],
    )


def _there(people: Iterable[Person], today: date) -> tuple[Person, ...]:
    """Return the people who have not left or died."""
    return tuple(person for person in people if person.gone_on is None or person.gone_on > today)


async def _agreement(connection: AsyncConnection, row: RowMapping, reader: Person | None) -> tuple[str, str]:
    """Return the text and the digest of the agreement that an email holds; both are empty if it holds none."""
    agreement = digest = ""
    if row["kind"] in (NoticeKind.AGREEMENT_TO_SIGN, NoticeKind.AGREEMENT_IN_FORCE):
        for language in (reader.language if reader else LANGUAGE, LANGUAGE):
            agreement, digest = await agreement_for_email(
                participant(row["person"]), connection, row["subject"], row["data"], language
            )
            if agreement:
                break  # else the program does not offer that language
    return agreement, digest


async def _about(sight: Sight, connection: AsyncConnection, subject: str) -> Mapping[str, str]:
    """Return what an email says of a relationship; that of an obligation comes from its first claim.

    A term in a region has only program and region.
    """
    pair, claim, kept = relationships.c, claims.c, term_regions.c
    of_pair = select(pair.program, pair.region, pair.mentor, pair.mentee, pair.predecessor).where(
        pair.id == subject, sql.relationship(sight)
    )
    of_claim = (
        select(pair.program, claim.region, claim.mentor)
        .join_from(claims, relationships, claim.relationship == pair.id)
        .where(claim.obligation == subject, sql.relationship(sight))
        .order_by(claim.due_at, claim.id)
        .limit(1)
    )
    of_term = select(kept.program, kept.region).where(kept.id == subject, sql.of_term(sight, term_regions))
    for query in (of_pair, of_claim, of_term):
        if found := (await connection.execute(query)).mappings().one_or_none():
            return _texts(found)
    return {}


def _texts(row: RowMapping) -> dict[str, str]:
    return {str(name): str(value or "") for name, value in row.items()}


async def _people(sight: Sight, connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Person]:
    wanted = [id for id in ids if id]
    query = (
        select(people.c.id, *ADDRESSED)
        .join_from(people, STANDS, OF_ONE)
        .where(people.c.id.in_(wanted), sql.person(sight))
    )
    return {row.id: Person(**row._mapping) for row in await connection.execute(query)}


async def _region_names(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    wanted = [code for code in codes if code]
    query = select(regions.c.code, regions.c.name).where(regions.c.code.in_(wanted))
    return {row.code: row.name for row in await connection.execute(query)}
