"""Who may send a command to a subject: its own people and its own association; all others meet nothing."""

import pytest

from activities.adapters.postgres import tables
from api_gateway.app import create_app
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.associations.two_associations import (
    FAR,
    NOBODY,
    STATE,
    Office,
    both_associations,
    deciding,
)
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_associations import STAFF, as_body, filled
from tests.api_gateway.test_examples import operations
from tests.api_gateway.test_visibility import OWED, change_pair, put
from tests.domain.builders import MENTOR

LOG = {"began_at": "2026-11-01T15:00:00Z", "minutes": 45, "mode": "in_person", "topics": []}
BY_PARTICIPANTS = {
    "withdraw-draft": {},
    "end-relationship": {"reason": "other_reason"},
    "log-meeting": LOG,
    "submit-form": {"form": "mentee_exit", "answers": {}},
    "open-complaint": {"about": "conduct"},
}


async def test_no_command_tells_staff_whether_another_association_has_its_subject(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        compared = 0
        for operation in operations(create_app(client.office)):
            path = operation["path"]
            noun = "".join(path.split("/")[2:3])
            here = {"relationships": office.pair.case.id, "obligations": OWED}.get(noun)
            if operation["method"] == "GET" or "{subject}" not in path or here is None or "scans" in path:
                continue
            body = as_body(operation["example"], office.known)
            address = filled(path.replace("{subject}", "@"), office.known)
            for name, roles in STAFF.items():
                if {role.value for role in roles} & {*operation["roles"]}:
                    compared += 1
                    assert await office.difference(name, "POST", address, here, body) == ""
        assert compared > 40
        assert client.engine.sent == []


async def test_no_command_tells_a_participant_whether_another_association_has_a_pair(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await put(client, (tables.people, {"id": derive("far", "plain"), **FAR}))
        await client.token_of("far plain", derive("far", "plain"), (Role.PARTICIPANT,))
        client.engine.deciding[f"relationship/{office.pair.case.id}"] = deciding(client, office.pair)
        for path, body in BY_PARTICIPANTS.items():
            address = f"/v1/relationships/@/{path}"
            assert await office.difference("far plain", "POST", address, office.pair.case.id, body) == ""


async def test_a_refused_attempt_is_recorded_where_the_other_association_does_not_read_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        path, body = f"{office.pair.path}/end-relationship", {"reason": "other_reason"}
        for name in (STATE, "far payment staff", "far auditor"):
            assert (await office.send(name, "POST", path, json=body)).status_code in (403, 404)
        side = await office.send("the coordinator", "GET", f"{office.pair.path}/side-history")
        assert not [name for name in STAFF if derive("far", name) in side.text]
        async with client.office.database.transaction() as connection:
            kinds = await connection.execute(
                tables.events.select().where(tables.events.c.type == "CommandRefused")
            )
            kept = [bytes(row.bytes).decode() for row in kinds if row.rel is None]
        assert all(any(derive("far", name) in each for each in kept) for name in (STATE, "far auditor"))


async def test_what_has_no_row_yet_takes_no_command(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async with both_associations(client, monkeypatch) as office:
        for name in (STATE, "the coordinator"):
            path = f"/v1/relationships/{NOBODY}/confirm-match"
            assert (await office.send(name, "POST", path, json={})).status_code == 404
        assert client.engine.sent == []


async def test_a_person_of_the_pair_who_is_staff_of_another_association_acts_in_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        await put(client, (tables.people, {**FAR, "id": MENTOR.id}))
        await client.token_of("both", MENTOR.id, (Role.PAYMENT_STAFF, Role.PARTICIPANT))
        assert (await office.send("both", "GET", office.pair.path)).status_code == 200
        sent = await office.send("both", "POST", f"{office.pair.path}/ask-for-change", json={})
        assert sent.status_code == 200, sent.text


async def test_a_repeated_request_of_one_who_has_left_the_pair_gets_its_first_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        path = f"{office.pair.path}/ask-for-change"
        first = await office.send("the mentee", "POST", path, "k", json={})
        await change_pair(client, office.pair.case.id, mentee=NOBODY, region="far")
        again = await office.send("the mentee", "POST", path, "k", json={})
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_group_tells_a_pair_of_another_association_from_none_by_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        log = {**LOG, "relationships": ["@", "cd" * 16]}
        assert await _group(office, log, office.pair.case.id) == await _group(office, log, NOBODY)
        side = await office.send("the coordinator", "GET", f"{office.pair.path}/side-history")
        assert derive("far", STATE) not in side.text


async def _group(office: Office, log: dict[str, object], pair: str) -> list[tuple[str, str]]:
    """Return the lines of a refused log of a group."""
    sent = {**log, "relationships": [pair, "cd" * 16]}
    answer = await office.send(STATE, "POST", "/v1/group-meetings", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "group_refused")
    lines = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert lines == [("/relationships/0", "not_found"), ("/relationships/1", "not_found")]
    return lines
