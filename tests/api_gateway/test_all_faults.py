"""All faults of a body come in one answer, also those that only the program's rules know."""

from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_api import MEETING


async def test_three_wrong_fields_are_three_errors(client: Client) -> None:
    body = {"key": "clear", "name": " ", "email": "ann", "role_title": "Ann's", "region": "r1", "phone": "x"}
    answer = (await client.send("admin", "POST", "/v1/people", json=body)).json()
    assert [each["pointer"] for each in answer["errors"]] == [
        "/key",
        "/name",
        "/email",
        "/role_title",
        "/phone",
    ]


async def test_all_that_is_unknown_in_a_new_person_is_said_at_once(client: Client) -> None:
    body = {
        "name": "Ann",
        "email": "ann@example.org",
        "role_title": "dean",
        "region": "r9",
        "supervisor": "9" * 32,
    }
    answer = await client.send("admin", "POST", "/v1/people", json=body)
    assert answer.status_code == 404
    assert [each["code"] for each in answer.json()["errors"]] == ["unknown_region", "unknown_supervisor"]
    assert "Write one of: r1, r2." in answer.json()["errors"][0]["detail"]


async def test_a_refusal_by_the_rules_names_the_other_unknown_codes_too(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        client.engine.refuse("unknown_mode", "mode")
        body = {**MEETING, "mode": "by_owl", "topics": ["budget", "magic", "spells"]}
        answer = await client.send("the mentee", "POST", f"{pair.path}/log-meeting", json=body)
    errors = answer.json()["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [
        ("/mode", "unknown_mode"),
        ("/topics/1", "not_in_program"),
        ("/topics/2", "not_in_program"),
    ]
    assert errors[1]["detail"].startswith("entry 2 of topics: The program has no such value. Write one of: ")


async def test_a_body_that_cannot_be_read_names_the_unknown_codes_too(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        body = {**MEETING, "minutes": "long", "topics": ["magic"]}
        answer = await client.send("the mentee", "POST", f"{pair.path}/log-meeting", json=body)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/minutes", "/topics/0"]
