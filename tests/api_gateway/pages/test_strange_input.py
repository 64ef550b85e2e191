"""Nothing that a browser or a tool can send makes a page fail: it is refused in words, on every page and form."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.http.auth import of_api, routes_of
from api_gateway.http.own_path import own_path
from api_gateway.http.query import query_names
from api_gateway.http.rates import limit_rates
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.posted import rows_typed, whole
from api_gateway.services.problem import place_in_words
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links
from tests.api_gateway.pages.sample_office import REGION, fill

ROBIN = derive("relationship", "Robin Reyes")
LOG = f"/relationships/{ROBIN}/acts/log-meeting"
KNOWN = {
    "subject": ROBIN,
    "act": "draft-agreement",
    "person": derive("person", "Robin Reyes"),
    "region": REGION,
    "term": derive("term", "of the tests"),
}
IN_A_QUERY = ("²", "9" * 400, "//[", "0001-01-01T00:00:00+14:00")
IN_A_PATH = ("²", "%00", "%ED%A0%80", "..%2F..", "x" * 4000)
IN_A_FORM = ("²", "9" * 5000, "a\x00b", "[" * 30_000)


@pytest_asyncio.fixture
async def vera(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in somebody with every role, who may send more than a request a second."""
    await fill(client, worker, (0, 8))
    limit_rates(client.http._transport.app, 100_000)
    return await sign_in("Vera Lund", Role.COORDINATOR, Role.PAYMENT_STAFF, Role.AUDITOR, Role.ADMIN)


def pages(client: Client, method: str) -> Iterator[Any]:
    """Yield the routes of pages that take a method, but the one that ends the session."""
    for route in routes_of(client.http._transport.app.routes):
        if method in getattr(route, "methods", ()) and not of_api(route.path) and route.path != "/sign-out":
            yield route


def at(route: Any, value: str = "") -> str:
    """Return the address of a route, with a value in each open place; without one, with what is there."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda part: value or KNOWN.get(part[1], "0" * 32), str(route.path))


def fields_of(dependant: Any) -> set[str]:
    """Return the fields of the form that a route declares."""
    own = {field.alias for field in dependant.body_params}
    return own.union(*(fields_of(each) for each in dependant.dependencies))


async def test_no_query_makes_a_page_fail(client: Client, vera: Browser) -> None:
    failed = []
    for route in pages(client, "GET"):
        for name in sorted(query_names(route.dependant)):
            for value in IN_A_QUERY:
                answer = await vera.get(at(route), params={name: value})
                if answer.status_code >= 500:
                    failed.append((route.path, name, value))
    assert failed == []


async def test_no_address_makes_a_page_fail(client: Client, vera: Browser) -> None:
    failed = []
    for route in (each for each in pages(client, "GET") if "{" in each.path):
        for value in IN_A_PATH:
            answer = await vera.get(at(route, value))
            if answer.status_code >= 500:
                failed.append((route.path, value))
    assert failed == []


async def test_no_form_makes_a_page_fail(client: Client, vera: Browser) -> None:
    failed = []
    for route in pages(client, "POST"):
        for value in IN_A_FORM:
            sent = dict.fromkeys(fields_of(route.dependant) | {"term", "name", "form_shown"}, value)
            answer = await vera.post(at(route), sent | {"key": derive("key", route.path, value)})
            if answer.status_code >= 500:
                failed.append((route.path, value[:9]))
    assert failed == []


async def test_a_form_of_an_act_with_strange_values_comes_back(vera: Browser) -> None:
    form = form_to((await vera.get(LOG)).text, LOG)
    for value in IN_A_FORM:
        hidden = dict.fromkeys(("form_seen", "form_shown", "minutes", f"rows.{value}.on"), value)
        answer = await vera.post(LOG, form.filled() | hidden)
        assert answer.status_code == (400 if "\x00" in value else 409), value[:9]


@pytest.mark.parametrize("value", ["²", "9" * 5000, "-"])
def test_what_is_not_a_whole_number_is_left_to_the_model(value: str) -> None:
    assert whole(value) == value
    rows = FormPart(name="rows", control=Control.ROWS)
    assert rows_typed(rows, {f"rows.{value}.on": ["x"]}, "rows") == rows.least_rows
    assert place_in_words((value, 2)) == f"entry 3 of {value}"


async def test_half_a_pair_of_surrogates_is_no_text(vera: Browser) -> None:
    """A tool that names an odd encoding for its form can send one; a browser cannot."""
    fields = {"csrf": vera.csrf, "key": "0123456789", "name": "+2AA-"}
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(part.format(*each) for each in fields.items()) + "--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x; charset=utf-7",
        "Sec-Fetch-Site": "same-origin",
    }
    answer = await vera.http.post("/me/tokens", content=body.encode(), headers=headers)
    assert answer.status_code in (400, 403)


async def test_no_form_leads_back_to_another_site(vera: Browser) -> None:
    for address in (
        "/\t/evil.example",
        "/\n/evil.example",
        "/\\evil.example",
        "//evil.example",
        "//[",
        "a",
        "",
    ):
        assert own_path(address) == ""
        page = (await vera.get(LOG, params={"back": address})).text
        assert not [each for each in links(page) if "evil" in each]


async def test_only_the_form_that_asks_for_a_scan_keeps_one(client: Client, vera: Browser) -> None:
    form = form_to((await vera.get(LOG)).text, LOG)
    scan = ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    before = await documents(client)
    answer = await vera.post(LOG, form.filled(), files={"scan": scan})
    assert answer.status_code == 422, "the hour is missing"
    assert await documents(client) == before


async def documents(client: Client) -> int:
    async with client.office.database.transaction() as connection:
        return int(await connection.scalar(select(func.count()).select_from(tables.documents)) or 0)
