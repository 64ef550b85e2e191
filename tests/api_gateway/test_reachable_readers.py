"""What a wrong address has stopped goes on by itself: tasks about it close, and emails of a term wait again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from activities.adapters.postgres import tables
from domain.actors import SYSTEM, Role
from domain.failed_notices import HearNotice, HearReachable
from domain.ids import derive, term_region_id
from domain.notices import NoticeKind, Outcome
from domain.workflow_contracts import workflow_id
from tests.api_gateway.conftest import Client
from tests.api_gateway.person_change_runs import Runs, backlog, chores
from tests.api_gateway.test_person_changes import applied, changed, pending, refused_notice
from tests.api_gateway.test_visibility import put
from tests.conftest import NOW
from tests.domain.builders import START

ACROSS = NoticeKind.MATCH_ACROSS_REGIONS


async def seat(client: Client, person: str, key: str = "seat", region: str = "r1") -> None:
    await client.token("state office", Role.COORDINATOR)
    body = {"person": person, "first": "2026-01-01"}
    path = f"/v1/regions/{region}/contacts"
    answer = await client.send("state office", "POST", path, key=key, json=body)
    assert answer.status_code in (200, 201), answer.text


async def person_named(client: Client, name: str) -> str:
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    return next(str(row["id"]) for row in people if row["name"] == name)


async def unread_by_the_contacts(client: Client, runs: Runs, relationship: str) -> None:
    """Let an email to the contacts of a pair's region be refused, and the relationship hear of it."""
    await refused_notice(client, relationship, ACROSS.value, "smtp_550", region="r1")
    heard = HearNotice(
        id=derive("hear"),
        actor=SYSTEM,
        notice=derive(ACROSS.value, "smtp_550"),
        kind=ACROSS,
        outcome=Outcome.REFUSED,
        code="smtp_550",
    )
    await runs.update(workflow_id("relationship", relationship), heard)
    assert await fix_address(client) == ["open"]


async def fix_address(client: Client) -> list[str]:
    row = tables.tasks.c
    async with client.engine.database.transaction() as connection:
        found = select(row.outcome).where(row.kind == "fix_address").order_by(row.opened_at)
        return [outcome or "open" for outcome in await connection.scalars(found)]


async def mark(client: Client, status: str) -> None:
    async with client.engine.database.transaction() as connection:
        marked = update(tables.notices).where(tables.notices.c.seq == 9)
        await connection.execute(marked.values(status=status, code=""))


async def contact_and_pair(client: Client) -> tuple[str, str, Runs]:
    _, relationship = await applied(client)
    ann = await person_named(client, "Ann A")
    await seat(client, ann)
    runs = Runs(client)
    await unread_by_the_contacts(client, runs, relationship)
    await chores(client, runs).deliver_changes()
    assert await fix_address(client) == ["open"], "nothing has changed"
    return ann, relationship, runs


async def test_a_task_about_the_address_of_a_contact_closes_once_the_email_has_gone_again(
    client: Client,
) -> None:
    """C17: an email to the contacts of a region was refused, and the address is corrected."""
    ann, _, runs = await contact_and_pair(client)
    await changed(client, ann, "address")
    await chores(client, runs).deliver_changes()
    assert await pending(client) == [ACROSS.value], "it goes again"
    assert await fix_address(client) == ["open"]
    await mark(client, "sent")
    assert (await chores(client, runs).deliver_changes()).count == 1
    assert await fix_address(client) == ["corrected"]
    assert isinstance(runs.told[-1][1], HearReachable)
    assert (await chores(client, runs).deliver_changes()).count == 0


async def test_a_second_wrong_address_of_a_contact_leaves_the_task_open(client: Client) -> None:
    ann, _, runs = await contact_and_pair(client)
    await changed(client, ann, "address")
    await chores(client, runs).deliver_changes()
    await mark(client, "refused")
    await chores(client, runs).deliver_changes()
    assert await fix_address(client) == ["open"], "the new address is wrong, too"
    await changed(client, ann, "address")
    await chores(client, runs).deliver_changes()
    await mark(client, "sent")
    await chores(client, runs).deliver_changes()
    assert await fix_address(client) == ["corrected"]


async def test_a_task_about_the_address_of_a_contact_closes_once_nobody_or_somebody_else_is_the_contact(
    client: Client,
) -> None:
    ann, _, runs = await contact_and_pair(client)
    async with client.office.database.transaction() as connection:
        row = tables.region_contacts
        withdrawn = update(row).where(row.c.person == ann).values(withdrawn_at=NOW)
        await connection.execute(withdrawn)
    await chores(client, runs).deliver_changes()
    assert await fix_address(client) == ["corrected"]


async def test_a_new_contact_closes_the_task_about_the_address_of_the_last_one(client: Client) -> None:
    ann, _, runs = await contact_and_pair(client)
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    await seat(client, next(row["id"] for row in people if row["id"] != ann), key="next")
    await chores(client, runs).deliver_changes()
    assert await fix_address(client) == ["corrected"]


