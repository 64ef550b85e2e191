"""A coordinator sends an email now, holds one back, or sends one again; each act is an event and calls the outbox."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from activities.adapters.postgres import tables
from tests.api_gateway.confidential import side_events
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_emails_as_sent import NOTICE, everybody, notice
from tests.api_gateway.test_visibility import OWED, READERS, arrange
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR

BEFORE = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
WAITS = {"status": "pending", "not_before": datetime(2031, 1, 6, 15, 0, tzinfo=UTC), "rank": 2}
SENT = {"status": "sent", "sent_at": BEFORE}
WHY = {"why": "told_already"}


async def act(
    client: Client, name: str, act: str, *, key: str = "k", id: str = NOTICE
) -> tuple[int, dict[str, Any]]:
    body = {"json": WHY} if act == "do-not-send" else {}
    answer = await client.send(name, "POST", f"/v1/notices/{client.shown(id)}/{act}", key=key, **body)
    return answer.status_code, answer.json()


async def row(client: Client, id: str = NOTICE) -> Any:
    async with client.office.database.transaction() as connection:
        wanted = select(tables.notices).where(tables.notices.c.id == id)
        return (await connection.execute(wanted)).one()


async def events(client: Client, pair: RecordedPair) -> list[tuple[str, Any, str]]:
    ours = ("EmailHurried", "EmailHeldBack", "EmailRepeated")
    found = await side_events(client, pair)
    return [(each["type"], each["body"], each["actor"]["id"]) for each in found if each["type"] in ours]


async def test_an_email_that_waits_leaves_now_whatever_the_hour(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair, **WAITS)
        assert await act(client, "the coordinator", "send-now") == (200, {"notice": client.shown(NOTICE)})
        after = await row(client)
        now = await client.office.clock.now()
        assert (after.status, after.code, after.rank) == ("pending", "", 0)
        assert after.not_before <= now
        body = {"notice": NOTICE, "kind": "reminder"}
        assert await events(client, pair) == [("EmailHurried", body, COORDINATOR.id)]
        assert client.engine.signals == [("outbox", "call")]
        # The same key again does nothing more.
        assert await act(client, "the coordinator", "send-now") == (200, {"notice": client.shown(NOTICE)})
        assert len(await events(client, pair)) == 1


async def test_what_the_same_decision_said_before_leaves_with_it(client: Client) -> None:
    first, later = "1" * 32, "2" * 32
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair, id=first, number=0, **WAITS)
        await notice(client, pair, number=1, **WAITS)
        await notice(client, pair, id=later, number=2, **WAITS)
        await act(client, "the coordinator", "send-now")
        assert (await row(client, first)).not_before == (await row(client)).not_before
        assert (await row(client, later)).not_before == WAITS["not_before"]
        [(_, body, _)] = await events(client, pair)
        assert body["with"] == first


async def test_an_email_that_waits_is_held_back_with_a_reason_and_can_go_back_to_its_hour(
    client: Client,
) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair, **WAITS)
        bare = await client.send(
            "the coordinator", "POST", f"/v1/notices/{client.shown(NOTICE)}/do-not-send", key="b"
        )
        assert bare.status_code == 422
        assert (await act(client, "the coordinator", "do-not-send"))[0] == 200
        held = await row(client)
        assert (held.status, held.code, held.told) == ("overtaken", "held_back", True)
        told = await act(client, "the coordinator", "send-now", key="k2")
        assert (told[0], told[1]["code"]) == (409, "email_not_waiting")
        assert (await act(client, "the coordinator", "send-again", key="k3"))[0] == 200
        again = await row(client)
        assert (again.status, again.code, again.not_before, again.attempt) == ("pending", "", None, 2)
        body = {"notice": NOTICE, "kind": "reminder"}
        assert [each[:2] for each in await events(client, pair)] == [
            ("EmailHeldBack", {**body, "why": "told_already"}),
            ("EmailRepeated", body),
        ]


async def test_an_email_that_left_leaves_again_at_most_once_an_hour(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        now = await client.office.clock.now()
        await notice(client, pair, status="sent", sent_at=now - timedelta(minutes=59))
        told = await act(client, "the coordinator", "send-again")
        assert (told[0], told[1]["code"]) == (409, "email_just_sent")
        await notice(client, pair, id="1" * 32, **SENT)
        assert (await act(client, "the coordinator", "send-again", id="1" * 32, key="k1"))[0] == 200
        again = await row(client, "1" * 32)
        assert (again.status, again.rank, again.attempt) == ("pending", 0, 2)
        assert again.not_before <= await client.office.clock.now()
        assert again.sent_at == BEFORE, "when it left before stays until it has left again"
        told = await act(client, "the coordinator", "send-again", id="1" * 32, key="twice")
        assert told[1]["code"] == "email_not_sent"


@pytest.mark.parametrize("one", ["send-now", "do-not-send", "send-again"])
async def test_coordinators_of_the_region_act_and_nobody_else_learns_that_there_is_an_email(
    client: Client, one: str
) -> None:
    await everybody(client)
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        taken, answers = set(), {}
        for number, name in enumerate(READERS):
            id = f"{number:032x}"
            await notice(client, pair, id=id, **(SENT if one == "send-again" else WAITS))
            answers[name] = await act(client, name, one, id=id)
            if answers[name][0] == 200:
                taken.add(name)
        assert taken == {"coordinator here", "state office", "decider"}
        assert answers["coordinator elsewhere"][1]["code"] == "not_found"
        # Whoever is of the pair does not learn what was said to the other side, in no office.
        assert answers["mentor with every office"][1]["code"] == "not_found"


async def test_what_is_confidential_or_about_money_or_to_oneself_is_left_alone(client: Client) -> None:
    await everybody(client)
    cases = {
        "email_is_confidential": {"kind": "complaint_received"},
        "email_about_money": {"subject": OWED, "kind": "stipend_sent", "person": MENTOR.id},
        "email_to_oneself": {"person": READERS["coordinator here"][0]},
        "email_to_staff": {"person": "", "region": "r3"},
        "email_protects_reader": {"kind": "acted_for_you", "person": MENTEE.id},
    }
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        for number, (code, values) in enumerate(cases.items()):
            id = f"{number:032x}"
            await notice(client, pair, id=id, **WAITS, **values)
            told = await act(client, "coordinator here", "do-not-send", id=id, key=code)
            assert (told[0], told[1]["code"]) == (409, code)
            assert (await row(client, id)).status == "pending"
        assert await events(client, pair) == []


async def test_the_gateway_changes_when_an_email_leaves_and_not_to_whom_or_about_what(client: Client) -> None:
    row = tables.notices.c
    for column in (row.person, row.kind, row.data, row.subject, row.sent_at):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with client.office.database.transaction() as connection:
                await connection.execute(update(tables.notices).values({column: column}))
    with pytest.raises(DBAPIError, match="permission denied"):
        async with client.office.database.transaction() as connection:
            await connection.execute(insert(tables.notices).values(id=NOTICE))
