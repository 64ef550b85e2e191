"""A planned meeting that is over leads My page, until it is recorded or the pair plans anew."""

from datetime import date, datetime, time, timedelta

import pytest

from api_gateway.door.own_address import own_address
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_my_page import LOGGED, page_of
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR

pytestmark = pytest.mark.usefixtures("client")


def plan(pair: LivePair, *, days: int) -> date:
    """Plan a meeting at 13:10 for 45 minutes by phone; return its day."""
    day: date = pair.rules.calendar.next_working(pair.now.date() + timedelta(days=days))
    row = PlanRow(on=day, begins=time(13, 10), minutes=45, place=pair.rules.schedule.places[0], mode="phone")
    pair.do(PlanMeetings, MENTOR, rows=(row,))
    return day


async def planned(pair: LivePair, *, days: int) -> tuple[date, str]:
    """Plan such a meeting, wait until it is nearly over; return its day and its form."""
    day = plan(pair, days=days)
    href = own_address("LogMeeting", pair.id, {"planned": pair.state.schedule.planned[-1].id})
    over: datetime = pair.rules.calendar.at(day, time(14, 0))
    await pair.at(over - timedelta(minutes=10))
    return day, href


async def test_a_past_plan_leads_the_page_until_the_meeting_is_recorded(
    pair: LivePair, own: OwnForms
) -> None:
    day, href = await planned(pair, days=3)
    assert href not in await page_of(own, MENTEE)
    await pair.at(pair.now + timedelta(days=1))
    said = f"Record your meeting with Robin Reyes of {day:%B} {day.day}, {day.year}"
    page = await page_of(own, MENTOR)
    assert f'<ul class="ways first-now">\n<li><a href="{href}">{said}</a>' in page
    assert page.count(f'href="/my/acts/log-meeting/{pair.id}') == 1
    assert href in await page_of(own, MENTEE)
    form = form_to((await (await own.browser(MENTOR)).get(href)).text, href)
    assert form.values["began_at.when"] == ["other"]
    assert form.values["began_at.time"] == ["13:10"]
    assert form.values["minutes.usual"] == ["45"]
    assert form.values["mode"] == ["phone"]
    answer = await own.post(MENTOR, form, topics=LOGGED["topics"])
    assert answer.status_code == 303, answer.text
    met = pair.state.meetings.log[-1]
    assert met.began_at == pair.rules.calendar.at(day, time(13, 10))
    assert (met.minutes, met.mode, met.planned) == (45, "phone", pair.state.schedule.planned[-1].id)
    assert href not in await page_of(own, MENTOR)


async def test_a_meeting_that_is_planned_in_time_is_the_only_next_one_on_the_page(
    pair: LivePair, own: OwnForms
) -> None:
    assert "Next meeting" in await page_of(own, MENTEE)
    plan(pair, days=3)
    await pair.at(pair.now + timedelta(hours=1))
    page = await page_of(own, MENTEE)
    assert "Next date" in page
    assert "Next meeting" not in page


async def test_a_first_plan_replaces_nothing_and_a_later_one_says_what_it_replaces(
    pair: LivePair, own: OwnForms
) -> None:
    replaces = "What you enter here replaces your current plan."
    assert replaces not in (await own.page(MENTOR, "PlanMeetings", pair.id)).text
    plan(pair, days=3)
    await pair.at(pair.now + timedelta(hours=1))
    assert replaces in (await own.page(MENTOR, "PlanMeetings", pair.id)).text


async def test_who_empties_the_plan_reads_that_the_meetings_are_canceled(
    pair: LivePair, own: OwnForms
) -> None:
    plan(pair, days=3)
    await pair.at(pair.now + timedelta(hours=1))
    form = await own.form(MENTEE, "PlanMeetings", pair.id)
    bare = {name.replace(".", "__"): "" for name in form.values if name.startswith("rows.0.")}
    sent = await own.post(MENTEE, form, **bare)
    assert sent.status_code == 303, sent.text
    page = (await own.follow(MENTEE, sent)).text
    assert "Nothing is planned any more" in page
    assert "an email that takes canceled meetings out of your calendars" in page
    assert "get the days by email" not in page


async def test_a_past_plan_is_gone_once_the_pair_plans_anew(pair: LivePair, own: OwnForms) -> None:
    _, href = await planned(pair, days=3)
    await pair.at(pair.now + timedelta(days=1))
    assert href in await page_of(own, MENTEE)
    browser = await own.browser(MENTEE)
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    assert "Anote su reunión con Sam Ortiz del" in await page_of(own, MENTEE)
    await planned(pair, days=5)
    assert href not in await page_of(own, MENTEE)
