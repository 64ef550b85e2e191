"""Who is told what: auditors only what cannot wait, two entries one digest, nobody who has left (C15, C17, C32)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.night_checks import SqlNightChecks
from activities.adapters.postgres.parked_runs import SqlParkedRuns
from activities.ports.journal import ParkedReport
from activities.ports.night_checks import CheckedPart
from domain.ids import derive
from domain.night_checks import JournalFault
from domain.tasks import TaskKind
from tests.activities.postgres.test_digests import ANN, NINE, SAM, TOM, Office, grant, person, task
from tests.activities.postgres.test_digests import office as office

NIGHT = NINE - timedelta(hours=6)
PAIR = derive("pair")


async def at_night(office: Office) -> None:
    offset = NIGHT - datetime.now(UTC)  # the machine's clock: the office's is kept as the difference to it
    await SqlClock(office.owner).set_offset(offset)


async def test_c32_an_auditor_is_told_of_a_failed_check_and_a_stopped_run_at_once_and_of_nothing_else(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN, "auditor", ""), grant(TOM, "admin", ""))
    await office.put(tables.tasks, task("money", TaskKind.RESOLVE_RETURN, opened_at=NIGHT), task("logs"))
    await at_night(office)
    fault = JournalFault(stream=PAIR, check="projection", code="relationships_stage")
    await SqlNightChecks(office.worker).begin("night")
    await SqlNightChecks(office.worker).end("night", CheckedPart(next="", faults=(fault,)))
    report = ParkedReport(workflow=f"relationship/{PAIR}", stream=PAIR, seq=4, code="record_refused")
    await SqlParkedRuns(office.worker).append_parked(report)
    sent = await office.at(NIGHT)
    assert sorted((each.to[0].name, each.wording.subject) for each in sent) == [
        ("Ann Berg", "Look into a fault in the records: the office itself"),
        ("Ann Berg", "Restart what has stopped: the office itself"),
        ("Tom Ek", "Examinar un fallo de los registros: la propia oficina"),
        ("Tom Ek", "Reanudar lo que se detuvo: la propia oficina"),
    ]
    [fault_told] = [each for each in sent if each.wording.subject.startswith("Look into")]
    assert "a table does not show what the events say" in fault_told.wording.text
    assert "the difference is here: relationships_stage" in fault_told.wording.text
    assert f"mentorflow replay {PAIR[:8]}" in fault_told.wording.text
    assert await office.at(NIGHT + timedelta(hours=1)) == []
    assert await office.at(NINE) == [], "both have heard of it"
    week = [await office.at(NINE + timedelta(days=days)) for days in range(1, 8)]
    assert [each.to[0].name for sent in week for each in sent] == ["Tom Ek"], (
        "an administrator has it on the first morning of the week"
    )


async def test_an_auditor_who_also_coordinates_gets_the_list_of_the_morning(office: Office) -> None:
    await office.put(tables.grants, grant(ANN, "auditor", ""), grant(ANN))
    await office.put(tables.tasks, task("a"))
    assert len(await office.at(NINE)) == 1


MONDAY, FRIDAY = datetime(2027, 1, 25, 15, 0, tzinfo=UTC), datetime(2027, 1, 29, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "begins", "at_once"),
    [
        (MONDAY + timedelta(hours=5), timedelta(hours=20), 1),
        (MONDAY + timedelta(hours=5), timedelta(hours=24), 1),
        (MONDAY + timedelta(hours=5), timedelta(hours=25), 0),
        (FRIDAY, timedelta(hours=64), 1),  # Monday at 08:00: the next list leaves at 09:00
        (FRIDAY, timedelta(hours=68), 0),
    ],
)
async def test_cover_for_what_begins_within_a_day_or_before_the_next_list_is_told_at_once(
    office: Office, asked: datetime, begins: timedelta, at_once: int
) -> None:
    await office.put(tables.grants, grant(ANN))
    cover = {"opened_at": asked, "due_at": asked + begins, "subject_kind": "relationship", "about": "request"}
    await office.put(tables.tasks, task("cover", TaskKind.DECIDE_COVER, **cover))
    told = await office.at(asked)
    assert len(told) == at_once
    assert all("cannot wait" in each.wording.text for each in told)


async def test_two_entries_of_one_person_get_one_digest_at_the_entry_that_stands(office: Office) -> None:
    await office.put(tables.people, person(SAM, "Sam Li", alias_of=ANN))
    await office.put(tables.grants, grant(SAM))
    await office.put(tables.region_contacts, {"region": "r3", "person": ANN, "first": date(2026, 1, 1)})
    await office.put(tables.tasks, task("a"))
    [email] = await office.at(NINE)
    assert email.to[0].id == ANN


@pytest.mark.parametrize("column", ["left_on", "died_on"])
async def test_who_has_left_gets_no_digest(office: Office, column: str) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    await office.do(update(tables.people).where(tables.people.c.id == ANN).values({column: NINE.date()}))
    assert await office.at(NINE) == []


async def test_a_digest_comes_from_the_association_and_the_state_office_reads_the_reply(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN))
    seat = {"region": "r3", "person": TOM, "first": date(2026, 1, 1)}
    await office.put(tables.region_contacts, seat)
    await office.put(tables.tasks, task("a"))
    [email] = [each for each in await office.at(NINE) if each.to[0].id == ANN]
    assert (email.sender_name, email.reply_to) == ("MASA", None)


async def test_c17_a_corrected_address_closes_the_task_and_gets_the_next_digest(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    office.server.refuses = "smtp_550"
    await office.at(NINE)
    office.server.refuses = ""
    backlog = SqlBacklog(office.worker, SqlClock(office.worker), {})
    assert await backlog.digests_reach_again() == 0
    right = {"email": "ann.berg@example.org"}
    await office.do(update(tables.people).where(tables.people.c.id == ANN).values(right))
    assert await backlog.digests_reach_again() == 0, "no change is on record"
    change = {"person": ANN, "kind": "address", "day": NINE.date(), "created_at": NINE}
    await office.do(insert(tables.person_changes).values(change))
    assert await backlog.digests_reach_again() == 1
    row = tables.tasks.c
    closed = select(row.outcome).where(row.kind == TaskKind.FIX_ADDRESS.value)
    assert await office.do(closed) == [("corrected",)]
    [email] = await office.at(NINE + timedelta(days=1))
    assert email.to[0].email == "ann.berg@example.org"
