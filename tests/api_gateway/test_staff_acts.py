"""Staff act for people over the API (C27): scans, signatures and surveys on paper, who sees what, what goes back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.services.form_answers import only_from_paper
from api_gateway.services.scans import LARGEST_SCAN
from domain.actors import Role
from domain.associations import Association
from domain.codec import instant_text
from domain.rules.program import Signatures
from domain.visibility import Privacy, sight_of
from tests.api_gateway.conftest import Client
from tests.api_gateway.form_pairs import Pair, people, sample_rules, survey
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR
from tests.domain.relationship.any_stage.test_papers_of_people import drafted as with_draft

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
MENTEE_ON_PAPER = {"acting_for": MENTEE.id, "reason": "on_paper"}


async def made(client: Client, worker: Database) -> Pair:
    """Return a new pair whose program lets staff act for people."""
    await people(client)
    return Pair(client, worker, sample_rules(contradict_days=7, signatures=Signatures.ON_PAPER_TOO))


@pytest_asyncio.fixture
async def drafted(client: Client, worker: Database) -> Pair:
    """Yield a pair with a draft of its agreement."""
    case = await made(client, worker)
    with_draft(case)
    return await case.stored()


@pytest_asyncio.fixture
async def surveyed(client: Client, worker: Database) -> Pair:
    """Yield a pair that answers its survey."""
    case = await made(client, worker)
    case.surveyed()
    return await case.stored()


async def scans(client: Client, pair: Pair, name: str, content: bytes, key: str = "scan") -> Any:
    """Send a scan as somebody."""
    path = f"/v1/relationships/{pair.id}/scans"
    return await client.send(name, "POST", path, key=key, files={"file": ("letter.pdf", content)})


async def code_of(client: Client, pair: Pair, name: str, command: str, body: Any, key: str) -> str:
    """Send a command and return the code of its refusal; empty if it succeeds."""
    answer = await client.send(name, "POST", f"/v1/relationships/{pair.id}/{command}", key=key, json=body)
    return str(answer.json().get("code", "")) if answer.status_code != 200 else ""


def paper(pair: Pair, scan: str | None, **changed: Any) -> dict[str, Any]:
    """Return the body of the mentee's signature on paper."""
    return {"version": 1, "digest": pair.digest(), "scan": scan, **MENTEE_ON_PAPER, **changed}


