"""Notices: lists for the office, and what an email needs: the row, its recipients, and the people it may name.

Addresses are read when an email is sent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import RowMapping, Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.clock import OFFSET
from activities.adapters.postgres.facts.states import relationship_state
from activities.adapters.postgres.link_rows import PAIR, links_of_notice, shown_links
from activities.adapters.postgres.one_of import one_of
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.agreement import agreement_for_email
from activities.adapters.postgres.reads.entered_by_staff import (
    ABOUT_AGREEMENT,
    OF_ENTRIES,
    entered_by_staff,
)
from activities.adapters.postgres.reads.region_contacts import ADDRESSED, OF_ONE, STANDS, active_contacts
from activities.adapters.postgres.reads.rows import Page, Reads
from activities.adapters.postgres.tables import (
    claims,
    hours,
    meetings,
    notices,
    people,
    regions,
    relationships,
    term_regions,
)
from activities.ports.notices import NoticeToSend, Person
from domain.notices import NoticeKind
from domain.relationship.calendar_feed import OF_THE_PAIR, deadlines
from domain.rules.agreement_text import LANGUAGE
from domain.rules.program import DeadlineKind
from domain.sending_hours import Rank
from domain.visibility import Sight, participant

_OF_CHANGE: Final = ("uid", "sequence")
_OF_MEETINGS: Final = (NoticeKind.MEETING_TO_CONFIRM, NoticeKind.ACTED_FOR_YOU)
_OF_PLANS: Final = (NoticeKind.MEETING_PLANNED, NoticeKind.MEETING_MOVED, NoticeKind.MEETING_WITHDRAWN)


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
        row = notices.c
        page = await self._page(
            statement,
            row.created_at,
            row.id,
            after,
            limit,
            shown=True,
            then=(row.kind, row.person, row.region),
        )
        return replace(page, rows=tuple(_without_change(row) for row in page.rows))

    async def sees(self, sight: Sight, notice: str) -> bool:
        """Return whether the reader may read what a notice says."""
        wanted = select(notices.c.id).where(
            notices.c.id == self._names.inner(notice), sql.words_of_notice(sight)
        )
        async with self._database.one_statement() as connection:
            return await connection.scalar(wanted) is not None

    async def one(self, sight: Sight, notice: str) -> Mapping[str, Any] | None:
        """Return a notice that the reader may read, with its reader's name and the relationship that it is about."""
        wanted = (
            select(
                notices,
                sql.name(sight).label("person_name"),
                relationships.c.id.label("relationship"),
                relationships.c.region.label("pair_region"),
            )
            .join_from(notices, people, people.c.id == notices.c.person, isouter=True)
            .join(relationships, relationships.c.id == notices.c.subject, isouter=True)
            .where(notices.c.id == self._names.inner(notice), sql.words_of_notice(sight))
        )
        async with self._database.one_statement() as connection:
            row = (await connection.execute(wanted)).first()
        return None if row is None else _without_change(self._shown(row._mapping))

    async def of_subject(self, sight: Sight, subject: str, limit: int) -> tuple[Mapping[str, Any], ...]:
        """Return the newest notices about a relationship or money, with the names of those to whom they go."""
        async with self._database.one_statement() as connection:
            found = await connection.execute(_of_subject(sight, limit), {"of": subject})
            return tuple(_with_links(row._mapping, self._shown(row._mapping)) for row in found)


@lru_cache(maxsize=256)
def _of_subject(sight: Sight, limit: int) -> Select[Any]:
    """Return the statement of the notices about something, built once for a reader."""
    return (
        select(
            notices,
            sql.name(sight).label("person_name"),
            regions.c.name.label("region_name"),
            links_of_notice().label("links"),
            people.c.email,
            OFFSET.label("offset"),
            *PAIR,
        )
        .join_from(notices, people, people.c.id == notices.c.person, isouter=True)
        .join(relationships, relationships.c.id == notices.c.subject, isouter=True)
        .join(regions, regions.c.code == notices.c.region, isouter=True)
        .where(notices.c.subject == bindparam("of"), sql.notice(sight))
        .order_by(notices.c.seq.desc(), notices.c.number, notices.c.id)
        .limit(limit)
    )


