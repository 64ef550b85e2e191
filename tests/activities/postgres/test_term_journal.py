"""A term in one region in PostgreSQL: rows equal the fold, the people who owe are found, and no region is forgotten."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.terms import SqlTermFacts
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.reads.replay import SqlReplay
from activities.adapters.postgres.reads.term_regions import TermRegionReads
from domain.actors import Role
from domain.associations import Association
from domain.codec import text_of, to_plain
from domain.ids import derive, term_region_id
from domain.journal import Kind, decode
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.rules.canonical_json import rules_digest
from domain.term.duties import SurveyAudience
from domain.term.facts import TermFacts, TermQuestion
from domain.term.log_checks import RecordLogCheck
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.projection import term_rows
from domain.term.region_surveys import SubmitTermSurvey
from domain.term.state import Finding
from domain.visibility import AUDIT, participant, sight_of
from domain.workflow_contracts import TermStart
from tests.activities.postgres.test_journal import Stream, database
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR
from tests.domain.term.term_case import CONTACT, PAIR, TERM_RULES, TermCase, answers
from workers.audit.replay import difference, folded_term
from workers.settings import Settings

__all__ = ["database"]
BOSS = derive("boss")
TERM = derive("term", "2026")

HERE = Association(code="sample", regions=("r3", "r4"))


def a_year() -> TermCase:
    """Return a year with a late record, an amendment, a check with a finding, and the contact's answer."""
    case = TermCase().open()
    case.until(2026, 9, 25)
    case.do(
        RecordLogCheck,
        COORDINATOR,
        period="2026-10-01",
        relationships=(PAIR,),
        evidence=("logs_read",),
        findings=(Finding(relationship=PAIR, code="no_meeting_logged"),),
    )
    case.until(2026, 10, 20)
    case.do(SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("1"))
    case.do(AmendMonthlyRecord, MENTOR, month="2026-09", answers=answers("2"))
    case.until(2027, 5, 20)
    case.do(SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("contact"))
    case.until(2027, 10, 1)
    return case


async def test_the_rows_of_a_whole_year_are_those_of_the_fold(database: tuple[Settings, Database]) -> None:
    _, pool = database
    records, case = SqlRecords(pool), a_year()
    for record in case.records:
        written = await records.record(record)
        assert written.refused == ""
        assert await records.record(record) == written
    replay = SqlReplay(pool)
    assert await replay.kind_of(AUDIT, case.id) is Kind.TERM
    assert await replay.kind_of(AUDIT, derive("nobody")) is None
    assert await replay.streams(AUDIT, Kind.TERM) == (case.id,)
    envelopes = tuple(decode(encoded) for _, _, encoded in await replay.entries(AUDIT, case.id))
    folded = term_rows(folded_term(envelopes))
    assert folded == term_rows(case.state)
    assert difference(folded, await replay.rows(AUDIT, case.id)) == ""
    seen = TermRegionReads(pool)
    everything = sight_of("x", (Role.COORDINATOR,), HERE)
    nothing = sight_of("x", (Role.COORDINATOR,), HERE, ("r4",))
    for listed in (seen.page, seen.monthly_records, seen.log_checks, seen.surveys):
        assert (await listed(everything)).rows
        assert (await listed(everything, term=derive("another"))).rows == ()
        assert (await listed(nothing)).rows == ()
    own = await seen.monthly_records(participant(MENTOR.id))
    assert {row["mentor"] for row in own.rows} == {MENTOR.id}
    whole = await seen.one(sight_of("x", (Role.COORDINATOR,), HERE, ("r3",)), case.id)
    assert whole is not None
    assert len(whole["tasks"]) == len(case.state.tasks)


async def test_an_email_about_a_term_has_the_program_and_the_region(
    database: tuple[Settings, Database],
) -> None:
    _, pool = database
    case = TermCase().open()
    case.until(2026, 10, 2)
    for record in case.records:
        await SqlRecords(pool).record(record)
    store = NoticeRecords(pool, SqlClock(pool))
    to_send = await store.to_send(case.mails[-1].id)
    assert to_send is not None
    assert (to_send.program, to_send.region, to_send.mentor, to_send.mentee) == ("sample", "r3", None, None)


@pytest.mark.parametrize("role", ["gateway", "payments"])
async def test_only_the_worker_writes_streams_of_terms(
    database: tuple[Settings, Database], role: str
) -> None:
    settings, _ = database
    other = Database(settings.database_url(role), size=1)
    try:
        records, opening = SqlRecords(other), TermCase().open().records[0]
        with pytest.raises(DBAPIError, match="permission denied for table term_regions"):
            await records.record(opening)
        with pytest.raises(DBAPIError, match="writes no stream of kind T"):
            await records.record(replace(opening, rows=()))
    finally:
        await other.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update office.monthly_records set status = 'submitted'",
        "delete from office.log_checks",
        "insert into office.term_surveys (id, stream, applied_seq, program, term, region, audience, owner, status,"
        " opens_at, due_at, person, document) values ('a', 'b', 1, 'p', 't', 'r', 'contact', 'r', 'open', '2026-10-01',"
        " '2026-10-01', '', '')",
    ],
)
async def test_a_row_of_a_term_without_its_event_is_refused(
    database: tuple[Settings, Database], statement: str
) -> None:
    settings, pool = database
    case = a_year()
    for record in case.records:
        await SqlRecords(pool).record(record)
    engine = create_async_engine(settings.database_url("migrator"))
    try:
        with pytest.raises(DBAPIError):
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


