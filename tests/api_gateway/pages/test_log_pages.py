"""The pages of logs: group meetings found, entered, corrected and withdrawn; checks of logs; monthly records."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.pages.logs import lists
from domain.actors import Role, StaffReason
from domain.ids import derive
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program import Rules
from domain.term.log_checks import RecordLogCheck
from domain.term.monthly_records import SubmitMonthlyRecord
from domain.term.state import Finding
from tests.api_gateway.conftest import MINE, PROGRAM, Client
from tests.api_gateway.group_pairs import NOW, Pairs, pairs_of_term
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.test_visibility import put
from tests.conftest import set_clock
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.term.term_case import PAIR, SECOND_MENTOR, TERM_RULES, TermCase, answers

GROUP = derive("group", "of the tests")
LOG = {
    "began_at.day": NOW.date().isoformat(),
    "began_at.time": "09:00",
    "minutes": "30",
    "mode": "in_person",
}


@pytest_asyncio.fixture
async def pairs(client: Client) -> AsyncIterator[Pairs]:
    """Yield three pairs of one mentor in region r3, whose names the office knows."""
    async with pairs_of_term(client) as found:
        await region(client)
        for person, name in ((MENTOR.id, "Sam Ortiz"), (MENTEE.id, "Robin Reyes")):
            await named(client, person, name)
        for name in ("one", "two", "three"):
            await found.add(name)
        yield found


async def region(client: Client) -> None:
    body = {"code": "r3", "name": "Northern Region", "program": PROGRAM}
    await client.send("admin", "POST", "/v1/regions", key="r3", json=body)


async def named(client: Client, person: str, name: str) -> None:
    texts = dict.fromkeys(("email", "role_title", "district"), "") | {"region": "r3", "association": MINE}
    row = {"id": person, "name": name, "created_at": NOW, **texts}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people).values(**row))


async def leader(sign_in: SignIn, **more: Any) -> Browser:
    return await sign_in("Lea Hart", Role.COORDINATOR, regions=("r3",), **more)


def logged(case: Case) -> None:
    """Log a group's meeting of an hour ago for one pair."""
    case.now = NOW
    began = NOW - timedelta(hours=1)
    case.do(LogGroupMeeting, COORDINATOR, group=GROUP, began_at=began, minutes=30, mode="in_person")


async def two_logged(pairs: Pairs) -> list[str]:
    return [await pairs.add(name, then=logged) for name in ("four", "five")]


async def test_one_log_is_entered_for_the_pairs_that_are_ticked(pairs: Pairs, sign_in: SignIn) -> None:
    lea = await leader(sign_in)
    form = form_to((await lea.get(f"/group-meetings/new?pair={pairs.ids[0]}")).text, "/group-meetings")
    assert form.values["relationships"] == [pairs.ids[0]]
    assert set(form.choices["relationships"]) == set(pairs.ids)
    filled = form.filled(relationships=pairs.ids[:2]) | LOG
    done = await lea.post("/group-meetings", filled)
    assert done.status_code == 303, done.text
    sent = pairs.client.engine.sent
    assert sorted(id for id, _, _ in sent) == sorted(f"relationship/{id}" for id in pairs.ids[:2])
    assert {(command.minutes, command.mode) for _, _, command in sent} == {(30, "in_person")}
    assert done.headers["location"] == f"/group-meetings/{sent[0][2].group}?done=logged"
    again = await lea.post("/group-meetings", filled)
    assert again.headers["location"] == done.headers["location"]
    assert len(pairs.client.engine.sent) == 2, "a second press sends nothing"


async def test_a_search_keeps_what_was_ticked_and_typed(pairs: Pairs, sign_in: SignIn) -> None:
    lea = await leader(sign_in)
    form = form_to((await lea.get("/group-meetings/new")).text, "/group-meetings")
    filled = form.filled(relationships=pairs.ids[:1], sought="nobody of this name") | LOG
    found = await lea.post("/group-meetings", {**filled, "find": "yes"})
    assert found.status_code == 200
    form = form_to(found.text, "/group-meetings")
    assert (form.values["relationships"], form.values["minutes"]) == ([pairs.ids[0]], ["30"])
    assert form.choices["relationships"] == [pairs.ids[0]]
    assert pairs.client.engine.sent == []


