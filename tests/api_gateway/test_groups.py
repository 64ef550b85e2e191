"""One log for several pairs: checked for all before any is sent, sent to each once, answered once despite failures."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.facts.rules import rules_in_force
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer, Sent
from domain.actors import Actor, Role
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client, FakeHandle, add_person
from tests.api_gateway.group_pairs import GROUP, Pairs, pairs_of_term
from tests.api_gateway.test_api import side_codes
from tests.domain.builders import MENTEE, MENTOR
from tests.domain.rules_variants import RICH
from workers.assembly import COMMANDS


class Engine:
    """Workflows as housekeeping reaches them. Some refuse."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Command]] = []
        self.refuses: dict[str, str] = {}

    async def start(self, *_: Any, **__: Any) -> None:
        raise AssertionError("nothing is started here")

    async def signal(self, *_: Any) -> bool:
        raise AssertionError("nothing is signaled here")

    async def update(self, id: str, command: Command) -> Sent:
        self.sent.append((id, command))
        code = self.refuses.get(id) if isinstance(command, LogGroupMeeting) else None
        if code:
            return Sent(answer=Answer.REFUSED, code=code)
        receipt = Receipt(command=command.id, stream="a" * 32, seq=9, hash="b" * 64, state="meetings")
        return Sent(answer=Answer.TAKEN, receipt=receipt)


@pytest_asyncio.fixture
async def pairs(client: Client) -> AsyncIterator[Pairs]:
    """Yield three pairs of one mentor in region r3, on a day of the term, with tokens for coordinator and mentor."""
    async with pairs_of_term(client) as found:
        for name in ("one", "two", "three"):
            await found.add(name)
        yield found


def housekeeping(pairs: Pairs, engine: Engine) -> HousekeepingActivities:
    backlog = SqlBacklog(pairs.worker, SqlClock(pairs.worker), COMMANDS)
    return HousekeepingActivities(backlog, engine, engine)


async def test_one_log_is_sent_to_every_pair_once_and_answers_with_a_line_for_each(pairs: Pairs) -> None:
    body = pairs.log()
    answer = await pairs.send(body)
    assert answer.status_code == 200, answer.text
    assert [line["status"] for line in answer.json()["results"]] == ["logged"] * 3
    again = await pairs.send(body)
    assert again.json() == answer.json()
    assert again.headers["idempotency-replayed"] == "true"
    sent = pairs.client.engine.sent
    assert sorted(id for id, _, _ in sent) == sorted(f"relationship/{id}" for id in pairs.ids)
    group = answer.json()["group"]
    assert {command.group for _, _, command in sent} == {group}
    assert len({command.id for _, _, command in sent}) == 3
    shown = await pairs.client.send("leader", "GET", f"{GROUP}/{group}")
    assert shown.json() == {"state": "done", "errors": [], **answer.json()}
    for stranger, status in (("elsewhere", 404), ("mentee", 404), ("auditor", 200)):
        assert (await pairs.client.send(stranger, "GET", f"{GROUP}/{group}")).status_code == status


async def test_a_groups_log_is_found_by_its_first_digits_among_those_that_the_caller_may_see(
    pairs: Pairs,
) -> None:
    await pairs.client.token_of("mentee", MENTEE.id, (Role.PARTICIPANT,))
    group = (await pairs.send(pairs.log())).json()["group"]
    for who in ("leader", "mentor", "mentee", "admin"):
        whole = await pairs.client.send(who, "GET", f"{GROUP}/{group}")
        found = await pairs.client.send(who, "GET", f"{GROUP}/{group[:8]}")
        assert (found.status_code, found.json()) == (200, whole.json()), who
    for who in ("elsewhere", "coordinator"):
        for id in (group, group[:8]):
            assert (await pairs.client.send(who, "GET", f"{GROUP}/{id}")).status_code == 404, who
    other_kind = derive("command", derive("p", "admin"), "r1")
    assert (await pairs.client.send("admin", "GET", f"{GROUP}/{other_kind[:8]}")).status_code == 404


