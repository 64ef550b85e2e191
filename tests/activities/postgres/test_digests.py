"""Digests in PostgreSQL: who gets one, what it says, and that each morning has at most one (C15, C21, C32)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Integer, Table, Text, insert, select, text, update

from activities.adapters.files.program_files import calendars_of_associations, load_programs
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.digests import DigestPlanning, Digests
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
    seconds: float = 0.0

    async def rest(self) -> None:
        pass

    async def send(self, email: Email) -> SendResult:
        await asyncio.sleep(self.seconds)
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

    async def at(self, now: datetime, *, away: bool = False) -> list[Email]:
        """Let a process that has just started do its round at an instant; return what it sent.

        ``away``: an email before the digests has found no mail server.
        """
        offset = now - datetime.now(UTC)  # the machine's clock: the office's is kept as the difference to it
        await SqlClock(self.owner).set_offset(offset)
        digests = Digests(
            SqlDigests(self.worker),
            NoticeRecords(self.worker, SqlClock(self.worker)),
            MailDigests(PROGRAMS, "http://office"),
            self.server,
            SqlClock(self.worker),
            calendars_of_associations(PROGRAMS),
        )
        before = len(self.server.took)
        await digests.planning.plan(now)
        await digests.send(away=away)
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
    here = {"program": "masa", "association": "masa"}
    await made.put(tables.regions, *({"code": code, "name": code, **here} for code in ("r3", "r4", "r5")))
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


async def test_the_next_digest_is_found_up_to_an_instant_and_is_planned_once(office: Office) -> None:
    """What the demo's clock asks at each stop."""
    planning = DigestPlanning(SqlDigests(office.worker), calendars_of_associations(PROGRAMS))
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    evening = NINE - timedelta(hours=12)
    assert await planning.next_at(evening, NINE) is None
    assert await planning.next_at(evening, NINE + timedelta(seconds=1)) == NINE
    assert await planning.next_at(evening, NINE + timedelta(days=9)) == NINE
    assert await planning.next_at(
        NINE + timedelta(minutes=5), NINE + timedelta(minutes=6)
    ) == NINE + timedelta(minutes=5)
    assert not await planning.unplanned(evening), "no morning, so nothing has to be planned"
    awaited = await planning.unplanned(NINE)
    assert len(awaited) == 1
    assert not await planning.planned(awaited)
    assert len(await office.at(NINE)) == 1
    assert await planning.planned(awaited)
    assert not await planning.unplanned(NINE)
    assert await planning.next_at(NINE, NINE + timedelta(hours=1)) is None
    assert await planning.next_at(NINE, NINE + timedelta(days=5)) is None, "nothing is news this week"
    tuesday = NINE + timedelta(days=7)  # the Monday before is a holiday
    assert await planning.next_at(NINE, tuesday + timedelta(hours=1)) == tuesday


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


async def test_every_digest_waits_for_a_mail_server_that_is_away_and_none_is_about_to_be_sent(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN), grant(TOM))
    await office.put(tables.tasks, task("a"))
    work = SqlOpenWork(office.owner, SqlClock(office.owner))
    office.server.away = True
    await office.at(NINE)
    assert await office.do(select(tables.digests.c.status)) == [("parked",)] * 2
    assert (await work.open_work(), await work.kept_back()) == (0, 2), "nothing is in progress"
    office.server.away = False
    assert await office.at(NINE, away=True) == [], "an email before them found none"
    assert len(await office.at(NINE + timedelta(minutes=30))) == 2
    assert await work.kept_back() == 0


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
    assert email.wording.subject == "1 asunto nuevo: martes 12 de enero"
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
    assert email.wording.subject == "Decide about a complaint", "no name on a locked screen"
    assert "This cannot wait for your morning list" in email.wording.text
    assert await office.at(night + timedelta(hours=1)) == []
    assert await office.at(NINE) == [], "it is no news any more"
    await office.put(tables.tasks, task("b", opened_at=NINE))
    [morning] = await office.at(NINE + timedelta(days=1))
    assert morning.wording.subject == "1 new: Wednesday, January 13"
    lines = [each for each in morning.wording.text.splitlines() if each.startswith("- ")]
    assert [each.endswith(", new)") for each in lines] == [False, True]


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
    assert "- r3 (" in sent["Ann Berg"], "a region is named as the office calls it"


