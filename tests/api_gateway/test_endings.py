"""Private reasons of an ending, and requests for a change, over HTTP: what is sealed and who sees it."""

import json
from datetime import timedelta

import pytest

from domain.actors import Role, Side
from domain.ids import derive
from domain.relationship.any_stage import complaint
from domain.relationship.any_stage.change_request import (
    AnswerChange,
    AskForChange,
    ChangeAnswered,
    ChangeAsked,
)
from domain.relationship.any_stage.complaint import (
    OpenComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import EndRelationship
from domain.visibility import CONFIDENTIAL_EVENTS
from tests.api_gateway.confidential import DISCLOSURE, SECRET, side_events, whole_database
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.conftest import PROGRAM
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR


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
        for path in ("tasks?open=false&own=false", "notices?limit=100"):
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
        uid = derive("task", client.shown(task.id))
        assert (uid in after, uid in others) == (False, True)
