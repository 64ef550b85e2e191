"""What administrators and auditors see of the nightly check and of stopped runs, and what they do about it."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.night_checks import SqlNightChecks
from activities.adapters.postgres.parked_runs import SqlParkedRuns
from activities.ports.journal import ParkedReport
from activities.ports.night_checks import CheckedPart
from api_gateway.services import stopped_runs
from domain.ids import derive
from domain.night_checks import JournalFault
from tests.api_gateway.conftest import Client

PAIR = derive("pair")
FAULT = JournalFault(stream=PAIR, check="chain", code="hash_3")
FOUND = {"found": "put_right"}


class Run:
    """A run that had stopped: ``answers`` says for each look whether it has stopped again."""

    def __init__(self, *answers: bool, gone: bool = False) -> None:
        self.answers, self.gone, self.said = list(answers), gone, list[str]()

    def get_workflow_handle(self, id: str) -> Run:
        self.said.append(id)
        return self

    async def signal(self, name: str) -> None:
        if self.gone:
            raise RPCError("gone", RPCStatusCode.NOT_FOUND, b"")
        self.said.append(name)

    async def query(self, name: str, **_: Any) -> bool:
        return self.answers.pop(0)


async def check(worker: Database, night: str, *faults: JournalFault) -> None:
    await SqlNightChecks(worker).begin(derive(night))
    done = CheckedPart(next="", counts={"relationships": 2}, faults=faults)
    await SqlNightChecks(worker).end(derive(night), done)


async def listed(client: Client, reader: str) -> list[dict[str, Any]]:
    return list((await client.send(reader, "GET", "/v1/tasks")).json()["data"])


async def test_a_fault_is_a_task_of_administrators_that_auditors_see_and_cannot_end(
    client: Client, worker: Database
) -> None:
    await check(worker, "one", FAULT)
    [task], [seen] = await listed(client, "admin"), await listed(client, "auditor")
    assert task["id"] == seen["id"]
    assert (task["kind"], task["who"]) == ("look_into_fault", "the office itself")
    assert "the chain of events is broken – the difference is here: hash_3" in task["words"]
    path = f"tasks/{task['id']}/look-into"
    lines = [f'mentorflow send {path} --body \'{{"found": "FOUND"}}\'']
    assert [act["line"] for act in task["acts"]] == ["mentorflow doctor", *lines]
    assert [act["line"] for act in seen["acts"]] == ["mentorflow doctor"]
    for name in ("coordinator", "payment"):
        assert await listed(client, name) == []
    refused = await client.send("auditor", "POST", f"/v1/{path}", json=FOUND)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    unknown = await client.send("admin", "POST", f"/v1/{path}", key="x", json={"found": "banana"})
    assert unknown.status_code == 422
    for _ in range(2):
        done = await client.send("admin", "POST", f"/v1/{path}", key="y", json=FOUND)
        assert (done.status_code, done.json()) == (200, {"task": task["id"]})
    assert await listed(client, "admin") == []
    again = await client.send("admin", "POST", f"/v1/{path}", key="z", json=FOUND)
    assert (again.status_code, again.json()["code"]) == (404, "no_such_task")
    [ended] = (await client.send("admin", "GET", "/v1/tasks?open=false")).json()["data"]
    assert (ended["outcome"], ended["closed_by"]) == ("put_right", derive("p", "admin"))


async def test_administrators_and_auditors_see_what_each_night_found(
    client: Client, worker: Database
) -> None:
    await check(worker, "one", FAULT)
    await check(worker, "two")
    for name in ("admin", "auditor"):
        found = (await client.send(name, "GET", "/v1/night-checks")).json()["data"]
        assert [len(each["faults"]) for each in found] == [0, 1]
        assert found[0]["counts"] == {"relationships": 2}
    assert (await client.send("coordinator", "GET", "/v1/night-checks")).status_code == 403
    tasks = (await client.send("admin", "GET", "/v1/tasks?open=false")).json()["data"]
    assert [each["outcome"] for each in tasks] == ["mended"]


@pytest.fixture
def run(client: Client, monkeypatch: pytest.MonkeyPatch) -> Run:
    run = Run(True, False)
    monkeypatch.setattr(client.office.stopped_runs, "_client", run)
    monkeypatch.setattr(stopped_runs, "SETTLED", 0.0)
    return run


async def parked(worker: Database) -> None:
    report = ParkedReport(workflow=f"relationship/{PAIR}", stream=PAIR, seq=4, code="record_refused")
    await SqlParkedRuns(worker).append_parked(report)


async def test_c66_a_stopped_run_is_a_task_until_an_administrator_starts_it_and_it_goes_on(
    client: Client, worker: Database, run: Run
) -> None:
    await parked(worker)
    [task], [seen] = await listed(client, "admin"), await listed(client, "auditor")
    path = f"tasks/{task['id']}/start-run-again"
    assert [act["line"] for act in task["acts"]] == [f"mentorflow send {path}"]
    assert (seen["kind"], seen["acts"]) == ("start_run_again", [])
    stopped = await client.send("admin", "POST", f"/v1/{path}", key="a")
    assert (stopped.status_code, stopped.json()["code"]) == (409, "run_stopped_again")
    assert [each["id"] for each in await listed(client, "admin")] == [task["id"]]
    done = await client.send("admin", "POST", f"/v1/{path}", key="b")
    assert done.status_code == 200, done.text
    assert run.said == [f"relationship/{PAIR}", "unpark"] * 2
    assert await listed(client, "admin") == await listed(client, "auditor") == []
    unknown = await client.send("admin", "POST", f"/v1/{path}", key="c")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_task")


async def test_a_run_that_has_ended_meanwhile_leaves_nothing_to_start(
    client: Client, worker: Database, run: Run
) -> None:
    await parked(worker)
    [task] = await listed(client, "admin")
    run.gone = True
    done = await client.send("admin", "POST", f"/v1/tasks/{task['id']}/start-run-again")
    assert done.status_code == 200, done.text
    assert await listed(client, "admin") == []