async def test_c21_a_task_without_a_day_is_told_again_and_wider_by_how_long_it_is_open(
    office: Office,
) -> None:
    await office.put(tables.people, person(SAM, "Sam Li"))
    await office.put(tables.grants, grant(ANN), grant(SAM, regions=""))
    await office.put(tables.tasks, task("a", TaskKind.CONTACT_PAIR, opened_at=NINE))
    told = [
        (number, each.to[0].name, "still open)" in each.wording.text)
        for number in range(18)
        for each in await office.at(NINE + timedelta(days=number))
    ]
    assert [(number, again) for number, name, again in told if name == "Ann Berg"] == [
        (0, False),
        (7, False),
        (8, True),
        (13, False),
        (15, True),
    ]
    assert [(number, again) for number, name, again in told if name == "Sam Li"] == [(15, False)]


async def test_nobody_is_told_to_chase_a_pair_that_is_paused(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    columns = tables.relationships.columns
    pair: dict[str, Any] = {each.name: "" for each in columns if isinstance(each.type, Text)}
    pair |= {each.name: 1 for each in columns if isinstance(each.type, Integer)}
    pair |= {"id": "pair", "stream": "pair", "program": "masa", "region": "r3", "status": "paused"}
    pair |= {"special": False, "stage_since": NINE, "opened_at": NINE}
    await office.do(text("truncate office.relationships cascade"))
    await office.put(tables.relationships, pair)
    rests = task("rests", TaskKind.CONTACT_PAIR, subject="pair", subject_kind="relationship")
    goes_on = task("goes on", TaskKind.RESUME_OR_END, subject="pair", subject_kind="relationship")
    await office.put(tables.tasks, rests, goes_on)
    [email] = await office.at(NINE)
    assert email.wording.text.count("\n- ") == 1
    assert "Contact a pair that does not meet" not in email.wording.text
    await office.change(tables.relationships, update(tables.relationships).values(status="open"))
    [email] = await office.at(NINE + timedelta(days=1))
    assert "Contact a pair that does not meet" in email.wording.text


async def test_a_digest_is_from_the_association_and_counts_as_new_what_was_not_in_the_last(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a", due_at=NINE + timedelta(days=1)))
    [email] = await office.at(NINE)
    assert email.sender_name == "MASA"
    assert email.wording.subject == "1 this week: Tuesday, January 12"
    [email] = await office.at(NINE + timedelta(days=1))
    assert "due today" in email.wording.text
    assert "new" not in email.wording.text.partition("Sent at")[0]


async def test_a_digest_says_when_it_leaves_and_not_when_its_round_began(office: Office) -> None:
    await office.put(tables.grants, grant(ANN), grant(TOM))
    await office.put(tables.tasks, task("a"))
    office.server.seconds = 0.2
    first, second = [email.at for email in await office.at(NINE)]
    assert first is not None
    assert second is not None
    assert second - first >= timedelta(seconds=office.server.seconds)
    row = tables.digests.c
    assert await office.do(select(row.sent_at).order_by(row.sent_at)) == [(first,), (second,)]


async def test_the_work_of_a_region_is_named_by_the_region(office: Office) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("a"))
    named = {"code": "r3", "name": "River Bend", "program": "masa", "association": "masa"}
    await office.do(text("delete from office.regions"))
    await office.put(tables.regions, named)
    try:
        [email] = await office.at(NINE)
    finally:
        await office.do(text("delete from office.regions"))
    assert "- River Bend (" in email.wording.text


@pytest.mark.parametrize("role", ["coordinator", "admin"])
async def test_a_digest_has_no_line_of_another_association(office: Office, role: str) -> None:
    """Ann and Tom serve the whole of their associations, and each is told of a region of their own one."""
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


async def test_a_coordinators_grant_for_a_region_of_another_association_gives_nothing(office: Office) -> None:
    """Tom's grant is from before rights ended at the association: the region has nobody, so the state office hears."""
    other = next(file for file in PROGRAMS.values() if file.association != "masa")
    far = {"code": "far", "name": "Far", "program": other.program, "association": other.association}
    await office.put(tables.regions, far)
    moved = tables.people.update().where(tables.people.c.id == TOM)
    await office.change(tables.people, moved.values(association=other.association, region="far"))
    await office.put(tables.grants, grant(ANN, regions=""), grant(TOM, regions="r3"))
    await office.put(tables.tasks, task("a"))
    assert [each.to[0].name for each in await office.at(NINE)] == ["Ann Berg"]
