"""What the page of a mentor or mentee shows, read together: the own pairs with their events, and what a term asks for.

However many pairs somebody has, there are as many statements as for one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import case, func, literal, null, select, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Connection
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.history import History, visible_events
from activities.adapters.postgres.reads.region_contacts import OF_ONE, STANDS
from activities.adapters.postgres.reads.relationships import MENTEE, MENTOR
from activities.adapters.postgres.reads.rows import Reads, plain
from domain.journal import Envelope, decode
from domain.relationship.any_stage.rules_version import in_force
from domain.rules.canonical_json import rules_from_text
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.visibility import Data, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPair:
    """A pair of the reader's own: its row with the names of the two, its events, its rules, its regional contacts."""

    row: Mapping[str, Any]
    history: History
    rules: Rules
    contacts: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """What stands on the page of one person, at the office's present instant.

    ``terms`` has what a term in a region asks the person for: the name of a command, the record's key and its day.
    """

    now: datetime
    pairs: tuple[OwnPair, ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()


class OwnPageReads(Reads):
    """The read of a person's own page."""

    async def of(self, sight: Sight) -> OwnPage:
        """Return the reader's own pairs that run, or ended last, and what terms ask the reader for."""
        async with self._database.selects() as connection:
            rows = (await connection.execute(_pairs(sight))).all()
            offset = rows[0].offset if rows else await connection.scalar(select(OFFSET))
            now, pairs = now_with_offset(offset), [plain(row._mapping) for row in rows]
            ids = [pair["id"] for pair in pairs]
            events = await _events(connection, ids)
            cases = await _cases(connection, ids)
            rules = await _rules(connection, events.values())
            contacts = await _contacts(connection, sight, {pair["region"] for pair in pairs}, now.date())
            asked = [plain(row._mapping) for row in await connection.execute(_terms(sight))]
        found = []
        for row, pair in zip(rows, pairs, strict=True):
            stream = events.get(pair["id"], [])
            here = rules.get(in_force(stream[-1][0])) if stream else None
            began = rules.get(in_force(stream[0][0])) if stream else None
            if here is None or began is None:
                continue
            shown = visible_events(sight, pair, cases.get(pair["id"], ()), stream)
            course = _course(stream[0][0], began, row.term_first, row.term_last)
            history = History(
                events=shown, chain=False, ids=self._names, course=course, program=pair["program"]
            )
            found.append(
                OwnPair(row=pair, history=history, rules=here, contacts=contacts.get(pair["region"], ()))
            )
        return OwnPage(now=now, pairs=tuple(found), terms=tuple(asked))

    async def sign_ins(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return when the reader was signed in at the door; the instants are real ones."""
        session = tables.door_sessions.c
        wanted = select(session.created_at, session.used_at, session.ended_at)
        return await self._all(
            wanted.where(sql.written_by(sight, session.person)).order_by(session.created_at)
        )

    async def calendar_since(self, sight: Sight) -> datetime | None:
        """Return since when the reader has a calendar address; None without one. The instant is a real one."""
        address = tables.calendar_addresses.c
        wanted = select(address.created_at).where(
            sql.written_by(sight, address.person), address.revoked_at.is_(None)
        )
        async with self._database.one_statement() as connection:
            since: datetime | None = await connection.scalar(wanted)
        return since

    async def links(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return which links the reader's emails had, and what became of them; never a token."""
        link = tables.task_links.c
        wanted = select(link.act, link.sent_at, link.expires_at, link.used_at, link.revoked_at)
        return await self._all(
            wanted.where(sql.written_by(sight, link.person)).order_by(link.sent_at, link.act)
        )


def _pairs(sight: Sight) -> Any:
    """Return the statement of the pairs that the reader sees, who has no role here: the own ones, open ones first."""
    pair, term = tables.relationships.c, tables.terms.c
    there = func.coalesce(func.nullif(pair.mentor, ""), pair.proposed_mentor)
    knows, reaches = (sql.relationship(sight, data) for data in (Data.AGREEMENT, Data.PARTNER))
    return (
        select(
            tables.relationships,
            case((knows, MENTEE.c.name), else_=null()).label("mentee_name"),
            case((knows, MENTOR.c.name), else_=null()).label("mentor_name"),
            *(
                case((reaches, entry.c[name]), else_=null()).label(f"{side}_{name}")
                for side, entry in (("mentee", MENTEE), ("mentor", MENTOR))
                for name in ("email", "phone")
            ),
            tables.regions.c.name.label("region_name"),
            term.first.label("term_first"),
            term.last.label("term_last"),
            OFFSET.label("offset"),
        )
        .select_from(tables.relationships)
        .join(MENTEE, MENTEE.c.id == pair.mentee, isouter=True)
        .join(MENTOR, MENTOR.c.id == there, isouter=True)
        .join(tables.regions, tables.regions.c.code == pair.region, isouter=True)
        .join(tables.terms, term.id == pair.term, isouter=True)
        .where(sql.relationship(sight))
        .order_by(pair.ended_at.desc().nulls_first(), pair.opened_at, pair.id)
        .limit(20)
    )


def _terms(sight: Sight) -> Any:
    """Return the statement of what terms ask the reader for: records of a month, and surveys of a region."""
    record, survey = tables.monthly_records, tables.term_surveys
    columns = ("program", "term", "region", "key", "due_at")
    return union_all(
        select(
            literal("SubmitMonthlyRecord").label("act"),
            record.c.program,
            record.c.term,
            record.c.region,
            record.c.month.label("key"),
            record.c.due_at,
        ).where(sql.of_term(sight, record, record.c.mentor), record.c.status == "owed"),
        select(
            literal("SubmitTermSurvey").label("act"),
            survey.c.program,
            survey.c.term,
            survey.c.region,
            survey.c.audience.label("key"),
            survey.c.due_at,
        ).where(sql.of_term(sight, survey, survey.c.owner), survey.c.status == "open"),
    ).order_by(columns[-1], columns[-2])


async def _events(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[Envelope, str]]]:
    event = tables.events.c
    wanted = select(event.stream, event.bytes, event.hash).where(event.stream.in_(ids))
    found: dict[str, list[tuple[Envelope, str]]] = {}
    for row in await connection.execute(wanted.order_by(event.stream, event.seq)):
        found.setdefault(row.stream, []).append((_decoded(bytes(row.bytes)), row.hash))
    return found


async def _cases(connection: Connection, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the complaints about pairs: whom they hide events from, nothing of them is shown."""
    case_of = tables.complaints
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in await connection.execute(select(case_of).where(case_of.c.relationship.in_(ids))):
        found.setdefault(row.relationship, []).append(plain(row._mapping))
    return found


async def _rules(
    connection: Connection, streams: Iterable[Sequence[tuple[Envelope, str]]]
) -> dict[str, Rules]:
    digests = {in_force(stream[end][0]) for stream in streams for end in (0, -1)}
    sets = tables.rule_sets.c
    wanted = select(sets.digest, sets.text).where(sets.digest.in_(digests))
    return {row.digest: _parsed(row.text) for row in await connection.execute(wanted)}


async def _contacts(
    connection: Connection, sight: Sight, regions: set[str], today: date
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Return the contacts of regions, as the association names them to everybody who takes part."""
    seat = tables.region_contacts.c
    wanted = (
        select(seat.region, STANDS.c.id, STANDS.c.name, STANDS.c.email, STANDS.c.phone)
        .distinct()
        .join_from(tables.region_contacts, tables.people, seat.person == tables.people.c.id)
        .join(STANDS, OF_ONE)
        .join(tables.regions, tables.regions.c.code == seat.region)
        .where(seat.region.in_(regions), serves_on(today), sql.region(sight))
        .order_by(STANDS.c.name, STANDS.c.id)
    )
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for row in await connection.execute(wanted):
        found[row.region] = (*found.get(row.region, ()), plain(row._mapping))
    return found


def _course(first: Envelope, rules: Rules, begins: date | None, ends: date | None) -> TermDates:
    """Return the dates of the mentoring that an application opened; its first day if the term is unknown."""
    if begins is None or ends is None:
        day = first.decided_at.date()
        return TermDates(first=day, last=day)
    return rules.intake.course(
        date.fromisoformat(first.body["applied_on"]), TermDates(first=begins, last=ends)
    )


@lru_cache(maxsize=4096)
def _decoded(encoded: bytes) -> Envelope:
    return decode(encoded)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Rules:
    return rules_from_text(text)
