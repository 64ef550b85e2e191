"""The outbox in PostgreSQL, read and marked by the role that the worker signs in as."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.outbox import SqlOutbox
from activities.ports.outbox import PlannedNotice
from domain.actors import SYSTEM, Actor, Role
from domain.ids import derive
from domain.notices import NoticeKind
from domain.sending_hours import Rank
from tests.activities.postgres.emails_that_wait import StoppedClock, owner, put, record, worker
from workers.settings import Settings

__all__ = ["owner", "worker"]
NOW = datetime(2027, 8, 2, 14, 0, tzinfo=UTC)
PAIR = derive("relationship", "outbox")
MENTEE = derive("mentee")


def notice(id: str, **values: Any) -> dict[str, Any]:
    row = {"kind": "survey_open", "subject": PAIR, "seq": 1, "person": MENTEE, "region": "", "data": {}}
    return {"id": id, "created_at": NOW, "number": 0, **row, **values}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stream(postgres: Settings) -> None:
    """Record one event of the pair by the mentee, one by staff and one by the office."""
    staff = Actor(id=derive("staff"), role=Role.COORDINATOR)
    by = (Actor(id=MENTEE, role=Role.PARTICIPANT), staff, SYSTEM)
    await record(postgres, PAIR, NOW, *[("Opened", {})] * 3, by=by)


@pytest.mark.usefixtures("stream")
async def test_what_is_new_is_read_with_its_reader_and_whether_it_answers_the_readers_own_act(
    owner: Database, worker: Database
) -> None:
    await put(
        owner,
        tables.notices,
        notice("c", seq=3, person=SYSTEM.id),
        notice("b", seq=1, number=1, region="r3", person=""),
        notice("a", seq=1, number=0),
        notice("d", seq=2),
    )
    found = await SqlOutbox(worker).unplanned()
    assert [(each.id, each.reader, each.own_act) for each in found] == [
        ("a", MENTEE, True),
        ("b", "r3", False),
        ("d", MENTEE, False),
        ("c", SYSTEM.id, False),
    ]
    assert len({each.record for each in found}) == 1
    assert {each.decided_at for each in found} == {NOW}


async def test_what_is_due_comes_by_class_and_then_as_it_was_recorded(
    owner: Database, worker: Database
) -> None:
    outbox = SqlOutbox(worker)
    names = ("a", "b", "c", "d")
    rows = (notice(id, number=number, person=derive(id)) for number, id in enumerate(names))
    await put(owner, tables.notices, *rows)
    later = NOW + timedelta(hours=3)
    await outbox.plan(
        (
            PlannedNotice(id="a", not_before=NOW, rank=Rank.MORNINGS),
            PlannedNotice(id="b", not_before=NOW, rank=Rank.BY_DAY),
            PlannedNotice(id="c", not_before=later, rank=Rank.AT_ONCE),
            PlannedNotice(id="d", not_before=NOW, rank=Rank.BY_DAY),
        )
    )
    assert await outbox.unplanned() == ()
    assert await outbox.due(NOW, 10) == ("b", "d", "a")
    assert await outbox.due(NOW, 1) == ("b",)
    assert await outbox.next_at(NOW) == later
    records = NoticeRecords(worker, StoppedClock(NOW))
    for id in ("a", "b", "c", "d"):
        await records.mark_sent(id, NOW)
    assert await outbox.due(later, 10) == ()
    assert await outbox.next_at(NOW) is None


async def test_among_what_is_due_class_counts_first_then_the_hour_of_the_record_its_stream_and_its_number(
    owner: Database, worker: Database
) -> None:
    other, before = derive("relationship", "another"), NOW - timedelta(minutes=5)
    first, last = sorted((PAIR, other))
    rows = {
        "late digest": (
            Rank.STAFF_MORNINGS,
            notice("late digest", created_at=before, person=derive("late digest")),
        ),
        "reminder": (Rank.MORNINGS, notice("reminder", created_at=before, person=derive("reminder"))),
        "second of the first stream": (
            Rank.BY_DAY,
            notice("second of the first stream", subject=first, number=1),
        ),
        "of the last stream": (Rank.BY_DAY, notice("of the last stream", subject=last)),
        "first of the first stream": (Rank.BY_DAY, notice("first of the first stream", subject=first)),
        "of a later event": (Rank.BY_DAY, notice("of a later event", subject=first, seq=2)),
        "earlier": (Rank.BY_DAY, notice("earlier", subject=last, created_at=before)),
        "own act": (Rank.AT_ONCE, notice("own act", created_at=NOW, person=derive("own act"))),
    }
    await put(owner, tables.notices, *(row for _, row in rows.values()))
    outbox = SqlOutbox(worker)
    await outbox.plan(
        tuple(PlannedNotice(id=id, not_before=NOW, rank=rank) for id, (rank, _) in rows.items())
    )
    assert await outbox.due(NOW, 10) == (
        "own act",
        "earlier",
        "first of the first stream",
        "second of the first stream",
        "of a later event",
        "of the last stream",
        "reminder",
        "late digest",
    )


async def test_what_one_stream_says_to_one_reader_never_swaps(owner: Database, worker: Database) -> None:
    """Whoever signs in the minute of the match reads first who the mentor is, and then that both have signed."""
    mentor = derive("mentor")
    rows = {
        "welcome to the mentee": (Rank.BY_DAY, notice("welcome to the mentee", seq=1)),
        "welcome to the mentor": (
            Rank.BY_DAY,
            notice("welcome to the mentor", seq=1, number=1, person=mentor),
        ),
        "signed": (Rank.AT_ONCE, notice("signed", seq=3, created_at=NOW + timedelta(seconds=1))),
    }
    await put(owner, tables.notices, *(row for _, row in rows.values()))
    outbox = SqlOutbox(worker)
    await outbox.plan(
        tuple(PlannedNotice(id=id, not_before=NOW, rank=rank) for id, (rank, _) in rows.items())
    )
    assert await outbox.due(NOW, 10) == ("welcome to the mentee", "signed", "welcome to the mentor")


async def test_what_one_decision_says_to_one_reader_waits_together(owner: Database, worker: Database) -> None:
    """C16."""
    later = NOW + timedelta(hours=2)
    await put(
        owner,
        tables.notices,
        notice("before"),
        notice("held", number=1),
        notice("after", number=2),
        notice("to another", number=3, person=derive("mentor")),
        notice("of another decision", created_at=NOW + timedelta(seconds=1)),
    )
    await put(owner, tables.notices, notice("sent", number=4, status="sent"))
    outbox = SqlOutbox(worker)
    ids = ("before", "held", "after", "to another", "of another decision")
    await outbox.plan(tuple(PlannedNotice(id=id, not_before=NOW, rank=Rank.BY_DAY) for id in ids))
    assert await outbox.postpone("held", later) == {"held", "after"}
    assert set(await outbox.due(NOW, 10)) == {"before", "to another", "of another decision"}
    assert await outbox.next_at(NOW) == later


async def test_without_a_mail_server_what_is_due_is_marked_and_the_clock_does_not_wait_for_it(
    owner: Database, worker: Database
) -> None:
    outbox, work = SqlOutbox(worker), SqlOpenWork(owner, StoppedClock(NOW))
    records = NoticeRecords(worker, StoppedClock(NOW))
    later = NOW + timedelta(hours=2)
    ids = ("first", "due", "held", "words")
    await put(owner, tables.notices, *(notice(id, number=number) for number, id in enumerate(ids)))
    due = tuple(PlannedNotice(id=id, not_before=NOW, rank=Rank.BY_DAY) for id in ("first", "due", "words"))
    await outbox.plan((*due, PlannedNotice(id="held", not_before=later, rank=Rank.BY_DAY)))
    await records.park_unworded("words", NoticeKind.SURVEY_OPEN)
    before = await work.open_work()
    await records.mark_parked("first", "no_connection")
    await outbox.park_due(NOW, "first")
    row = tables.notices.c
    async with owner.transaction() as connection:
        found = (await connection.execute(select(row.id, row.status, row.code).order_by(row.id))).all()
    assert [tuple(each) for each in found] == [
        ("due", "parked", "no_connection"),
        ("first", "parked", "no_connection"),
        ("held", "pending", ""),
        ("words", "parked", "not_worded"),
    ]
    assert await work.open_work() == before - 2
    assert await outbox.due(NOW, 10) == ("first", "due")
    assert await outbox.postpone("due", later + timedelta(hours=1)) == {"due", "held", "words"}
    assert await work.next_email(NOW) == later + timedelta(hours=1)
    assert (await work.waiting_emails())[0] == 4


@pytest.mark.usefixtures("stream")
async def test_a_refusal_waits_until_its_stream_has_heard_of_it(owner: Database, worker: Database) -> None:
    outbox, records = SqlOutbox(worker), NoticeRecords(worker, StoppedClock(NOW))
    await put(owner, tables.notices, notice("a"))
    await records.mark_refused("a", "smtp_550")
    [refusal] = await outbox.untold(10)
    assert (refusal.notice, refusal.code, refusal.attempt) == ("a", "smtp_550", 1)
    assert (refusal.workflow, refusal.relationship) == (f"relationship/{PAIR}", PAIR)
    await outbox.told(refusal, ended=False)
    assert await outbox.untold(10) == ()
    await records.reopen("a")
    [again] = await outbox.unplanned()
    assert again.id == "a"
    await records.mark_refused("a", "smtp_550")
    [refusal] = await outbox.untold(10)
    assert refusal.attempt == 2


@pytest.mark.usefixtures("stream")
async def test_a_refusal_after_the_end_of_a_relationship_stands_in_its_side_stream(
    owner: Database, worker: Database
) -> None:
    outbox, records = SqlOutbox(worker), NoticeRecords(worker, StoppedClock(NOW))
    await put(owner, tables.notices, notice("z"))
    await records.mark_refused("z", "smtp_550")
    [refusal] = await outbox.untold(10)
    await outbox.told(refusal, ended=True)
    async with owner.transaction() as connection:
        side = tables.events.c
        found = await connection.scalars(
            select(side.bytes).where(side.type == "NoticeFailed", side.rel == PAIR)
        )
        [body] = [json.loads(each)["body"] for each in found]
    assert body == {"notice": "z", "kind": "survey_open", "code": "smtp_550"}
