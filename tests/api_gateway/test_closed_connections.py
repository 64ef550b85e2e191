"""Sessions of the gateway that the server ends: the next requests are answered as if nothing had happened."""

import asyncio
import os
import signal
import time

from sqlalchemy import text

from tests.api_gateway.conftest import Client
from tests.conftest import PROGRAM

SESSIONS = text(
    "select pid from pg_stat_activity where usename = current_user and datname = current_database()"
)


async def test_no_request_fails_because_the_server_has_ended_all_sessions(client: Client) -> None:
    """End them while the event loop does not run, so that the gateway cannot notice before it sends."""
    for attempt in range(4):
        reads = [client.send("admin", "GET", "/v1/regions") for _ in range(6)]
        assert {answer.status_code for answer in await asyncio.gather(*reads)} == {200}
        async with client.office.database.transaction() as connection:
            sessions = list(await connection.scalars(SESSIONS))
        assert len(sessions) > 1
        for session in sessions:
            os.kill(session, signal.SIGTERM)
        time.sleep(0.3)
        body = {"code": f"k{attempt}", "name": "K", "program": PROGRAM}
        answer = await client.send("admin", "POST", "/v1/regions", key=str(attempt), json=body)
        assert answer.status_code == 201, answer.text
