"""Tasks about streams and the nightly checks are of the association of their stream; what is nobody's is for all."""

from typing import Any

import pytest

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads.tasks import TaskReads
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive, h_stream
from domain.night_checks import MANY
from domain.tasks import TaskKind
from domain.visibility import sight_of
from tests.api_gateway.associations.two_associations import (
    ADMIN,
    AUDITOR,
    FAR_MENTOR,
    NOBODY,
    STATE,
    Office,
    both_associations,
    far_mentor,
)
from tests.api_gateway.conftest import Client, FakeHandle
from tests.api_gateway.test_associations import GRANT, MINE, OTHER, PERSON, SECOND
from tests.api_gateway.test_visibility import NOW, OWED, TERM, put
from tests.domain.builders import MENTEE


async def add_tasks(office: Office, kind: TaskKind, *about: str) -> list[str]:
    """Add open tasks of the office itself; return their ids."""
    row = {"subject_kind": "S", "closed_at": None, "opened_at": NOW, "region": "", "role": "admin"}
    asked = {"kind": kind.value, "why": "check_chain,x", **row}
    ids = [derive("task", kind, each) for each in about]
    tasks = [{"id": id, "about": each, **asked} for id, each in zip(ids, about, strict=True)]
    await put(office.client, *((tables.tasks, task) for task in tasks))
    return ids


def streams_of_first(office: Office) -> tuple[str, ...]:
    """Return what a fault of the first association may name."""
    pair = office.pair.case.id
    return (pair, OWED, TERM, PERSON, h_stream(PERSON), GRANT, f"{SECOND} {PERSON}")


async def listed(office: Office, name: str) -> set[str]:
    answer = await office.send(name, "GET", "/v1/tasks?limit=100&own=false")
    return {row["about"] for row in answer.json()["data"]}


async def test_a_fault_is_a_task_of_the_association_of_its_stream(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        first = {f"{stream}/chain" for stream in streams_of_first(office)}
        other, shared = {f"{FAR_MENTOR}/entry"}, {MANY, f"{NOBODY}/chain"}
        await add_tasks(office, TaskKind.LOOK_INTO_FAULT, *first, *other, *shared)
        for name, seen, hidden in (
            ("admin", first | shared, other),
            (ADMIN, other | shared, first),
            (AUDITOR, other | shared, first),
            (STATE, set(), first),
        ):
            found = await listed(office, name)
            assert found >= seen, name
            assert not found & hidden, name


async def test_a_digest_has_no_fault_of_another_association(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        about = f"{office.pair.case.id}/chain"
        await add_tasks(office, TaskKind.LOOK_INTO_FAULT, about)
        here = Association(code=MINE, regions=("r1", "r2", "r3"))
        there = Association(code=OTHER.association, regions=("far",))
        for association, seen in ((here, True), (there, False)):
            sight = sight_of(derive("x"), (Role.ADMIN,), association)
            told = await TaskReads(client.office.database).for_digest(sight)
            assert (about in {task["about"] for task in told}) is seen


async def test_nobody_ends_a_fault_or_starts_a_run_of_another_association(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        woken: list[str] = []

        async def signal(self: FakeHandle, name: str, *_: Any, **__: Any) -> None:
            woken.append(name)

        async def query(self: FakeHandle, *_: Any, **__: Any) -> bool:
            return False

        monkeypatch.setattr(FakeHandle, "signal", signal, raising=False)
        monkeypatch.setattr(FakeHandle, "query", query, raising=False)
        [fault] = await add_tasks(office, TaskKind.LOOK_INTO_FAULT, f"{office.pair.case.id}/chain")
        [run] = await add_tasks(office, TaskKind.START_RUN_AGAIN, f"{office.pair.case.id}/relationship")
        for task, path, body in ((fault, "look-into", {"found": "put_right"}), (run, "start-run-again", {})):
            address = f"/v1/tasks/@/{path}"
            shown = client.shown(task)
            assert await office.difference(ADMIN, "POST", address, shown, body) == ""
            answer = await office.send(ADMIN, "POST", address.replace("@", shown), path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_task")
        assert woken == []
        started = await office.send(
            "admin", "POST", f"/v1/tasks/{client.shown(run)}/start-run-again", json={}
        )
        assert (started.status_code, woken) == (200, ["unpark"]), started.text


async def test_nightly_checks_show_the_faults_of_the_own_streams_and_no_counts_of_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        streams = (*streams_of_first(office), FAR_MENTOR, NOBODY)
        faults = [{"stream": stream, "check": "chain", "code": "hash_1"} for stream in streams]
        row = {"id": "a4" * 16, "begun_at": NOW, "ended_at": NOW, "checks": "chain", "faults": faults}
        row["journal_until"] = NOW
        await put(client, (tables.night_checks, {**row, "counts": {"relationships": 7}, "unnamed": 3}))
        for name, own in ((AUDITOR, {FAR_MENTOR}), ("auditor", {*streams_of_first(office)})):
            [check] = (await office.send(name, "GET", "/v1/night-checks")).json()["data"]
            assert {fault["stream"] for fault in check["faults"]} == own | {NOBODY}
            assert (check["counts"], check["unnamed"]) == ({}, 0)


async def test_a_notice_to_somebody_about_a_pair_elsewhere_is_not_read_by_that_office(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await far_mentor(office)
        row = {"kind": "welcome_mentor", "seq": 1, "person": FAR_MENTOR, "region": "", "status": "sent"}
        dated = {"data": {"mentee": MENTEE.id}, "created_at": NOW, "not_before": NOW}
        about_pair = {"id": "b1" * 16, "subject": office.pair.case.id}
        about_nothing = {"id": "b2" * 16, "subject": NOBODY}
        for subject in (about_pair, about_nothing):
            await put(client, (tables.notices, {**row, **dated, **subject}))
        read = (await office.send(STATE, "GET", "/v1/notices?limit=100")).json()["data"]
        assert {notice["id"] for notice in read} == {client.shown("b2" * 16)}
        own = (await office.send("the coordinator", "GET", "/v1/notices?limit=100")).json()["data"]
        assert client.shown("b1" * 16) in {notice["id"] for notice in own}
