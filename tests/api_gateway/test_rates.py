"""Limits: how many requests per minute, and what the answers say about them."""

import pytest

from api_gateway.http.rates import Rates
from api_gateway.services.problem import Problem
from tests.api_gateway.conftest import Client


def test_a_window_counts_down_refuses_and_opens_again() -> None:
    now = 100.0
    rates = Rates(2, clock=lambda: now)
    assert rates.spend("a")["RateLimit"] == '"token";r=1;t=60'
    rates.spend("a")
    rates.spend("b")
    now = 130.5
    with pytest.raises(Problem) as refused:
        rates.spend("a")
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "30")
    now = 160.0
    assert rates.spend("a")["RateLimit"] == '"token";r=1;t=60'


async def test_every_answer_to_a_token_says_what_is_left(client: Client) -> None:
    first = await client.send("admin", "GET", "/v1/terms")
    second = await client.send("admin", "GET", "/v1/terms")
    left = [int(answer.headers["ratelimit"].split(";r=")[1].split(";")[0]) for answer in (first, second)]
    assert left[0] - left[1] == 1
    assert first.headers["ratelimit-policy"] == '"token";q=6000;w=60'
