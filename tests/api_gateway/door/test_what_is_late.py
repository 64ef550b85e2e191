"""What is late stands on My page with its act and its day, also when nobody is reminded of it any more."""

from datetime import date, timedelta

import pytest

from activities.adapters.postgres.database import Database
from api_gateway.door.own_address import own_address
from domain.actors import Actor
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.program import DeadlineKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_my_page import met, page_of
from tests.api_gateway.pages.live import LivePair, live_pair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR

pytestmark = pytest.mark.usefixtures("client")
NOTHING = "There is nothing to do today"


async def after_the_last_reminder(pair: LivePair, subject: DeadlineKind) -> date:
    """Let time pass until no reminder of a subject is left; return the day on which it was due."""
    due = next(each.due for each in pair.state.timers if each.subject is subject)
    for _ in range(90):
        pair.days(1)
        if all(each.subject is not subject for each in pair.state.timers):
            break
        due = next(each.due for each in pair.state.timers if each.subject is subject)
    await pair.at(pair.now + timedelta(hours=1))
    return pair.rules.calendar.local_date(due - timedelta(seconds=1))


async def says_late(own: OwnForms, who: Actor, href: str, day: date) -> None:
    """Check that My page leads with a form as late since a day."""
    page = await page_of(own, who)
    assert NOTHING not in page
    line = page.partition(f'<a href="{href}">')[2].partition("</li>")[0]
    assert '<span class="by late">' in line, page
    assert f"was due {day:%b} {day.day}<" in line


async def test_an_agreement_that_was_never_written_is_late(
    client: Client, worker: Database, own: OwnForms
) -> None:
    pair = await live_pair(client, worker)
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    pair.do(ConfirmMatch, COORDINATOR)
    pair.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    day = await after_the_last_reminder(pair, DeadlineKind.AGREEMENT)
    for who in (MENTEE, MENTOR):
        await says_late(own, who, own_address("DraftAgreement", pair.id), day)


async def test_a_meeting_is_late_after_all_reminders(pair: LivePair, own: OwnForms) -> None:
    day = await after_the_last_reminder(pair, DeadlineKind.MEETING)
    await says_late(own, MENTOR, own_address("LogMeeting", pair.id), day)
    assert "Next meeting" not in await page_of(own, MENTOR)


async def test_a_survey_is_late_after_its_last_reminder_for_who_has_not_answered(
    pair: LivePair, own: OwnForms
) -> None:
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    for _ in range(60):
        if pair.state.stage == "survey":
            break
        pair.days(1)
    assert pair.state.stage == "survey"
    day = await after_the_last_reminder(pair, DeadlineKind.SURVEY)
    assert pair.state.stage == "survey"
    await says_late(own, MENTEE, own_address("SubmitSurvey", pair.id), day)


async def test_a_meeting_that_nobody_can_answer_any_more_waits_for_nobody(
    pair: LivePair, own: OwnForms
) -> None:
    await met(pair)
    assert "waiting for your answer" in await page_of(own, MENTEE)
    pair.do(EndRelationship, COORDINATOR, reason="no_fault")
    await pair.at(pair.now + timedelta(days=1))
    for who in (MENTEE, MENTOR):
        page = await page_of(own, who)
        assert "was never answered" in page
        assert "waiting for" not in page
