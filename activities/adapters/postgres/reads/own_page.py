"""What a mentor or mentee sees about themselves, read together: their pairs with the events, and what a term asks for.

However many pairs somebody has, there are as many statements as for one. A form of a pair reads the same of that pair.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, case, cast, func, literal, null, select, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET, now_with_offset
from activities.adapters.postgres.database import Connection, Database
from activities.adapters.postgres.facts.json_array import json_array
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.drafts import OwnWriting, own_answers, own_writing
from activities.adapters.postgres.reads.history import History, visible_events
from activities.adapters.postgres.reads.known_rules import KnownRules
from activities.adapters.postgres.reads.region_contacts import OF_ONE, STANDS
from activities.adapters.postgres.reads.relationships import MENTEE, MENTOR
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.shown_ids import AS_THEY_ARE, Ids
from domain.journal import Envelope, decode
from domain.relationship.any_stage.complaint import ComplaintOpened
from domain.relationship.any_stage.rules_version import in_force
from domain.relationship.stages.agreement.drafting import AgreementDrafted
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.visibility import OWN_CASE, Data, Sight, visible_case

_MOST: Final = 100
"""The most pairs of one person that are read."""
_ON_PAGE: Final = 20
"""The most pairs on a page."""
_LATELY: Final = 5
"""How many of the reader's own acts in a pair are named."""
_IN_ROW: Final = ("cases", "term_first", "term_last", "offset")
"""What the row of a pair is read with and nobody is shown."""
Stream = Sequence[tuple[Envelope, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPair:
    """A pair of the reader's own: its row with the names of the two, its events, its rules, its regional contacts.

    ``rule_sets`` are also those under which an agreement was drafted, by their digests.
    """

    row: Mapping[str, Any]
    history: History
    rules: Rules
    rule_sets: Mapping[str, Rules]
    complaints: tuple[Mapping[str, Any], ...] = ()
    """The status of each complaint that the reader opened about the pair, the oldest first, and what was promised."""
    contacts: tuple[Mapping[str, Any], ...] = ()
    did: tuple[tuple[str, datetime], ...] = ()
    """What the reader did last in this pair, the newest first: the name of each command, and when it was decided."""
    begun: tuple[str, ...] = ()
    """The forms of which the reader has saved answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """What is on the page of one person, at the office's present instant.

    ``terms`` has what a term in a region asks the person for: the name of a command, the record's key and its day.
    ``records`` has the months whose record the person has handed in, each with the instant.
    ``writing`` and ``answers`` are what the person wrote for a pair, and in one form, if they were asked for.
    """

    now: datetime
    pairs: tuple[OwnPair, ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()
    records: tuple[Mapping[str, Any], ...] = ()
    writing: OwnWriting = field(default_factory=OwnWriting)
    answers: Mapping[str, Any] = field(default_factory=dict)


class OwnPageReads(Reads):
    """The read of a person's own page."""

    def __init__(self, database: Database, ids: Ids = AS_THEY_ARE) -> None:
        super().__init__(database, ids)
        self._rules = KnownRules()

    async def of(self, sight: Sight) -> OwnPage:
        """Return the reader's own pairs that run, or ended last, and what terms ask the reader for."""
        async with self._database.selects() as connection:
            page = await self._pairs(connection, _pairs(sight), sight, most=_ON_PAGE)
            regions = {pair.row["region"] for pair in page.pairs}
            contacts = await _contacts(connection, sight, regions, page.now.date())
            of_terms = [plain(row._mapping) for row in await connection.execute(_terms(sight))]
            begun = await _begun(connection, sight)
            lately = {pair.row["id"]: _lately(sight.ids, pair.history) for pair in page.pairs}
            kinds = await _kinds(connection, [id for acts in lately.values() for id in acts])
        pairs = (
            replace(
                pair,
                contacts=contacts.get(pair.row["region"], ()),
                did=tuple((kinds[id], at) for id, at in lately[pair.row["id"]].items() if id in kinds),
                begun=begun.get(pair.row["id"], ()),
            )
            for pair in page.pairs
        )
        asked = tuple(row for row in of_terms if row["submitted_at"] is None)
        records = tuple(row for row in of_terms if row["submitted_at"] is not None)
        return OwnPage(now=page.now, pairs=tuple(pairs), terms=asked, records=records)

    async def pair(self, sight: Sight, id: str, *, written: bool = False, document: str = "") -> OwnPage:
        """Return the reader's own pair with an id, without contacts and terms: none for who does not see it.

        ``written`` adds what the reader has written for it, and ``document`` the answers of a form handed in.
        """
        async with self._database.selects() as connection:
            page = await self._pairs(connection, _pair(sight), sight, id=id)
            if document:
                return replace(page, answers=await own_answers(sight, connection, document))
            if written:
                return replace(page, writing=await own_writing(sight, connection, id))
            return page

    async def pairs(self, sight: Sight) -> OwnPage:
        """Return all own pairs of the reader, without contacts and terms."""
        async with self._database.selects() as connection:
            return await self._pairs(connection, _pairs(sight), sight, most=_MOST)

    async def _pairs(
        self, connection: Connection, wanted: Select[Any], sight: Sight, **values: Any
    ) -> OwnPage:
        rows = (await connection.execute(wanted, values)).all()
        offset = rows[0].offset if rows else await connection.scalar(select(OFFSET))
        events = await _events(connection, [row.id for row in rows]) if rows else {}
        sets = await self._rules.of(
            connection, {each for stream in events.values() for each in _sets(stream)}
        )
        found = (self._pair(sight, row._mapping, events[row.id], sets) for row in rows if row.id in events)
        return OwnPage(now=now_with_offset(offset), pairs=tuple(each for each in found if each is not None))

    def _pair(
        self, sight: Sight, row: Mapping[Any, Any], stream: Stream, sets: Mapping[str, Rules]
    ) -> OwnPair | None:
        """Return a pair with those of its events that the reader sees; None without its rules."""
        first, here, began = stream[0][0], sets.get(in_force(stream[-1][0])), sets.get(in_force(stream[0][0]))
        if here is None or began is None:
            return None
        pair = {name: value for name, value in plain(row).items() if name not in _IN_ROW}
        history = History(
            events=visible_events(sight, pair, row["cases"], stream),
            chain=False,
            ids=self._names,
            course=_course(first, began, row["term_first"], row["term_last"]),
            program=pair["program"],
        )
        seen = (visible_case(sight, pair, case) for case in row["cases"])
        cases = sorted((case for case in seen if case is not None), key=lambda case: str(case["opened_at"]))
        told = tuple({**case, "hear_by": _hear_by(stream, case["id"])} for case in cases)
        return OwnPair(row=pair, history=history, rules=here, rule_sets=sets, complaints=told)

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


def _hear_by(stream: Stream, case: str) -> str | None:
    """Return by when whoever opened a case was promised an answer; None without a promise."""
    opened = (each.body for each, _ in stream if each.type == ComplaintOpened.__name__)
    return next((body.get("hear_by") for body in opened if body["complaint"] == case), None)


def _lately(people: Sequence[str], history: History) -> dict[str, datetime]:
    """Return the last commands of a human in a pair that was read, the newest first, with the instant of each."""
    found: dict[str, datetime] = {}
    for envelope, _ in reversed(history.events):
        if envelope.actor.id in people and envelope.cause.command:
            found.setdefault(envelope.cause.command, envelope.decided_at)
            if len(found) == _LATELY:
                break
    return found


async def _begun(connection: Connection, sight: Sight) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of which the reader has saved answers, by pair, the one saved last first."""
    draft, found = tables.drafts.c, dict[str, tuple[str, ...]]()
    wanted = select(draft.relationship, draft.form).where(sql.written_by(sight, draft.person))
    for row in await connection.execute(wanted.order_by(draft.saved_at.desc(), draft.form)):
        found[row.relationship] = (*found.get(row.relationship, ()), row.form)
    return found


async def _kinds(connection: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the kinds of some commands by their ids."""
    if not ids:
        return {}
    command = tables.commands.c
    rows = await connection.execute(select(command.id, command.kind).where(command.id.in_(ids)))
    return {row.id: row.kind for row in rows}


@lru_cache(maxsize=512)
def _pairs(sight: Sight) -> Select[Any]:
    """Return the statement of the pairs that the reader sees, who has no role here: only their own, open ones first."""
    pair = tables.relationships.c
    in_order = pair.ended_at.desc().nulls_first(), pair.opened_at, pair.id
    return _seen(sight).order_by(*in_order).limit(bindparam("most"))


@lru_cache(maxsize=512)
def _pair(sight: Sight) -> Select[Any]:
    """Return the statement of one of them."""
    return _seen(sight).where(tables.relationships.c.id == bindparam("id"))


def _seen(sight: Sight) -> Select[Any]:
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
            json_array(_cases()).label("cases"),
        )
        .select_from(tables.relationships)
        .join(MENTEE, MENTEE.c.id == pair.mentee, isouter=True)
        .join(MENTOR, MENTOR.c.id == there, isouter=True)
        .join(tables.regions, tables.regions.c.code == pair.region, isouter=True)
        .join(tables.terms, term.id == pair.term, isouter=True)
        .where(sql.relationship(sight))
    )