@pytest_asyncio.fixture
async def region(database: tuple[Settings, Database]) -> AsyncIterator[tuple[Settings, Database]]:
    """Set up a region with a confirmed pair of the sample term, and a contact until Christmas."""
    settings, pool = database
    engine = create_async_engine(settings.database_url("migrator"))
    async with engine.begin() as connection:
        for id, boss in ((MENTEE.id, BOSS), (MENTOR.id, None), (BOSS, None), (CONTACT.id, None)):
            row = {"id": id, "name": "A", "email": "a@example.org", "role_title": "aide", "district": "D"}
            await connection.execute(
                insert(tables.people),
                [{**row, "region": "r3", "supervisor": boss, "association": "sample"}],
            )
        seat = {"region": "r3", "person": CONTACT.id, "first": date(2026, 1, 1), "last": date(2026, 12, 18)}
        await connection.execute(insert(tables.region_contacts), [seat])
    await engine.dispose()
    stream = Stream()
    confirm = ConfirmMatch(id=derive("confirm"), actor=COORDINATOR)
    for record in (stream.opening(), stream.proposal(), stream.record(confirm)):
        await SqlRecords(pool).record(record)
    yield settings, pool


async def put(settings: Settings, **values: Any) -> None:
    """Set columns of the one relationship as if events had set them; the triggers are disabled for this."""
    engine = create_async_engine(settings.database_url("migrator"))
    async with engine.begin() as connection:
        await connection.execute(text("alter table office.relationships disable trigger event_of_row"))
        await connection.execute(update(tables.relationships).values(**values))
    await engine.dispose()


async def gather(pool: Database, at: datetime, person: str = "", month: str = "2026-10") -> TermFacts:
    return await SqlTermFacts(pool).term_facts(
        TermQuestion(as_of=at, zone="America/Chicago", term=TERM, region="r3", months=(month,), person=person)
    )


OCTOBER = datetime(2026, 10, 30, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "since", "status", "owes", "meets"),
    [
        ("meetings", datetime(2026, 9, 3, tzinfo=UTC), "open", True, True),
        ("meetings", datetime(2026, 11, 1, 4, 59, tzinfo=UTC), "open", True, True),
        ("meetings", datetime(2026, 11, 1, 5, 0, tzinfo=UTC), "open", False, True),
        ("meetings", datetime(2026, 9, 3, tzinfo=UTC), "paused", False, False),
        ("meetings", datetime(2026, 9, 3, tzinfo=UTC), "ended", False, False),
        ("agreement", datetime(2026, 9, 3, tzinfo=UTC), "open", False, False),
        ("survey", datetime(2026, 10, 12, tzinfo=UTC), "open", True, False),
        ("survey", datetime(2026, 9, 12, tzinfo=UTC), "open", False, False),
    ],
)
async def test_a_mentor_owes_a_record_for_a_month_in_which_a_pair_was_in_stage_meetings_and_is_not_paused_or_ended(
    region: tuple[Settings, Database], stage: str, since: datetime, status: str, owes: bool, meets: bool
) -> None:
    settings, pool = region
    await put(settings, stage=stage, stage_since=since, status=status)
    found = await gather(pool, OCTOBER)
    assert found.mentors == {"2026-10": (MENTOR.id,) if owes else ()}
    assert bool(found.meeting) is meets
    assert found.active == ((MENTOR.id,) if status == "open" else ())
    assert len(found.pairs) == 1


async def test_who_is_asked_for_a_region_is_read_as_of_the_day(region: tuple[Settings, Database]) -> None:
    _, pool = region
    found = await gather(pool, OCTOBER, MENTEE.id)
    assert (found.administrators, found.contacts) == ((BOSS,), (CONTACT.id,))
    assert found.contacts_until == date(2026, 12, 18)
    assert (found.mentors_in, len(found.own)) == ((), 1)
    mentor = await gather(pool, OCTOBER, MENTOR.id)
    assert (mentor.mentors_in, len(mentor.own)) == (("r3",), 1)
    later = await gather(pool, datetime(2026, 12, 19, 15, 0, tzinfo=UTC))
    assert (later.contacts, later.contacts_until) == ((), None)


async def unstarted_terms(pool: Database) -> tuple[TermStart, ...]:
    return await SqlBacklog(pool, SqlClock(pool), {}).unstarted_terms(10)


async def test_a_term_in_a_region_without_a_workflow_is_found_and_one_with_a_workflow_is_not(
    database: tuple[Settings, Database],
) -> None:
    settings, pool = database
    now = (await SqlClock(pool).now()).date()
    term = derive("term", "sample")
    digest = rules_digest(text_of(TERM_RULES))
    engine = create_async_engine(settings.database_url("migrator"))
    async with engine.begin() as connection:
        for code in ("r3", "r4"):
            await connection.execute(insert(tables.program_regions).values(program="sample", region=code))
        for id, last in ((term, now), (derive("term", "old"), now - timedelta(days=61))):
            dates = {"first": now - timedelta(days=300), "last": last}
            await connection.execute(
                insert(tables.terms).values(id=id, program="sample", name=id, version="1", **dates)
            )
        await connection.execute(
            insert(tables.rule_sets).values(
                digest=digest, program="sample", version="1", region="", text=text_of(TERM_RULES)
            )
        )
    await engine.dispose()
    found = await unstarted_terms(pool)
    assert [start.opening.region for start in found] == ["r3", "r4"]
    assert {start.opening.term for start in found} == {term}
    assert [start.id for start in found] == [term_region_id(term, code) for code in ("r3", "r4")]
    assert (found[0].rules_digest, found[0].opening.dates.last) == (digest, now)
    assert to_plain(found[0].opening.actor)["role"] == "system"
    await SqlRecords(pool).record(TermCase().open().records[0])
    assert [start.opening.region for start in await unstarted_terms(pool)] == ["r4"]
