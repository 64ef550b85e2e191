"""A link is used up by one submission, however many come at once: two hundred rounds of fifty."""

import httpx2 as httpx

from tests.api_gateway.conftest import Client, client, worker
from tests.api_gateway.door.conftest import Mail, mail, pair, transport
from tests.api_gateway.door.test_links import fifty_at_once

__all__ = ("client", "mail", "pair", "transport", "worker")
ROUNDS = 200


async def test_of_fifty_submissions_at_once_exactly_one_is_accepted(
    mail: Mail,
    client: Client,
    transport: httpx.ASGITransport,
) -> None:
    for _ in range(ROUNDS):
        await fifty_at_once(mail, client, transport)
