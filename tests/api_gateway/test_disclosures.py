"""Disclosures over HTTP: four fields, who may record and read one, and what the journal says of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.actors import Role
from tests.api_gateway.confidential import DISCLOSURE, SECRET, side_events, whole_database
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.domain.builders import FACTS, MENTOR


async def test_an_administrator_who_is_mentor_reads_no_disclosure_of_their_own_pair(client: Client) -> None:
    await client.token_of("mentor and admin", MENTOR.id, (Role.ADMIN, Role.PARTICIPANT))
    async with recorded_pair(client) as pair:
        await pair.signed()
        path = f"{pair.path}/disclosures"
        body = {**DISCLOSURE, "by": "mentee"}
        assert (await client.send("the mentee", "POST", path, json=body)).status_code == 201
        answer = await client.send("mentor and admin", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "own_relationship")


async def test_one_key_is_one_disclosure_of_one_pair_and_no_private_reason(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        other = RecordedPair(pair.records, "two")
        other.case.facts = replace(FACTS, free_slot=2)
        await other.signed()
        first = await client.send("the mentor", "POST", f"{pair.path}/disclosures", json=DISCLOSURE)
        again = await client.send("the mentor", "POST", f"{other.path}/disclosures", json=DISCLOSURE)
        assert (first.status_code, again.status_code, again.json()["code"]) == (201, 422, "key_reused")
        assert await side_events(client, other) == []
        assert len((await client.send("admin", "GET", f"{pair.path}/disclosures")).json()["data"]) == 1
        body = {"reason": "no_fault", "private_reason": SECRET}
        ended = await client.send("the mentor", "POST", f"{pair.path}/end-relationship", json=body)
        assert ended.status_code == 200
        own = await client.send("the mentor", "GET", f"{pair.path}/private-reason")
        assert own.json() == {"private_reason": SECRET}


async def test_a_disclosure_has_four_fields_and_is_listed_for_two_roles_only(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        path = f"{pair.path}/disclosures"
        first = await client.send("the mentor", "POST", path, json=DISCLOSURE)
        again = await client.send("the mentor", "POST", path, json=DISCLOSURE)
        assert (first.status_code, again.json()) == (201, first.json())
        other = await client.send(
            "the mentor", "POST", path, json={**DISCLOSURE, "kind": "abuse", "by": "mentee"}
        )
        assert (other.status_code, other.json()["code"]) == (409, "not_your_disclosure")
        changed = {**DISCLOSURE, "disclosed_on": "2026-08-05"}
        reused = await client.send("the mentor", "POST", path, json=changed)
        assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
        for name in ("admin", "auditor"):
            listed = (await client.send(name, "GET", path)).json()["data"]
            assert listed == [{"record": first.json()["record"], **DISCLOSURE}]
        for name in ("the mentor", "the mentee", "the coordinator", "payment"):
            answer = await client.send(name, "GET", path)
            assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        events = await side_events(client, pair)
        assert [event["type"] for event in events] == [
            "SealedRecordAdded",
            "SealedRecordRead",
            "SealedRecordRead",
        ]
        assert events[0]["body"] == {"document": first.json()["record"]}


async def test_no_plain_text_distinguishes_a_disclosure_from_a_private_reason(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await client.send("the mentor", "POST", f"{pair.path}/disclosures", json=DISCLOSURE)
        body = {"reason": "no_fault", "private_reason": "x"}
        await client.send("the mentee", "POST", f"{pair.path}/end-relationship", key="2", json=body)
        disclosed, ended = await side_events(client, pair)
        for event in (disclosed, ended):
            assert set(event["body"]) == {"document"}
            assert {each["form"] for each in event["docs"]} == {"sealed"}
        async with client.office.database.transaction() as connection:
            sealed = await connection.execute(
                select(tables.documents).where(tables.documents.c.form == "sealed")
            )
            rows = list(sealed)
        assert {(row.privacy, row.ver, len(row.scope), row.salt) for row in rows} == {("c2s", 1, 32, b"")}
        stored = f"{await whole_database(client, without='rule_sets')} {disclosed} {ended}".lower()
        for word in ("disclosure", "2026-08-04", "abuse"):
            assert word not in stored


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "gossip"}, 409, "unknown_disclosure"),
        ({"office": "newspaper"}, 409, "unknown_office"),
        ({"disclosed_on": "2099-01-01"}, 409, "disclosure_in_future"),
        ({"disclosed_on": "2026-08-01"}, 409, "disclosure_before_opening"),
        ({"by": "principal"}, 422, "invalid"),
        ({"what_was_said": "all of it"}, 422, "invalid"),
        ({"disclosed_on": 20260804}, 422, "invalid"),
    ],
)
async def test_a_disclosure_in_the_wrong_form_is_refused(
    client: Client, change: dict[str, Any], status: int, code: str
) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        answer = await client.send(
            "the coordinator", "POST", f"{pair.path}/disclosures", json={**DISCLOSURE, **change}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert await side_events(client, pair) == []


async def test_a_stranger_and_another_region_record_nothing(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        for name in ("mentee", "elsewhere"):
            answer = await client.send(name, "POST", f"{pair.path}/disclosures", json=DISCLOSURE)
            assert answer.status_code == 404
        unknown = await client.send(
            "the coordinator", "POST", f"/v1/relationships/{'c' * 32}/disclosures", json=DISCLOSURE
        )
        assert unknown.status_code == 404
