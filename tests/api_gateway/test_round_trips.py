"""Round trips of the gateway to the database for one command: token, place of the pair, claim and answer."""

from tests.activities.postgres.round_trips import RoundTrips
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_api import LOG, MEETING


async def test_a_logged_meeting_takes_the_gateway_four_round_trips(client: Client) -> None:
    await client.send("mentee", "POST", LOG, key="first", json=MEETING)
    async with RoundTrips(client.office.database) as trips:
        answer = await client.send("mentee", "POST", LOG, key="second", json=MEETING)
    assert answer.status_code == 200
    assert [text.split()[0] for text in trips.sent] == ["SELECT", "SELECT", "INSERT", "UPDATE"]
