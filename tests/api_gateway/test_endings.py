"""Private reasons, complaints and disclosures over HTTP: what is sealed, who reads it, and what the journal says."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from domain.actors import Role, Side
from domain.ids import derive, x_stream
from domain.relationship.any_stage import complaint
from domain.relationship.any_stage.change_request import (
    AnswerChange,
    AskForChange,
    ChangeAnswered,
    ChangeAsked,
)
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.parts.complaint import ComplaintDecision
from domain.visibility import CONFIDENTIAL_EVENTS
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.conftest import PROGRAM
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, STATE_OFFICE, document

SECRET = "qx7-Hundeleine-unter-uns"
DISCLOSURE = {"kind": "abuse", "disclosed_on": "2026-08-04", "office": "police", "by": "mentor"}


async def side_events(client: Client, pair: RecordedPair) -> list[dict[str, Any]]:
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(
            select(tables.events.c.bytes)
            .where(tables.events.c.stream == x_stream(pair.case.id))
            .order_by(tables.events.c.seq)
        )
        return [json.loads(bytes(encoded)) for encoded in found]


async def whole_database(client: Client, without: str = "alembic_version") -> str:
    """Return every row of all tables but one as text, read by the owner of the schemas."""
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    async with engine.connect() as connection:
        names = await connection.execute(
            text(
                "select schemaname, tablename from pg_tables"
                " where schemaname in ('office','journal','documents','money','private','keys','archive')"
            )
        )
        parts = [
            str(
                await connection.scalar(
                    text(f"select coalesce(json_agg(t)::text, '') from {schema}.{name} t")  # noqa: S608 - our own names
                )
            )
            for schema, name in names
            if name != without
        ]
    await engine.dispose()
    return "\n".join(parts)


async def test_a_private_reason_is_read_only_by_its_writer(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        body = {"reason": "no_fault", "private_reason": SECRET}
        path = f"{pair.path}/end-relationship"
        for _ in range(2):  # sending again keeps one record
            assert (await client.send("the mentee", "POST", path, json=body)).status_code == 200
        [(_, _, command)] = client.engine.sent
        assert isinstance(command, EndRelationship)
        assert not hasattr(command, "private_reason")
        own = await client.send("the mentee", "GET", f"{pair.path}/private-reason")
        assert own.json() == {"private_reason": SECRET}
        for other in ("the mentor", "the coordinator", "admin", "auditor"):
            answer = await client.send(other, "GET", f"{pair.path}/private-reason")
            assert answer.status_code == 404
        events = await side_events(client, pair)
        assert [event["type"] for event in events] == ["SealedRecordAdded", "SealedRecordRead"]
        assert events[0]["docs"][0]["form"] == "sealed"
        assert SECRET not in await whole_database(client)
        assert SECRET.encode().hex() not in await whole_database(client)


async def test_a_mentor_who_is_also_coordinator_acts_in_their_own_pair_as_mentor(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        other = RecordedPair(pair.records, "two").path  # nobody's pair
        for number, path in enumerate((pair.path, other)):
            body = {"reason": "no_fault"}
            await client.send(
                "mentor and coordinator", "POST", f"{path}/end-relationship", key=str(number), json=body
            )
        assert [command.actor.role for _, _, command in client.engine.sent] == [
            Role.PARTICIPANT,
            Role.COORDINATOR,
        ]


async def test_a_refused_ending_keeps_no_private_reason(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        client.engine.refuse("unknown_reason", "reason")
        body = {"reason": "boredom", "private_reason": SECRET}
        answer = await client.send("the mentee", "POST", f"{pair.path}/end-relationship", json=body)
        assert answer.status_code == 409
        assert (await client.send("the mentee", "GET", f"{pair.path}/private-reason")).status_code == 404


@pytest.mark.parametrize("bad", ["x" * 4001, "a\u202eb", "a\x00b"])
async def test_a_text_in_the_wrong_form_is_refused(client: Client, bad: str) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        body = {"reason": "no_fault", "private_reason": bad}
        answer = await client.send("the mentee", "POST", f"{pair.path}/end-relationship", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/private_reason")


async def test_the_partner_sees_nothing_of_a_request_for_a_change(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await pair.do(AskForChange, MENTEE)
        office = await client.send("the coordinator", "GET", pair.path)
        assert "consider_change" in [task["kind"] for task in office.json()["tasks"]]
        listed = (await client.send("the coordinator", "GET", "/v1/tasks")).json()["data"]
        assert "consider_change" in [task["kind"] for task in listed]
        for name in ("the mentor", "mentor and coordinator"):
            found = (await client.send(name, "GET", pair.path)).json()
            assert "consider_change" not in json.dumps(found)
        tasks = (await client.send("mentor and coordinator", "GET", "/v1/tasks")).json()["data"]
        assert "consider_change" not in [task["kind"] for task in tasks]
        for part in ("history", "side-history"):
            answer = await client.send("mentor and coordinator", "GET", f"{pair.path}/{part}")
            assert (answer.status_code, answer.json()["code"]) == (403, "own_relationship")
        await pair.do(AnswerChange, COORDINATOR, side=Side.MENTEE, answer="goes_on")
        notices = (await client.send("mentor and coordinator", "GET", "/v1/notices?limit=100")).json()["data"]
        assert "change_answered" not in [notice["kind"] for notice in notices]
        notices = (await client.send("the coordinator", "GET", "/v1/notices?limit=100")).json()["data"]
        assert [each["person"] for each in notices if each["kind"] == "change_answered"] == [MENTEE.id]


@pytest.mark.parametrize("name", ["payment", "money and another region"])
async def test_payment_staff_see_nothing_of_confidential_matters(client: Client, name: str) -> None:
    await client.token("money and another region", Role.PAYMENT_STAFF, Role.COORDINATOR, regions=("r1",))
    async with recorded_pair(client) as pair:
        await pair.signed()
        await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id)
        await pair.do(AskForChange, MENTEE)
        found = (await client.send(name, "GET", pair.path)).json()
        assert found["status"] == "open"
        assert not {"consider_change", "handle_complaint"} & {task["kind"] for task in found["tasks"]}
        for part in ("history", "side-history"):
            answer = await client.send(name, "GET", f"{pair.path}/{part}")
            assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
        await pair.do(AnswerChange, COORDINATOR, side=Side.MENTEE, answer="goes_on")
        for path in ("tasks?open=false", "notices?limit=100"):
            listed = (await client.send(name, "GET", f"/v1/{path}")).json()["data"]
            assert not {"consider_change", "handle_complaint", "change_answered"} & {
                each["kind"] for each in listed
            }
        assert (await client.send(name, "GET", f"{pair.path}/complaints")).json()["data"] == []
        answer = await client.send(name, "POST", f"{pair.path}/disclosures", json=DISCLOSURE)
        assert answer.json()["code"] in ("role_not_allowed", "not_a_participant")


async def test_no_number_and_no_time_reveals_to_the_partner_that_something_happened(client: Client) -> None:
    await client.token_of("mentor and auditor", MENTOR.id, (Role.AUDITOR, Role.PARTICIPANT))
    async with recorded_pair(client) as pair:
        await pair.signed()
        paths = (pair.path, "/v1/relationships", "/v1/people/me/calendar")
        people = ("the mentor", "mentor and coordinator", "mentor and auditor")

        async def seen() -> list[str]:
            answers = [await client.send(name, "GET", path) for path in paths for name in people]
            return [f"{answer.headers.get('etag')} {answer.text}" for answer in answers]

        before = await seen()
        pair.case.now += timedelta(hours=1)
        await pair.do(AskForChange, MENTEE)
        await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id)
        await pair.do(TakeComplaint, COORDINATOR, complaint=pair.case.state.complaints[0].id)
        assert await seen() == before


def test_confidential_events_are_those_of_a_complaint_and_of_a_request_for_a_change() -> None:
    kinds = (*complaint.EVENTS, ChangeAsked, ChangeAnswered)
    assert set(CONFIDENTIAL_EVENTS) == {kind.__name__ for kind in kinds}


async def test_the_calendar_of_a_coordinator_has_no_confidential_task_of_their_own_pair(
    client: Client,
) -> None:
    async with recorded_pair(client) as pair:
        await client.send(
            "admin", "POST", "/v1/regions", json={"code": "r3", "name": "R", "program": PROGRAM}
        )
        await pair.signed()
        before = (await client.send("mentor and coordinator", "GET", "/v1/people/me/calendar")).text
        await pair.do(AskForChange, MENTEE)
        after = (await client.send("mentor and coordinator", "GET", "/v1/people/me/calendar")).text
        others = (await client.send("the coordinator", "GET", "/v1/people/me/calendar")).text
        assert before.count("BEGIN:VEVENT") == after.count("BEGIN:VEVENT")
        [task] = [each for each in pair.case.state.tasks if each.kind == "consider_change"]
        uid = derive("task", task.id)
        assert (uid in after, uid in others) == (False, True)


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


async def test_a_written_text_cannot_be_guessed_from_a_command_row(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        path, body = f"{pair.path}/open-complaint", b'{"about":"conduct","statement":"yes"}'
        options = {"content": body, "headers": {"Content-Type": "application/json"}}
        assert (await client.send("the mentee", "POST", path, key=SECRET, **options)).status_code == 200
        async with client.office.database.transaction() as connection:
            [stored] = await connection.scalars(
                select(tables.commands.c.fingerprint).where(tables.commands.c.kind == "OpenComplaint")
            )
        tried = b"\n".join((b"POST", path.encode(), body))
        assert stored != hashlib.sha256(tried).hexdigest()
        assert SECRET not in await whole_database(client)


async def test_a_statement_is_sealed_for_the_person_who_takes_the_case(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        body = {"about": "conduct", "against": MENTOR.id, "statement": SECRET}
        sent = await client.send("the mentee", "POST", f"{pair.path}/open-complaint", json=body)
        assert sent.status_code == 200
        [(_, _, command)] = client.engine.sent
        assert isinstance(command, OpenComplaint)
        assert command.statement is not None
        assert command.statement.privacy == "c2s"
        await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=command.statement)
        case = pair.case.state.complaints[0].id
        path = f"{pair.path}/complaints/{case}/statement"
        for name in ("the coordinator", "admin"):  # nobody has taken it yet
            answer = await client.send(name, "GET", path)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_the_decider")
        await pair.do(TakeComplaint, COORDINATOR, complaint=case)
        assert (await client.send("the coordinator", "GET", path)).json() == {"statement": SECRET}
        assert (await client.send("admin", "GET", path)).status_code == 403
        assert (await client.send("the mentee", "GET", path)).status_code == 403
        assert SECRET not in await whole_database(client)
        types = [event["type"] for event in await side_events(client, pair)]
        assert types == ["CommandRefused", "CommandRefused", "SealedRecordRead", "CommandRefused"]


async def test_cases_are_seen_by_the_office_and_by_the_people_who_opened_them(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=document("s"))
        case = pair.case.state.complaints[0].id
        await pair.do(TakeComplaint, COORDINATOR, complaint=case)
        await pair.do(DecideComplaint, COORDINATOR, complaint=case, decision=ComplaintDecision.DISMISSED)
        path = f"{pair.path}/complaints"
        [seen] = (await client.send("the coordinator", "GET", path)).json()["data"]
        assert (seen["status"], seen["decision"], seen["taken_by"]) == (
            "decided",
            "dismissed",
            COORDINATOR.id,
        )
        [own] = (await client.send("the mentee", "GET", path)).json()["data"]
        assert (own["id"], "decision" in own, "taken_by" in own) == (case, False, False)
        for name in ("the mentor", "mentor and coordinator", "payment"):
            assert (await client.send(name, "GET", path)).json()["data"] == []


ABOUT = derive("the one complained of")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN, Role.AUDITOR])
async def test_the_person_a_complaint_is_about_finds_no_trace_of_it(client: Client, role: Role) -> None:
    regions = ("r3",) if role is Role.COORDINATOR else ()
    await client.token_of("about", ABOUT, (role,), regions)
    async with recorded_pair(client) as pair:
        body = {"code": "r3", "name": "R", "program": PROGRAM}
        await client.send("admin", "POST", "/v1/regions", json=body)
        await pair.signed()
        await pair.do(AskForChange, MENTOR)  # the office may know about this
        later = (pair.case.now + timedelta(days=1)).isoformat()

        async def seen() -> list[str]:
            answers = [
                await client.send("about", "GET", path, params=params)
                for path, params in (
                    (pair.path, {}),
                    ("/v1/relationships", {}),
                    ("/v1/tasks", {"open": "false"}),
                    ("/v1/notices", {"limit": "100"}),
                    ("/v1/people/me/calendar", {}),
                    (f"{pair.path}/complaints", {}),
                    (f"{pair.path}/forms", {}),
                    (f"{pair.path}/side-history", {}),
                    (f"{pair.path}/history", {"at": later}),
                )
            ]
            return [f"{answer.headers.get('etag')} {answer.text}" for answer in answers]

        async def numbered() -> list[dict[str, Any]]:
            events: list[dict[str, Any]] = (await client.send("about", "GET", f"{pair.path}/history")).json()[
                "data"
            ]
            return events

        before, numbers = await seen(), await numbered()
        pair.case.now += timedelta(hours=1)
        sealed = document("s")
        await pair.do(OpenComplaint, MENTEE, about="conduct", against=ABOUT, statement=sealed)
        case = pair.case.state.complaints[0].id
        path = f"{pair.path}/complaints/{case}/statement"
        await client.send("the coordinator", "GET", path)  # refused, as the side stream records
        assert len(await side_events(client, pair)) == 1
        unknown = f"{pair.path}/complaints/{'c' * 32}/statement"
        answers = [await client.send("about", "GET", each) for each in (path, unknown)]
        assert answers[0].json()["code"] == answers[1].json()["code"]
        await pair.do(TakeComplaint, COORDINATOR, complaint=case)
        await pair.do(DecideComplaint, COORDINATOR, complaint=case, decision=ComplaintDecision.DISMISSED)
        await pair.do(SecondComplaint, STATE_OFFICE, complaint=case, agree=True)
        assert await seen() == before
        after = await numbered()
        assert [each["type"] for each in after] == [each["type"] for each in numbers]
        assert [each["seq"] for each in after] == list(range(1, len(after) + 1))
        assert not {"hash", "prev"} & set(after[0])
        await pair.do(AnswerChange, COORDINATOR, side=Side.MENTOR, answer="goes_on")
        last = (await numbered())[-1]
        assert (last["type"], last["seq"]) == ("ChangeAnswered", len(after) + 1)
        full = (await client.send("auditor", "GET", f"{pair.path}/history")).json()["data"]
        assert {"hash", "prev"} <= set(full[0])
        assert len(full) == last["seq"] + 4
        listed = (await client.send("the coordinator", "GET", f"{pair.path}/history")).json()["data"]
        assert len(listed) == len(full)
        assert set(listed[0]) == set(last)  # others read it in the same form


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
