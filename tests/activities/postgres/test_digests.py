"""Digests in PostgreSQL: who gets one, what it says, and that each morning has at most one (C15, C21, C32)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, insert, select, text, update

from activities.adapters.files.program_files import calendars_of_associations, load_programs
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.digests import Digests
from activities.ports.notices import Email, MailUnavailable, SendResult
from domain.ids import derive
from domain.tasks import TaskKind
from workers.settings import Settings

NINE = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)
"""Tuesday, 09:00 in Chicago."""
ANN, TOM, SAM = derive("ann"), derive("tom"), derive("sam")
PROGRAMS = load_programs()


@dataclass
class Server:
    took: list[Email] = field(default_factory=list)
    away: bool = False
    refuses: str = ""

    async def send(self, email: Email) -> SendResult:
        if self.away:
            raise MailUnavailable("no_connection")
        self.took.append(email)
        return SendResult(refused=self.refuses)


@dataclass
class Office:
    owner: Database
    worker: Database
    server: Server = field(default_factory=Server)

    async def put(self, table: Table, *rows: dict[str, Any]) -> None:
        await self.change(table, *(insert(table).values(row) for row in rows))

    async def change(self, table: Table, *statements: Any) -> None:
        """Change projections without the events that they follow."""
        async with self.owner.transaction() as connection:
            await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            for each in statements:
                await connection.execute(each)
            await connection.execute(text(f"alter table {table.fullname} enable trigger user"))

    async def do(self, statement: Any) -> Any:
        async with self.owner.transaction() as connection:
            found = await connection.execute(statement)
            return found.all() if found.returns_rows else None

    async def at(self, now: datetime) -> list[Email]:
        """Let a process that has just started do its round at an instant; return what it sent."""
        await SqlClock(self.owner).set_offset(now - datetime.now(UTC))
        digests = Digests(
            SqlDigests(self.worker),
            NoticeRecords(self.worker, SqlClock(self.worker)),
            MailDigests(PROGRAMS, "http://office"),
            self.server,
            calendars_of_associations(PROGRAMS),
        )
        before = len(self.server.took)
        await digests.planning.plan(now)
        await digests.send(now)
        return self.server.took[before:]


OF_A_TEST = ("digests", "tasks", "grants", "people", "regions")


def person(id: str, name: str, **more: Any) -> dict[str, Any]:
    row = {"id": id, "name": name, "email": f"{name.split()[0].lower()}@example.org"}
    return {**row, "role_title": "", "district": "", "region": "r3", "association": "masa", **more}


def task(id: str, kind: TaskKind = TaskKind.CHECK_LOGS, **more: Any) -> dict[str, Any]:
    row = {
        "id": id,
        "stream": id,
        "applied_seq": 1,
        "subject": id,
        "subject_kind": "term",
        "kind": kind.value,
    }
    row |= {
        "role": "coordinator",
        "region": "r3",
        "why": "",
        "about": "",
        "opened_at": NINE - timedelta(days=3),
    }
    return {**row, "closed_by": "", "outcome": "", "due_at": None, **more}


def grant(person: str, role: str = "coordinator", regions: str = "r3", **more: Any) -> dict[str, Any]:
    row = {"id": derive("grant", person, role), "person": person, "role": role, "regions": regions}
    return {**row, "first": date(2026, 1, 1), "last": None, "zone": "UTC", "given_by": SAM, **more}


@pytest_asyncio.fixture(loop_scope="session")
async def office(postgres: Settings) -> AsyncIterator[Office]:
    owner = Database(postgres.database_url("migrator"), size=2)
    worker = Database(postgres.database_url("worker"), size=2)
    made = Office(owner, worker)
    for name in (*OF_A_TEST, "region_contacts", "digest_choices", "notices"):
        await made.do(text(f"truncate office.{name} cascade"))
    await made.put(
        tables.people, person(ANN, "Ann Berg", language="en"), person(TOM, "Tom Ek", language="es")
    )
    here = {"name": "R", "program": "masa", "association": "masa"}
    await made.put(tables.regions, *({"code": code, **here} for code in ("r3", "r4", "r5")))
    yield made
    await owner.close()
    await worker.close()


async def test_c15_a_coordinator_gets_one_digest_at_nine_with_all_that_waits(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    late = {"due_at": datetime(2027, 1, 7, 6, 0, tzinfo=UTC)}
    await office.put(tables.tasks, *(task(str(number)) for number in range(4)), task("late", **late))
    assert await office.at(NINE - timedelta(minutes=1)) == []
    [email] = await office.at(NINE)
    assert [each.email for each in email.to] == ["ann@example.org"]
    assert email.wording.subject == "1 late: Tuesday, January 12"
    assert "Check the logs" in email.wording.text
    assert "6 days late" in email.wording.text
    assert await office.at(NINE) == []
    assert await office.at(NINE + timedelta(hours=1)) == []
    assert await office.at(NINE + timedelta(days=1)) == [], "nothing is news"
    await office.put(tables.tasks, task("new", opened_at=NINE + timedelta(days=1)))
    assert await office.at(NINE + timedelta(days=1, hours=1)) == [], "the morning was looked at"
    assert len(await office.at(NINE + timedelta(days=2))) == 1


async def test_a_process_that_was_killed_before_it_sent_sends_the_digest_of_its_morning_once(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    office.server.away = True
    assert await office.at(NINE) == []
    office.server.away = False
    assert len(await office.at(NINE + timedelta(minutes=30))) == 1
    assert await office.at(NINE + timedelta(hours=1)) == []
    rows = await office.do(select(tables.digests.c.status, tables.digests.c.lines))
    [(status, [line])] = rows
    assert (status, sorted(line)) == ("sent", ["due", "id", "reach", "since", "what"]), "no name is kept"


async def test_what_was_done_before_a_digest_left_is_not_in_it(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    office.server.away = True
    await office.at(NINE)
    office.server.away = False
    await office.change(tables.tasks, update(tables.tasks).values(closed_at=NINE))
    assert await office.at(NINE + timedelta(minutes=30)) == []
    assert await office.do(select(tables.digests.c.status)) == [("overtaken",)]


async def test_a_digest_whose_morning_is_over_leaves_as_the_next_one(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    office.server.away = True
    await office.at(NINE)
    office.server.away = False
    assert await office.at(NINE + timedelta(hours=4)) == []
    assert len(await office.at(NINE + timedelta(days=1))) == 1


async def test_c21_a_late_task_is_told_to_the_contact_and_then_to_the_state_office(office: Office) -> None:
    await office.put(tables.people, person(SAM, "Sam Li"))
    await office.put(tables.grants, grant(ANN), grant(SAM, regions=""))
    await office.put(
        tables.region_contacts, {"region": "r3", "person": TOM, "first": date(2026, 1, 1), "last": None}
    )
    await office.put(tables.tasks, task("a", due_at=NINE - timedelta(days=1)))
    told = [
        (number, each.to[0].name)
        for number in range(20)
        for each in await office.at(NINE + timedelta(days=number))
    ]
    assert [number for number, name in told if name == "Ann Berg"] == [0, 7, 13, 14]
    assert [number for number, name in told if name == "Tom Ek"] == [7, 13, 14]
    assert [number for number, name in told if name == "Sam Li"] == [14]


async def test_c32_each_role_gets_its_own_work_and_who_holds_none_gets_nothing(office: Office) -> None:
    await office.put(
        tables.grants,
        grant(ANN, "auditor", ""),
        grant(TOM, "admin", "", ended_at=NINE - timedelta(days=1), ended_by=SAM),
    )
    await office.put(tables.tasks, task("a"))
    assert await office.at(NINE) == []


async def test_a_contact_without_a_role_gets_the_digest_of_the_region_in_the_contacts_own_language(
    office: Office,
) -> None:
    seat = {"region": "r3", "person": TOM, "first": date(2026, 1, 1), "last": None}
    await office.put(tables.region_contacts, seat)
    await office.put(tables.tasks, task("a"), task("elsewhere", region="r4"))
    [email] = await office.at(NINE)
    assert (email.language, email.to[0].name) == ("es", "Tom Ek")
    assert email.wording.subject == "1 por primera vez: martes, 12 de enero"
    assert email.wording.text.count("\n- ") == 1


async def test_a_person_who_chose_mondays_gets_the_list_on_monday(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    await office.put(tables.digest_choices, {"person": ANN, "rhythm": "mondays"})
    sent = [number for number in range(8) if await office.at(NINE + timedelta(days=number))]
    assert sent == [7], "the Monday is a holiday"


async def test_a_complaint_is_told_at_once_at_any_hour_and_once(office: Office) -> None:
    night = NINE - timedelta(hours=11)
    await office.put(tables.grants, grant(ANN))
    opened = {"opened_at": night, "subject_kind": "relationship", "about": "case"}
    await office.put(tables.tasks, task("a", TaskKind.HANDLE_COMPLAINT, **opened))
    [email] = await office.at(night)
    assert "This cannot wait for your list of the morning" in email.wording.text
    assert await office.at(night + timedelta(hours=1)) == []
    assert len(await office.at(NINE)) == 1, "it is a line of the morning, too"


async def test_an_address_that_is_refused_opens_one_task(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    office.server.refuses = "smtp_550"
    await office.at(NINE)
    await office.at(NINE + timedelta(hours=1))
    row = tables.tasks.c
    found = await office.do(select(row.about, row.why).where(row.kind == TaskKind.FIX_ADDRESS.value))
    assert found == [(ANN, "digest,smtp_550")]


async def test_what_a_region_is_told_without_a_task_is_a_line_for_a_week(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    term = {"id": "t", "stream": "t", "applied_seq": 1, "program": "masa", "region": "r3", "term": "2026"}
    days = {"opened_at": NINE, "closes_at": NINE, "first": date(2026, 8, 1), "last": date(2027, 6, 1)}
    rest = {"vacant": False, "next_matter": "", "next_key": ""}
    await office.put(tables.term_regions, {**term, **days, **rest})
    row = {"id": "n", "kind": "term_survey_open", "subject": "t", "seq": 1, "person": "", "region": "r3"}
    data = {
        "about": "survey",
        "key": "contact",
        "rung": "0",
        "since": NINE.isoformat(),
        "due": NINE.isoformat(),
    }
    await office.put(tables.notices, {**row, "data": data, "status": "in_digest", "not_before": NINE})
    [email] = await office.at(NINE)
    [line] = [each for each in email.wording.text.splitlines() if each.startswith("- ")]
    assert not line.endswith("(new)"), "where all is new, no line says so"
    assert email.wording.subject == "1 new: Tuesday, January 12"
    assert await office.at(NINE + timedelta(days=1)) == []
    assert await office.at(NINE + timedelta(days=13)) == []


async def test_c21_the_state_office_has_the_work_of_a_region_in_which_nobody_is(office: Office) -> None:
    await office.put(tables.grants, grant(ANN, regions=""))
    await office.put(tables.tasks, task("a"), task("elsewhere", region="r4"))
    seat = {"region": "r4", "person": TOM, "first": date(2026, 1, 1), "last": None}
    await office.put(tables.region_contacts, seat)
    sent = {each.to[0].name: each.wording.text for each in await office.at(NINE)}
    assert {name: text.count("\n- ") for name, text in sent.items()} == {"Ann Berg": 1, "Tom Ek": 1}
    assert "- r3 (" in sent["Ann Berg"]


@pytest.mark.parametrize("role", ["coordinator", "admin"])
async def test_a_digest_has_no_line_of_another_association(office: Office, role: str) -> None:
    """Ann and Tom serve the whole of their associations, and each is told of the region of the own one."""
    other = next(file for file in PROGRAMS.values() if file.association != "masa")
    far = {"code": "far", "name": "Far", "program": other.program, "association": other.association}
    await office.put(tables.regions, far)
    moved = tables.people.update().where(tables.people.c.id == TOM)
    await office.change(tables.people, moved.values(association=other.association, region="far"))
    await office.put(tables.grants, grant(ANN, role, ""), grant(TOM, role, ""))
    await office.put(tables.tasks, task("here", role=role), task("there", role=role, region="far"))
    assert len(await office.at(NINE)) == 2
    found = await office.do(select(tables.digests.c.person, tables.digests.c.lines))
    assert {who: [line["id"] for line in lines] for who, lines in found} == {ANN: ["here"], TOM: ["there"]}