def _with_links(row: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notice with its links, and without what only their state depends on."""
    around = {"email", "offset", *(column.key for column in PAIR)}
    kept = {name: value for name, value in _without_change(shown).items() if name not in around}
    return {**kept, "links": shown_links(row)}


def _without_change(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notice without identity and number of its plan, which tell how many events an older pair has (C58)."""
    data = {name: value for name, value in row["data"].items() if name not in _OF_CHANGE}
    return {**row, "data": data}


async def to_send(
    sight: Sight, connection: AsyncConnection, wanted: Collection[str], today: date
) -> dict[str, NoticeToSend]:
    """Return notices by their ids, with names and addresses, and with the contacts who are active ``today``.

    However many they are, it takes the same few statements; only the text of an agreement in an email is read by
    itself, with the sight of its recipient.
    """
    of_these = select(notices).where(notices.c.id.in_(wanted), sql.notice(sight))
    rows = (await connection.execute(of_these)).mappings().all()
    subjects = await _about(sight, connection, {row["subject"] for row in rows})
    every = [(row, _Matter.of(row, subjects.get(row["subject"], {}))) for row in rows]
    known = await _people(
        sight, connection, {id for row, told in every for id in (row["person"], told.mentor, told.mentee)}
    )
    regions_of = {code for row, told in every for code in (row["region"], told.region)}
    seats = await active_contacts(sight, connection, regions_of, today)
    names = await _region_names(connection, regions_of | {told.money_region for _, told in every})
    places, met = await _places(sight, connection, rows), await _met(sight, connection, rows)
    found: dict[str, NoticeToSend] = {}
    for row, told in every:
        made = _notice(row, told, known=known, seats=seats, names=names, today=today)
        minutes, mode = met.get((row["subject"], _began_at(row)), (0, ""))
        place = places.get((row["subject"], _starts_at(row)), "")
        made = replace(made, place=place, met_minutes=minutes, met_mode=mode)
        due, unwritten = await _standing(connection, row)
        entered = await entered_by_staff(participant(row["person"]), connection, row)
        made = replace(made, due=due, unwritten=unwritten, **entered)
        agreement, digest = await _agreement(connection, row, known.get(row["person"]), made.version)
        found[made.id] = replace(made, agreement=agreement, digest=digest)
    return found


def _notice(
    row: RowMapping,
    told: "_Matter",
    *,
    known: Mapping[str, Person],
    seats: Mapping[str, tuple[Person, ...]],
    names: Mapping[str, str],
    today: date,
) -> NoticeToSend:
    one = known.get(row["person"])
    to = seats.get(row["region"], ()) if row["region"] else (one,) if one else ()
    there = _there(to, today)
    return NoticeToSend(
        id=row["id"],
        kind=NoticeKind(row["kind"]),
        status=row["status"],
        data=row["data"],
        to=tuple(person for person in there if person.email),
        gone=bool(to) and not there,
        to_region=row["region"],
        about=row["subject"],
        program=told.program,
        region=told.region,
        mentor=known.get(told.mentor),
        mentee=known.get(told.mentee),
        continues=told.continues,
        over=told.over,
        contacts=_there(seats.get(told.region, ()), today),
        regions={
            code: names[code] for code in (told.region, row["region"], told.money_region) if code in names
        },
        rank=Rank(row["rank"]),
        deferred_since=row["deferred_since"],
        again=row["attempt"] if row["sent_at"] else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What a notice is about: a program, a region, and people, each empty if there is none."""

    program: str
    region: str
    money_region: str
    mentor: str
    mentee: str
    continues: bool
    over: bool

    @classmethod
    def of(cls, row: RowMapping, about: Mapping[str, str]) -> "_Matter":
        """Return the matter of a notice; what it says itself comes before what its stream says."""
        return cls(
            program=about.get("program", ""),
            region=about.get("region", "") or row["region"],
            money_region=row["data"].get("money_region", ""),
            mentor=row["data"].get("mentor") or about.get("mentor", ""),
            mentee=about.get("mentee", ""),
            continues=bool(about.get("predecessor")),
            over=about.get("status") == "ended",
        )


async def _places(
    sight: Sight, connection: AsyncConnection, rows: Collection[RowMapping]
) -> dict[tuple[str, datetime | None], str]:
    """Return the place of each planned meeting that emails are about, by pair and hour; an open plan counts first.

    It is not in their data: the place changes nothing about an appointment, and runs of every engine record the same.
    """
    row = hours.planned_meetings.c
    about = {(each["subject"], at) for each in rows if (at := _starts_at(each))}
    if not about:
        return {}
    subjects, starts = ({each[number] for each in about} for number in (0, 1))
    wanted = select(row.relationship, row.starts_at, row.place).where(
        row.relationship.in_(subjects),
        row.starts_at.in_(starts),
        sql.of_relationship(sight, row.relationship),
    )
    open_first = wanted.order_by(row.status != "planned", row.id)
    found: dict[tuple[str, datetime | None], str] = {}
    for pair, starts_at, place in await connection.execute(open_first):
        found.setdefault((pair, starts_at), place)
    return found


async def _met(
    sight: Sight, connection: AsyncConnection, rows: Collection[RowMapping]
) -> dict[tuple[str, datetime | None], tuple[int, str]]:
    """Return length and way of each logged meeting that emails ask about, by pair and hour.

    They are not in their data: runs of every engine record the same.
    """
    met = meetings.c
    about = {(each["subject"], at) for each in rows if (at := _began_at(each))}
    if not about:
        return {}
    subjects, begun = ({each[number] for each in about} for number in (0, 1))
    wanted = select(met.relationship, met.began_at, met.minutes, met.mode).where(
        met.relationship.in_(subjects), met.began_at.in_(begun), sql.of_relationship(sight, met.relationship)
    )
    found = await connection.execute(wanted)
    return {(pair, began_at): (minutes or 0, mode) for pair, began_at, minutes, mode in found}


def _began_at(row: RowMapping) -> datetime | None:
    """Return when the meeting began that an email asks about."""
    text = row["data"].get("began_at", "") if row["kind"] in _OF_MEETINGS else ""
    return datetime.fromisoformat(text) if text else None


def _starts_at(row: RowMapping) -> datetime | None:
    """Return when the meeting begins that an email plans, moves or cancels."""
    text = row["data"].get("starts_at", "") if row["kind"] in _OF_PLANS else ""
    return datetime.fromisoformat(text) if text else None


def _there(people: Iterable[Person], today: date) -> tuple[Person, ...]:
    """Return the people who have not left or died."""
    return tuple(person for person in people if person.gone_on is None or person.gone_on > today)


async def _agreement(
    connection: AsyncConnection, row: RowMapping, reader: Person | None, entered: str
) -> tuple[str, str]:
    """Return the text and the digest of the agreement that an email holds; both are empty if it holds none.

    ``entered`` is the version that staff wrote for the reader, if the email is about one.
    """
    agreement = digest = ""
    data = {"version": entered} if entered else row["data"]
    if entered or row["kind"] in (NoticeKind.AGREEMENT_TO_SIGN, NoticeKind.AGREEMENT_IN_FORCE):
        for language in (reader.language if reader else LANGUAGE, LANGUAGE):
            agreement, digest = await agreement_for_email(
                participant(row["person"]), connection, row["subject"], data, language
            )
            if agreement:
                break  # else the program does not offer that language
    return agreement, digest


async def _standing(connection: AsyncConnection, row: RowMapping) -> tuple[date | None, bool]:
    """Return by when the reader has to do what an email asks, and whether it is about an agreement not yet written.

    Neither is in its data: a deadline moves by a pause, and runs of every engine record the same.
    """
    subject = _waits_for(row)
    known = await relationship_state(connection, row["subject"]) if subject and row["person"] else None
    if known is None:
        return None, False
    state, rules = known
    about = row["data"].get("forms", "")
    due = [
        each.day
        for each in deadlines(state, row["person"], rules.calendar)
        if each.subject is subject and each.about in ("", about)
    ]
    held = state.agreement
    unwritten = subject is DeadlineKind.AGREEMENT and held.draft is None and not held.in_force
    return min(due, default=None), unwritten


def _waits_for(row: RowMapping) -> DeadlineKind | None:
    """Return the deadline of what an email asks, if its data do not say by when it is to be done."""
    about_text = row["kind"] in OF_ENTRIES and row["data"].get("entry") in ABOUT_AGREEMENT
    if row["kind"] == NoticeKind.AGREEMENT_TO_SIGN or about_text:
        return DeadlineKind.AGREEMENT
    about = row["data"].get("about") if row["kind"] == NoticeKind.REMINDER else ""
    return next((each for each in OF_THE_PAIR if each == about and each is not DeadlineKind.MEETING), None)


async def _about(
    sight: Sight, connection: AsyncConnection, subjects: Collection[str]
) -> dict[str, Mapping[str, str]]:
    """Return what emails say of their subjects: relationships, obligations by their first claim, terms in regions.

    A term in a region has only program and region.
    """
    pair, claim, kept = relationships.c, claims.c, term_regions.c
    named = (pair.program, pair.region, pair.mentor, pair.mentee, pair.predecessor, pair.status)
    of_pairs = select(pair.id, *named).where(pair.id.in_(subjects), sql.relationship(sight))
    of_claims = (
        select(claim.obligation.label("id"), pair.program, claim.region, claim.mentor)
        .ext(distinct_on(claim.obligation))
        .join_from(claims, relationships, claim.relationship == pair.id)
        .where(claim.obligation.in_(subjects), sql.relationship(sight))
        .order_by(claim.obligation, claim.due_at, claim.id)
    )
    of_terms = select(kept.id, kept.program, kept.region).where(
        kept.id.in_(subjects), sql.of_term(sight, term_regions)
    )
    found: dict[str, Mapping[str, str]] = {}
    for query in (of_pairs, of_claims, of_terms):
        if len(found) < len(subjects):
            rows = (await connection.execute(query)).mappings()
            found |= {row["id"]: _texts(row) for row in rows if row["id"] not in found}
    return found


def _texts(row: RowMapping) -> dict[str, str]:
    return {str(name): str(value or "") for name, value in row.items()}


async def _people(sight: Sight, connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Person]:
    wanted = [id for id in ids if id]
    query = (
        select(people.c.id, *ADDRESSED)
        .join_from(people, STANDS, OF_ONE)
        .where(one_of(people.c.id, wanted), sql.person(sight))
    )
    return {row.id: Person(**row._mapping) for row in await connection.execute(query)}


async def _region_names(connection: AsyncConnection, codes: Iterable[str]) -> dict[str, str]:
    wanted = [code for code in codes if code]
    query = select(regions.c.code, regions.c.name).where(one_of(regions.c.code, wanted))
    return {row.code: row.name for row in await connection.execute(query)}
