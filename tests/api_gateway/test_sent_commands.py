"""Commands arrive at their workflow as people send them, and every address of the API is named in a test."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from api_gateway.app import create_app
from domain.actors import Role
from domain.ids import derive
from domain.messages import Command
from domain.relationship.any_stage.notes import PostponeTask
from domain.relationship.any_stage.staff_acts import ConfirmStaffAct, ContradictStaffAct, SettleStaffAct
from domain.relationship.person_change import SettleChange
from domain.relationship.stages.application.refusal import AcceptAsSpecial
from domain.relationship.stages.meetings.completion_review import ReviewCompletion
from domain.relationship.stages.meetings.cover import GiveBackCover
from domain.relationship.stages.meetings.observations import CancelObservation
from domain.term.staff_acts import ConfirmMonthlyRecord, ContradictMonthlyRecord
from tests.api_gateway.conftest import Client, add_entry, open_term
from workers.settings import REPOSITORY

ONE = "9f2c" * 8
PAIR = "relationships/" + derive("relationship", "sent")
SENT: tuple[tuple[str, type[Command], str, dict[str, Any], dict[str, Any]], ...] = (
    ("coordinator", AcceptAsSpecial, "accept-as-special", {"reason": "short_of_mentors"}, {}),
    ("coordinator", ReviewCompletion, "review-completion", {"complete": True, "reason": "met_often"}, {}),
    ("mentee", CancelObservation, "cancel-observation", {"observation": ONE, "reason": "illness"}, {}),
    ("mentee", GiveBackCover, "give-back-cover", {"request": ONE}, {}),
    ("coordinator", SettleChange, "settle-change", {"person": ONE}, {}),
    ("mentee", ConfirmStaffAct, "confirm-staff-act", {"act": ONE}, {}),
    ("mentee", ContradictStaffAct, "contradict-staff-act", {"act": ONE}, {}),
    ("coordinator", SettleStaffAct, "settle-staff-act", {"act": ONE, "stands": False}, {}),
    (
        "coordinator",
        PostponeTask,
        "postpone-task",
        {"task": ONE, "look_on": "2026-11-02"},
        {"look_on": date(2026, 11, 2)},
    ),
)
"""Who sends, the command, its address, the body, and what is another value in the command than in the body."""


@pytest.mark.parametrize(("who", "kind", "name", "body", "read"), SENT, ids=[each[2] for each in SENT])
async def test_a_command_arrives_as_it_was_sent_and_its_refusal_comes_back_in_words(
    client: Client, who: str, kind: type[Command], name: str, body: dict[str, Any], read: dict[str, Any]
) -> None:
    await add_entry(client, ONE)
    path = f"/v1/{PAIR}/{name}"
    answer = await client.send(who, "POST", path, json=body)
    assert answer.status_code == 200, answer.text
    await arrived(client, PAIR.replace("relationships", "relationship"), who, kind, body | read)
    for left_out in body:
        short = {field: value for field, value in body.items() if field != left_out}
        refused = await client.send(who, "POST", path, key=left_out, json=short)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{left_out}")
    other = "mentee" if Role.PARTICIPANT not in kind.roles else "auditor"
    assert (await client.send(other, "POST", path, key="other", json=body)).status_code == 403
    client.engine.refuse("staff_act_answered", next(iter(body)))
    refused = await client.send(who, "POST", path, key="refused", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "staff_act_answered")
    assert refused.json()["errors"][0]["pointer"] == f"/{next(iter(body))}"


@pytest.mark.parametrize("kind", [ConfirmMonthlyRecord, ContradictMonthlyRecord])
async def test_a_mentor_answers_about_a_monthly_record_that_staff_entered(
    client: Client, kind: type[Command]
) -> None:
    term = await open_term(client)
    name = {
        ConfirmMonthlyRecord: "confirm-monthly-record",
        ContradictMonthlyRecord: "contradict-monthly-record",
    }
    path = f"/v1/terms/{term}/regions/r1/{name[kind]}"
    answer = await client.send("mentee", "POST", path, json={"month": "2026-10"})
    assert answer.status_code == 200, answer.text
    await arrived(client, f"term/{derive('term_region', term, 'r1')}", "mentee", kind, {"month": "2026-10"})
    assert (await client.send("mentee", "POST", path, key="m", json={})).status_code == 422
    assert (
        await client.send("coordinator", "POST", path, key="c", json={"month": "2026-10"})
    ).status_code == 403


async def arrived(
    client: Client, workflow: str, who: str, kind: type[Command], values: dict[str, Any]
) -> None:
    """Check that exactly one command came to a workflow, with these values, in the sender's own name."""
    [(id, name, command)] = client.engine.sent
    assert (id, name, type(command)) == (workflow, kind.__name__, kind)
    meant = {name: client.office.ids.inner(values[name]) for name in kind.shown}
    assert {field: getattr(command, field) for field in values} == {**values, **meant}
    assert (command.actor.id, command.actor.acting_for) == (derive("p", who), None)


def texts() -> Iterator[str]:
    """Yield each text in the tests over HTTP, and in the acts of the years."""
    for folder in ("tests/api_gateway", "tests/e2e", "tests/workers"):
        for path in (REPOSITORY / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
    for path in (REPOSITORY / "workers" / "embedded" / "year" / "data").rglob("*.toml"):
        yield path.read_text()


async def test_every_address_of_the_api_is_named_in_a_test(client: Client) -> None:
    """By its last fixed part. What sends the example of every route proves nothing about what a route is for."""
    said = "\n".join(texts())
    unnamed = []
    for path in create_app(client.office).openapi()["paths"]:
        fixed = [part for part in path.split("/") if part and not part.startswith("{")]
        if fixed and not re.search(rf"(?<![\\w-]){re.escape(fixed[-1])}(?![\\w-])", said):
            unnamed.append(path)
    assert unnamed == []
