"""My page: what is left to do for whom, what holds, who can read what, and in how many statements."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from api_gateway.door.own_address import own_address
from api_gateway.door.who_reads import TOLD, reads_of
from domain.relationship.stages.meetings.log import LogMeeting
from domain.visibility import Data, Who
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR


async def page_of(own: OwnForms, who: Any, path: str = "/my") -> str:
    """Return a page of a person who is signed in."""
    answer = await (await own.browser(who)).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def met(pair: LivePair) -> str:
    """Have the mentor log a meeting; return its id."""
    pair.do(
        LogMeeting,
        MENTOR,
        began_at=pair.now - timedelta(days=1),
        minutes=60,
        mode="in_person",
        topics=("budget",),
    )
    await pair.at(pair.now)
    return pair.state.meetings.log[-1].id


async def test_each_of_a_pair_sees_what_is_left_to_do(pair: LivePair, own: OwnForms) -> None:
    meeting = await met(pair)
    confirm = own_address("ConfirmMeeting", pair.id, {"meeting": meeting})
    mentee, mentor = await page_of(own, MENTEE), await page_of(own, MENTOR)
    assert confirm in mentee
    assert "waits for your answer" in mentee
    assert confirm not in mentor
    assert "waits for Robin Reyes" in mentor
    for page, partner in ((mentee, "Sam Ortiz"), (mentor, "Robin Reyes")):
        assert own_address("LogMeeting", pair.id) in page
        assert partner in page
        assert "1 meeting, 60 minutes together" in page
        assert f"/my/agreement/{pair.id}" in page


async def test_every_link_of_my_page_opens_and_its_acts_are_forms(pair: LivePair, own: OwnForms) -> None:
    await met(pair)
    for who in (MENTEE, MENTOR):
        browser = await own.browser(who)
        pages = [await page_of(own, who), await page_of(own, who, f"/my/more/{pair.id}")]
        links = {link for page in pages for link in re.findall(r'href="(/my[^"]*)"', page)}
        assert len(links) > 8
        for link in links:
            assert (await browser.get(link.replace("&amp;", "&"))).status_code == 200, link


async def test_my_page_speaks_spanish_once_it_is_chosen(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    assert (await browser.post("/my/language", form.filled())).headers["location"] == "/my"
    page = (await browser.get("/my")).text
    assert '<html lang="es">' in page
    assert "Quién puede leer qué" in page
    assert "Por hacer" in page
    async with client.office.database.transaction() as connection:
        left = select(tables.commands.c.kind, tables.commands.c.payload)
        [row] = (await connection.execute(left.where(tables.commands.c.kind == "OwnLanguage"))).all()
    assert row.payload["language"] == "es"


async def test_what_the_page_says_of_readers_follows_from_the_table_of_rights() -> None:
    reads, never = reads_of(Who.COORDINATOR)
    assert reads == (Data.FACTS, Data.AGREEMENT, Data.ANSWERS, Data.CONFIDENTIAL)
    assert never == (Data.PAIR_ANSWERS, Data.OWN_WRITING)
    reads, never = reads_of(Who.OF_PAIR)
    assert reads == (Data.FACTS, Data.AGREEMENT, Data.PAIR_ANSWERS)
    assert {*reads, *never} == {*TOLD}


async def test_somebody_else_reads_no_pair(pair: LivePair, own: OwnForms) -> None:
    stranger = f"{7:032x}"
    browser = await own.browser(MENTEE)
    for path in (f"/my/agreement/{stranger}", f"/my/more/{stranger}"):
        assert (await browser.get(path)).status_code == 404


pytestmark = pytest.mark.usefixtures("client")
