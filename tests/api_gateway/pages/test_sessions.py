"""A session opens pages and nothing else; it ends in real time, with its rights, and by signing out."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.sessions import IDLE, LONGEST
from api_gateway.http.answers import HEADERS, PAGE_HEADERS
from api_gateway.http.sessions import cookie_name
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn

STAY = "/session/stay"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
PRESENT = (
    func.now()
)  # the machine's clock: a session is counted in real time, whatever the office's clock says


def left(ends_at: str) -> timedelta:
    """Return how long a session still is."""
    return datetime.fromisoformat(ends_at) - datetime.now(UTC)  # the machine's clock: as above


async def change(client: Client, session: str, **values: Any) -> None:
    """Change the row of a session."""
    table = tables.sessions
    async with client.office.database.transaction() as connection:
        await connection.execute(update(table).where(table.c.id == session).values(**values))


async def stays(browser: Browser) -> bool:
    """Return whether a request of the browser finds it signed in."""
    answer = await browser.post(STAY)
    assert answer.status_code in (200, 303), answer.text
    return bool(answer.status_code == 200)


async def test_a_session_is_counted_in_real_time(client: Client, sign_in: SignIn) -> None:
    """The office of a test lives in another hour; a session does not know of it."""
    ann = await sign_in("ann", Role.COORDINATOR, regions=("r1",))
    answer = await ann.post(STAY)
    assert timedelta(minutes=29) < left(answer.json()["ends_at"]) <= IDLE
    await change(client, ann.session, used_at=PRESENT - IDLE + timedelta(seconds=30))
    assert await stays(ann)
    await change(client, ann.session, used_at=PRESENT - IDLE - timedelta(seconds=1))
    assert not await stays(ann)


async def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    client: Client, sign_in: SignIn
) -> None:
    ann = await sign_in("ann", Role.AUDITOR)
    await change(client, ann.session, created_at=PRESENT - LONGEST + timedelta(minutes=5))
    answer = await ann.post(STAY)
    assert timedelta(minutes=4) < left(answer.json()["ends_at"]) <= timedelta(minutes=5)
    await change(client, ann.session, created_at=PRESENT - LONGEST)
    assert not await stays(ann)


async def test_a_token_and_a_session_open_nothing_of_each_other(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("ann", Role.ADMIN)
    assert (await ann.get("/v1/people")).status_code == 401
    sent = await client.send("ann", "POST", STAY)
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in")
    ann.http.cookies.set(cookie_name(client.office.settings), "x" * 43, domain=ann.http.base_url.host)
    assert not await stays(ann)


async def test_what_ends_or_changes_a_right_does_so_at_the_next_request(
    client: Client, sign_in: SignIn
) -> None:
    """A change of rights gives the browser a new token; without a role all pages are closed."""
    ann = await sign_in("ann", Role.COORDINATOR, regions=("r1",))
    first = ann.http.cookies[cookie_name(client.office.settings)]
    assert await stays(ann)
    assert ann.http.cookies[cookie_name(client.office.settings)] == first
    await client.token_of("ann", ann.person, (Role.AUDITOR,))
    assert await stays(ann)
    second = ann.http.cookies[cookie_name(client.office.settings)]
    assert second != first
    assert await stays(ann), "the secret of the forms stays, so that an open form can still be sent"
    old = await client.office.sessions.visitor(first)
    assert old is not None, "a request that was under way"
    await change(client, ann.session, former_until=PRESENT)
    assert await client.office.sessions.visitor(first) is None
    async with client.office.database.transaction() as connection:
        table = tables.grants
        await connection.execute(update(table).where(table.c.person == ann.person).values(ended_at=PRESENT))
    refused = await ann.get("/me")
    assert refused.status_code == 403
    assert "no longer have a role in the office" in refused.text


async def test_signing_out_deletes_the_session_and_clears_the_browser(
    client: Client, sign_in: SignIn
) -> None:
    ann = await sign_in("ann", Role.PAYMENT_STAFF)
    answer = await ann.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    async with client.office.database.transaction() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.sessions)) == 0
    assert (await ann.get("/signed-out")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "OWN"}, 403),
        ({"Origin": "OWN"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_change_comes_from_a_page_of_the_office(
    client: Client, sign_in: SignIn, headers: dict[str, str], status: int
) -> None:
    ann = await sign_in("ann", Role.COORDINATOR)
    own = client.office.settings.public_url
    sent = {name: own if value == "OWN" else value for name, value in headers.items()}
    answer = await ann.http.post(STAY, data={"csrf": ann.csrf}, headers=sent)
    assert answer.status_code == status, answer.text


async def test_a_form_has_the_secret_of_its_own_session(client: Client, sign_in: SignIn) -> None:
    ann, eva = await sign_in("ann", Role.COORDINATOR), await sign_in("eva", Role.COORDINATOR)
    assert ann.csrf != eva.csrf
    for secret in ("", eva.csrf, "ä"):
        answer = await ann.post(STAY, csrf=secret)
        assert answer.status_code == 403
        assert "form belongs to a sign-in that has ended" in answer.text
    by_script = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ann.csrf}
    assert (await ann.http.post(STAY, headers=by_script)).status_code == 200
    as_json = {"Sec-Fetch-Site": "same-origin"}
    assert (await ann.http.post(STAY, json={"csrf": ann.csrf}, headers=as_json)).status_code == 403


async def test_without_a_session_the_way_leads_to_sign_in_and_back(client: Client) -> None:
    answer = await client.http.post(STAY)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    fragment = await client.http.post(STAY, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/signed-out", "/nothing-here"])
async def test_every_page_has_every_header(client: Client, path: str) -> None:
    answer = await client.http.get(path)
    for name, value in (HEADERS | PAGE_HEADERS).items():
        assert answer.headers[name] == value, name
    assert len(answer.headers["x-request-id"]) == 16


async def test_an_alias_signs_in_as_the_human(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("ann", Role.COORDINATOR, regions=("r1",))
    other = await sign_in("ann twice")
    async with client.office.database.transaction() as connection:
        table = tables.people
        same = update(table).where(table.c.id == other.person).values(alias_of=ann.person)
        await connection.execute(same)
    found = await client.office.sessions.visitor(other.http.cookies[cookie_name(client.office.settings)])
    assert found is not None
    assert (found.holder.person, found.holder.aliases) == (ann.person, (derive("p", "ann twice"),))
    assert found.holder.regions == ("r1",)


def fields(text: str) -> list[tuple[str, str]]:
    """Return the hidden fields of a page's last form."""
    form = text.split("<form")[-1]
    return [(name, unescape(value)) for name, value in HIDDEN.findall(form)]


