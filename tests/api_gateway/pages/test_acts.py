"""A whole pair by forms alone: each act is found on a page, filled in and sent, from application to payment."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import Role
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import REGION, LivePair, live_pair
from tests.domain.builders import MENTEE, MENTOR

SCAN = ("letter.pdf", b"%PDF-1.7\nsigned\n%%EOF\n", "application/pdf")


class Desk:
    """A coordinator at her browser, with one pair."""

    def __init__(self, pair: LivePair, browser: Browser) -> None:
        self.pair, self.browser = pair, browser
        self.page = f"/relationships/{pair.id}"

    async def open(self, act: str, query: str = "") -> httpx.Response:
        """Open the form of an act."""
        answer = await self.browser.get(f"{self.page}/acts/{act}{query}")
        assert answer.status_code == 200, answer.text
        return answer

    async def send(self, act: str, query: str = "", status: int = 303, **given: Any) -> httpx.Response:
        """Open the form of an act, fill it in, and send it."""
        form = form_to((await self.open(act, query)).text, f"{self.page}/acts/{act}")
        files = {name: given.pop(name) for name in ("scan",) if name in given}
        answer = await self.browser.post(form.action, form.filled(**given), files=files or None)
        assert answer.status_code == status, answer.text
        if status == 303:
            assert answer.headers["location"] == f"{self.page}?done={act}"
        return answer

    async def offers(self) -> set[str]:
        """Return the acts that the page of acts offers."""
        answer = await self.browser.get(f"{self.page}/acts")
        assert answer.status_code == 200, answer.text
        beginning = f'href="{self.page}/acts/'
        return {part.partition('"')[0] for part in answer.text.split(beginning)[1:]}


@pytest_asyncio.fixture
async def worker(client: Client) -> AsyncIterator[Database]:
    database = Database(client.office.settings.database_url("worker"), size=2)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def desk(client: Client, worker: Database, sign_in: SignIn) -> Desk:
    pair = await live_pair(client, worker)
    browser = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    return Desk(pair, browser)


async def test_a_pair_goes_from_application_to_its_meetings_by_forms(desk: Desk) -> None:
    pair = desk.pair
    assert "record-pre-match-contact" in await desk.offers()
    assert "log-meeting" not in await desk.offers()
    today = pair.now.date().isoformat()
    await desk.send("record-pre-match-contact", contacted_on=today, needs=["budget"])
    await desk.send("propose-match", mentor=MENTOR.id)
    await desk.send("confirm-match")
    assert pair.state.stage == "contact"
    await desk.send(
        "confirm-first-contact", acting_for=MENTEE.id, reason="by_phone", contacted_on=today, mode="phone"
    )
    assert pair.state.stage == "agreement"
    await desk.send(
        "draft-agreement",
        acting_for=MENTOR.id,
        reason="on_paper",
        terms__ground_rules=["confidential", "candid"],
        terms__rhythm__every="1",
        terms__rhythm__unit="months",
        terms__modes=["in_person", "phone"],
        terms__face_to_face="1",
        terms__minutes="60",
    )
    for person in (MENTEE, MENTOR):
        await desk.send("sign-agreement", acting_for=person.id, reason="on_paper", scan=SCAN)
    assert pair.state.stage == "agreement", "they can still say that it is wrong"
    await pair.at(pair.now + timedelta(days=15))
    assert pair.state.stage == "meetings"
    await pair.at(pair.now + timedelta(days=2))
    await desk.send(
        "log-meeting",
        acting_for=MENTEE.id,
        reason="by_phone",
        began_at__day=(pair.now - timedelta(days=1)).date().isoformat(),
        began_at__time="15:00",
        minutes="60",
        mode="in_person",
        topics=["budget", "staff"],
    )
    assert [met.minutes for met in pair.state.meetings.log] == [60]