async def test_a_log_that_one_pair_cannot_take_is_refused_with_its_reason(
    pairs: Pairs, sign_in: SignIn
) -> None:
    lea = await leader(sign_in)
    unsigned = await pairs.add("unsigned", signed=False)
    form = form_to((await lea.get("/group-meetings/new")).text, "/group-meetings")
    assert unsigned not in form.choices["relationships"]
    filled = form.filled() | LOG | {"relationships": [pairs.ids[0], unsigned]}
    refused = await lea.post("/group-meetings", filled)
    assert refused.status_code == 422
    assert "Robin Reyes: " in refused.text
    assert 'value="30"' in refused.text
    too_few = await lea.post("/group-meetings", form.filled(relationships=pairs.ids[:1]) | LOG)
    assert (too_few.status_code, "Choose at least two pairs" in too_few.text) == (422, True)
    unfit = await lea.post(
        "/group-meetings", form.filled(relationships=pairs.ids[:2]) | LOG | {"minutes": "x"}
    )
    assert (unfit.status_code, "There is a problem" in unfit.text) == (422, True)


async def test_the_list_has_a_row_for_each_group_and_its_file_a_line_for_each_pair(
    pairs: Pairs, sign_in: SignIn
) -> None:
    lea = await leader(sign_in)
    assert "No group meeting has been logged" in (await lea.get("/group-meetings")).text
    await two_logged(pairs)
    text = (await lea.get("/group-meetings?q=Reyes")).text
    assert text.count(f'href="/group-meetings/{GROUP}"') == 1
    assert "Robin Reyes, Robin Reyes" in text
    assert "Nothing matches these filters" in (await lea.get("/group-meetings?q=Nobody")).text
    assert "Nothing matches these filters" in (await lea.get("/group-meetings?withdrawn=yes")).text
    file = (await lea.get("/group-meetings.csv")).text.removeprefix("\ufeff")
    head, *lines = csv.reader(io.StringIO(file))
    assert head[:3] == ["Day", "Mentor", "Mentee"]
    assert [line[:5] for line in lines] == [
        [NOW.date().isoformat(), "Sam Ortiz", "Robin Reyes", "Northern Region", "30"]
    ] * 2
    far = await sign_in("Elsa", Role.COORDINATOR, regions=("r2",))
    assert "No group meeting has been logged" in (await far.get("/group-meetings")).text
    assert (await far.get(f"/group-meetings/{GROUP}")).status_code == 404


async def test_a_log_is_corrected_for_the_pairs_that_are_ticked(pairs: Pairs, sign_in: SignIn) -> None:
    lea, (one, other) = await leader(sign_in), await two_logged(pairs)
    text = (await lea.get(f"/group-meetings/{GROUP}")).text
    assert (one in text, other in text) == (True, True)
    address = f"/group-meetings/{GROUP}/correct"
    form = form_to((await lea.get(address)).text, address)
    assert sorted(form.values["relationships"]) == sorted([one, other])
    assert form.values["minutes"] == ["30"]
    same = await lea.post(address, form.filled(reason="seen"))
    assert (same.status_code, "This is what the log already says" in same.text) == (422, True)
    filled = form.filled(relationships=[one], minutes="45", reason="seen")
    done = await lea.post(address, filled)
    assert done.headers["location"] == f"/group-meetings/{GROUP}?done=corrected"
    [(workflow, _, command)] = pairs.client.engine.sent
    assert (workflow, type(command)) == (f"relationship/{one}", CorrectMeeting)
    assert (command.minutes, command.mode, command.reason) == (45, None, "seen")


async def test_a_log_is_withdrawn_and_says_who_could_not_take_it(pairs: Pairs, sign_in: SignIn) -> None:
    lea, ids = await leader(sign_in), await two_logged(pairs)
    address = f"/group-meetings/{GROUP}/withdraw"
    form = form_to((await lea.get(address)).text, address)
    none = await lea.post(address, {**form.filled(reason="both_agree"), "relationships": []})
    assert (none.status_code, "Choose at least one pair" in none.text) == (422, True)
    done = await lea.post(address, form.filled(reason="both_agree"))
    assert done.headers["location"] == f"/group-meetings/{GROUP}?done=withdrawn"
    assert {type(command) for _, _, command in pairs.client.engine.sent} == {WithdrawMeeting}
    pairs.client.engine.refuse("corrections_are_over")
    form = form_to((await lea.get(address)).text, address)
    left = await lea.post(address, form.filled(reason="both_agree"))
    assert left.status_code == 409
    assert left.text.count("Robin Reyes: ") == len(ids)


async def test_an_auditor_reads_logs_and_enters_none(pairs: Pairs, sign_in: SignIn) -> None:
    await two_logged(pairs)
    ada = await sign_in("Ada", Role.AUDITOR)
    assert f"/group-meetings/{GROUP}" in (await ada.get("/group-meetings")).text
    for path in ("new", f"{GROUP}/correct", f"{GROUP}/withdraw"):
        assert (await ada.get(f"/group-meetings/{path}")).status_code == 403
    assert (await ada.post("/group-meetings", {})).status_code == 403
    assert (await (await sign_in("Pat", Role.PAYMENT_STAFF)).get("/group-meetings")).status_code == 403