async def test_the_mentor_of_all_pairs_logs_as_mentor(pairs: Pairs) -> None:
    answer = await pairs.send(pairs.log(), who="mentor")
    assert answer.status_code == 200, answer.text
    actors = [command.actor for _, _, command in pairs.client.engine.sent]
    assert {(actor.id, actor.role) for actor in actors} == {(MENTOR.id, Role.PARTICIPANT)}


async def test_one_human_with_two_entries_logs_under_the_id_that_stands_in_each_pair(pairs: Pairs) -> None:
    """C60: the token is of the older entry, and the pairs name the mentor's alias."""
    client, old = pairs.client, derive("p", "old")
    for id in (old, MENTOR.id):
        await add_person(client, id, district="Lake")
    await client.token_of("the human", old, (Role.PARTICIPANT,))
    merged = {"other": MENTOR.id, "answer": "same"}
    answer = await client.send("admin", "POST", f"/v1/people/{old}/same-as", key="same", json=merged)
    assert answer.json()["stands"] == old
    body = pairs.log()
    logged = await pairs.send(body, who="the human")
    assert logged.status_code == 200, logged.text
    assert [line["status"] for line in logged.json()["results"]] == ["logged"] * 3
    assert {command.actor.id for _, _, command in client.engine.sent} == {MENTOR.id}
    assert (await pairs.send(body, who="the human")).json() == logged.json()


async def test_one_fault_refuses_the_whole_log_with_a_line_for_each_faulty_pair(pairs: Pairs) -> None:
    early = await pairs.add("early", signed=False)
    other = await pairs.add("other program", rules=replace(RICH, program="another"))
    unknown = "d" * 32
    body = pairs.log(relationships=[pairs.ids[0], early, other, unknown, pairs.ids[1]])
    answer = await pairs.send(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "group_refused")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/relationships/1", "meeting_before_agreement"),
        ("/relationships/2", "other_program"),
        ("/relationships/3", "not_found"),
    ]
    assert pairs.client.engine.sent == []
    again = await pairs.send(body)
    assert (again.status_code, again.json()["errors"]) == (422, answer.json()["errors"])
    assert set(await pairs.commands()) >= {"GroupMeeting"}
    assert "LogGroupMeeting" not in await pairs.commands()
    async with pairs.client.office.database.transaction() as connection:
        refused = await connection.scalars(
            select(tables.events.c.rel).where(tables.events.c.type == "CommandRefused")
        )
        assert {early, other} <= set(refused.all())


async def test_pairs_that_were_moved_are_checked_under_the_rules_in_force_since(pairs: Pairs) -> None:
    alone = replace(RICH, version="0", meetings=replace(RICH.meetings, group_logs=False))
    moved = [await pairs.add(name, rules=alone, after=RICH) for name in ("moved", "moved too")]
    answer = await pairs.send(pairs.log(relationships=moved))
    assert answer.status_code == 200, answer.text
    left = await pairs.add("left", after=alone)
    answer = await pairs.send(pairs.log(relationships=[left, moved[0]]), key="h")
    assert [error["code"] for error in answer.json()["errors"]] == ["no_group_logs"]
    async with pairs.client.office.database.transaction() as connection:
        assert await rules_in_force(connection, left) == alone
    assert await pairs.client.office.facts.rules(left) == alone


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("elsewhere", {}, "not_found"),
        ("mentee", {}, "not_found"),
        ("leader", {"mode": "fax"}, "unknown_mode"),
        ("leader", {"minutes": 0}, "minutes_out_of_range"),
        ("leader", {"began_at": "2099-01-01T00:00:00Z"}, "meeting_in_future"),
        ("leader", {"began_at": "1999-01-01T00:00:00Z"}, "meeting_before_agreement"),
    ],
)
async def test_a_fault_of_every_pair_is_reported_for_each(
    pairs: Pairs, who: str, change: dict[str, Any], code: str
) -> None:
    answer = await pairs.send(pairs.log(**change), who=who)
    assert (answer.status_code, answer.json()["code"]) == (422, "group_refused")
    assert [error["code"] for error in answer.json()["errors"]] == [code] * 3


