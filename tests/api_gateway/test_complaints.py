"""Complaints over HTTP: who reads the statement, who sees the case, and who finds no trace of it."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.actors import Role, Side
from domain.ids import derive
from domain.relationship.any_stage.change_request import (
    AnswerChange,
    AskForChange,
)
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.parts.complaint import ComplaintDecision
from tests.api_gateway.confidential import SECRET, side_events, whole_database
from tests.api_gateway.conftest import Client, add_entry
from tests.api_gateway.recorded import recorded_pair
from tests.conftest import PROGRAM
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, STATE_OFFICE, document


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
        await add_entry(client, MENTOR.id)
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
                    ("/v1/tasks", {"open": "false", "own": "false"}),
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
