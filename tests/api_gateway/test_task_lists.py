"""Each person's list of tasks: her own work, late first, in words, with the request that does it."""

import json
import shlex
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.adapters.files.task_words import words
from activities.adapters.postgres import tables
from api_gateway.app import create_app
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive
from domain.languages import Language
from domain.payments.projection import obligation_rows
from domain.relationship.any_stage.notes import WriteNote
from domain.task_acts import ACTS
from domain.tasks import TaskKind
from domain.visibility import CONFIDENTIAL_NOTICES
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_visibility import change_pair, put
from tests.conftest import NOW
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, SECOND
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment


def task(name: str, kind: TaskKind, **values: Any) -> tuple[Any, dict[str, Any]]:
    row = {"id": derive("task", name), "kind": kind.value, "role": "coordinator", "opened_at": NOW}
    return tables.tasks, {"subject": derive("subject", name), "subject_kind": "relationship", **row, **values}


async def listed(client: Client, who: str, query: str = "") -> list[dict[str, Any]]:
    answer = await client.send(who, "GET", f"/v1/tasks{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def kinds(client: Client, who: str, query: str = "") -> list[str]:
    return [row["kind"] for row in await listed(client, who, query)]


def people(*names: tuple[str, str]) -> list[tuple[Any, dict[str, Any]]]:
    kept = {"language": "en", "created_at": NOW}
    return [(tables.people, {"id": id, "name": name, "salt": derive(id), **kept}) for id, name in names]


async def test_c28_a_task_has_names_what_to_do_and_days_in_words_and_what_is_late_comes_first(
    client: Client,
) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await put(
            client,
            *people((MENTEE.id, "Maria Lopez"), (MENTOR.id, "Ruth Olsen")),
            task("new", TaskKind.HELP_AGREEMENT, subject=pair.case.id),
            task("soon", TaskKind.FILL_FORM, subject=pair.case.id, due_at=NOW + timedelta(days=9), about="x_y"),
            task("late", TaskKind.DECIDE_COMPLETION, subject=pair.case.id, why="too_few_meetings",
                 opened_at=NOW - timedelta(days=40), due_at=NOW - timedelta(days=3)),
        )  # fmt: skip
        late, new, soon = await listed(client, "ann")
        assert late["kind"] == "decide_completion"
        assert late["who"] == "Maria Lopez with Ruth Olsen"
        assert late["due"] == "3 days late"
        assert late["since"].startswith("open since ")
        assert "too few meetings. Decide whether it is enough." in late["words"]
        assert (new["due"], new["since"]) == ("no day set", "open since today")
        assert soon["due"].startswith("due on ")
        spanish = (await listed(client, "ann", "?language=es"))[0]
        assert (spanish["who"], spanish["due"]) == ("Maria Lopez con Ruth Olsen", "3 días de retraso")
        assert not {"mentee_name", "now", "day"} & late.keys()


async def test_a_task_about_a_meeting_names_its_day_in_the_zone_of_the_program(client: Client) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await change_pair(client, pair.case.id, program="masa")
        late = datetime(NOW.year, 10, 17, 3, 30, tzinfo=UTC)  # the evening before in Chicago
        meeting = {"id": derive("met"), "relationship": pair.case.id, "began_at": late, "minutes": 60}
        more = {"mode": "phone", "topics": "", "logged_by": "mentor", "status": "disputed", "kind": "full"}
        await put(
            client,
            *people((MENTEE.id, "Maria Lopez"), (MENTOR.id, "Ruth Olsen")),
            (tables.meetings, {**meeting, **more, "group_id": "", "place": "", "planned": ""}),
            task("disputed", TaskKind.RESOLVE_MEETING, subject=pair.case.id, about=derive("met")),
        )
        [found] = await listed(client, "ann")
        assert found["who"] == "Maria Lopez with Ruth Olsen, meeting of October 16"
        assert "met_at" not in found
        [spanish] = await listed(client, "ann", "?language=es")
        assert spanish["who"] == "Maria Lopez con Ruth Olsen, reunión del 16 de octubre"


@pytest.mark.parametrize("kind", CONFIDENTIAL_NOTICES)
async def test_neither_of_the_pair_learns_of_a_confidential_matter_from_a_task_about_an_address(
    client: Client, kind: str
) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    await client.token_of("the mentor", MENTOR.id, (Role.PARTICIPANT,))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        plain, named = (
            task(name, TaskKind.FIX_ADDRESS, subject=pair.case.id, about=MENTEE.id, why=f"{name},no_address")
            for name in ("reminder", kind)
        )
        await put(client, plain, named)
        seen = {}
        for who in ("ann", "the mentor"):
            answer = await client.send(who, "GET", f"/v1/relationships/{pair.case.id}")
            tasks = answer.json()["tasks"]
            seen[who] = [row["why"] for row in tasks if row["kind"] == TaskKind.FIX_ADDRESS]
        assert seen["the mentor"] == ["reminder,no_address"]
        assert sorted(seen["ann"]) == sorted(["reminder,no_address", f"{kind},no_address"])


async def test_a_long_list_comes_in_pages_and_goes_on_where_the_last_page_ended(client: Client) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    days = (3, -2, 1, None)
    await put(
        client,
        *(
            task(
                str(number),
                TaskKind.HELP_AGREEMENT,
                due_at=None if day is None else NOW + timedelta(days=day),
            )
            for number, day in enumerate(days)
        ),
    )
    found, query = [], "?limit=1"
    while query:
        page = (await client.send("ann", "GET", f"/v1/tasks{query}")).json()
        found += [row["id"] for row in page["data"]]
        query = f"?limit=1&after={page['next']}" if page["next"] else ""
    assert found == [client.shown(derive("task", str(number))) for number in (1, 3, 2, 0)]


async def test_c28_the_line_below_a_task_is_the_request_that_does_it(client: Client) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await put(client, task("help", TaskKind.CHASE_SURVEY, subject=pair.case.id))
        [found] = await listed(client, "ann")
        settle, postpone = found["acts"]
        program, verb, path, option, body = shlex.split(settle["line"])
        assert (program, verb, option) == ("mentorflow", "send", "--body")
        assert json.loads(body) == {"task": found["id"], "outcome": "done"} == settle["body"]
        assert date.fromisoformat(postpone["body"]["look_on"]) > NOW.date()
        for act in (settle, postpone):
            sent = await client.send("ann", "POST", act["path"], key=act["path"], json=act["body"])
            assert sent.status_code == 200, sent.text
        assert [name for _, name, _ in client.engine.sent] == ["SettleTask", "PostponeTask"]
        assert path == f"relationships/{pair.case.id}/settle-task"


async def test_c32_each_role_has_its_own_work(client: Client) -> None:
    await client.token_of("state", derive("p", "state"), (Role.COORDINATOR,))
    await client.token_of("here", derive("p", "here"), (Role.COORDINATOR,), ("r3",))
    await client.token_of("mentor", MENTOR.id, (Role.COORDINATOR, Role.PARTICIPANT), ("r3",))
    await client.token_of("auditor here", derive("p", "auditor"), (Role.AUDITOR,))
    await client.token_of("admin here", derive("p", "admin"), (Role.ADMIN,))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        own = {"subject": pair.case.id}
        await put(
            client,
            task("a", TaskKind.HELP_AGREEMENT, opened_at=NOW - timedelta(days=2), **own),
            task("b", TaskKind.DECIDE_SPECIAL_APPLICATION, opened_at=NOW - timedelta(days=1)),
            task("c", TaskKind.NAME_CONTACT, role="admin", subject_kind="term"),
        )
        assert await kinds(client, "here") == ["help_agreement"]
        assert await kinds(client, "here", "?own=false") == [
            "help_agreement",
            "decide_special_application",
            "name_contact",
        ]
        assert await kinds(client, "state") == ["help_agreement", "decide_special_application"]
        assert await kinds(client, "mentor") == [], "nobody decides about their own pair"
        assert await kinds(client, "admin here") == ["name_contact"]
        assert await kinds(client, "auditor here") == []
        assert len(await kinds(client, "auditor here", "?own=false")) == 3


@pytest.mark.parametrize(
    ("steps", "kind", "can"),
    [
        (Payment.prepared, "approve_stipend", ("approver", "third")),
        (Payment.approved, "send_stipend", ("third",)),
        (Payment.sent, "confirm_settlement", ("approver",)),
    ],
    ids=["approve", "send", "confirm"],
)
async def test_c32_payment_staff_have_the_steps_that_they_may_make(
    client: Client, steps: Any, kind: str, can: tuple[str, ...]
) -> None:
    payment = steps(Payment())
    for name, actor in (("maker", MAKER), ("approver", APPROVER), ("third", THIRD)):
        await client.token_of(name, actor.id, (Role.PAYMENT_STAFF,))
    await client.token_of("here", derive("p", "here"), (Role.COORDINATOR,), ("r3",))
    instants = dict.fromkeys(("opened_at", "prepared_at", "accrued_at", "due_at", "closes_at"), NOW)
    later = dict.fromkeys(("closed_at", "settled_at", "finished_at", "ended_at"))
    known = {"tasks": tables.tasks, "orders": tables.orders, "obligations": tables.obligations}
    rows = []
    for row in obligation_rows(payment.state):
        table = known[row.table]
        given = {**row.values, **{name: at for name, at in {**instants, **later}.items() if name in table.c}}
        for name in ("approved_at", "sent_at"):
            if given.get(name):
                given[name] = NOW
        if row.table == "tasks" and row.values["closed_at"]:
            continue
        rows.append((table, {"id": row.key, **given}))
    await put(client, *people((MENTOR.id, "Ruth Olsen")), *rows)
    for name in ("maker", "approver", "third"):
        assert (kind in await kinds(client, name)) == (name in can), name
        assert kind in await kinds(client, name, "?own=false")
    assert await kinds(client, "here") == []
    [found] = [row for row in await listed(client, can[0]) if row["kind"] == kind]
    assert found["who"].startswith("500.00 USD to ")
    assert found["who"].endswith(" for Ruth Olsen")


async def test_a_note_is_read_by_the_staff_and_by_nobody_else(client: Client) -> None:
    await client.token_of("ann", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    await client.token_of("ben", SECOND.id, (Role.COORDINATOR,), ("r3",))
    await client.token_of("elsewhere", derive("p", "elsewhere"), (Role.COORDINATOR,), ("r1",))
    await client.token_of("mentor as staff", MENTOR.id, (Role.COORDINATOR, Role.PARTICIPANT), ())
    async with recorded_pair(client) as pair:
        await pair.drafted()
        body = {"text": "Ask about the move.", "look_on": "2026-09-01"}
        sent = await client.send("ann", "POST", f"{pair.path}/write-note", json=body)
        assert sent.status_code == 200, sent.text
        command = client.engine.sent[-1][2]
        assert isinstance(command, WriteNote)
        assert command.text is not None
        assert command.text.privacy == "c2s"
        await put(client, *people((COORDINATOR.id, "Ann Berg")))
        await pair.do(WriteNote, COORDINATOR, text=command.text, look_on=command.look_on)
        for who in ("ann", "ben"):
            [note] = (await client.send(who, "GET", f"{pair.path}/notes")).json()["data"]
            assert (note["text"], note["written_by"], note["look_on"]) == (
                "Ask about the move.",
                "Ann Berg",
                "2026-09-01",
            )
        side = (await client.send("ann", "GET", f"{pair.path}/side-history")).json()["data"]
        read = [event["actor"]["id"] for event in side if event["type"] == "SealedRecordRead"]
        assert read == [SECOND.id], "reading a note of one's own is no event"
        for who, status in (
            ("elsewhere", 404), ("mentor as staff", 404), ("the mentee", 403), ("payment", 403), ("auditor", 403),
        ):  # fmt: skip
            assert (await client.send(who, "GET", f"{pair.path}/notes")).status_code == status, who
        history = (await client.send("ann", "GET", f"{pair.path}/history")).text
        assert "NoteWritten" in history
        assert "Ask about" not in history


async def test_c28_every_act_can_be_reached(client: Client) -> None:
    """Each act of a stream has a route, and so has each act that is a route."""
    routes = {
        (method.upper(), "/".join("{}" if part.startswith("{") else part for part in path.split("/")))
        for path, methods in create_app(client.office).openapi()["paths"].items()
        for method in methods
    }
    told = set()
    for kind in TaskKind:
        for of in ("relationship", "obligation", "term"):
            for act in acts_in_a_list(kind, of):
                if "path" in act:
                    told.add((act["method"], act["path"]))
    assert told
    for method, path in told:
        shape = "/".join("{}" if len(part) == 32 or part == "r3" else part for part in path.split("/"))
        assert (method, shape) in routes, path
    assert {act.line for acts in ACTS.values() for act in acts if act.line} == {"mentorflow doctor"}


def acts_in_a_list(kind: TaskKind, of: str) -> list[dict[str, Any]]:
    """Return the acts of a kind as a list shows them, for a stream that has its commands."""
    from api_gateway.http.task_acts import _COMMANDS, acts_of
    from api_gateway.services.caller import Caller

    if any(act.command and act.command not in _COMMANDS[of] for act in ACTS[kind]):
        return []
    roles = (Role.COORDINATOR, Role.ADMIN)
    caller = Caller(person=COORDINATOR.id, roles=roles, regions=(), association=Association())
    row = {"id": "a" * 32, "kind": kind.value, "subject": "b" * 32, "subject_kind": of, "about": "c" * 32}
    return acts_of({**row, "region": "r3", "term": "d" * 32, "program": "masa", "now": NOW}, caller)


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_task_has_a_name_and_a_sentence_in_every_language(language: Language) -> None:
    found = words(language)
    assert set(found["name"]) == set(found["do"]) == {kind.value for kind in TaskKind}
    assert found["frame"].keys() == words(Language.EN)["frame"].keys()
    assert len(found["frame"]["months"]) == 12