async def test_of_a_pair_that_the_sender_may_not_see_nothing_else_is_reported(pairs: Pairs) -> None:
    paused = await pairs.add("paused", paused=True)
    for who in ("elsewhere", "mentee"):
        body = pairs.log(relationships=[paused, pairs.ids[0]])
        answer = await pairs.send(body, who=who)
        assert [error["code"] for error in answer.json()["errors"]] == ["not_found"] * 2
    assert set(await side_codes(pairs.client)) == {"other_region", "not_a_participant"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"relationships": ["a" * 32]}, "/relationships"),
        ({"relationships": ["a" * 32] * 2}, "/relationships"),
        ({"relationships": [f"{n:032x}" for n in range(41)]}, "/relationships"),
        ({"relationships": ["x", "a" * 32]}, "/relationships/0"),
        ({"minutes": True}, "/minutes"),
        ({"note": "what we said"}, "/note"),
    ],
)
async def test_a_group_in_the_wrong_form_is_422(pairs: Pairs, change: dict[str, Any], pointer: str) -> None:
    answer = await pairs.send(pairs.log(**change))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_race_is_shown_in_the_result_and_reported_to_that_pair(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(pairs, monkeypatch, pairs.ids[1], "meeting_already_logged")
    answer = await pairs.send(pairs.log())
    assert answer.status_code == 200
    lines = {line["relationship"]: line for line in answer.json()["results"]}
    assert [lines[id]["status"] for id in pairs.ids] == ["logged", "refused", "logged"]
    assert lines[pairs.ids[1]]["code"] == "meeting_already_logged"
    [(workflow, command)] = [
        (id, command) for id, _, command in pairs.client.engine.sent if isinstance(command, HearGroupRefusal)
    ]
    assert workflow == f"relationship/{pairs.ids[1]}"
    assert (command.code, command.actor.role) == ("meeting_already_logged", Role.SYSTEM)


def refuse(pairs: Pairs, monkeypatch: pytest.MonkeyPatch, pair: str, code: str) -> None:
    """Make one workflow refuse the log, as after a race; it accepts everything else."""
    engine = pairs.client.engine
    taken = FakeHandle.execute_update

    async def one_refuses(handle: FakeHandle, name: str, command: Command, **options: Any) -> Receipt:
        if handle._id == f"relationship/{pair}" and name == "LogGroupMeeting":
            engine.refuse(code)
        try:
            return await taken(handle, name, command, **options)
        finally:
            engine.raises = None

    monkeypatch.setattr(FakeHandle, "execute_update", one_refuses)


async def test_with_an_unavailable_engine_housekeeping_sends_the_parts_and_the_key_gets_its_answer(
    pairs: Pairs,
) -> None:
    body = pairs.log()
    pairs.client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    away = await pairs.send(body)
    assert (away.status_code, away.json()["code"]) == (503, "engine_unavailable")
    await pairs.forget_claims()
    engine = Engine()
    engine.refuses[f"relationship/{pairs.ids[2]}"] = "relationship_paused"
    chores = housekeeping(pairs, engine)
    assert (await chores.send_unanswered()).count == 3
    await pairs.forget_claims()
    assert (await chores.send_unanswered()).count == 1
    assert isinstance(engine.sent[-1][1], HearGroupRefusal)
    assert (await chores.send_unanswered()).count == 0
    pairs.client.engine.raises = None
    late = await pairs.send(body)
    assert late.status_code == 200
    assert [line["status"] for line in late.json()["results"]] == ["logged", "logged", "refused"]
    assert pairs.client.engine.sent[3:] == []


@pytest.mark.parametrize("faulty", [False, True])
async def test_housekeeping_finishes_for_a_sender_that_stopped_before_the_check(
    pairs: Pairs, faulty: bool
) -> None:
    body = pairs.log(minutes=0) if faulty else pairs.log()
    group = derive("command", derive("p", "leader"), "g")
    actor = Actor(id=derive("p", "leader"), role=Role.COORDINATOR, regions=("r3",))
    await pairs.client.office.intake.claim(
        group, kind="GroupMeeting", subject="", payload=body, fingerprint="f", actor=actor
    )
    await pairs.forget_claims()
    engine = Engine()
    chores = housekeeping(pairs, engine)
    await chores.send_unanswered()
    assert len(engine.sent) == (0 if faulty else 3)
    [row] = (await pairs.commands())["GroupMeeting"]
    assert row.status == (422 if faulty else 200)
    shown = await pairs.client.send("leader", "GET", f"{GROUP}/{group}")
    assert shown.json()["state"] == ("refused" if faulty else "done")
    assert len(shown.json()["errors"]) == (3 if faulty else 0)
    await chores.send_unanswered()
    assert len(engine.sent) == (0 if faulty else 3)


async def test_a_repeat_after_parts_were_logged_checks_nothing_again(pairs: Pairs) -> None:
    """A pair that accepted its part would now refuse the same log as a duplicate, so it must not be asked again."""
    body = pairs.log()
    await pairs.send(body)
    async with pairs.worker.transaction() as connection:
        undone = {"status": None, "answer": None, "answered_at": None}
        row = tables.commands.c
        await connection.execute(update(tables.commands).where(row.kind == "GroupMeeting").values(**undone))
        last = row.subject == pairs.ids[2]
        await connection.execute(update(tables.commands).where(last).values(**undone))
    await pairs.forget_claims()
    answer = await pairs.send(body)
    assert [line["status"] for line in answer.json()["results"]] == ["logged"] * 3
    ids = [command.id for _, _, command in pairs.client.engine.sent]
    assert (len(ids), len(set(ids))) == (4, 3)


async def test_a_pair_sees_its_schedule_with_the_districts_slots_and_its_rows(pairs: Pairs) -> None:
    shown = await pairs.client.send("mentor", "GET", f"/v1/relationships/{pairs.ids[0]}/schedule")
    assert shown.status_code == 200, shown.text
    schedule = shown.json()
    assert {slot["code"] for slot in schedule["slots"]} == {"early_release"}
    assert all(slot["minutes"] == 60 for slot in schedule["slots"])
    assert schedule["places"][0] == {"code": "school", "label": "school"}
    assert schedule["planned"] == []
    assert (
        await pairs.client.send("mentee", "GET", f"/v1/relationships/{pairs.ids[0]}/schedule")
    ).status_code == 404
    whole = await pairs.client.send("mentor", "GET", f"/v1/relationships/{pairs.ids[0]}")
    body = whole.json()
    assert body["met"] == {"meetings": 0, "face_to_face": 0, "by_kind": {}, "by_mode": {}}
    assert (body["cover_allotted"], body["cover_left"], body["observations_required"]) == (120, 120, 2)
    assert [body[part] for part in ("planned_meetings", "observations", "cover_requests", "marks")] == [
        []
    ] * 4


async def test_rows_of_a_plan_are_strict(pairs: Pairs) -> None:
    path = f"/v1/relationships/{pairs.ids[0]}/plan-meetings"
    row = {"on": "2026-12-01", "begins": "15:30", "minutes": 60, "place": "school"}
    for change, pointer in (
        ({"begins": 930}, "/rows/0/begins"),
        ({"on": 20261201}, "/rows/0/on"),
        ({"minutes": "60"}, "/rows/0/minutes"),
        ({"address": "12 Main St"}, "/rows/0/address"),
    ):
        answer = await pairs.client.send(
            "mentor", "POST", path, key=pointer, json={"rows": [{**row, **change}]}
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer
    taken = await pairs.client.send("mentor", "POST", path, key="good", json={"rows": [row]})
    assert taken.status_code == 200
    [command] = [command for _, _, command in pairs.client.engine.sent]
    assert (command.rows[0].place, command.rows[0].begins.hour) == ("school", 15)
    assert not isinstance(command, LogMeeting)
