"""The whole office as its users see it: processes, HTTP, email, and a worker that dies in the middle."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.files.program_files import SHIPPED, load_programs
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.rule_sets import RuleSetWrites, RuleText
from domain.actors import Actor, Role
from domain.ids import derive
from domain.rules.canonical_json import rules_digest, rules_text
from tests.conftest import PROGRAM, office_at_ten, unavailable
from tests.e2e.people import Api, furnished, person
from workers.audit.replay import ALL, replay
from workers.embedded.__main__ import card
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

TERMS = {
    "ground_rules": ["confidential"],
    "rhythm": {"every": 1, "unit": "months"},
    "modes": ["phone", "in_person"],
    "face_to_face": 1,
    "minutes": 45,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office() -> AsyncIterator[tuple[OfficeProcesses, Api, str]]:
    """Yield a running office with a pair, and the present term."""
    program = PROGRAM
    try:
        async with office_at_ten() as office:
            api = await furnished(office, program)
            today = await api.today()
            body = {"program": program, "name": "now", "first": str(today - timedelta(days=60))}
            term = await api.done("admin", "terms", {**body, "last": str(today + timedelta(days=250))})
            yield office, api, term["term"]
            await api.close()
    except StartFailed as obstacle:
        unavailable(obstacle)


async def test_a_pair_is_driven_to_its_meetings_while_the_worker_is_killed(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, term = office
    now, today = await api.now(), str(await api.today())
    application = {
        "person": person("mentee"),
        "term": term,
        "reason": "new_to_role",
        "applied_on": today,
    }
    opened = await api.done("mentee", "applications", application)
    assert await api.done("mentee", "applications", application) == opened
    subject = f"relationships/{opened['relationship']}"
    await api.until("coordinator", subject, stage="matching")

    mentor = {"mentor": person("mentor")}
    assert await api.refused("elsewhere", f"{subject}/propose-match", mentor) == (404, "not_found")
    assert await api.refused("mentee", f"{subject}/propose-match", mentor) == (404, "not_found")
    await api.done("coordinator", f"{subject}/propose-match", mentor)
    await api.done("coordinator", f"{subject}/confirm-match", {})
    contact = {"contacted_on": today, "mode": "phone"}
    await api.done("mentee", f"{subject}/confirm-first-contact", contact)
    early = {"began_at": now.isoformat(), "minutes": 15, "mode": "phone"}
    assert await api.refused("mentor", f"{subject}/log-meeting", early) == (409, "meeting_before_agreement")
    await api.done("mentor", f"{subject}/draft-agreement", {"terms": TERMS})

    agreement = await api.get("mentee", f"{subject}/agreement")
    signing = {"version": 1, "digest": agreement["digest"]}

    # The worker dies while both sign; even so, each gets an answer and has one signature.
    signatures = [
        asyncio.create_task(api.done(name, f"{subject}/sign-agreement", signing))
        for name in ("mentor", "mentee")
    ]
    await stack.kill_worker()
    await asyncio.gather(*signatures)
    await api.until("mentor", subject, stage="meetings")

    began = (now - timedelta(minutes=20)).isoformat()
    meeting = {"began_at": began, "minutes": 15, "mode": "phone", "topics": ["budget"]}
    first = await api.post("mentor", f"{subject}/log-meeting", meeting, key="one-meeting")
    again = await api.post("mentor", f"{subject}/log-meeting", meeting, key="one-meeting")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await api.post("mentor", f"{subject}/log-meeting", {**meeting, "minutes": 16}, key="one-meeting")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert await api.refused("mentor", f"{subject}/log-meeting", meeting) == (409, "meeting_already_logged")

    await api.done("mentor", f"{subject}/name-helper", {"helper": person("second"), "topic": "budget"})
    await api.done("mentee", f"{subject}/answer-helper", {"helper": person("second"), "consent": True})
    (helper,) = (await api.get("mentee", subject))["helpers"]
    assert (helper["person"], helper["status"]) == (person("second"), "agreed")

    history = await api.get("auditor", f"{subject}/history")
    types = [event["type"] for event in history["data"]]
    assert types.count("AgreementSigned") == 2
    assert types.count("MeetingLogged") == 1
    side = await api.get("auditor", f"{subject}/side-history")
    assert "meeting_before_agreement" in {event["body"]["code"] for event in side["data"]}
    known = await api.read("mentor", subject)
    same = await api.read("mentor", subject, headers={"If-None-Match": known.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    moment = history["data"][2]["decided_at"]
    assert (await api.get("auditor", f"{subject}/history", at=moment))["state"]["stage"] == "matching"


async def test_servers_that_stop_lose_nothing_and_do_nothing_twice(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, _ = office
    found = await api.get("mentor", "relationships")
    subject = f"relationships/{found['data'][0]['id']}"
    await stack.stop_postgres()
    away = await api.post("coordinator", f"{subject}/pause-relationship", {"reason": "leave"}, key="pause")
    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
    await stack.start_postgres()
    await api.eventually("coordinator", f"{subject}/pause-relationship", {"reason": "leave"}, key="pause")
    await stack.restart_temporal(kill=True)
    await api.eventually("coordinator", f"{subject}/resume-relationship", {}, key="resume")
    history = await api.get("auditor", f"{subject}/history")
    types = [event["type"] for event in history["data"]]
    assert (types.count("RelationshipPaused"), types.count("RelationshipResumed")) == (1, 1)


async def test_a_pair_continues_under_another_version_of_its_rules(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, _ = office
    found = await api.get("mentor", "relationships")
    subject = f"relationships/{found['data'][0]['id']}"
    file = load_programs()[PROGRAM]
    await api.done("admin", f"programs/{file.program}/rules", {})
    move = {"rules_version": file.version, "reason": "board_decision"}
    assert await api.refused("admin", f"{subject}/move-rules", move) == (409, "same_rules")
    move = {"rules_version": "next", "reason": "board_decision"}
    assert await api.refused("admin", f"{subject}/move-rules", move) == (409, "unknown_version")
    recognition = replace(file.rules.recognition, closing_days=20)
    text = rules_text(replace(file.rules, version="next", recognition=recognition))
    rules = RuleText(region="", digest=rules_digest(text), text=text)
    database = Database(stack.settings.database_url("gateway"), size=1)
    try:
        await RuleSetWrites(database).keep_rules(
            program=file.program,
            version="next",
            rules=[rules],
            actor=Actor(id=person("admin"), role=Role.ADMIN),
            command=derive("e2e", "next"),
        )
    finally:
        await database.close()
    await api.done("admin", f"{subject}/move-rules", move)
    await api.done("coordinator", f"{subject}/pause-relationship", {"reason": "leave"})
    await api.done("coordinator", f"{subject}/resume-relationship", {})
    *_, moved, paused, resumed = (await api.get("auditor", f"{subject}/history"))["data"]
    assert (moved["type"], moved["actor"]["id"], moved["why"]) == (
        "RulesMoved",
        person("admin"),
        ["board_decision"],
    )
    assert moved["rules"]["digest"] == moved["body"]["left_digest"]
    assert paused["rules"] == resumed["rules"]
    assert (paused["rules"]["digest"], paused["rules"]["version"]) == (rules.digest, "next")


async def test_history_and_projection_agree_afterwards(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, _ = office
    await _wait_for_email(api)
    report = await replay(stack.settings, ALL)
    assert report.faults == ()
    assert report.relationships >= 1
    assert report.terms >= 1
    assert report.compared > 10


async def test_a_term_has_a_workflow_in_each_region_and_can_be_replayed_by_its_id(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, term = office
    regions = {row["code"] for row in (await api.get("auditor", "regions"))["data"]}
    kept = (await api.get("auditor", "term-regions", term=term))["data"]
    assert {row["region"] for row in kept} == regions
    history = await api.get("auditor", f"term-regions/{kept[0]['id']}/history")
    assert history["data"][0]["type"] == "TermOpened"
    report = await replay(stack.settings, kept[0]["id"])
    assert report.faults == ()
    assert (report.relationships, report.terms, report.runs) == (0, 1, 1)


async def test_a_special_application_is_read_only_by_its_decider(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, term = office
    await api.give_token("state", [Role.COORDINATOR])
    await api.give_token("other_state", [Role.COORDINATOR])
    await api.add_person(person("special"), name="Special", email="refuse-special@example.org", region="r2")
    await api.done(
        "admin", f"people/{person('special')}/memberships", {"membership": "active", "first": "2020-01-01"}
    )
    await api.give_token("special", [Role.PARTICIPANT])
    secret = "a circumstance that nobody else may read"
    opened = await api.done(
        "special",
        "applications",
        {
            "person": person("special"),
            "term": term,
            "reason": "other",
            "applied_on": "2026-11-01",
            "circumstances": secret,
        },
    )
    subject = f"relationships/{opened['relationship']}"
    await api.until("state", subject, stage="application", special=True)
    await api.done("state", f"{subject}/take-special-application", {})
    await api.until("state", subject, decider=person("state"))
    assert await api.get("state", f"{subject}/special-application") == {"circumstances": secret}
    decision = {"accept": True, "reason": "hardship"}
    refused = await api.refused("other_state", f"{subject}/decide-special-application", decision)
    assert refused == (403, "not_the_decider")
    await api.done("state", f"{subject}/decide-special-application", decision)
    side = await api.get("auditor", f"{subject}/side-history")
    assert "SealedRecordRead" in [event["type"] for event in side["data"]]
    # The mailbox refuses: the coordinator gets a task, and nothing else waits for it.
    for _ in range(100):
        found = await api.get("state", subject)
        if any(task["kind"] == "fix_address" for task in found["tasks"]):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("no task for the refusing mailbox")
    dump = await _all_rows(stack)
    assert secret.encode() not in dump


async def test_everything_that_was_decided_is_checked_again_under_a_draft(
    office: tuple[OfficeProcesses, Api, str], tmp_path: Path
) -> None:
    stack, _, _ = office
    shipped = (SHIPPED / f"{PROGRAM}.toml").read_text()
    same, draft = tmp_path / "same.toml", tmp_path / "draft.toml"
    same.write_text(shipped)
    draft.write_text(re.sub(r"first_contact_days = \d+", "first_contact_days = 60", shipped))
    ended, output = await _mentorflow(stack, "programs", "what-if", str(same))
    assert (ended, output.count("\n")) == (0, 1), output
    assert re.fullmatch(r"\d+ relationships, \d+ decisions repeated; 0 with a difference\n", output)
    ended, output = await _mentorflow(stack, "programs", "what-if", str(draft), "--json")
    walked = {each["relationship"]: each for each in json.loads(output)}
    differing = {each: found["found"] for each, found in walked.items() if found["found"]}
    assert ended == 1
    assert [[each["kind"] for each in found] for found in differing.values()] == [["deadline"]]
    (pair,) = differing
    ended, output = await _mentorflow(stack, "programs", "what-if", str(draft), "--relationship", pair)
    assert ended == 1
    assert "  deadline " in output
    assert "first_contact: " in output
    ended, output = await _mentorflow(stack, "programs", "what-if", str(draft), "--relationship", "0" * 32)
    assert (ended, output) == (2, f"there is no relationship {'0' * 32}\n")


async def test_a_history_is_printed_in_sentences_and_found_by_the_first_digits_of_an_id(
    office: tuple[OfficeProcesses, Api, str],
) -> None:
    stack, api, _ = office
    pair = (await api.get("mentor", "relationships"))["data"][0]["id"]
    token = await api.give_token("auditor", [Role.AUDITOR])
    whole = await _mentorflow(stack, "history", pair, "--token", token, "--url", stack.gateway_url)
    assert whole[0] == 0, whole[1]
    assert "  Coordinator (coordinator): The match with Mentor was confirmed.  [" in whole[1]
    assert ": The application was accepted. A match is due by 20" in whole[1]
    own = await _mentorflow(stack, "history", person("mentor"), "--token", token, "--url", stack.gateway_url)
    assert own[0] == 0, own[1]
    assert "The entry was added. It has: " in own[1], "an id tells whether it is of a person"
    ended, output = await _mentorflow(stack, "history", pair[:8])
    assert ended == 0, output
    assert output.count("\n") == whole[1].count("\n")
    name = person("mentor")[:8]
    assert f"{person('coordinator')[:8]} (coordinator): The match with {name} was confirmed.  [" in output
    assert "Mentor was confirmed" not in output, "the operator sees the journal and no names"
    ended, output = await _mentorflow(stack, "history", pair[:8], "--language", "es")
    assert f"Se confirmó la pareja con {name}." in output
    ended, output = await _mentorflow(stack, "replay", pair[:8])
    assert ended == 0, output
    lines = output.splitlines()
    assert lines[0] == "1 relationship, 0 obligations, 0 terms, 0 people"
    assert [line[:22] for line in lines[1:]] == [
        "ok  The chain of event",
        "ok  The tables show wh",
        "ok  The newest commitm",
        "ok  Who was called one",
        "ok  Who has which role",
        "ok  Which account is w",
        "ok  Each run decides a",
        "ok  The journal holds ",
    ]
    for command in ("history", "replay"):
        ended, output = await _mentorflow(stack, command, pair[:7])
        assert ended == 2
        assert "at least 8 of its first digits" in " ".join(output.split())
    assert (await _mentorflow(stack, "history", "0" * 32))[0] == 1
    ended, output = await _mentorflow(stack, "replay", "0" * 32)
    assert ended == 1
    assert "NO  This does not hold: The chain of events is whole" in output


async def test_every_link_on_the_demos_card_answers(office: tuple[OfficeProcesses, Api, str]) -> None:
    stack, _, _ = office
    tour, *links = re.findall(r"https?://\S+", card(stack))
    assert tour.endswith("/demo"), "this stack has no tour; test_tour.py opens it"
    assert len(links) == 4
    async with httpx.AsyncClient() as http:
        for link in links:
            assert (await http.get(link)).status_code == 200, link


async def _mentorflow(stack: OfficeProcesses, *arguments: str) -> tuple[int, str]:
    """Run the command line on this stack; return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "workers",
        *arguments,
        env={**os.environ, "MENTORFLOW_SETTINGS": str(stack.data.settings_file)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def _wait_for_email(api: Api) -> None:
    """Wait until all email is sent; what a killed worker was sending is tried again after thirty seconds."""
    for _ in range(600):
        if not (await api.get("auditor", "notices", status="pending"))["data"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("notices stay pending")


async def _all_rows(stack: OfficeProcesses) -> bytes:
    """Return all rows of the tables that could contain a document, as bytes."""
    engine = create_async_engine(stack.settings.database_url("migrator"))
    found: list[Any] = []
    try:
        async with engine.connect() as connection:
            for table in ("documents.documents", "journal.events", "office.commands", "office.applications"):
                found.extend(await connection.execute(text(f"select * from {table}")))  # noqa: S608 - our own names
    finally:
        await engine.dispose()
    values = [value for row in found for value in row]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
