"""C58: the answer to a command, its version tag and its rows carry no number of the journal."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.actors import Actor, Role
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship.any_stage.complaint import OpenComplaint
from domain.relationship.any_stage.pause import PauseRelationship
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.domain.builders import COORDINATOR, MENTEE, document

OF_JOURNAL = {"seq", "applied_seq", "hash", "prev"}


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names_in(each)


async def paused(client: Client, pair: RecordedPair) -> Any:
    """Send a command that is decided, and answered with the event that it left."""

    async def decide(command: Command) -> Receipt:
        await pair.do(PauseRelationship, COORDINATOR, reason=getattr(command, "reason"))  # noqa: B009 - any command
        head = pair.head
        return Receipt(
            command=command.id, stream=pair.case.id, seq=head.seq, hash=head.hash, state="meetings"
        )

    client.engine.deciding[f"relationship/{pair.case.id}"] = decide
    path, body = f"{pair.path}/pause-relationship", {"reason": "leave"}
    first = await client.send("the coordinator", "POST", path, key="pause", json=body)
    again = await client.send("the coordinator", "POST", path, key="pause", json=body)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    status = (await client.send("the coordinator", "GET", "/v1/commands/pause")).json()
    assert status["answer"] == first.json()
    return first.json()


async def test_a_receipt_is_a_token_that_an_auditor_alone_opens(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        answer = await paused(client, pair)
        assert sorted(answer) == ["command", "receipt", "state"]
        path = f"/v1/receipts/{answer['receipt']}"
        for name in ("the coordinator", "the mentor", "payment"):
            assert (await client.send(name, "GET", path)).status_code == 403
        opened = (await client.send("auditor", "GET", path)).json()
        assert (opened["stream"], opened["seq"], opened["hash"], opened["in_journal"]) == (
            pair.case.id,
            pair.head.seq,
            pair.head.hash,
            True,
        )
        assert opened["type"] == "RelationshipPaused"
        for token in (answer["receipt"][:-2], "A" * len(answer["receipt"]), "a"):
            unknown = await client.send("auditor", "GET", f"/v1/receipts/{token}")
            assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


async def test_the_length_of_a_receipt_does_not_tell_a_number(client: Client) -> None:
    shown = client.office.receipts.shown
    receipts = [
        shown({"command": "c", "state": "s", "stream": stream, "seq": seq, "hash": "b" * 64})["receipt"]
        for stream, seq in (("a" * 32, 1), ("a" * 32, 123456), (derive("x"), 9))
    ]
    assert len({len(each) for each in receipts}) == 1
    assert len({*receipts}) == 3


@pytest.mark.parametrize("case", [False, True], ids=["without a case", "with a case"])
async def test_no_answer_about_a_pair_has_a_number_of_the_journal(client: Client, case: bool) -> None:
    about = Actor(id=derive("the one complained of"), role=Role.COORDINATOR, regions=("r3",))
    await client.token_of("about", about.id, (Role.COORDINATOR,), ("r3",))
    async with recorded_pair(client) as pair:
        await pair.signed()
        if case:
            sealed = document("s")
            await pair.do(OpenComplaint, MENTEE, about="conduct", against=about.id, statement=sealed)
        await paused(client, pair)
        for name in ("about", "the mentor", "the coordinator", "payment", "auditor"):
            for path in (pair.path, "/v1/relationships", "/v1/tasks", "/v1/notices", "/v1/obligations"):
                answer = await client.send(name, "GET", path)
                assert answer.status_code in (200, 403), (name, path, answer.text)
                assert OF_JOURNAL & {*names_in(answer.json())} == set(), (name, path)
                assert len(answer.headers.get("etag", "x" * 34)) == 34
        history = (await client.send("about", "GET", f"{pair.path}/history")).json()["data"]
        assert [each["seq"] for each in history] == list(range(1, len(history) + 1))
        assert "OpenComplaint" not in json.dumps(history)
