"""A human with two entries, by the answer "same" of an administrator: links to either of them act for the pair."""

from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import insert, update

from activities.adapters.postgres import tables
from domain.actors import Actor
from domain.ids import derive
from domain.notices import NoticeKind
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.door.conftest import Mail, Visit, address_of
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.pages.live import NAMES, REGION, LivePair
from tests.conftest import NOW
from tests.domain.builders import MENTOR

AGAIN = replace(MENTOR, id=derive("person", "Sam Ortiz again"))


@pytest_asyncio.fixture(autouse=True)
async def second_entry(client: Client, pair: LivePair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add another entry of the mentor's name, which nobody has said anything about yet."""
    monkeypatch.setitem(NAMES, AGAIN.id, NAMES[MENTOR.id])
    row = {"id": AGAIN.id, "name": NAMES[AGAIN.id], "email": address_of(AGAIN.id), "association": MINE}
    row |= {"region": REGION, "created_at": NOW, **dict.fromkeys(("role_title", "district"), "")}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people).values(**row))


async def _same(client: Client, alias: str, stands: str) -> None:
    person = tables.people.c
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.people).where(person.id == alias).values(alias_of=stands))


@pytest.mark.parametrize("to", [MENTOR, AGAIN], ids=["to_that_of_the_pair", "to_the_other"])
@pytest.mark.parametrize("stands", [MENTOR, AGAIN], ids=["that_of_the_pair_stands", "the_other_stands"])
async def test_a_link_to_either_entry_acts_for_the_pair(
    stands: Actor, to: Actor, pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    alias, standing = (AGAIN.id, MENTOR.id) if stands is MENTOR else (MENTOR.id, AGAIN.id)
    await _same(client, alias, standing)
    token = (await mail.tokens(NoticeKind.REMINDER, to, **MEETING))["LogMeeting"]
    answer = await visit.send(token, **LOGGED)
    assert "Your meeting is recorded" in (await visit.get(answer.headers["location"])).text
    [(_, _, command)] = client.engine.sent
    assert command.actor.id == MENTOR.id, "the entry that stands in the pair"
    [met] = pair.state.meetings.log
    assert met.logged_by == "mentor"


async def test_a_link_to_somebody_of_the_same_name_opens_nothing(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, AGAIN, **MEETING))["LogMeeting"]
    assert (await visit.open(token)).status_code == 404
    await _same(client, AGAIN.id, MENTOR.id)
    assert (await visit.open(token)).status_code == 200
    assert client.engine.sent == []