TERM, DAY = derive("term", "year"), date(2026, 9, 1)
HERE = term_region_id(TERM, "r1")
OF_TERM = {"program": "masa", "term": TERM, "region": "r1"}


async def term_in_region(client: Client, mentor: str) -> None:
    """Make a running term in which a mentor owes October's record and handed in September's, and a survey is open."""
    instants = {"opened_at": START, "closes_at": START}
    kept = {**OF_TERM, **instants, "id": HERE, "first": DAY, "last": DAY, "ended_at": None, "next_due": None}
    record = {**OF_TERM, "mentor": mentor, "due_at": START, "amended_at": None}
    handed_in = {"status": "submitted", "submitted_at": START, "document": "d", "version": 1}
    owed = {"status": "owed", "submitted_at": None}
    survey = {**OF_TERM, "audience": "contact", "owner": "r1", "opens_at": START, "due_at": START}
    await put(
        client,
        (tables.term_regions, kept),
        (tables.monthly_records, {**record, "id": "1" * 32, "month": "2026-09", **handed_in}),
        (tables.monthly_records, {**record, "id": "2" * 32, "month": "2026-10", **owed}),
        (
            tables.term_surveys,
            {**survey, "id": "3" * 32, "status": "open", "closes_at": None, "answered_at": None},
        ),
    )


async def refused_of_term(client: Client, kind: str, key: str, seq: int, **to: str) -> str:
    id = derive("refused", kind, key, str(seq))
    values = {"id": id, "kind": kind, "subject": HERE, "seq": seq, "person": "", "region": "", **to}
    about = "survey" if kind.startswith("term_survey") else "monthly_record"
    async with client.engine.database.transaction() as connection:
        row = {**values, "data": {"about": about, "key": key}, "status": "refused", "code": "smtp_550"}
        await connection.execute(tables.notices.insert().values(row))
    return id


async def waiting_again(client: Client) -> set[str]:
    row = tables.notices.c
    async with client.engine.database.transaction() as connection:
        found = select(row.id).where(row.subject == HERE, row.status == "pending")
        return set(await connection.scalars(found))


async def test_what_a_mentor_still_owes_in_a_term_is_asked_for_again_at_the_corrected_address(
    client: Client,
) -> None:
    """C17: emails of a term, not of a relationship."""
    await applied(client)
    ann = await person_named(client, "Ann A")
    await term_in_region(client, ann)
    await refused_of_term(client, "monthly_record_due", "2026-09", 2, person=ann)
    await refused_of_term(client, "monthly_record_due", "2026-10", 3, person=ann)
    last = await refused_of_term(client, "monthly_record_due", "2026-10", 4, person=ann)
    task = {"id": "4" * 32, "subject": HERE, "subject_kind": "term", "kind": "fix_address", "about": ann}
    await put(client, (tables.tasks, {**task, "region": "r1", "opened_at": START, **OPEN}))
    assert await backlog(client).reopen_refused() == 0
    assert await backlog(client).reachable_readers(9) == ()
    await changed(client, ann, "address")
    assert await backlog(client).reopen_refused() == 1
    assert await waiting_again(client) == {last}, "once, and not about the record that was handed in"
    assert await backlog(client).reachable_readers(9) == (), "it is on its way"
    async with client.engine.database.transaction() as connection:
        row = tables.notices
        await connection.execute(update(row).where(row.c.id == last).values(status="sent"))
    [found] = await backlog(client).reachable_readers(9)
    assert (found.task, found.workflow, found.person) == ("4" * 32, workflow_id("term", HERE), ann)


OPEN: dict[str, Any] = {"due_at": None, "closed_at": None}


async def test_the_survey_of_a_region_is_asked_for_again_and_its_list_of_tasks_is_not(client: Client) -> None:
    await applied(client)
    ann = await person_named(client, "Ann A")
    await seat(client, ann)
    await term_in_region(client, ann)
    asked = await refused_of_term(client, "term_survey_open", "contact", 2, region="r1")
    await refused_of_term(client, "term_survey_open", "district", 3, region="r1")
    await refused_of_term(client, "term_task", "2026-10", 4, region="r1")
    await changed(client, ann, "address")
    assert await backlog(client).reopen_refused() == 1
    assert await waiting_again(client) == {asked}


async def test_a_term_that_is_closed_asks_for_nothing_again(client: Client) -> None:
    await applied(client)
    ann = await person_named(client, "Ann A")
    await term_in_region(client, ann)
    await refused_of_term(client, "monthly_record_due", "2026-10", 2, person=ann)
    async with client.engine.database.transaction() as connection:
        row = tables.term_regions
        await connection.execute(update(row).where(row.c.id == HERE).values(ended_at=START))
    await changed(client, ann, "address")
    assert await backlog(client).reopen_refused() == 0