async def test_what_was_written_outlives_the_session(client: Client, sign_in: SignIn) -> None:
    """A form whose session is over comes back whole; it is sent again after a new sign-in, by one press more."""
    ann = await sign_in("ann", Role.ADMIN)
    typed = {"key": "0123456789abcdef", "name": 'North <b> & "south"', "days": "7"}
    await change(client, ann.session, used_at=PRESENT - IDLE)
    over = await ann.post("/me/tokens", typed)
    assert over.status_code == 401
    assert "North &lt;b&gt;" in over.text
    assert 'target="_blank"' in over.text
    assert 'action="/me/tokens"' in over.text
    kept = fields(over.text)
    assert kept == list(typed.items()), "without the secret of the session that is over"
    again = await sign_in("ann")
    ask = await again.post("/me/tokens", dict(kept), csrf=ann.csrf)
    assert (ask.status_code, "Send this now?" in ask.text) == (403, True)
    sent = dict(fields(ask.text))
    assert sent == {"csrf": again.csrf, **typed}
    made = await again.post("/me/tokens", sent)
    assert (made.status_code, "North &lt;b&gt;" in made.text) == (200, True)


async def test_only_a_form_of_our_own_pages_is_kept(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("ann", Role.ADMIN)
    await change(client, ann.session, used_at=PRESENT - IDLE)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = await ann.http.post("/me/tokens", data={"name": "x"}, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    long = await ann.post("/me/tokens", {"name": "x" * 70_000})
    assert long.status_code == 303
    assert (await ann.post("/sign-out")).status_code == 303