@pytest.mark.parametrize(("content", "ending"), [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpg")])
async def test_a_scan_is_sealed_and_comes_back_as_a_file_to_save(
    client: Client, drafted: Pair, content: bytes, ending: str
) -> None:
    sent = await scans(client, drafted, "contact", content)
    assert sent.status_code == 201, sent.text
    again = await scans(client, drafted, "contact", content)
    assert again.json() == sent.json()
    scan = sent.json()["scan"]
    async with client.office.database.transaction() as connection:
        table = tables.documents.c
        row = (await connection.execute(select(table.payload, table.privacy).where(table.id == scan))).one()
    assert row.privacy == "c2s"
    assert content[:8] not in bytes(row.payload)
    for name in ("contact", "mia", "mo", "office"):
        got = await client.send(name, "GET", f"/v1/relationships/{drafted.id}/scans/{scan}")
        assert (got.status_code, got.content) == (200, content)
        assert got.headers["Content-Disposition"] == f'attachment; filename="scan-{scan[:8]}.{ending}"'
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("elsewhere", "payment", "mentee"):
        got = await client.send(name, "GET", f"/v1/relationships/{drafted.id}/scans/{scan}")
        assert got.status_code == 404, name


async def test_a_scan_of_another_kind_or_cut_off_or_too_large_is_refused(
    client: Client, drafted: Pair
) -> None:
    for number, content in enumerate((b"<svg onload=alert(1)>%%EOF", b"GIF89a" + bytes(9), PDF[:12], b"")):
        answer = await scans(client, drafted, "contact", content, key=f"bad{number}")
        assert (answer.status_code, answer.json()["code"]) == (422, "scan_not_readable")
    large = PDF[:20] + bytes(LARGEST_SCAN) + PDF[20:]
    answer = await scans(client, drafted, "contact", large, key="large")
    assert (answer.status_code, answer.json()["code"]) == (413, "scan_too_large")
    full = PDF[:20] + bytes(LARGEST_SCAN - len(PDF)) + PDF[20:]
    assert (await scans(client, drafted, "contact", full, key="full")).status_code == 201


async def test_only_staff_of_the_region_send_scans(client: Client, drafted: Pair) -> None:
    for name, status in (("elsewhere", 404), ("mia", 403), ("payment", 403), ("admin", 403)):
        assert (await scans(client, drafted, name, PDF, key=name)).status_code == status, name


async def test_a_signature_on_paper_names_its_scan_and_is_seen_as_what_it_is(
    client: Client, drafted: Pair
) -> None:
    scan = (await scans(client, drafted, "contact", PDF)).json()["scan"]
    sign = "sign-agreement"
    assert await code_of(client, drafted, "contact", sign, paper(drafted, None), "1") == "scan_missing"
    assert await code_of(client, drafted, "contact", sign, paper(drafted, "0" * 32), "2") == "unknown_scan"
    assert await code_of(client, drafted, "contact", sign, paper(drafted, scan, digest="0" * 64), "3") == (
        "text_differs"
    )
    by_phone = paper(drafted, scan, reason="by_phone")
    assert await code_of(client, drafted, "contact", sign, by_phone, "4") == "only_on_paper"
    assert await code_of(client, drafted, "contact", sign, paper(drafted, scan), "5") == ""
    shown = (await client.send("mo", "GET", f"/v1/relationships/{drafted.id}/agreement")).json()
    [signature] = shown["signatures"]
    assert (signature["person"], signature["entered_by"], signature["scan"]) == (
        MENTEE.id,
        COORDINATOR.id,
        scan,
    )
    acts = (await client.send("mia", "GET", f"/v1/relationships/{drafted.id}/staff-acts")).json()["data"]
    assert [(act["command"], act["reason"], act["status"]) for act in acts] == [
        ("SignAgreement", "on_paper", "open")
    ]
    body = {"act": acts[0]["id"]}
    assert await code_of(client, drafted, "mo", "contradict-staff-act", body, "6") == "not_acted_for_you"
    assert await code_of(client, drafted, "mia", "contradict-staff-act", body, "7") == ""
    shown = (await client.send("mo", "GET", f"/v1/relationships/{drafted.id}/agreement")).json()
    assert shown["signatures"] == []
    tasks = (await client.send("contact", "GET", f"/v1/relationships/{drafted.id}")).json()["tasks"]
    assert [(task["kind"], task["why"]) for task in tasks if not task["closed_at"]] == [
        ("help_agreement", "staff_act_contradicted")
    ]


async def test_staff_name_the_person_and_nobody_else_may(client: Client, drafted: Pair) -> None:
    body = {"contacted_on": "2026-08-03", "mode": "phone"}
    contact = {**body, "acting_for": MENTEE.id, "reason": "by_phone"}
    sent = "confirm-first-contact"
    assert await code_of(client, drafted, "contact", sent, body, "1") == "role_not_allowed"
    assert await code_of(client, drafted, "contact", sent, {**body, "reason": "by_phone"}, "2") == (
        "acting_for_missing"
    )
    assert await code_of(client, drafted, "mo", sent, contact, "3") == "role_not_allowed"
    assert await code_of(client, drafted, "elsewhere", sent, contact, "4") == "not_found"
    assert await code_of(client, drafted, "contact", sent, {**contact, "reason": "told"}, "5") == "invalid"
    no_reason = {**contact, "reason": None}
    assert await code_of(client, drafted, "contact", sent, no_reason, "6") != ""
    for command in ("confirm-meeting", "ask-for-change"):
        refused = await client.send(
            "contact", "POST", f"/v1/relationships/{drafted.id}/{command}", key=command, json=contact
        )
        assert refused.status_code in (403, 422), command


async def test_a_person_who_coordinates_never_acts_for_the_own_pair(client: Client, drafted: Pair) -> None:
    both = (Role.COORDINATOR, Role.PARTICIPANT)
    await client.token_of("mentor and coordinator", MENTOR.id, both, ("r3",))
    for number, person in enumerate((MENTOR.id, MENTEE.id)):
        body = {"contacted_on": "2026-08-03", "mode": "phone", "acting_for": person, "reason": "by_phone"}
        key = f"own{number}"
        got = await code_of(client, drafted, "mentor and coordinator", "confirm-first-contact", body, key)
        assert got == "on_the_pair"
    assert (await scans(client, drafted, "mentor and coordinator", PDF, key="own")).status_code == 403


async def counted(client: Client, pair: Pair) -> list[Any]:
    """Return what the answers that count say about one question."""
    auditor = sight_of("auditor", (Role.AUDITOR,), Association(regions=("r3",)))
    until = pair.now + timedelta(days=1)
    found = await client.office.reads.surveys.answers(auditor, pair.state.term, "ese_survey_mentee", until)
    return [each.answers["stay"] for each in found]


def test_a_consent_and_what_only_its_writer_reads_are_entered_from_paper_alone() -> None:
    schedule = shipped_forms()["meeting_schedule", "1"]
    private = replace(
        schedule, fields=tuple(replace(each, privacy=Privacy.WRITER) for each in schedule.fields)
    )
    assert only_from_paper(shipped_forms()["mentors_pledge", "1"])
    assert only_from_paper(private)
    assert not only_from_paper(schedule)


async def test_paper_answers_are_counted_once_nobody_contradicted_them(
    client: Client, worker: Database
) -> None:
    pair = await made(client, worker)
    pair.surveyed()
    await pair.stored()
    body = {"answers": survey("mentee"), **MENTEE_ON_PAPER}
    assert await code_of(client, pair, "contact", "submit-survey", body, "1") == ""
    assert await counted(client, pair) == []
    pair.days(12)
    await pair._write()
    assert await counted(client, pair) == [4]


async def test_a_survey_on_paper_is_the_persons_own_and_goes_back_as_a_draft(
    client: Client, surveyed: Pair
) -> None:
    path = f"/v1/relationships/{surveyed.id}"
    body = {"answers": survey("mentee"), **MENTEE_ON_PAPER}
    by_phone = {**body, "reason": "by_phone"}
    assert await code_of(client, surveyed, "contact", "submit-survey", by_phone, "1") == "only_on_paper"
    assert await code_of(client, surveyed, "elsewhere", "submit-survey", body, "2") == "not_found"
    assert await code_of(client, surveyed, "contact", "submit-survey", body, "3") == ""
    assert await counted(client, surveyed) == []
    [filed] = surveyed.state.filed
    where = f"{path}/documents/{filed.document}"
    assert (await client.send("mia", "GET", where)).json()["answers"]["stay"] == 4
    for name in ("contact", "mo", "office"):
        assert (await client.send(name, "GET", where)).status_code == 403, name
    partner = (await client.send("mo", "GET", f"{path}/staff-acts")).json()["data"]
    assert partner == []
    [act] = (await client.send("mia", "GET", f"{path}/staff-acts")).json()["data"]
    assert [
        each["id"] for each in (await client.send("contact", "GET", f"{path}/staff-acts")).json()["data"]
    ] == [act["id"]]
    assert await code_of(client, surveyed, "mia", "contradict-staff-act", {"act": act["id"]}, "4") == ""
    draft = (await client.send("mia", "GET", f"{path}/forms/{filed.form}")).json()
    assert draft["answers"]["stay"] == 4
    again = {"answers": survey("mentee", stay=5)}
    assert await code_of(client, surveyed, "mia", "submit-survey", again, "5") == ""
    assert await counted(client, surveyed) == [5]
    async with client.office.database.transaction() as connection:
        rows = await connection.execute(select(tables.forms.c.id, tables.forms.c.standing))
        standing = {row.id: row.standing for row in rows}
    assert standing == {filed.document: "withdrawn", surveyed.state.filed[-1].document: None}


async def test_the_history_says_who_acted_for_whom(client: Client, worker: Database) -> None:
    pair = await made(client, worker)
    pair.signed()
    pair.days(1)
    await pair.stored()
    began = instant_text(pair.now - timedelta(hours=1))
    meeting = {"began_at": began, "minutes": 45, "mode": "phone", "acting_for": MENTOR.id}
    assert await code_of(client, pair, "contact", "log-meeting", {**meeting, "reason": "by_phone"}, "1") == ""
    events = (await client.send("contact", "GET", f"/v1/relationships/{pair.id}/history")).json()["data"]
    logged = next(event for event in events if event["type"] == "MeetingLogged")
    assert logged["actor"] == {
        **{"id": COORDINATOR.id, "role": "coordinator", "regions": ["r3"], "auth": "api_token"},
        **{"acting_for": MENTOR.id, "reason": "by_phone"},
    }
    whole = (await client.send("mia", "GET", f"/v1/relationships/{pair.id}")).json()
    assert [met["status"] for met in whole["meetings"]] == ["reported"]
    assert pair.state.staff_acts[0].acted_by == COORDINATOR.id
