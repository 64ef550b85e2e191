"""What a mentor and a mentee do from an email on a phone, by finger and by keyboard, and what gets in between."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import update

from activities.adapters.postgres import tables
from domain.notices import NoticeKind
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from tests.browser.at_door.conftest import Phone
from tests.browser.at_door.served import AtDoor
from tests.browser.hands import Hand, Keys, Mouse
from tests.browser.measures import too_wide
from tests.domain.builders import MENTEE, MENTOR, TERMS

HANDS = [pytest.param(Mouse, id="finger"), pytest.param(Keys, id="keys")]
SEND = "main form button.govuk-button"
NAME = "[name=first_name]"
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3
TURNED = "\u202eevil\u202c اسماء"


class Finger:
    """Somebody who taps, and how often. Writing into a field is one tap, and then text."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    async def tap(self, selector: str) -> None:
        """Tap on what a selector names."""
        self.taps += 1
        await self.page.locator(selector).first.tap()

    async def write(self, selector: str, text: str) -> None:
        """Tap into a field and write."""
        self.taps += 1
        await self.page.locator(selector).first.fill(text)

    async def open(self, link: str) -> None:
        """Tap on the button of an email."""
        self.taps += 1
        await self.page.goto(link)


async def _sent(page: Page, selector: str = SEND) -> int:
    """Press what sends a form; return the status of the page that follows."""
    async with page.expect_navigation() as navigation:
        await page.locator(selector).first.click()
    answer = await navigation.value
    assert answer is not None
    return int(answer.status)


async def _log(office: AtDoor, phone: Phone, **options: Any) -> Page:
    """Open the form of a meeting by a link of an email, as far as its required fields are filled in."""
    page = await phone(office, "", "", **options)
    await page.goto(office.link(await office.token("LogMeeting", MENTOR)))
    assert await _sent(page, "#open button") == 200
    await page.locator("[name='began_at.time']").fill("15:00")
    await page.locator("[name=mode][value=in_person]").check()
    await page.locator(NAME).fill("Sam")
    return page


async def test_a_meeting_is_recorded_from_an_email_by_six_taps(phone: Phone, own_door: AtDoor) -> None:
    """The first one; those that follow know the hour and the way, and take five: the day is chosen each time."""
    for most in (6, 5):
        finger = Finger(await phone(own_door, "", ""))
        await finger.open(own_door.link(await own_door.token("LogMeeting", MENTOR)))
        await finger.tap("#open button")
        if most == 6:
            await finger.write("[name='began_at.time']", "08:00")
            await finger.tap("label:has-text('In person')")
        else:
            await finger.tap("label:has-text('Today')")
        await finger.write(NAME, "Sam")
        await finger.tap(SEND)
        await finger.page.wait_for_url("**/done")
        assert "Your meeting is recorded" in await finger.page.locator("main").inner_text()
        assert finger.taps <= most
        met = own_door.pair.state.meetings.log[-1]
        assert (met.mode, met.minutes, met.logged_by) == ("in_person", 60, "mentor")
        own_door.pair.do(ConfirmMeeting, MENTEE, meeting=met.id)
        await own_door.pair.at(own_door.pair.now + timedelta(days=1))


@pytest.mark.parametrize("hands", HANDS)
async def test_the_agreement_is_read_and_signed_from_the_email(
    phone: Phone, own_door: AtDoor, hands: type[Hand]
) -> None:
    pair = own_door.pair
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.at(pair.now + timedelta(hours=1))
    kind = NoticeKind.AGREEMENT_TO_SIGN
    hand = hands(await phone(own_door, "", ""))
    await hand.page.goto(own_door.link(await own_door.token("SignAgreement", MENTEE, kind, version="2")))
    await hand.press("#open button")
    await hand.page.wait_for_url("**/code?next=**")
    assert "r•" in await hand.page.locator("main").inner_text()
    await hand.press(SEND)
    await hand.page.wait_for_url("**/code/check?next=**")
    await own_door.codes.work()
    await hand.write("#code", own_door.codes.digits)
    await hand.press(SEND)
    await hand.page.wait_for_url("**/my/acts/sign-agreement/*")
    assert "Version 2 of our agreement" in await hand.page.locator("section.letter").inner_text()
    await hand.write(NAME, "Robin Reyes")
    await hand.press(SEND)
    await hand.page.wait_for_url("**/done?reference=*")
    assert "You have signed the agreement" in await hand.page.locator("[role=status]").inner_text()
    assert pair.state.agreement.draft is not None
    assert [side.value for side in pair.state.agreement.draft.signed_by] == ["mentee"]


