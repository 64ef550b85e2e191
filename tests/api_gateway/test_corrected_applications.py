"""A slip in an application that waits is seen and corrected, and a list then says nothing new."""

from __future__ import annotations

from typing import Any

import pytest

from activities.adapters.postgres.facts.states import relationship_state
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship import decider
from domain.rules.canonical_json import rules_from_text
from domain.workflow_contracts import workflow_id
from tests.api_gateway.conftest import Client, broken, open_term
from tests.api_gateway.importing import GOOD, answer, propose
from tests.api_gateway.openings import record_command
from tests.api_gateway.test_api import roster
from tests.domain.builders import START as NOW

HEAD = "key,reason,first_year,applied_on\n"
SLIP = {**GOOD, "applications": HEAD + "ben,new_to_role,no,2026-08-03\n"}
RIGHT = {"applications": HEAD + "ben,new_to_role,yes,2026-08-03\n"}


async def waiting(client: Client) -> tuple[str, str]:
    """Import an application with a slip; return the term and the relationship, which records what is sent to it."""
    term = await open_term(client)
    await roster(client, term, SLIP)
    start = client.engine.started[-1]

    async def decide(command: Command) -> Receipt:
        return await record_command(client.engine.database, start, command)

    client.engine.deciding[workflow_id("relationship", start.relationship)] = decide
    return term, start.relationship


async def shown(client: Client, relationship: str, who: str = "coordinator") -> dict[str, Any]:
    answered = await client.send(who, "GET", f"/v1/relationships/{relationship}")
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def test_a_slip_is_seen_and_corrected_and_the_corrected_list_says_nothing_new(client: Client) -> None:
    term, relationship = await waiting(client)
    stated = {
        "reason": "new_to_role",
        "first_year": False,
        "applied_on": "2026-08-03",
        "areas": [],
        "region": "r1",
    }
    before = await shown(client, relationship)
    assert (before["stage"], before["applied"]) == ("application", stated)

    [refused] = (await propose(client, term, RIGHT, key="again")).json()["refused"]
    assert refused["column"] == "first_year"
    assert "there first_year is no" in refused["problem"]
    assert "correct-application" in refused["problem"]

    path = f"/v1/relationships/{relationship}/correct-application"
    answered = await client.send("coordinator", "POST", path, key="c", json={"first_year": True})
    assert answered.status_code == 200, answered.text
    after = await shown(client, relationship)
    assert (after["stage"], after["applied"]) == ("matching", {**stated, "first_year": True})
    history = (await client.send("coordinator", "GET", f"/v1/relationships/{relationship}/history")).json()
    types = [each["type"] for each in history["data"]]
    assert types == [
        "ApplicationReceived", "RefusalProposed", "ApplicationCorrected", "FactsAskedAgain", "ApplicationAccepted",
    ]  # fmt: skip
    assert history["data"][0]["body"]["first_year"] is False, "both versions are kept"

    proposed = await answer(client, (await propose(client, term, RIGHT, key="once more")).json())
    assert proposed["refused"] == []
    assert proposed["counts"].get("unchanged") == 1


async def test_new_to_role_with_dashes_is_refused_with_the_reasons_of_the_program(client: Client) -> None:
    _, relationship = await waiting(client)
    id = workflow_id("relationship", relationship)
    [start] = [each for each in client.engine.started if each.relationship == relationship]

    async def validated(command: Command) -> Receipt:
        async with client.engine.database.transaction() as connection:
            known = await relationship_state(connection, relationship)
        assert known is not None
        with pytest.raises(RuleViolation) as violation:
            decider.decide(known[0], command, NOW, rules_from_text(start.rules_text), None)
        raise broken(violation.value.code, violation.value.field)

    client.engine.deciding[id] = validated
    path = f"/v1/relationships/{relationship}/correct-application"
    sent = {"reason": "new-to-role"}
    answered = await client.send("coordinator", "POST", path, key="c", json=sent)
    assert answered.status_code == 409, answered.text
    assert answered.json()["code"] == "unknown_reason"
    assert "new_to_role, new_to_role_in_state" in answered.text
    assert (await shown(client, relationship))["applied"]["reason"] == "new_to_role"


async def test_the_command_of_the_task_works_as_it_is_printed_and_for_the_administrator(
    client: Client,
) -> None:
    """The administrator imported the application; the task printed a command without body, which changed nothing."""
    _, relationship = await waiting(client)
    listed = (await client.send("coordinator", "GET", "/v1/tasks")).json()["data"]
    [task] = [each for each in listed if each["kind"] == "decide_refusal"]
    [act] = [each for each in task["acts"] if each["path"].endswith("/correct-application")]
    assert act["body"] == {"first_year": True}
    assert act["line"].endswith("""/correct-application --body '{"first_year": true}'""")
    answered = await client.send("admin", "POST", act["path"], key="as printed", json=act["body"])
    assert answered.status_code == 200, answered.text
    assert (await shown(client, relationship))["stage"] == "matching"


async def test_a_slip_in_an_accepted_application_is_told_what_ends_the_pair_and_who_applies_again(
    client: Client,
) -> None:
    """No word about what one can do; withdraw, cancel, end and close do not exist."""
    _, relationship = await waiting(client)
    path = f"/v1/relationships/{relationship}/correct-application"
    accepted = await client.send("coordinator", "POST", path, key="a", json={"first_year": True})
    assert accepted.status_code == 200, accepted.text
    client.engine.raises = broken("application_accepted")  # as the workflow refuses it now
    answered = await client.send("coordinator", "POST", path, key="b", json={"first_year": False})
    assert answered.status_code == 409, answered.text
    said = answered.json()["detail"]
    for command in ("end-relationship", "write-note"):
        assert f"`mentorflow send relationships/ID/{command}`" in said
    assert "The person may then apply for another term, but not for this one again" in said


async def test_what_was_applied_with_is_for_the_mentee_and_the_office(client: Client) -> None:
    _, relationship = await waiting(client)
    assert "applied" in await shown(client, relationship, "admin")
    listed = (await client.send("coordinator", "GET", "/v1/relationships")).json()["data"]
    assert not any(name.startswith("corrected_") for each in listed for name in each)
    assert (await client.send("elsewhere", "GET", f"/v1/relationships/{relationship}")).status_code == 404
    assert derive("p", "mentee") not in str(listed)
