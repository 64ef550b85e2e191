"""My page counts the meetings that count, and says what the others wait for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities.adapters.postgres.database import Database
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms, meeting_pair
from tests.api_gateway.door.test_my_page import met, page_of
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair, rules_of
from tests.domain.builders import MENTEE, MENTOR

pytestmark = pytest.mark.usefixtures("client")


async def test_a_disputed_meeting_does_not_count_and_the_page_says_so(pair: LivePair, own: OwnForms) -> None:
    kept = await met(pair)
    pair.do(ConfirmMeeting, MENTEE, meeting=kept)
    pair.do(
        LogMeeting,
        MENTOR,
        began_at=pair.now - timedelta(days=3),
        minutes=30,
        mode="video",
        topics=("budget",),
    )
    reason = pair.rules.meetings.dispute_reasons[0]
    pair.do(DisputeMeeting, MENTEE, meeting=pair.state.meetings.log[-1].id, reason=reason)
    await pair.at(pair.now)
    for who in (MENTEE, MENTOR):
        page = await page_of(own, who)
        assert "1 meeting, 60 minutes together<br>1 meeting does not count yet" in page
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    assert "1 reunión todavía no cuenta: uno de ustedes la ve de otro modo" in await page_of(own, MENTEE)


async def test_where_a_confirmation_is_needed_a_meeting_counts_once_it_is_confirmed(
    client: Client, worker: Database, own: OwnForms
) -> None:
    meetings = replace(rules_of().meetings, unconfirmed_counts=False)
    pair = await meeting_pair(client, worker, meetings=meetings)
    logged = await met(pair)
    page = await page_of(own, MENTOR)
    assert "1 meeting counts once it is confirmed." in page
    assert "60 minutes together" not in page
    pair.do(ConfirmMeeting, MENTEE, meeting=logged)
    await pair.at(pair.now)
    page = await page_of(own, MENTOR)
    assert "1 meeting, 60 minutes together" in page
    assert "once it is confirmed" not in page


@pytest.mark.parametrize("required", [True, False])
async def test_where_each_log_names_the_next_date_its_form_asks_for_it(
    client: Client, worker: Database, own: OwnForms, *, required: bool
) -> None:
    meetings = replace(rules_of().meetings, next_date_required=required)
    pair = await meeting_pair(client, worker, meetings=meetings)
    page = (await own.page(MENTOR, "LogMeeting", pair.id)).text
    assert "When will you meet next?" in page
    assert ("When will you meet next? (optional)" in page) is not required
    assert ("The program asks for it with each meeting." in page) is required
