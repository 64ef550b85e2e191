"""My page: what is left to do for whom, what holds, who can read what, and in how many statements."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.door.acts import OF_PAIR
from api_gateway.door.all_acts import HEADINGS
from api_gateway.door.own_address import own_address
from api_gateway.door.who_reads import TOLD, reads_of
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.program import DeadlineKind
from domain.visibility import Data, Who
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair, live_pair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

MY_PAGE = 12
"""The most statements of My page."""
LOGGED = {
    "began_at__when": "yesterday",
    "began_at__time": "15:00",
    "minutes__usual": "60",
    "mode": "in_person",
    "topics": ["budget"],
}


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
    assert "waiting for your answer" in mentee
    assert confirm not in mentor
    assert "waiting for Robin Reyes" in mentor
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


async def test_nobody_is_told_that_the_contact_reads_surveys(pair: LivePair, own: OwnForms) -> None:
    page = text_of(await page_of(own, MENTEE))
    assert "what you write in forms for the program, but no survey" in page, "what the contact sees"
    assert "what you write in forms and surveys for the program" in page, "what the partner does not see"


def test_every_act_of_a_pair_stands_under_one_heading() -> None:
    named = [name for names in HEADINGS.values() for name in names]
    assert sorted(named) == sorted(OF_PAIR)


async def test_what_a_person_can_do_stands_under_headings_in_their_order(
    pair: LivePair, own: OwnForms
) -> None:
    page = await page_of(own, MENTEE, f"/my/more/{pair.id}")
    heads = re.findall(r"<h2>(.*?)</h2>", page)
    assert heads == ["Meetings", "Agreement and forms", "If something is not right"]
    acts = re.findall(r'href="/my/acts/([a-z-]+)/', page)
    assert acts[0] == "log-meeting"
    assert acts[-1] == "open-complaint"


async def test_the_meeting_to_correct_is_picked_first_and_then_stands_in_the_form(
    pair: LivePair, own: OwnForms
) -> None:
    meeting = await met(pair)
    first = (await own.page(MENTOR, "CorrectMeeting", pair.id)).text
    address = own_address("CorrectMeeting", pair.id, {"meeting": meeting})
    assert f'href="{address}"' in first
    assert "<form" not in first
    form = await own.form(MENTOR, "CorrectMeeting", pair.id, meeting=meeting)
    assert form.values["minutes.usual"] == ["60"]
    assert form.values["mode"] == ["in_person"]
    assert "" not in form.choices["mode"]
    assert "" in form.choices["place"]
    assert form.values["began_at.when"] == ["other"]


async def test_a_form_begins_with_the_hour_of_the_last_meeting_and_its_day_is_chosen_each_time(
    pair: LivePair, own: OwnForms
) -> None:
    began = pair.now - timedelta(days=3, hours=2)
    pair.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="video", topics=("budget",))
    await pair.at(pair.now)
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    assert not form.values.get("began_at.when")
    assert form.values["mode"] == ["video"]
    zone = pair.rules.calendar.zone
    assert form.values["began_at.time"] == [f"{began.astimezone(zone):%H:%M}"]
    refused = await own.post(MENTOR, form)
    assert refused.status_code == 422
    assert "When did you meet? Fill in both the day and the time." in refused.text
    assert len(pair.state.meetings.log) == 1


async def test_a_meeting_that_is_not_due_soon_does_not_lead_the_page(pair: LivePair, own: OwnForms) -> None:
    pair.do(
        LogMeeting,
        MENTOR,
        began_at=pair.now - timedelta(days=1),
        minutes=60,
        mode="video",
        topics=("budget",),
    )
    await pair.at(pair.now)
    page = await page_of(own, MENTOR)
    assert "Next meeting" in page
    assert "There is nothing to do today" in page
    assert page.index("There is nothing to do today") < page.index(own_address("LogMeeting", pair.id))
    due = next(timer.due for timer in pair.state.timers if timer.subject is DeadlineKind.MEETING)
    await pair.at(due - timedelta(hours=30))
    leads = await page_of(own, MENTOR)
    assert "Next meeting" not in leads
    assert leads.index(own_address("LogMeeting", pair.id)) < leads.index("With Robin Reyes")
    await pair.at(due - timedelta(hours=6))
    today = await page_of(own, MENTOR)
    assert '<span class="by">today</span>' in today
    assert "by today" not in today


async def test_who_signed_first_reads_that_the_partner_is_waited_for_and_who_signed_when(
    client: Client, worker: Database, own: OwnForms
) -> None:
    pair = await live_pair(client, worker)
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    pair.do(ConfirmMatch, COORDINATOR)
    pair.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    pair.sign(MENTEE)
    await pair.at(pair.now)
    page = await page_of(own, MENTEE)
    assert "Sam Ortiz still has to sign it." in page
    assert "There is nothing to do today" not in page
    address = f"/my/agreement/{pair.id}?version=1"
    assert f'href="{address}"' in page
    read = await page_of(own, MENTEE, address)
    assert read.count("<li><strong><bdi>Robin Reyes</bdi></strong>") == 1
    assert "<li><strong><bdi>Sam Ortiz</bdi></strong>" not in read
    assert "still has to sign" not in await page_of(own, MENTOR)
    pair.sign(MENTOR)
    await pair.at(pair.now)
    assert "still has to sign" not in await page_of(own, MENTEE)
    assert "<li><strong><bdi>Sam Ortiz</bdi></strong>" in await page_of(
        own, MENTEE, f"/my/agreement/{pair.id}"
    )


async def test_my_page_names_what_its_person_did_last_and_nothing_told_in_confidence(
    pair: LivePair, own: OwnForms, statements: list[str]
) -> None:
    await own.send(MENTOR, "LogMeeting", pair.id, **LOGGED)
    await own.send(MENTOR, "AskForChange", pair.id)
    page = await page_of(own, MENTOR)
    assert "What you did last" in page
    assert "</time></strong> Your meeting is recorded</li>" in page
    assert "Thank you for telling us" not in page
    assert "What you did last" not in await page_of(own, MENTEE)
    statements.clear()
    await page_of(own, MENTOR)
    assert 0 < len(statements) <= MY_PAGE


async def test_after_the_end_no_meeting_is_recorded_or_planned(pair: LivePair, own: OwnForms) -> None:
    before = await page_of(own, MENTOR)
    offered = [own_address(act, pair.id) for act in ("LogMeeting", "PlanMeetings")]
    assert all(each in before for each in offered)
    assert "including if it does not work out" in before
    assert "<dt>Your regional contact</dt>" in before
    pair.do(EndRelationship, COORDINATOR, reason="no_fault")
    await pair.at(pair.now + timedelta(days=1))
    for path in ("/my", f"/my/more/{pair.id}"):
        page = await page_of(own, MENTOR, path)
        assert not any(each in page for each in offered), path


async def test_in_the_time_after_the_meetings_none_is_recorded_or_planned(
    pair: LivePair, own: OwnForms
) -> None:
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    await pair.at(pair.state.meetings_end(pair.rules) + timedelta(hours=1))
    for path in ("/my", f"/my/more/{pair.id}"):
        page = await page_of(own, MENTOR, path)
        for act in ("LogMeeting", "PlanMeetings"):
            assert own_address(act, pair.id) not in page, (act, path)


async def test_who_sees_what_stands_in_lists(pair: LivePair, own: OwnForms) -> None:
    page = await page_of(own, MENTEE)
    for reader in ("Sam Ortiz", "Your regional contact"):
        assert f"<strong>{reader} sees:</strong>" in page
        assert f"<strong>{reader} does not see:</strong>" in page
    assert page.count("<li>what you save and do not send, and what you write only for yourself</li>") == 2


async def test_somebody_else_reads_no_pair(pair: LivePair, own: OwnForms) -> None:
    stranger = f"{7:032x}"
    browser = await own.browser(MENTEE)
    for path in (f"/my/agreement/{stranger}", f"/my/more/{stranger}"):
        assert (await browser.get(path)).status_code == 404


pytestmark = pytest.mark.usefixtures("client")