async def test_a_meeting_is_recorded_by_keys_alone(phone: Phone, own_door: AtDoor) -> None:
    hand = Keys(await phone(own_door, "mentor", "/my"))
    await hand.press(f"main a[href='/my/acts/log-meeting/{own_door.pair.id}']")
    await hand.page.wait_for_url("**/my/acts/log-meeting/*")
    await hand.choose("began_at.when", "yesterday")
    await hand.time("[name='began_at.time']", "15:00")
    await hand.choose("minutes.usual", "other")
    await hand.write("[name=minutes]", "45")
    await hand.choose("mode", "video")
    await hand.choose("topics", "budget")
    await hand.press(SEND)
    await hand.page.wait_for_url("**/done?reference=*")
    [met] = own_door.pair.state.meetings.log
    assert (met.minutes, met.mode, met.topics) == (45, "video", ("budget",))


async def test_without_script_a_link_leads_by_a_code_to_the_same_form(phone: Phone, own_door: AtDoor) -> None:
    page = await phone(own_door, "", "", script=False)
    await page.goto(own_door.link(await own_door.token("LogMeeting", MENTOR)))
    assert not await page.locator("#open button").is_visible()
    assert await _sent(page, "#cut button") == 200
    await page.locator("#address").fill("sam.ortiz@example.org")
    assert await _sent(page) == 200
    await own_door.codes.work()
    await page.locator("#code").fill(own_door.codes.digits)
    assert await _sent(page) == 200
    assert await _sent(page, f"a[href='/my/acts/log-meeting/{own_door.pair.id}']") == 200
    await page.locator("[name='began_at.time']").fill("08:00")
    await page.locator("[name=mode][value=phone]").check()
    assert await _sent(page) == 200
    assert len(own_door.pair.state.meetings.log) == 1


async def test_two_presses_are_one_meeting_and_going_back_says_what_was_done(
    phone: Phone, own_door: AtDoor
) -> None:
    page = await _log(own_door, phone)
    await page.locator("[name='began_at.when'][value=yesterday]").check()
    await page.locator(SEND).dblclick(no_wait_after=True)
    await page.wait_for_url("**/done")
    await page.go_back()
    await page.wait_for_url("**/done")
    assert "Your meeting is recorded" in await page.locator("main").inner_text()
    assert len(own_door.pair.state.meetings.log) == 1


async def test_going_back_over_a_form_that_came_back_with_faults_shows_what_was_done(
    phone: Phone, own_door: AtDoor
) -> None:
    page = await _log(own_door, phone)
    await page.locator("[name='began_at.when'][value=yesterday]").check()
    await page.locator(NAME).fill("")
    assert await _sent(page) == 422
    await page.locator(NAME).fill("Sam")
    assert await _sent(page) == 200
    await page.go_back()
    await page.wait_for_url("**/done")
    assert "Your meeting is recorded" in await page.locator("main").inner_text()
    assert len(own_door.pair.state.meetings.log) == 1


async def test_going_back_in_a_session_over_a_form_with_faults_shows_the_form(
    phone: Phone, own_door: AtDoor
) -> None:
    page = await phone(own_door, "mentor", "/my/acts/log-meeting/{pair}")
    await page.locator("[name='began_at.when'][value=yesterday]").check()
    await page.locator("[name='began_at.time']").fill("08:00")
    assert await _sent(page) == 422
    await page.locator("[name=mode][value=phone]").check()
    assert await _sent(page) == 200
    await page.go_back()
    assert await page.locator("h1").inner_text() == "Record your meeting with Robin Reyes"
    assert len(own_door.pair.state.meetings.log) == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_two_presses_in_a_session_are_one_meeting_with_script_and_without(
    phone: Phone, own_door: AtDoor, script: bool
) -> None:
    page = await phone(own_door, "mentor", "/my/acts/log-meeting/{pair}", script=script)
    await page.locator("[name='began_at.time']").fill("08:00")
    await page.locator("[name=mode][value=phone]").check()
    await page.locator(SEND).dblclick(no_wait_after=True)
    await page.wait_for_url("**/done?reference=*")
    assert len(own_door.pair.state.meetings.log) == 1
    await page.go_back()
    # Going back asks the office again: the form is a new one, and its day was recorded already.
    assert await page.locator("h1").inner_text() == "Record your meeting with Robin Reyes"
    assert await page.locator("[name=topics]:checked").count() == 0


