"""Corrections of meetings as people send and see them: for a pair, for a group, with all that was said before (C25)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from domain.actors import Role
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client, broken
from tests.api_gateway.group_pairs import GROUP, Pairs, pairs_of_term
from tests.domain.builders import MENTEE, MENTOR, Case

LOGGED = derive("group")


def in_group(case: Case) -> None:
    """Let a pair's mentor log a meeting of the group."""
    began = case.now - timedelta(minutes=30)
    case.do(LogGroupMeeting, MENTOR, group=LOGGED, began_at=began, minutes=30, mode="phone")


def corrected(case: Case) -> None:
    """Let a pair log and confirm a meeting, whose mentor then says that it was shorter, and waits for the mentee."""
    began = case.now - timedelta(minutes=60)
    case.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="phone", topics=("budget",))
    meeting = case.state.meetings.log[-1].id
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=45)
    case.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    case.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=30)


@pytest_asyncio.fixture
async def pairs(client: Client) -> AsyncIterator[Pairs]:
    """Yield an office on a day of the term with two pairs of one group and a third, and tokens for its people."""
    async with pairs_of_term(client) as found:
        for name in ("one", "two"):
            await found.add(name, then=in_group)
        await found.add("three", then=corrected)
        await client.token_of("sam", MENTEE.id, (Role.PARTICIPANT,))
        yield found


async def correct(pairs: Pairs, who: str, act: str = "correct", *, key: str = "c", **body: Any) -> Any:
    return await pairs.client.send(who, "POST", f"{GROUP}/{LOGGED}/{act}", key=key, json=body)


async def test_a_groups_log_is_corrected_for_all_pairs_once_and_each_answers(pairs: Pairs) -> None:
    answer = await correct(pairs, "mentor", minutes=25, topics=["budget"])
    assert answer.status_code == 200, answer.text
    lines = answer.json()["results"]
    assert {line["relationship"] for line in lines} == set(pairs.ids[:2])
    assert [(line["status"], line["code"]) for line in lines] == [("done", "")] * 2
    sent = [command for _, _, command in pairs.client.engine.sent]
    assert all(isinstance(command, CorrectMeeting) for command in sent)
    assert {(command.meeting, command.minutes, command.topics) for command in sent} == {
        (line["meeting"], 25, ("budget",)) for line in lines
    }
    assert (await correct(pairs, "mentor", minutes=25, topics=["budget"])).json() == answer.json()
    assert len(pairs.client.engine.sent) == 2, "the same key sends nothing again"


async def test_a_groups_log_is_withdrawn_for_one_pair_and_the_refusal_of_one_leaves_the_other(
    pairs: Pairs,
) -> None:
    one, two = pairs.ids[:2]

    async def refuses(command: Command) -> Receipt:
        raise broken("meeting_is_disputed")

    pairs.client.engine.deciding[f"relationship/{two}"] = refuses
    answer = await correct(pairs, "leader", "withdraw", relationships=[one], reason="seen")
    assert [line["relationship"] for line in answer.json()["results"]] == [one]
    [(_, _, command)] = pairs.client.engine.sent
    assert isinstance(command, WithdrawMeeting)
    assert (command.reason, command.actor.role) == ("seen", Role.COORDINATOR)
    answer = await correct(pairs, "leader", key="both", minutes=20, reason="seen")
    by_pair = {line["relationship"]: (line["status"], line["code"]) for line in answer.json()["results"]}
    assert by_pair == {one: ("done", ""), two: ("refused", "meeting_is_disputed")}


async def test_a_group_that_the_caller_does_not_see_or_a_pair_outside_it_is_not_found(pairs: Pairs) -> None:
    three = pairs.ids[2]
    assert (await correct(pairs, "elsewhere", minutes=20, reason="seen")).status_code == 404
    assert (await correct(pairs, "mentee", minutes=20)).status_code == 404
    assert (await correct(pairs, "mentor", relationships=[three], minutes=20)).status_code == 404
    assert (await correct(pairs, "payment", minutes=20)).status_code == 403
    assert pairs.client.engine.sent == []


async def test_both_see_all_that_was_said_and_who_said_it_and_the_journal_stays_closed_to_them(
    pairs: Pairs,
) -> None:
    path = f"/v1/relationships/{pairs.ids[2]}"
    for who in ("mentor", "sam", "leader", "payment", "auditor", "admin"):
        shown = (await pairs.client.send(who, "GET", path)).json()
        [meeting] = shown["meetings"]
        assert (meeting["minutes"], meeting["status"], meeting["version"]) == (45, "logged", 3), who
        said = [
            (each["number"], each["minutes"], each["said_by"], each["status"]) for each in meeting["versions"]
        ]
        assert said == [
            (1, 60, "mentor", "earlier"),
            (2, 45, "mentor", "current"),
            (3, 30, "mentor", "proposed"),
        ]
    for who in ("mentee", "elsewhere"):
        assert (await pairs.client.send(who, "GET", path)).status_code == 404, who
    assert (await pairs.client.send("sam", "GET", f"{path}/history")).status_code == 403
    uncorrected = (await pairs.client.send("sam", "GET", f"/v1/relationships/{pairs.ids[0]}")).json()
    assert (uncorrected["meetings"][0]["versions"], uncorrected["meetings"][0]["version"]) == ([], None)


async def test_a_correction_takes_only_what_is_wrong_and_its_refusal_is_in_words(pairs: Pairs) -> None:
    path = f"/v1/relationships/{pairs.ids[2]}"
    meeting = (await pairs.client.send("sam", "GET", path)).json()["meetings"][0]["id"]
    body = {"meeting": meeting, "began_at": "2026-10-14T09:00:00-05:00", "topics": []}
    sent = await pairs.client.send("mentor", "POST", f"{path}/correct-meeting", key="m", json=body)
    assert sent.status_code == 200, sent.text
    [(_, _, command)] = pairs.client.engine.sent
    assert isinstance(command, CorrectMeeting)
    assert (command.topics, command.minutes, command.mode, command.place, command.next_on) == ((),) + (
        None,
    ) * 4
    for wrong in ({"minutes": "45"}, {"topics": ["Budget!"]}, {"began_at": "yesterday"}, {"version": 2}):
        bad = await pairs.client.send(
            "mentor", "POST", f"{path}/correct-meeting", key=str(wrong), json={"meeting": meeting, **wrong}
        )
        assert bad.status_code == 422, wrong
    pairs.client.engine.refuse("corrections_are_over")
    over = await pairs.client.send(
        "mentor", "POST", f"{path}/withdraw-meeting", key="o", json={"meeting": meeting}
    )
    assert (over.status_code, over.json()["code"]) == (409, "corrections_are_over")
    assert "coordinator of the region" in over.json()["detail"]
