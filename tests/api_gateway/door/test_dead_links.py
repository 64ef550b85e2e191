"""A link that opens nothing tells strangers nothing; its own person reads why, and what came of it, after a code."""

from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.notices import NoticeKind
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting
from domain.task_links import token_hash
from tests.api_gateway.conftest import Client, set_clock
from tests.api_gateway.door.codes import Codes, type_in
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, address_of
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.door.test_my_page import met
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR


@pytest.fixture
def codes(client: Client, worker: Database) -> Codes:
    """Return the worker that sends codes."""
    return Codes(client, worker)


async def _why(visit: Visit, codes: Codes, token: str, address: str) -> str:
    """Open a dead link, go on from its page with a code, and return what the page after that says."""
    dead = await visit.post("/t", {"token": token})
    assert dead.status_code == 404
    (wanted,) = form_to(dead.text, "/code").filled().items()
    asking = form_to((await visit.get(f"/code?next={wanted[1]}")).text, "/code")
    sent = await visit.post("/code", asking.filled(address=address))
    await codes.work()
    status, place = await type_in(visit, sent.headers["location"], codes.digits)
    assert (status, place) == (303, "/my/link")
    return (await visit.get(place)).text


async def _mail_of(mail: Mail) -> str:
    return (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]


async def _set(client: Client, token: str, **values: Any) -> None:
    link = tables.task_links
    async with client.office.database.transaction() as connection:
        await connection.execute(update(link).where(link.c.hash == token_hash(token)).values(**values))


async def test_who_used_a_link_reads_when_and_sees_what_was_sent(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, transport: httpx.ASGITransport
) -> None:
    token = await _mail_of(mail)
    await visit.send(token, **LOGGED)
    other = Visit(transport)
    page = await _why(other, codes, token, address_of(MENTOR.id))
    assert "You used this link on" in page
    look = page.partition('<p><a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Your meeting is recorded" in (await other.get(look)).text


async def test_a_link_whose_days_are_over_leads_to_the_same_form(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client
) -> None:
    token = await _mail_of(mail)
    await set_clock(client.office.settings, pair.now + timedelta(days=31))
    page = await _why(visit, codes, token, address_of(MENTOR.id))
    assert "for thirty days." in page
    assert f'href="/my/acts/log-meeting/{pair.id}' in page


async def _to_confirm(pair: LivePair, mail: Mail) -> tuple[str, str]:
    """Record a meeting, and return it with the token of the link by which the mentee confirms it."""
    meeting = await met(pair)
    began = pair.state.meetings.log[-1].began_at
    data = {"meeting": meeting, "began_at": began.isoformat()}
    return meeting, (await mail.tokens(NoticeKind.MEETING_TO_CONFIRM, MENTEE, **data))["ConfirmMeeting"]


async def test_a_link_whose_act_is_done_says_when_and_offers_no_form(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client
) -> None:
    meeting, token = await _to_confirm(pair, mail)
    pair.do(ConfirmMeeting, MENTEE, meeting=meeting)
    day = pair.rules.calendar.local_date(pair.now)
    await pair.at(pair.now + timedelta(days=31))
    page = await _why(visit, codes, token, address_of(MENTEE.id))
    assert "for thirty days." in page
    assert f"You have already done what it asked for, on {day:%B} {day.day}, {day.year}." in page
    assert "/my/acts/confirm-meeting" not in page
    form = form_to((await visit.get("/my")).text, "/my/language")
    await visit.post("/my/language", form.filled())
    assert "Usted ya hizo lo que pedía, el " in (await visit.get("/my/link")).text


async def test_a_link_that_was_answered_another_way_says_what_came_of_it(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client
) -> None:
    meeting, token = await _to_confirm(pair, mail)
    reason = pair.rules.meetings.dispute_reasons[0]
    pair.do(DisputeMeeting, MENTEE, meeting=meeting, reason=reason)
    day = pair.rules.calendar.local_date(pair.now)
    await pair.at(pair.now + timedelta(days=31))
    page = await _why(visit, codes, token, address_of(MENTEE.id))
    assert f"You have already said, on {day:%A, %B} {day.day}, {day.year}, that it is not right." in page
    assert "/my/acts/confirm-meeting" not in page


async def test_a_link_that_staff_switched_off_says_on_which_day(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client
) -> None:
    token = await _mail_of(mail)
    await _set(client, token, revoked_at=pair.now)
    assert "This link was switched off on" in await _why(visit, codes, token, address_of(MENTOR.id))


async def test_the_partner_and_a_stranger_read_no_more_than_that_it_is_not_theirs(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client, transport: httpx.ASGITransport
) -> None:
    token = await _mail_of(mail)
    await visit.send(token, **LOGGED)
    partner = await _why(Visit(transport), codes, token, address_of(MENTEE.id))
    unknown = await _why(Visit(transport), codes, "x" * 43, address_of(MENTEE.id))
    assert partner == unknown
    assert "This link was not sent to you." in partner


async def test_the_page_speaks_the_language_of_who_is_signed_in_whatever_the_link(
    pair: LivePair, mail: Mail, own: OwnForms, client: Client, transport: httpx.ASGITransport
) -> None:
    token = await _mail_of(mail)
    await _set(client, token, revoked_at=pair.now)
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    for who, language in ((browser, "es"), (Visit(transport), "en")):
        pages = [await who.post("/t", {"token": each}) for each in (token, "x" * 43)]
        assert [page.status_code for page in pages] == [404, 404]
        assert pages[0].text == pages[1].text
        assert f'<html lang="{language}">' in pages[0].text


async def test_without_a_session_the_page_leads_to_the_code(pair: LivePair, visit: Visit) -> None:
    answer = await visit.get("/my/link")
    assert (answer.status_code, answer.headers["location"]) == (303, "/code?next=/my/link")
    assert (await visit.post("/my/link", {})).status_code == 405