async def test_a_text_that_changed_meanwhile_is_shown_and_the_typed_name_kept(
    phone: Phone, own_door: AtDoor
) -> None:
    pair = own_door.pair
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.at(pair.now + timedelta(hours=1))
    page = await phone(own_door, "mentee", "/my/acts/sign-agreement/{pair}")
    await page.locator(NAME).fill("Robin Reyes")
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.at(pair.now + timedelta(hours=1))
    assert await _sent(page) == 409
    assert "Something changed while this page was open" in await page.locator("[role=alert]").inner_text()
    assert "Version 3 of our agreement" in await page.locator("section.letter").inner_text()
    assert await page.locator(NAME).input_value() == "Robin Reyes"
    assert await _sent(page) == 200
    assert pair.state.agreement.draft is not None
    assert pair.state.agreement.draft.version == 3
    assert len(pair.state.agreement.draft.signed_by) == 1


async def test_a_lost_connection_keeps_the_draft_in_the_tab_and_nothing_after_it_is_sent(
    phone: Phone, own_door: AtDoor
) -> None:
    page = await _log(own_door, phone)
    address = page.url
    await page.locator("[name='began_at.when'][value=other]").check()
    await page.locator("[name='began_at.day']").fill("2026-08-20")
    await page.locator("[name='minutes.usual'][value=other]").check()
    await page.locator("[name=minutes]").fill("45")
    await page.locator("[name=topics][value=budget]").check()
    await page.context.set_offline(True)
    async with page.expect_event("requestfailed"):
        await page.locator(SEND).click(no_wait_after=True)
    assert own_door.pair.state.meetings.log == ()
    await page.context.set_offline(False)
    await page.goto(address)
    assert await page.locator("[name=minutes]").input_value() == "45"
    assert await page.locator("[name=minutes]").is_visible()
    assert await page.locator("[name='began_at.time']").input_value() == "15:00"
    assert await page.locator("[name=mode][value=in_person]").is_checked()
    assert await page.locator("[name=topics][value=budget]").is_checked()
    # Who sends it is typed again, and no secret was kept.
    assert await page.locator(NAME).input_value() == ""
    kept = await page.evaluate("() => JSON.stringify(Object.entries(sessionStorage))")
    assert "Sam" not in kept
    csrf = await page.locator("[name=csrf]").input_value()
    assert csrf not in kept
    await page.locator(NAME).fill("Sam")
    assert await _sent(page) == 200
    [met] = own_door.pair.state.meetings.log
    assert (met.minutes, met.topics) == (45, ("budget",))
    assert await page.evaluate("() => sessionStorage.length") == 0


async def test_names_that_are_very_long_or_turned_break_no_page(phone: Phone, own_door: AtDoor) -> None:
    async with own_door.client.office.database.transaction() as connection:
        for person, name in ((MENTEE.id, LONG), (MENTOR.id, TURNED)):
            values = {"name": name}
            await connection.execute(update(tables.people).where(tables.people.c.id == person).values(values))
    for who in ("mentee", "mentor"):
        for path in ("/my", "/my/more/{pair}", "/my/acts/log-meeting/{pair}", "/my/download", "/my/contact"):
            page = await phone(own_door, who, path)
            assert await too_wide(page) == 0, (who, path)


async def test_a_form_whose_session_ended_leads_to_the_code_and_back_to_it(
    phone: Phone, own_door: AtDoor
) -> None:
    page = await phone(own_door, "mentor", "/my/acts/log-meeting/{pair}")
    await page.locator("[name='began_at.time']").fill("08:00")
    await page.locator("[name=mode][value=phone]").check()
    await page.context.clear_cookies()
    assert await _sent(page) == 200
    assert "/code?next=/my/acts/log-meeting/" in page.url
    await page.locator("#address").fill("sam.ortiz@example.org")
    assert await _sent(page) == 200
    await own_door.codes.work()
    await page.locator("#code").fill(own_door.codes.digits)
    assert await _sent(page) == 200
    assert await page.locator("[name='began_at.time']").input_value() == "08:00"
    assert await page.locator("[name=mode][value=phone]").is_checked()
    assert await _sent(page) == 200
    assert len(own_door.pair.state.meetings.log) == 1