async def test_a_log_of_a_group_is_offered_on_the_page_of_a_pair(pairs: Pairs, sign_in: SignIn) -> None:
    lea = await leader(sign_in)
    text = (await lea.get(f"/relationships/{pairs.ids[0]}/acts")).text
    assert f"/group-meetings/new?pair={pairs.ids[0]}" in text


@pytest_asyncio.fixture
async def term(client: Client) -> AsyncIterator[TermCase]:
    """Yield the sample term in its second month: a record in time, one that staff entered, two that are missing."""
    await region(client)
    case = TermCase(replace(TERM_RULES, contradict_days=7))
    case.open()
    case.until(2026, 9, 28)
    case.do(SubmitMonthlyRecord, MENTOR, month="2026-09", answers=answers("first"))
    case.do(
        RecordLogCheck,
        COORDINATOR,
        period="2026-10-01",
        relationships=(PAIR,),
        evidence=("logs_read", "mentor_asked"),
        findings=(Finding(relationship=PAIR, code="no_meeting_logged"),),
    )
    case.until(2026, 10, 20)
    text = rules_text(case.rules)
    row = {"program": "sample", "version": "1", "digest": rules_digest(text), "region": "", "text": text}
    case.digest = rules_digest(text)
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.rule_sets).values(**row))
    for person, name in (
        (MENTOR.id, "Sam Ortiz"),
        (SECOND_MENTOR.id, "Lee Novak"),
        (COORDINATOR.id, "Carla Jensen"),
    ):
        await named(client, person, name)
    worker = Database(client.office.settings.database_url("worker"), size=2)
    for record in case.records:
        assert not (await SqlRecords(worker).record(record)).refused
    await worker.close()
    await set_clock(client.office.settings, case.now)
    yield case


async def test_monthly_records_say_who_has_handed_in_and_who_is_missing(
    client: Client, term: TermCase, sign_in: SignIn
) -> None:
    lea = await leader(sign_in)
    text = (await lea.get("/monthly-records?month=2026-09")).text
    assert "September 2026" in text
    assert ">handed in</span>" in text
    assert ">missing</span>" in text
    form = f"/terms/{term.state.term}/regions/r3/acts/submit-monthly-record"
    assert f"{form}?acting_for={SECOND_MENTOR.id}&amp;month=2026-09" in text
    assert f"acting_for={MENTOR.id}&amp;month=2026-09" not in text
    only = (await lea.get("/monthly-records?month=2026-09&state=missing")).text
    assert ("Lee Novak" in only, "Sam Ortiz</bdi></a>" in only) == (True, False)
    assert "Nothing matches" in (await lea.get("/monthly-records?q=nobody")).text
    file = (await lea.get("/monthly-records.csv?month=2026-09")).text.removeprefix("\ufeff")
    _, *lines = csv.reader(io.StringIO(file))
    assert [(line[0], line[1], line[4]) for line in lines] == [
        ("Lee Novak", "2026-09", "missing"),
        ("Sam Ortiz", "2026-09", "handed in"),
    ]
    assert (await lea.get("/monthly-records?state=nonsense")).status_code == 422
    far = await sign_in("Elsa", Role.COORDINATOR, regions=("r2",))
    assert "No monthly record is due yet" in (await far.get("/monthly-records")).text


async def test_a_record_that_staff_entered_waits_for_its_mentor(
    client: Client, term: TermCase, sign_in: SignIn
) -> None:
    by = replace(COORDINATOR, acting_for=SECOND_MENTOR.id, reason=StaffReason.BY_PHONE)
    before = len(term.records)
    term.do(SubmitMonthlyRecord, by, month="2026-09", answers=answers("by phone"))
    worker = Database(client.office.settings.database_url("worker"), size=2)
    for record in term.records[before:]:
        assert not (await SqlRecords(worker).record(record)).refused
    await worker.close()
    lea = await leader(sign_in)
    text = (await lea.get("/monthly-records?month=2026-09&q=Novak")).text
    assert "entered, to be confirmed" in text
    assert "submit-monthly-record" not in text, "it is entered once"


