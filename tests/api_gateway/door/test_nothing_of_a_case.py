"""C58 at the door: whom a case is about gets the same pages with it and without."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2 as httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.door.app import create_door, make_door
from domain.actors import Actor
from tests.api_gateway.door.codes import Codes, enter
from tests.api_gateway.door.conftest import DOOR, Visit
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.same_story import Told, in_order, open_case, told
from tests.api_gateway.test_nobody_can_tell import difference
from tests.conftest import FreshDatabase

CASES = {
    ("mentee", "mentor"): ("mentor",),
    ("mentor", "mentee"): ("mentee",),
    ("another", "coordinator"): ("mentor", "mentee"),
}
"""Who complains about whom, and who of the pair may not learn of it."""
_DIFFERS = (
    re.compile(r'name="(csrf|form_key)" value="[^"]*"'),
    re.compile(r'"(created_at|used_at|made_at|ended_at)": ("[^"]*"|null)'),
    re.compile(r"integrity=\"[^\"]*\""),
)
"""What is another one in each browser and at each moment, and tells of nothing."""


@asynccontextmanager
async def door_of(here: Told, who: str) -> AsyncIterator[Visit]:
    """Yield the browser at the door of one of the pair, who is signed in."""
    door = {"door_url": DOOR, "door_secret": SecretStr("d" * 40), "cookie_prefix": "none"}
    made = make_door(here.client.office.settings.model_copy(update=door), here.client.engine)
    visit = Visit(httpx.ASGITransport(app=create_door(made)))
    person: Actor = getattr(here.pair, who)
    async with here.client.office.database.transaction() as connection:
        address = await connection.scalar(
            select(tables.people.c.email).where(tables.people.c.id == person.id)
        )
    await enter(visit, Codes(here.client, here.worker), str(address))
    yield visit
    await made.office.database.close()


async def pages(here: Told, who: str) -> dict[str, str]:
    """Return what the door shows to one of the pair."""
    async with door_of(here, who) as visit:
        own = await visit.get("/my")
        links = sorted({link.replace("&amp;", "&") for link in re.findall(r'href="(/my[^"]*)"', own.text)})
        found = {"/my": own.text}
        for path in (*links, f"/my/more/{here.pair.id}", "/my/download.json"):
            answer = await visit.get(path)
            found[path] = f"{answer.status_code} {answer.text}"
        more = re.findall(r'href="(/my/acts/[^"]*)"', found[f"/my/more/{here.pair.id}"])
        for path in more:
            found[path] = (await visit.get(path.replace("&amp;", "&"))).text
    return {path: without_chance(text) for path, text in found.items()}


def without_chance(text: str) -> str:
    """Return a page without what differs from one browser to another."""
    for each in _DIFFERS:
        text = each.sub("", text)
    return text


@pytest.mark.parametrize(("accuser", "against"), CASES, ids=lambda each: each)
async def test_whom_a_case_is_about_sees_the_same_pages(
    fresh_database: FreshDatabase, accuser: str, against: str
) -> None:
    async with told(fresh_database) as here:
        expected = {who: await pages(here, who) for who in CASES[accuser, against]}
    async with told(fresh_database, accuser, against) as here:
        for who, without in expected.items():
            found = await pages(here, who)
            assert {*found} == {*without}
            telling = {path: difference(without[path], text) for path, text in found.items()}
            assert {path: lines for path, lines in telling.items() if lines} == {}, f"{who} can tell"


async def sent_late(here: Told, who: str, accuser: str, *, seen: bool) -> str:
    """Return what one of the pair gets who opens a form, and sends it after something has happened meanwhile."""
    pair = here.pair
    path = f"/my/acts/pause-relationship/{pair.id}"
    async with door_of(here, who) as visit:
        form = form_to((await visit.get(path)).text, path)
        if accuser:
            open_case(pair, getattr(pair, accuser), getattr(pair, who).id)
        if seen:
            pair.meet(confirmed=False)
        await pair.store(SqlRecords(here.worker))
        answer = await visit.post(path, form.filled(reason=form.choices["reason"][-1]))
    assert answer.status_code in (303, 409), answer.text
    where = re.sub(r"reference=[0-9a-f]+", "", answer.headers.get("location", ""))
    return f"{answer.status_code} {where} {in_order(without_chance(answer.text))}"


@pytest.mark.parametrize("seen", [False, True], ids=["nothing else happened", "something else happened"])
@pytest.mark.parametrize(("who", "accuser"), [("mentor", "mentee"), ("mentee", "mentor")])
async def test_a_form_that_is_sent_late_tells_nothing_of_a_case(
    fresh_database: FreshDatabase, who: str, accuser: str, seen: bool
) -> None:
    answers = []
    for by in ("", accuser):
        async with told(fresh_database) as here:
            answers.append(await sent_late(here, who, by, seen=seen))
    assert answers[0] == answers[1]