def _cases() -> Select[Any]:
    """Return the select of the complaints about a pair: whom they hide events from, and their status for who opened."""
    case_of = tables.complaints.c
    names = ("document", "opened_by", "taken_by", *OWN_CASE)
    parts = [part for name in names for part in (literal(name), case_of[name])]
    return select(func.jsonb_build_object(*parts)).where(case_of.relationship == tables.relationships.c.id)


def _terms(sight: Sight) -> Any:
    """Return the statement of what terms ask the reader for, records of a month and surveys of a region.

    It also has the records that the reader has handed in, with the instant.
    """
    record, survey = tables.monthly_records, tables.term_surveys
    return union_all(
        select(
            literal("SubmitMonthlyRecord").label("act"),
            record.c.program,
            record.c.term,
            record.c.region,
            record.c.month.label("key"),
            record.c.due_at,
            record.c.submitted_at,
        ).where(sql.of_term(sight, record, record.c.mentor)),
        select(
            literal("SubmitTermSurvey").label("act"),
            survey.c.program,
            survey.c.term,
            survey.c.region,
            survey.c.audience.label("key"),
            survey.c.due_at,
            cast(null(), record.c.submitted_at.type).label("submitted_at"),
        ).where(sql.of_term(sight, survey, survey.c.owner), survey.c.status == "open"),
    ).order_by("due_at", "key")


async def _events(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[Envelope, str]]]:
    event = tables.events.c
    wanted = select(event.stream, event.bytes, event.hash).where(event.stream.in_(ids))
    found: dict[str, list[tuple[Envelope, str]]] = {}
    for row in await connection.execute(wanted.order_by(event.stream, event.seq)):
        found.setdefault(row.stream, []).append((_decoded(bytes(row.bytes)), row.hash))
    return found


def _sets(stream: Stream) -> Iterator[str]:
    """Yield the digests of the rules in force first and now, and of those whose words an agreement has."""
    yield in_force(stream[0][0])
    yield in_force(stream[-1][0])
    for envelope, _ in stream:
        if envelope.type == AgreementDrafted.__name__ and envelope.rules is not None:
            yield envelope.rules.digest


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
