"""Emails whose reason no longer holds, found among the rows that PostgreSQL has, with the rights of the worker."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import Integer, Text, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.outbox import SqlOutbox
from domain.ids import derive
from domain.notices import Outcome
from domain.overtaken import Why
from tests.activities.postgres.emails_that_wait import StoppedClock, owner, put, record, worker
from workers.settings import Settings

__all__ = ["owner", "worker"]
NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
PAIR = derive("relationship", "overtaken")
MENTOR, MENTEE = derive("mentor", "overtaken"), derive("mentee", "overtaken")


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def stream(postgres: Settings) -> None:
    """Record a pair: its first event, a reminder, the log of a meeting, and a signature of the mentor."""
    await record(
        postgres,
        PAIR,
        NOW,
        ("ApplicationReceived", {}),
        ("NudgeDue", {"subject": "meeting"}),
        ("MeetingLogged", {"meeting": "x"}),
        ("AgreementSigned", {"by": "mentor", "version": 1}),
        ("FormSubmitted", {"form": "pledge", "by": "mentor"}),
    )
    owner = Database(postgres.database_url("migrator"), size=1)
    columns = tables.relationships.columns
    pair: dict[str, Any] = {each.name: "" for each in columns if isinstance(each.type, Text)}
    pair |= {each.name: 1 for each in columns if isinstance(each.type, Integer)}
    pair |= {"id": PAIR, "stream": PAIR, "mentor": MENTOR, "mentee": MENTEE, "status": "ended"}
    pair |= {"special": False, "stage_since": NOW, "opened_at": NOW, "ended_at": NOW}
    await put(owner, tables.relationships, pair)
    await owner.close()


def notice(id: str, kind: str, seq: int, *, person: str = MENTEE, **data: str) -> dict[str, Any]:
    row = {"id": id, "kind": kind, "subject": PAIR, "seq": seq, "person": person, "region": "", "data": data}
    return {**row, "created_at": NOW, "number": 0}


async def test_a_reminder_of_a_meeting_is_overtaken_by_a_log_that_came_after_it(
    owner: Database, worker: Database
) -> None:
    await put(
        owner,
        tables.notices,
        notice("before", "reminder", 2, about="meeting"),
        notice("after", "reminder", 4, about="meeting"),
        notice("of another", "reminder", 2, about="first_contact"),
    )
    outbox = SqlOutbox(worker)
    found = {id: (await outbox.standing(id, NOW)).why for id in ("before", "after", "of another")}
    assert found == {"before": Why.DONE, "after": None, "of another": None}


async def test_only_who_has_signed_is_not_asked_to_sign(owner: Database, worker: Database) -> None:
    await put(
        owner,
        tables.notices,
        notice("mentor", "agreement_to_sign", 3, person=MENTOR, version="1"),
        notice("mentee", "agreement_to_sign", 3, version="1"),
    )
    outbox = SqlOutbox(worker)
    assert (await outbox.standing("mentor", NOW)).why is Why.DONE
    assert (await outbox.standing("mentee", NOW)).why is None


async def test_c16_accepted_overtakes_we_have_your_application_of_the_same_reader(
    owner: Database, worker: Database
) -> None:
    await put(
        owner,
        tables.notices,
        notice("received", "application_received", 1),
        notice("to another", "application_received", 1, person=MENTOR),
        notice("accepted", "application_accepted", 2),
    )
    outbox = SqlOutbox(worker)
    assert (await outbox.standing("received", NOW)).why is Why.LATER_EMAIL
    assert (await outbox.standing("to another", NOW)).why is None
    assert (await outbox.standing("accepted", NOW)).why is None


async def test_an_overtaken_email_is_no_open_work_once_its_stream_has_heard(
    owner: Database, worker: Database
) -> None:
    outbox, work = SqlOutbox(worker), SqlOpenWork(owner, StoppedClock(NOW))
    before = await work.open_work()
    await put(owner, tables.notices, notice("a", "reminder", 2, about="meeting"))
    await NoticeRecords(worker, StoppedClock(NOW)).mark_overtaken("a", Why.DONE.value)
    [untold] = await outbox.untold(10)
    assert (untold.outcome, untold.code) == (Outcome.OVERTAKEN, "done_meanwhile")
    assert await work.open_work() == before + 1
    await outbox.told(untold, ended=False)
    assert await outbox.untold(10) == ()
    assert await work.open_work() == before
    assert (await outbox.due(NOW, 10), await work.waiting_emails()) == ((), (0, None, None))


async def test_after_the_end_an_overtaken_email_stands_in_the_side_stream_and_opens_no_task(
    owner: Database, worker: Database
) -> None:
    outbox, task = SqlOutbox(worker), tables.tasks.c
    await put(owner, tables.notices, notice("a", "continue_as_colleagues", 2))
    await NoticeRecords(worker, StoppedClock(NOW)).mark_overtaken("a", Why.OVER.value)
    [untold] = await outbox.untold(10)
    await outbox.told(untold, ended=True)
    async with owner.transaction() as connection:
        side = tables.events.c
        found = await connection.scalars(
            select(side.bytes).where(side.type == "NoticeOvertaken", side.rel == PAIR)
        )
        [body] = [json.loads(each)["body"] for each in found]
        opened = (await connection.scalars(select(task.id).where(task.about == MENTEE))).all()
    assert body == {"notice": "a", "kind": "continue_as_colleagues", "why": "over_meanwhile"}
    assert opened == []


async def test_what_was_never_told_is_not_taken_back(owner: Database, worker: Database) -> None:
    await put(
        owner,
        tables.notices,
        *(
            notice(id, kind, seq, uid=uid, change=change) | {"status": status}
            for id, kind, seq, uid, status, change in (
                ("proposed", "match_proposed", 1, "", "overtaken", ""),
                ("called off", "match_called_off", 2, "", "pending", ""),
                ("planned", "meeting_planned", 1, "u", "sent", ""),
                ("moved", "meeting_moved", 2, "u", "overtaken", ""),
                ("withdrawn", "meeting_withdrawn", 3, "u", "pending", ""),
                ("planned again", "meeting_planned", 3, "v", "overtaken", ""),
                ("withdrawn again", "meeting_withdrawn", 4, "v", "pending", ""),
                ("booked", "observation_changed", 2, "o", "overtaken", "booked"),
                ("unheard", "observation_changed", 3, "o", "pending", "canceled"),
                ("heard", "observation_changed", 3, "p", "sent", "booked"),
                ("canceled", "observation_changed", 4, "p", "pending", "canceled"),
            )
        ),
    )
    outbox = SqlOutbox(worker)
    assert (await outbox.standing("called off", NOW)).why is Why.NEVER_TOLD
    assert (await outbox.standing("withdrawn", NOW)).why is None, "the reader has the first invitation"
    assert (await outbox.standing("withdrawn again", NOW)).why is Why.NEVER_TOLD
    assert (await outbox.standing("unheard", NOW)).why is Why.NEVER_TOLD
    assert (await outbox.standing("canceled", NOW)).why is None


async def test_of_several_forms_an_email_keeps_those_that_are_still_owed(
    owner: Database, worker: Database
) -> None:
    await put(
        owner,
        tables.notices,
        notice("both", "forms_asked", 2, forms="plan,pledge", due=NOW.isoformat(), over="no"),
        notice("one", "forms_asked", 2, person=MENTOR, forms="pledge", due=NOW.isoformat(), over="no"),
    )
    outbox = SqlOutbox(worker)
    both = await outbox.standing("both", NOW)
    assert (both.why, both.data["forms"], both.data["over"]) == (None, "plan", "no")
    assert (await outbox.standing("one", NOW)).why is Why.DONE


async def test_what_staff_hold_back_does_not_leave_and_what_has_left_before_was_told(
    owner: Database, worker: Database
) -> None:
    ended = {"status": "overtaken", "code": "held_back", "sent_at": None}
    waits = {"status": "pending", "code": "", "sent_at": None}
    left = {**ended, "code": "over_meanwhile", "sent_at": NOW}
    await put(
        owner,
        tables.notices,
        {**notice("held plan", "meeting_planned", 1, uid="h"), **ended},
        {**notice("left plan", "meeting_planned", 1, uid="l"), **left},
        {**notice("held taken back", "meeting_withdrawn", 2, uid="h"), **waits},
        {**notice("left taken back", "meeting_withdrawn", 2, uid="l"), **waits},
    )
    outbox = SqlOutbox(worker)
    assert not (await outbox.standing("held plan", NOW)).waits
    assert (await outbox.standing("held taken back", NOW)).why is Why.NEVER_TOLD
    assert (await outbox.standing("left taken back", NOW)).why is None