async def test_one_record_shows_what_its_reader_may_read(
    client: Client, term: TermCase, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rules(_: CommandFacts, __: str) -> Rules:
        return load_programs()["nea_esp"].rules

    monkeypatch.setattr(CommandFacts, "rules", rules)
    async with client.office.database.transaction() as connection:
        wanted = select(tables.monthly_records).where(tables.monthly_records.c.status == "submitted")
        row = (await connection.execute(wanted)).one()
    said = {"support": "the page on contracts", "month": "september", "mentees": [{"name": "Robin Reyes"}]}
    await client.office.documents.keep(
        said, id=row.document, scope=row.id, person=row.mentor, form="monthly_record", privacy="c2o"
    )
    lea, ada = await leader(sign_in), await sign_in("Ada", Role.AUDITOR)
    shown = (await lea.get(f"/monthly-records/{row.id}")).text
    assert "Sam Ortiz" in shown
    assert "handed in" in shown
    assert "the page on contracts" in shown
    assert "Robin Reyes" in shown
    assert [event.type for event in await read_events(client)] == ["DocumentRead"]
    audited = (await ada.get(f"/monthly-records/{row.id}")).text
    assert "contracts" not in audited
    assert "Only the program" in audited
    assert (await lea.get(f"/monthly-records/{derive('none')}")).status_code == 404


async def read_events(client: Client) -> list[Any]:
    event = tables.events.c
    async with client.office.database.transaction() as connection:
        return list(await connection.execute(select(event.type).where(event.type == "DocumentRead")))


async def test_checks_of_logs_show_their_evidence_and_findings(
    client: Client, term: TermCase, sign_in: SignIn
) -> None:
    lea = await leader(sign_in)
    text = (await lea.get("/log-checks")).text
    assert "Carla Jensen" in text
    assert "1 finding" in text
    [check] = term.state.checks
    one = (await lea.get(f"/log-checks/{check.id}")).text
    assert "No meeting logged" in one
    assert "a person not shown to you" in one, "the pair of the tests is in no table"
    file = (await lea.get("/log-checks.csv?found=yes")).text.removeprefix("\ufeff")
    _, *lines = csv.reader(io.StringIO(file))
    assert [(line[1], line[2], line[7]) for line in lines] == [
        ("Carla Jensen", "Northern Region", "No meeting logged")
    ]
    assert (await lea.get("/log-checks?q=Nobody")).status_code == 200
    far = await sign_in("Elsa", Role.COORDINATOR, regions=("r2",))
    assert (await far.get(f"/log-checks/{check.id}")).status_code == 404


async def test_payment_staff_see_checks_and_records_as_evidence_from_their_queue(
    client: Client, term: TermCase, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "programs_with", lambda path, association: (PROGRAM,))
    ruth = await sign_in("Ruth Mills", Role.PAYMENT_STAFF)
    queue = (await ruth.get("/payments")).text
    for path in ("/log-checks", "/monthly-records"):
        assert f'<a href="{path}">' in queue
    assert 'href="/group-meetings"' not in queue
    [check] = term.state.checks
    assert "1 finding" in (await ruth.get("/log-checks")).text
    one = (await ruth.get(f"/log-checks/{check.id}")).text
    assert "No meeting logged" in one
    assert re.search(r'<a href="/payments" aria-current="(page|true)"', one), "its place is that of payments"
    assert "No meeting logged" in (await ruth.get("/log-checks.csv")).text
    records = (await ruth.get("/monthly-records?month=2026-09")).text
    assert ">handed in</span>" in records
    assert "/acts/submit-monthly-record" not in records
    assert "record-log-check" not in (await ruth.get("/log-checks")).text
    async with client.office.database.transaction() as connection:
        wanted = select(tables.monthly_records).where(tables.monthly_records.c.status == "submitted")
        row = (await connection.execute(wanted)).one()
    record = (await ruth.get(f"/monthly-records/{row.id}")).text
    assert "handed in" in record
    assert f"/people/{row.mentor}" not in record, "payment staff have no pages of people"
    assert (await ruth.get("/group-meetings")).status_code == 403
    lea = await leader(sign_in)
    assert '<a href="/log-checks">' not in (await lea.get("/payments")).text.partition("<main")[2]


async def test_the_file_of_checks_names_every_pair_of_a_long_check(pairs: Pairs, sign_in: SignIn) -> None:
    unknown = [derive("nobody", str(number)) for number in range(450)]
    check = {
        "id": derive("check"),
        "program": PROGRAM,
        "region": "r3",
        "evidence": "logs_read",
        "period": "2026-10-30",
    }
    looked_at = {
        "relationships": ",".join([*unknown, *pairs.ids]),
        "findings": "",
        "checked_by": COORDINATOR.id,
    }
    await put(pairs.client, (tables.log_checks, {**check, **looked_at, "checked_at": NOW}))
    file = (await (await leader(sign_in)).get("/log-checks.csv")).text.removeprefix("\ufeff")
    _, *lines = csv.reader(io.StringIO(file))
    named = [(line[5], line[6]) for line in lines if line[5]]
    assert len(lines) == 450 + len(pairs.ids)
    assert named == [("Robin Reyes", "Sam Ortiz")] * len(pairs.ids)


async def test_a_term_in_a_region_has_the_name_of_the_region(client: Client, term: TermCase) -> None:
    found = (await client.send("admin", "GET", f"/v1/term-regions/{term.id}")).json()
    assert (found["region"], found["region_name"]) == ("r3", "Northern Region")
