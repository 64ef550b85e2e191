"""Six ways in which machines read an email before its reader: link and code still work, and nothing was done or shown.

Their links are those of ``test_links.py``; here they meet the pages of sign-in codes and My page.
"""

import re
from collections.abc import Awaitable, Callable

import httpx2 as httpx
import pytest
from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.pages.words import WORDS
from domain.notices import NoticeKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes, ask, type_in
from tests.api_gateway.door.conftest import Mail, Visit, address_of
from tests.api_gateway.door.test_links import LOGGED
from tests.api_gateway.pages.forms_in_page import forms_in
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import MENTEE, MENTOR

PAGES = ("/t", "/code", "/code/check", "/code/who", "/my", "/my/download", "/signed-out")
Scanner = Callable[[httpx.ASGITransport, str], Awaitable[list[str]]]


async def _fetch(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Get every page three times, and its head."""
    visit, found = Visit(transport), []
    for path in PAGES:
        found += [(await visit.get(path)).text for _ in range(3)]
        await visit.http.head(path)
    return found


async def _prefetch(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Get every page as a browser that reads ahead does."""
    visit = Visit(transport)
    return [(await visit.http.get(path, headers={"Sec-Purpose": "prefetch"})).text for path in PAGES]


async def _open(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Run the script of the link page, which opens the link, and wait."""
    visit = Visit(transport)
    return [(await visit.open(token)).text]


async def _press(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Open the link, then press every button of every page with what stands in its fields."""
    visit = Visit(transport)
    opened = await visit.open(token)
    found = [opened.text]
    for path in (opened.url.path, *PAGES):
        page = await visit.get(path)
        for form in forms_in(page.text):
            action = form.action or path
            if form.method == "post":
                found.append((await visit.post(action, form.filled())).text)
    return found


async def _from_elsewhere(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Open the link late, from another network, without the headers of a browser."""
    there = httpx.ASGITransport(app=transport.app, client=("203.0.113.9", 4000))
    visit = Visit(there)
    return [(await visit.http.post("/t", data={"token": token})).text, *await _fetch(there, token)]


async def _cut(transport: httpx.ASGITransport, token: str) -> list[str]:
    """Get the link as a gateway passes it on that drops what follows #."""
    return [(await Visit(transport).get("/t?utm_source=mail")).text]


OPENERS = (_open, _press)
"""The machines that run the script of the link page: they are shown the form of the link, which names the partner."""
WORDING = set(re.findall(r"\w{3,}", (WORDS / "door" / "en.toml").read_text("utf-8")))
"""The words of the door's own sentences, which tell nothing of anybody."""


def words(*pages: str) -> set[str]:
    """Return the words of some pages."""
    return {word for page in pages for word in re.findall(r"\w{3,}", text_of(page))}


@pytest.mark.parametrize("scanner", [_fetch, _prefetch, _open, _press, _from_elsewhere, _cut])
async def test_a_machine_that_reads_the_email_first_does_nothing_and_is_shown_nothing(
    scanner: Scanner,
    pair: LivePair,
    mail: Mail,
    visit: Visit,
    client: Client,
    worker: Database,
    transport: httpx.ASGITransport,
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, about="meeting", rung="1"))["LogMeeting"]
    codes = Codes(client, worker)
    shown = await scanner(transport, token)
    strangers = words(*await scanner(transport, "a" * len(token)))
    await codes.work()
    assert client.engine.sent == []
    async with client.office.database.transaction() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.door_sessions)) == 0
    place = await ask(visit, address_of(MENTOR.id))
    await codes.work()
    assert (await type_in(visit, place, codes.digits)) == (303, "/my")
    own = [(await visit.get(path)).text for path in ("/my", f"/my/more/{pair.id}", "/my/download")]
    form = await visit.open(token)
    assert form.status_code == 200
    private = words(*own, form.text) - strangers - WORDING
    assert {"Robin", "Reyes", "Northern"} <= private
    private -= words(form.text) if scanner in OPENERS else set()
    assert "Northern" in private
    assert words(*shown) & private == set()
    for page in shown:
        for who in (MENTOR, MENTEE):
            assert address_of(who.id) not in page
    await visit.send(token, **LOGGED)
    assert len(client.engine.sent) == 1
