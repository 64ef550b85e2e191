"""Emails of a term whose reason no longer holds, and lines of digests that say what is no longer so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import Integer, Text, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.outbox import SqlOutbox
from domain.ids import derive
from domain.journal import Kind
from domain.overtaken import Why
from tests.activities.postgres.emails_that_wait import owner, put, record, worker
from workers.settings import Settings

__all__ = ["owner", "worker"]

NOW = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
TERM, HERE = derive("term", "overtaken"), derive("term in region", "overtaken")
ANN, TOM = derive("ann", "overtaken"), derive("tom", "overtaken")
OF_TERM = {"program": "masa", "term": TERM, "region": "r3"}
OCTOBER = {
    "about": "monthly_record",
    "key": "2026-10",
    "rung": "1",
    "since": NOW.isoformat(),
    "due": NOW.isoformat(),
}
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("TermOpened", {}),
    ("ActedForMentor", {"mentor": ANN, "month": "2026-10", "reason": "by_phone"}),
    ("ActedForMentor", {"mentor": ANN, "month": "2026-09", "reason": "by_phone"}),
    ("DutyOpened", {"matter": "survey", "key": "contact"}),
    ("RecordConfirmed", {"mentor": ANN, "month": "2026-10"}),
    ("TermSurveySubmitted", {"audience": "contact", "owner": "r3"}),
]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def no_records(owner: Database) -> None:
    async with owner.transaction() as connection:
        await connection.execute(text("truncate office.monthly_records"))


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def stream(postgres: Settings) -> None:
    """Record a term in a region, and a pair of Ann in it."""
    await record(postgres, HERE, NOW, *EVENTS, kind=Kind.TERM)
    owner = Database(postgres.database_url("migrator"), size=1)
    instants = {"opened_at": NOW, "closes_at": NOW, "first": NOW.date(), "last": NOW.date()}
    rest = {"stream": HERE, "applied_seq": 1, "vacant": False, "next_matter": "", "next_key": ""}
    await put(owner, tables.term_regions, {**OF_TERM, **instants, **rest, "id": HERE})
    columns = tables.relationships.columns
    pair: dict[str, Any] = {each.name: "" for each in columns if isinstance(each.type, Text)}
    pair |= {each.name: 1 for each in columns if isinstance(each.type, Integer)}
    pair |= {"id": derive("pair"), "stream": derive("pair"), "mentor": ANN, "mentee": TOM, "status": "open"}
    pair |= {**OF_TERM, "special": False, "stage_since": NOW, "opened_at": NOW}
    await put(owner, tables.relationships, pair)
    await owner.close()


def notice(
    id: str, kind: str, seq: int, *, person: str = "", region: str = "", **data: str
) -> dict[str, Any]:
    row = {"id": id, "kind": kind, "subject": HERE, "seq": seq, "person": person, "region": region}
    return {**row, "data": data, "created_at": NOW, "number": 0}


async def set_status(owner: Database, status: str) -> None:
    pair, ended = tables.relationships, NOW if status == "ended" else None
    async with owner.transaction() as connection:
        await connection.exec_driver_sql("alter table office.relationships disable trigger user")
        changed = update(pair).where(pair.c.id == derive("pair"))
        await connection.execute(changed.values(status=status, ended_at=ended))
        await connection.exec_driver_sql("alter table office.relationships enable trigger user")


async def test_who_has_confirmed_a_record_is_not_asked_about_it_and_is_about_another_month(
    owner: Database, worker: Database
) -> None:
    said = {"entry": "SubmitMonthlyRecord", "said": "by_phone"}
    await put(
        owner,
        tables.notices,
        notice("october", "acted_for_you", 2, person=ANN, **said),
        notice("september", "acted_for_you", 3, person=ANN, **said),
    )
    outbox = SqlOutbox(worker)
    assert (await outbox.standing("october", NOW)).why is Why.DONE
    assert (await outbox.standing("september", NOW)).why is None


async def test_a_mentor_whose_pairs_are_all_paused_or_ended_is_asked_for_no_record(
    owner: Database, worker: Database
) -> None:
    await put(owner, tables.notices, notice("record", "monthly_record_due", 4, person=ANN, **OCTOBER))
    outbox, found = SqlOutbox(worker), []
    for status in ("open", "paused", "ended", "open"):
        await set_status(owner, status)
        found.append((await outbox.standing("record", NOW)).why)
    assert found == [None, Why.OVER, Why.OVER, None]


async def test_c20_when_a_mentor_last_handed_in_or_corrected_a_record(
    owner: Database, worker: Database
) -> None:
    await put(
        owner,
        tables.notices,
        notice("ann", "monthly_record_due", 4, person=ANN, **OCTOBER),
        notice("tom", "monthly_record_due", 4, person=TOM, **OCTOBER),
    )
    record = {**OF_TERM, "mentor": ANN, "due_at": NOW, "late": False, "stream": HERE, "applied_seq": 1}
    handed_in = {"status": "submitted", "document": "d", "version": 1}
    outbox = SqlOutbox(worker)
    assert await outbox.caught_up_at("ann") is None
    month = {"id": "1" * 32, "month": "2026-08", "submitted_at": NOW - timedelta(days=9), "amended_at": NOW}
    other = {"id": "2" * 32, "month": "2026-09", "submitted_at": NOW - timedelta(days=1), "amended_at": None}
    await put(
        owner, tables.monthly_records, {**record, **handed_in, **month}, {**record, **handed_in, **other}
    )
    assert await outbox.caught_up_at("ann") == NOW
    assert await outbox.caught_up_at("tom") is None


async def test_a_line_of_a_digest_goes_once_what_it_asks_for_is_done_and_a_task_is_no_second_line(
    owner: Database, worker: Database
) -> None:
    data = {"about": "survey", "key": "contact", "rung": "0"}
    told = {"status": "in_digest", "not_before": NOW}
    rows = (
        notice("asked", "term_survey_open", 4, region="r3", **data),
        notice("answered", "term_survey_due", 5, region="r3", **{**data, "key": "district"}),
        notice("logs", "log_check_due", 4, region="r3", about="log_check", key="2026-11-09", rung="0"),
    )
    await put(owner, tables.notices, *(row | told for row in rows))
    found = await SqlDigests(worker).told(NOW - timedelta(days=1))
    assert [each.id for each in found] == ["answered"]


async def test_of_two_lines_about_one_survey_only_the_last_is_told(owner: Database, worker: Database) -> None:
    data = {"about": "survey", "key": "administrator"}
    told = {"status": "in_digest", "not_before": NOW}
    rows = (
        notice("opened", "term_survey_open", 1, region="r3", rung="0", **data),
        notice("due", "term_survey_due", 2, region="r3", rung="1", **data),
    )
    await put(owner, tables.notices, *(row | told for row in rows))
    found = await SqlDigests(worker).told(NOW - timedelta(days=1))
    assert [(each.id, each.at.date()) for each in found] == [("due", date(2026, 11, 9))]
