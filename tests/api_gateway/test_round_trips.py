"""Statements of the door for one command: token, place of the pair, claim and answer, each after it says for whom."""

from sqlalchemy import event

from tests.api_gateway.conftest import Client
from tests.api_gateway.test_api import LOG, MEETING


async def test_a_logged_meeting_takes_the_door_four_statements(client: Client) -> None:
    await client.send("mentee", "POST", LOG, key="first", json=MEETING)
    sent: list[str] = []
    engine = client.door.made.office.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    answer = await client.send("mentee", "POST", LOG, key="second", json=MEETING)
    assert answer.status_code == 200
    own = [text for text in sent if "set_config" not in text]
    assert [text.split()[0] for text in own] == ["SELECT", "SELECT", "INSERT", "UPDATE"]
    assert len(sent) == 2 * len(own)
