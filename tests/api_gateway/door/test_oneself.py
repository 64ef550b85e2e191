"""What a person changes of oneself at the door, phone and calendar address; and how the partner is reached."""

import re

import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from api_gateway.door.oneself import CALENDAR, CONTACT
from domain.relationship.any_stage.ending import EndRelationship
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms, Visit, address_of
from tests.api_gateway.door.test_my_page import page_of
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import MENTEE, MENTOR

ADDRESS = re.compile(r'value="(http[^"]*/v1/calendar/[\w-]+\.ics)"')


@pytest_asyncio.fixture(autouse=True)
async def gateway(client: Client) -> object:
    """Return what runs the loop of the gateway, which does what the door leaves."""
    return client.door


async def made(visit: Visit) -> str:
    """Make a calendar address; return it as the page shows it."""
    form = form_to((await visit.get(CALENDAR)).text, CALENDAR)
    answer = await visit.post(CALENDAR, form.filled())
    assert answer.status_code == 200, answer.text
    found = ADDRESS.search(answer.text)
    assert found is not None, answer.text
    assert f'href="webcal:{found[1].removeprefix("http:")}"' in answer.text
    return found[1]


async def test_each_of_a_pair_reads_how_the_other_is_reached(pair: LivePair, own: OwnForms) -> None:
    for who, partner in ((MENTEE, MENTOR), (MENTOR, MENTEE)):
        page = await page_of(own, who)
        assert f'href="mailto:{address_of(partner.id)}"' in page
        assert address_of(who.id) not in page


async def test_who_is_only_proposed_or_was_a_pair_reads_no_address(pair: LivePair, own: OwnForms) -> None:
    pair.do(EndRelationship, MENTEE, reason="retired")
    await pair.at(pair.now)
    for who, partner in ((MENTEE, MENTOR), (MENTOR, MENTEE)):
        assert address_of(partner.id) not in await page_of(own, who)


async def test_a_phone_number_is_changed_and_a_wrong_one_stays_typed(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    visit = await own.browser(MENTEE)
    page = (await visit.get(CONTACT)).text
    assert address_of(MENTEE.id) in page
    form = form_to(page, CONTACT)
    wrong = await visit.post(CONTACT, form.filled(phone="call me"))
    assert wrong.status_code == 422
    assert 'value="call me"' in wrong.text
    assert 'href="#phone"' in wrong.text
    for number in ("612-555-0199", "612-555-0188"):
        answer = await visit.post(CONTACT, form.filled(phone=number))
        assert answer.headers["location"] == f"{CONTACT}?told=saved"
    page = (await visit.get(answer.headers["location"])).text
    assert "Your phone number is saved." in page
    async with client.office.database.transaction() as connection:
        row = select(tables.people.c.phone).where(tables.people.c.id == MENTEE.id)
        assert re.sub(r"\D", "", await connection.scalar(row) or "")[-10:] == "6125550188"
    assert "0188" in await page_of(own, MENTOR)


async def test_a_calendar_address_is_shown_once_replaced_and_revoked(pair: LivePair, own: OwnForms) -> None:
    visit = await own.browser(MENTEE)
    assert "needs an address of its own" in (await visit.get(CALENDAR)).text
    first = await made(visit)
    shown = await visit.get(first)
    assert (shown.status_code, "BEGIN:VCALENDAR" in shown.text) == (200, True)
    page = (await visit.get(CALENDAR)).text
    assert first not in page
    assert "You already have an address for your calendar" in page
    second = await made(visit)
    assert [(await visit.get(each)).status_code for each in (first, second)] == [404, 200]
    form = form_to((await visit.get(CALENDAR)).text, f"{CALENDAR}/revoke")
    for _ in range(2):
        answer = await visit.post(form.action, form.filled())
        assert answer.headers["location"] == f"{CALENDAR}?told=revoked"
    assert (await visit.get(second)).status_code == 404
    assert "The address is switched off." in (await visit.get(f"{CALENDAR}?told=revoked")).text


async def test_the_same_form_again_makes_no_second_address(pair: LivePair, own: OwnForms) -> None:
    visit = await own.browser(MENTOR)
    form = form_to((await visit.get(CALENDAR)).text, CALENDAR)
    once = await visit.post(CALENDAR, form.filled())
    again = await visit.post(CALENDAR, form.filled())
    assert (once.status_code, again.status_code) == (200, 409)
    assert ADDRESS.search(again.text) is None
    assert "This form has already made an address" in text_of(again.text)
    [address] = ADDRESS.findall(once.text)
    assert (await visit.get(address)).status_code == 200


async def test_both_pages_speak_spanish(pair: LivePair, own: OwnForms) -> None:
    visit = await own.browser(MENTEE)
    language = form_to((await visit.get("/my")).text, "/my/language")
    await visit.post("/my/language", language.filled())
    assert "Sus datos de contacto" in (await visit.get(CONTACT)).text
    assert "Su propio calendario" in (await visit.get(CALENDAR)).text
