"""Answers that were saved for later: the link of an email alone, forwarded or not, never shows them."""

from datetime import timedelta

import httpx2 as httpx

from activities.adapters.postgres.database import Database
from api_gateway.door.own_address import own_address
from api_gateway.door.sessions import code_address
from domain.notices import NoticeKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes, enter
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, address_of, path_in
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE

WORDS = "She listened to me"


async def in_survey(pair: LivePair) -> None:
    """Bring a pair to its closing survey."""
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    await pair.at(pair.state.meetings_end(pair.rules) + timedelta(hours=1))


async def test_a_link_leads_to_the_code_once_answers_are_saved_and_shows_none_of_them(
    pair: LivePair,
    mail: Mail,
    visit: Visit,
    transport: httpx.ASGITransport,
    client: Client,
    worker: Database,
) -> None:
    await in_survey(pair)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTEE, about="survey", rung="1"))["SubmitSurvey"]
    page = await visit.open(token)
    form = form_to(page.text, path_in(page.text))
    saved = await visit.post(form.action, {**form.filled(answers__most_helpful=WORDS), "form_later": "yes"})
    assert "We will send you a code first" in saved.text
    own = own_address("SubmitSurvey", pair.id)
    for browser in (visit, Visit(transport)):
        answer = await browser.post("/t", {"token": token})
        again = await browser.get(answer.headers["location"])
        assert (again.status_code, again.headers["location"]) == (303, code_address(own))
        assert WORDS not in again.text
    reader = Visit(transport)
    assert await enter(reader, Codes(client, worker), address_of(MENTEE.id), own) == own
    assert WORDS in (await reader.get(own)).text


async def test_answers_saved_in_a_session_are_not_behind_a_link_either(
    pair: LivePair, mail: Mail, visit: Visit, own: OwnForms
) -> None:
    await in_survey(pair)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTEE, about="survey", rung="1"))["SubmitSurvey"]
    assert (await visit.open(token)).status_code == 200
    form = await own.form(MENTEE, "SubmitSurvey", pair.id)
    await own.post(MENTEE, form, answers__most_helpful=WORDS, form_later="yes")
    assert (await visit.open(token)).headers["location"] == code_address(form.action)
    there = await own.browser(MENTEE)
    assert (await there.open(token)).headers["location"] == form.action
