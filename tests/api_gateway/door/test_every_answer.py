"""Every answer of the door has every header, and one network address gets only so many pages in a minute."""

import re
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from fastapi.routing import APIRoute

from api_gateway.http.answers import HEADERS, PAGE_HEADERS
from api_gateway.http.auth import TokenFirst, routes_of
from api_gateway.http.rates import limit_rates
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.at_door import DOOR
from tests.api_gateway.conftest import Client, add_entry

PART = re.compile(r"\{(\w+)(?::\w+)?\}")
LOG = f"/v1/relationships/{'a' * 32}/log-meeting"
MEETING = {"began_at": "2026-11-02T15:00:00+00:00", "minutes": 45, "mode": "phone", "topics": []}


def requests(client: Client) -> Iterator[tuple[str, str]]:
    """Yield method and path of each route of the door, each about something that nobody knows."""
    transport = client.door.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    for route in routes_of(transport.app.routes):
        assert isinstance(route, APIRoute), route
        inside = "" if route.path.startswith(("/t", "/v1", "/static", "/my", "/code")) else "/v1"
        for method in sorted(route.methods):
            yield method, inside + PART.sub("a" * 32, route.path)


def demand_headers(answer: httpx.Response, about: str) -> None:
    for name, value in (HEADERS | PAGE_HEADERS).items():
        if name == "Cache-Control" and "/static/" in about and answer.status_code == 200:
            continue
        assert answer.headers[name] == value, (about, name)
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"]), about


async def test_every_route_has_every_header_whoever_asks(client: Client) -> None:
    await add_entry(client, derive("p", "mentee"))
    limit_rates(client.door.http._transport.app, 10**6)
    asked = sorted(set(requests(client)))
    assert len(asked) > 80
    statuses = set()
    for method, path in asked:
        for name in ("", "mentee", "admin"):
            answer = await client.ask(client.door.http, name, method, path)
            statuses.add(answer.status_code)
            demand_headers(answer, f"{method} {path} {name}")
    assert {200, 401, 403, 404} <= statuses


async def test_an_answer_that_no_route_gives_has_every_header(client: Client) -> None:
    http = client.door.http
    client.engine.raises = RuntimeError("a fault of ours")
    for answer, status in (
        (await http.get("/nothing"), 404),
        (await http.get("/v1/nothing"), 404),
        (await http.put("/t"), 405),
        (await http.get("/t", headers={"Host": "elsewhere.example"}), 400),
        (await http.get("/t/%00"), 400),
        (await http.post("/t", content=b"x" * (1024 * 1024 + 1)), 413),
        (await http.post("/t", data={"token": "x"}), 403),
        (await client.ask(http, "mentee", "POST", LOG, json=MEETING), 500),
    ):
        assert answer.status_code == status, answer.text
        demand_headers(answer, str(status))
        assert "a fault of ours" not in answer.text


async def test_going_back_to_any_address_of_a_form_finds_a_page(client: Client) -> None:
    """Browsers ask for the address of a form's answer when somebody goes back to it."""
    for http in (client.http, client.door.http):
        transport = http._transport
        assert isinstance(transport, httpx.ASGITransport)
        limit_rates(transport.app, 10**6)
        routes = [each for each in routes_of(transport.app.routes) if isinstance(each, APIRoute)]
        forms = {each.path for each in routes if not isinstance(each, TokenFirst) and "POST" in each.methods}
        assert forms
        for path in sorted(forms):
            answer = await http.get(PART.sub("a" * 32, path))
            assert answer.status_code != 405, path
            if "/my/calendar/revoke" in path:
                assert answer.headers["location"] == "/my/calendar"
            if path == "/me/tokens":
                assert answer.headers["location"] == "/me"
        assert forms & {"/my/calendar/revoke", "/me/tokens"}


async def test_one_address_gets_only_so_many_pages_in_a_minute(client: Client) -> None:
    http = client.door.http
    limit_rates(http._transport.app, 3)
    assert [(await http.get("/t")).status_code for _ in range(3)] == [200, 200, 200]
    for answer in (await http.get("/t"), await http.post("/t", data={"token": "x"}), await http.get("/x")):
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60
        demand_headers(answer, "429")
    other = httpx.ASGITransport(app=http._transport.app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=other, base_url=DOOR) as elsewhere:
        assert (await elsewhere.get("/t")).status_code == 200
    sheet = re.search(r'href="(/static/[^"]+)"', (await elsewhere_page(http)).text)
    assert sheet is not None
    assert (await http.get(sheet[1])).status_code == 200, "sheets are kept by browsers and do not count"


async def elsewhere_page(http: httpx.AsyncClient) -> httpx.Response:
    """Return the page of links as another address sees it."""
    transport = httpx.ASGITransport(app=http._transport.app, client=("203.0.113.8", 1))
    async with httpx.AsyncClient(transport=transport, base_url=DOOR) as elsewhere:
        return await elsewhere.get("/t")


@pytest.mark.parametrize("path", ["/v1/people/me", "/v1/relationships"])
async def test_the_api_of_the_door_counts_by_person(client: Client, path: str) -> None:
    await add_entry(client, derive("p", "mentee"))
    http = client.door.http
    limit_rates(http._transport.app, 2)
    statuses = [(await client.send("mentee", "GET", path)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    await client.token_of("mentee again", derive("p", "mentee"), (Role.PARTICIPANT,))
    assert (await client.send("mentee again", "GET", path)).status_code == 429
    await client.token("another", Role.PARTICIPANT)
    assert (await client.send("another", "GET", "/v1/relationships")).status_code == 200
