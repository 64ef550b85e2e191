"""A meeting whose record somebody wants to change: what My page, the form and the page after it say at that moment."""

import re
from datetime import timedelta

import pytest

from api_gateway.door.own_address import own_address
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_my_page import met, page_of
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR

pytestmark = pytest.mark.usefixtures("client")


async def agreed(pair: LivePair) -> str:
    """Return a meeting that the mentor has recorded and the mentee confirmed."""
    meeting = await met(pair)
    pair.do(ConfirmMeeting, MENTEE, meeting=meeting)
    await pair.at(pair.now)
    return meeting


async def corrected(pair: LivePair, own: OwnForms, meeting: str) -> str:
    """Return what the mentor reads after the length of a meeting is corrected to 90 minutes."""
    length = {"minutes__usual": "other", "minutes": "90"}
    sent = await own.send(MENTOR, "CorrectMeeting", pair.id, chosen={"meeting": meeting}, **length)
    return text_of((await own.follow(MENTOR, sent)).text)


async def test_who_corrects_what_was_confirmed_reads_that_the_partner_is_asked(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await agreed(pair)
    said = await corrected(pair, own, meeting)
    assert "We ask Robin Reyes about your correction" in said
    assert "Your meeting is changed as soon as Robin Reyes says that it is right." in said
    page = text_of(await page_of(own, MENTEE))
    assert "Is the correction of your meeting with Sam Ortiz right?" in page
    assert "Did you meet Sam Ortiz?" not in page
    assert "It counts if you do nothing." not in page
    form = text_of((await own.page(MENTEE, "ConfirmMeeting", pair.id, meeting=meeting)).text)
    assert "Is the correction of your meeting with Sam Ortiz right?" in form
    assert "90 minutes" in form
    assert "Recorded until now: 60 minutes" in form
    sent = await own.send(MENTEE, "ConfirmMeeting", pair.id, chosen={"meeting": meeting})
    assert "Thank you, the meeting is confirmed" in (await own.follow(MENTEE, sent)).text
    assert "1 meeting, 90 minutes together" in await page_of(own, MENTOR)


async def test_who_corrects_what_nobody_has_confirmed_reads_that_it_is_saved(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    said = await corrected(pair, own, meeting)
    assert "Your correction is saved" in said
    assert "Robin Reyes is told what you changed." in said


@pytest.mark.parametrize("named", [True, False])
async def test_a_withdrawal_is_asked_about_as_one_and_then_counts_as_one(
    pair: LivePair, own: OwnForms, *, named: bool
) -> None:
    meeting = await agreed(pair)
    chosen, typed = ({"meeting": meeting}, {}) if named else ({}, {"meeting": meeting})
    sent = await own.send(MENTOR, "WithdrawMeeting", pair.id, chosen=chosen, **typed)
    said = text_of((await own.follow(MENTOR, sent)).text)
    assert "We ask Robin Reyes whether the meeting took place" in said
    assert "The meeting no longer counts" not in said
    asked = "Is it right that you and Sam Ortiz did not meet?"
    assert asked in text_of(await page_of(own, MENTEE))
    form = text_of((await own.page(MENTEE, "ConfirmMeeting", pair.id, meeting=meeting)).text)
    assert asked in form
    assert re.search(r"did not take place. Recorded until now: \d+:00 [AP]M, 60 minutes", form), form
    assert "The meeting then no longer counts." in form
    other = (await own.page(MENTEE, "DisputeMeeting", pair.id, meeting=meeting)).text
    assert "Did you meet Sam Ortiz after all?" in other
    assert "/my/acts/correct-meeting/" not in other
    sent = await own.send(MENTEE, "ConfirmMeeting", pair.id, chosen={"meeting": meeting})
    said = text_of((await own.follow(MENTEE, sent)).text)
    assert "Thank you, the meeting is withdrawn" in said
    assert "It counts for both" not in said


async def test_a_meeting_that_nobody_has_confirmed_is_withdrawn_at_once(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    sent = await own.send(MENTOR, "WithdrawMeeting", pair.id, chosen={"meeting": meeting})
    said = text_of((await own.follow(MENTOR, sent)).text)
    assert "The meeting no longer counts Robin Reyes is told." in said


async def test_a_withdrawal_reads_as_one_in_spanish(pair: LivePair, own: OwnForms) -> None:
    meeting = await agreed(pair)
    pair.do(WithdrawMeeting, MENTOR, meeting=meeting)
    await pair.at(pair.now)
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    page = text_of(await page_of(own, MENTEE))
    assert "¿Es correcto que usted y Sam Ortiz no se reunieron?" in page
    sent = await own.send(MENTEE, "ConfirmMeeting", pair.id, chosen={"meeting": meeting})
    said = text_of((await own.follow(MENTEE, sent)).text)
    assert "Gracias, la reunión queda retirada" in said


async def test_a_question_that_needs_no_answer_stands_last_and_says_so(pair: LivePair, own: OwnForms) -> None:
    await met(pair)
    page = await page_of(own, MENTEE)
    assert "It counts if you do nothing." in page
    assert "first-now" not in page
    await pair.at(pair.now + timedelta(days=60))
    page = await page_of(own, MENTEE)
    late = page.index(f'href="{own_address("LogMeeting", pair.id)}"')
    assert page.index("first-now") < late < page.index("Did you meet Sam Ortiz?")


async def test_what_a_coordinator_decided_is_not_called_confirmed_by_both(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    pair.do(DisputeMeeting, MENTEE, meeting=meeting, reason=pair.rules.meetings.dispute_reasons[0])
    reason = pair.rules.meetings.resolve_reasons[0]
    pair.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=True, reason=reason)
    await pair.at(pair.now)
    for who in (MENTEE, MENTOR):
        page = await page_of(own, who)
        assert "counts: your regional contact decided" in page
        assert "confirmed by both of you" not in page
    pair.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=45)
    pair.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    await pair.at(pair.now)
    assert "confirmed by both of you" in await page_of(own, MENTEE)


async def test_who_recorded_a_disputed_meeting_reads_why_and_can_correct_or_withdraw_it(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    about = {"meeting": meeting}
    pair.do(DisputeMeeting, MENTEE, meeting=meeting, reason="did_not_meet")
    await pair.at(pair.now)
    mine, other = await page_of(own, MENTOR), await page_of(own, MENTEE)
    assert "Robin Reyes said that it is not right (We did not meet); your" in mine
    assert "you said that it is not right (We did not meet); your" in other
    for act in ("CorrectMeeting", "WithdrawMeeting"):
        assert own_address(act, pair.id, about) in mine
        assert own_address(act, pair.id, about) not in other
    sent = await own.send(MENTOR, "WithdrawMeeting", pair.id, chosen=about)
    assert (await own.follow(MENTOR, sent)).status_code == 200
    assert pair.state.meetings.log[-1].status == "withdrawn"


async def test_who_is_asked_on_my_page_can_also_say_that_it_is_not_right(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    page = (await own.page(MENTEE, "ConfirmMeeting", pair.id, meeting=meeting)).text
    href = own_address("DisputeMeeting", pair.id, {"meeting": meeting})
    assert f'<a href="{href}">Something is not right</a>' in page
