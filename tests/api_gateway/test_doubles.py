"""Doubles over HTTP: the questions, who answers them, and one human with two entries who acts under each."""

from typing import Any

import pytest_asyncio

from api_gateway.api.doubles import AnswerAboutDouble, SameOrDifferent
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client, add_person
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.domain.builders import MENTEE, MENTOR

OLD, SHARED = derive("p", "old"), "couple@post.example"


async def add(client: Client, id: str, region: str = "r1", **changed: Any) -> None:
    await add_person(client, id, region=region, **{"district": "Lake", **changed})


async def say(client: Client, who: str, one: str, other: str, answer: str, key: str = "k") -> Any:
    body = {"other": other, "answer": answer}
    return await client.send(who, "POST", f"/v1/people/{one}/same-as", key=key, json=body)


@pytest_asyncio.fixture
async def alike(client: Client) -> tuple[str, str]:
    """Return two people of region r1 with one mailbox."""
    one, other = derive("p", "one"), derive("p", "other")
    for id in (one, other):
        await add(client, id, email=SHARED)
    return one, other


async def test_an_open_question_names_both_and_why(client: Client, alike: tuple[str, str]) -> None:
    """C4: a suspicion is worded as one, with what to compare."""
    [found] = (await client.send("coordinator", "GET", "/v1/people/doubles")).json()["data"]
    assert {found["one"]["id"], found["other"]["id"]} == {*alike}
    assert found["reasons"] == ["same_email"]
    assert found["one"]["email"] == SHARED


async def test_somebody_without_a_district_is_compared_by_name_and_region(client: Client) -> None:
    one, other, far = derive("p", "one"), derive("p", "other"), derive("p", "far")
    await add(client, one, name="Chinedu Okafor", district="-")
    await add(client, other, name="Chinedu Okafor", district="Duluth")
    await add(client, far, "r2", name="Chinedu Okafor", district="Winona")
    [found] = (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"]
    assert ({found["one"]["id"], found["other"]["id"]}, found["reasons"]) == (
        {one, other},
        ["same_name_in_region"],
    )


async def test_a_question_is_for_those_who_see_both(client: Client, alike: tuple[str, str]) -> None:
    await add(client, derive("p", "far"), "r2", email=SHARED)

    async def asked(who: str) -> int:
        return len((await client.send(who, "GET", "/v1/people/doubles")).json()["data"])

    assert [await asked(who) for who in ("coordinator", "elsewhere", "admin", "auditor")] == [1, 0, 3, 3]
    assert (await client.send("payment", "GET", "/v1/people/doubles")).status_code == 403


async def test_an_answer_closes_the_question(client: Client, alike: tuple[str, str]) -> None:
    answer = await say(client, "coordinator", *alike, "different")
    assert (answer.status_code, answer.json()["answer"]) == (200, "different"), answer.text
    assert (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"] == []


async def test_the_older_word_for_different_is_taken_too(client: Client, alike: tuple[str, str]) -> None:
    answer = await say(client, "coordinator", *alike, "two")
    assert (answer.status_code, answer.json()["answer"]) == (200, "different")
    assert (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"] == []


def test_the_answers_that_are_named_are_one_word_for_one_thing() -> None:
    assert [*SameOrDifferent] == ["same", "different"]
    assert AnswerAboutDouble.model_validate({"other": "a" * 32, "answer": "two"}).answer == "different"


async def test_a_coordinator_answers_about_own_regions_alone(client: Client, alike: tuple[str, str]) -> None:
    far = derive("p", "far")
    await add(client, far, "r2", email=SHARED)
    assert (await say(client, "coordinator", alike[0], far, "same")).status_code in (403, 404, 409)
    assert (await say(client, "coordinator", far, alike[0], "same", key="b")).status_code in (403, 404, 409)
    assert (await say(client, "auditor", *alike, "two", key="c")).status_code == 403
    assert (await say(client, "admin", alike[0], far, "two", key="d")).status_code == 200


async def test_nobody_is_a_double_of_oneself(client: Client, alike: tuple[str, str]) -> None:
    assert (await say(client, "admin", alike[0], alike[0], "same")).json()["code"] == "double_of_oneself"
    assert (await say(client, "admin", alike[0], derive("nobody"), "same", key="b")).status_code == 404


async def test_the_opposite_of_an_earlier_answer_is_refused_with_what_to_do(
    client: Client, alike: tuple[str, str]
) -> None:
    third = derive("p", "third")
    await add(client, third)
    await say(client, "admin", *alike, "same", key="a")
    await say(client, "admin", alike[1], third, "same", key="b")
    refused = await say(client, "admin", alike[0], third, "two", key="c")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_answer")


# One human, two entries


@pytest_asyncio.fixture
async def pair(client: Client) -> RecordedPair:
    """Return a pair whose mentee also has an older entry, under which the mentee's token was made."""
    async with recorded_pair(client) as pair:
        for id in (OLD, MENTEE.id, MENTOR.id):
            await add(client, id)
        await client.token_of("the human", OLD, (Role.PARTICIPANT,))
        await pair.signed()
        return pair


async def test_one_human_sees_and_acts_under_the_id_that_stands_in_the_record(
    client: Client, pair: RecordedPair
) -> None:
    assert (await client.send("the human", "GET", pair.path)).status_code == 404
    assert (await say(client, "admin", OLD, MENTEE.id, "same")).json()["stands"] == OLD
    assert (await client.send("the human", "GET", pair.path)).status_code == 200
    [listed] = (await client.send("the human", "GET", "/v1/relationships")).json()["data"]
    assert listed["id"] == pair.case.id
    await client.send("the human", "POST", f"{pair.path}/ask-for-change", json={})
    [(_, name, command)] = client.engine.sent
    assert (name, command.actor.id) == ("AskForChange", MENTEE.id)


async def test_a_token_of_the_alias_is_the_same_human(client: Client, pair: RecordedPair) -> None:
    await client.token_of("by alias", MENTEE.id, (Role.PARTICIPANT,))
    await say(client, "admin", OLD, MENTEE.id, "same")
    assert (await client.send("by alias", "GET", "/v1/people/me")).json()["id"] == OLD
    assert (await client.send("by alias", "GET", pair.path)).status_code == 200


async def test_two_humans_again_do_not_see_each_others_records(client: Client, pair: RecordedPair) -> None:
    await say(client, "admin", OLD, MENTEE.id, "same", key="a")
    await say(client, "admin", OLD, MENTEE.id, "two", key="b")
    assert (await client.send("the human", "GET", pair.path)).status_code == 404


async def test_a_coordinator_who_is_one_of_the_pair_by_another_entry_stays_one_of_it(
    client: Client, pair: RecordedPair
) -> None:
    await client.token_of("both", OLD, (Role.COORDINATOR, Role.PARTICIPANT))
    history = f"{pair.path}/history"
    assert (await client.send("both", "GET", history)).status_code == 200
    await say(client, "admin", OLD, MENTEE.id, "same")
    assert (await client.send("both", "GET", history)).json()["code"] == "own_relationship"


async def test_an_answer_is_journaled_once(client: Client, alike: tuple[str, str]) -> None:
    one, other = alike
    assert (await say(client, "coordinator", one, other, "same", "a")).status_code == 200
    for number, (first, second) in enumerate(((one, other), (other, one))):
        again = await say(client, "coordinator", first, second, "same", f"again {number}")
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_change")
    history = (await client.send("auditor", "GET", f"/v1/people/{one}/history")).json()["data"]
    assert [each["type"] for each in history].count("PersonMerged") == 1
    assert (await say(client, "coordinator", one, other, "two", "b")).status_code == 200
