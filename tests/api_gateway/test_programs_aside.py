"""A program whose file has errors stands aside: the gateway names it, and what runs under it goes on."""

from pathlib import Path

import pytest

from activities.adapters.files.program_files import (
    SHIPPED,
    FileFault,
    ProgramFiles,
    read_programs,
    shipped_files,
)
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from api_gateway.app import create_app
from api_gateway.http import examples
from api_gateway.services import programs as service
from domain.actors import Role
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_visibility import put
from tests.conftest import PROGRAM

LINE = 7


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the gateway find the first program's file with a fault; return the fault as a person reads it."""
    faulty = tmp_path / f"{PROGRAM}.toml"
    lines = (SHIPPED / f"{PROGRAM}.toml").read_text().splitlines()
    faulty.write_text("\n".join([*lines[: LINE - 1], "this is no line", *lines[LINE - 1 :]]))
    files = read_programs([faulty, *(path for path in shipped_files() if path.stem != PROGRAM)])
    _replace(monkeypatch, files)
    return str(files.aside[PROGRAM][0])


def _replace(monkeypatch: pytest.MonkeyPatch, files: ProgramFiles) -> None:
    monkeypatch.setattr(service, "program_files", lambda: files)
    monkeypatch.setattr(service, "read_programs", lambda _: files)
    monkeypatch.setattr(examples, "program_files", lambda: files)


async def test_c46_the_state_office_reads_which_program_stands_aside_and_why(
    client: Client, aside: str
) -> None:
    await client.token("state", Role.COORDINATOR)
    for reader, reads in (("state", True), ("admin", True), ("auditor", True), ("coordinator", False)):
        listed = (await client.send(reader, "GET", "/v1/programs")).json()["data"]
        rows = {row["program"]: row for row in listed}
        assert [name for name, row in rows.items() if row["stands_aside"]] == [PROGRAM]
        faults = [str(FileFault(**each)) for each in rows[PROGRAM]["faults"]]
        assert faults == ([aside] if reads else [])
        assert f"{PROGRAM}.toml:{LINE}: " in aside
        assert not any(row["opens_terms"] for row in listed), "the association has no other program"
    assert (await client.send("mentee", "GET", "/v1/programs")).status_code == 403


async def test_c46_nothing_new_begins_under_a_program_that_stands_aside(client: Client, aside: str) -> None:
    body = {"program": PROGRAM, "name": "t", "first": "2026-08-01", "last": "2027-06-30"}
    for answer in (
        await client.send("admin", "POST", "/v1/terms", json=body),
        await client.send("mentee", "GET", f"/v1/programs/{PROGRAM}/codes"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "program_file_faulty")
        assert "`mentorflow programs check`" in answer.json()["detail"]


async def test_c46_a_pair_goes_on_under_its_pinned_rules(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        others = {name: file for name, file in service.programs().items() if name != pair.case.rules.program}
        _replace(monkeypatch, ProgramFiles(usable=others, aside={pair.case.rules.program: ()}))
        codes = await client.send("the mentee", "GET", f"{pair.path}/codes")
        assert [each["code"] for each in codes.json()["codes"]["meetings.modes"]] == list(
            pair.case.rules.meetings.modes
        )
        for path in ("", "/agreement", "/forms"):
            read = await client.send("the mentee", "GET", f"{pair.path}{path}")
            assert read.status_code == 200, read.text
        signed = {"version": 1, "digest": (await agreement(client, pair.path))["digest"]}
        answer = await client.send("the mentee", "POST", f"{pair.path}/sign-agreement", json=signed)
        assert answer.status_code == 200, answer.text


async def agreement(client: Client, path: str) -> dict[str, str]:
    answer = await client.send("the mentee", "GET", f"{path}/agreement")
    found: dict[str, str] = answer.json()
    return found


async def test_c46_the_gateway_starts_even_if_no_program_can_be_used(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replace(monkeypatch, ProgramFiles(usable={}, aside={PROGRAM: ()}))
    app = create_app(client.office)
    assert app.openapi()["paths"]


async def test_c46_the_emails_of_a_program_are_one_task_of_administrators_and_the_state_office(
    client: Client, worker: Database
) -> None:
    await client.token("state", Role.COORDINATOR)
    await put(client, (tables.programs, {"program": "another", "association": MINE}))
    records = NoticeRecords(worker, client.office.clock)
    for notice in ("a" * 32, "b" * 32):
        await records.park_with_program(notice, PROGRAM)
    await records.park_with_program("c" * 32, "another")
    for reader, sees in (("admin", True), ("state", True), ("coordinator", False), ("payment", False)):
        listed = (await client.send(reader, "GET", "/v1/tasks")).json()["data"]
        assert [(task["kind"], task["about"]) for task in listed] == (
            [("correct_program", PROGRAM), ("correct_program", "another")] if sees else []
        )
        assert all("`mentorflow doctor` names the file and the line" in task["words"] for task in listed)
    await records.programs_back([PROGRAM])
    listed = (await client.send("admin", "GET", "/v1/tasks?open=false")).json()["data"]
    assert [(task["about"], task["outcome"]) for task in listed] == [(PROGRAM, "corrected"), ("another", "")]
    await records.park_with_program("d" * 32, PROGRAM)
    listed = (await client.send("admin", "GET", "/v1/tasks")).json()["data"]
    assert [task["about"] for task in listed] == ["another", PROGRAM], "a second time is a second task"
