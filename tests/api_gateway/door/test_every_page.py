"""Every page of the door, for the seven actors and for the holder of a link, as `routes.toml` says (`door_pages`)."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx
import pytest
from fastapi.routing import APIRoute

from api_gateway.http.auth import TokenFirst, routes_of
from api_gateway.http.csrf import FIELD
from domain.notices import NoticeKind
from tests.api_gateway.at_door import DOOR
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Mail, Visit
from tests.api_gateway.door.test_links import MEETING
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.api_gateway.rights.placed import ACTORS
from tests.domain.builders import MENTEE, MENTOR

PAGES: Final[list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[2] / "architecture" / "routes.toml").read_text(encoding="utf-8")
)["door_pages"]
WAYS: Final = ("open", "link", "session")
PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
UNKNOWN: Final = "a" * 32
OWN_SITE: Final = {"Sec-Fetch-Site": "same-origin"}


def pages(way: str) -> list[str]:
    """Return the pages with a way in, as the table names them."""
    return [name for group in PAGES for name in group["routes"] if group["by"] == way]


def app_of(client: Client) -> Any:
    transport = client.door.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    return transport.app


async def asked(http: httpx.AsyncClient, name: str, id: str, **headers: str) -> httpx.Response:
    """Ask for a page about a link or anything else with an id."""
    method, _, path = name.partition(" ")
    form = {"data": {FIELD: "x"}} if method == "POST" else {}
    return await http.request(method, PART.sub(id, path), headers={**OWN_SITE, **headers}, **form)


async def test_every_page_of_the_door_has_a_row_and_every_row_a_page(client: Client) -> None:
    there = {
        f"{method} {route.path}"
        for route in routes_of(app_of(client).routes)
        if isinstance(route, APIRoute) and not isinstance(route, TokenFirst)
        for method in route.methods - {"HEAD"}
        if not route.path.startswith(("/v1", "/static"))
    }
    assert {group["by"] for group in PAGES} <= set(WAYS)
    assert sorted(name for way in WAYS for name in pages(way)) == sorted(there)


@pytest.mark.parametrize("actor", ["", *sorted(ACTORS)])
async def test_no_role_opens_a_page_and_an_open_one_names_nobody(client: Client, actor: str) -> None:
    """Neither the token of any actor nor its session at the office is a way in."""
    headers = {}
    if actor:
        roles, regions = ACTORS[actor]
        token = await client.token(actor, *roles, regions=regions)
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"mentorflow={token}"}
    for name in pages("open"):
        answer = await asked(client.door.http, name, UNKNOWN, **headers)
        assert answer.status_code < 500, name
        assert actor.title() not in answer.text or not actor
    dead = text_of((await client.door.http.get(f"/t/{UNKNOWN}")).text)
    for name in pages("link"):
        answer = await asked(client.door.http, name, UNKNOWN, **headers)
        assert (answer.status_code, text_of(answer.text)) == (404, dead), name
    for name in pages("session"):
        answer = await asked(client.door.http, name, UNKNOWN, **headers)
        assert answer.status_code == 303, (name, answer.text[:200])
        assert answer.headers["location"].startswith("/code"), name


async def test_a_page_of_a_link_is_for_the_browser_that_opened_that_link(
    client: Client, pair: LivePair, mail: Mail, transport: httpx.ASGITransport
) -> None:
    mine = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    other = (await mail.tokens(NoticeKind.REMINDER, MENTEE, **MEETING))["LogMeeting"]
    visit, partner = Visit(transport), Visit(transport)
    opened = await visit.post("/t", {"token": mine})
    id = opened.headers["location"].rsplit("/", 1)[-1]
    assert (await partner.open(other)).status_code == 200
    async with httpx.AsyncClient(transport=transport, base_url=DOOR) as nobody:
        dead = text_of((await nobody.get(f"/t/{UNKNOWN}")).text)
        for name in pages("link"):
            for http in (nobody, partner.http):
                answer = await asked(http, name, id)
                assert (answer.status_code, text_of(answer.text)) == (404, dead), name
            own = await asked(visit.http, name, id)
            # A form without its secret is refused, and what was not done yet has no page of what it did.
            assert own.status_code == {"GET": 200, "POST": 403}[name.partition(" ")[0]] or name.endswith(
                "/done"
            )
