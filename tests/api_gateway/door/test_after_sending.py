"""What a person finds on My page after sending: forms and records, the state of money, an agreement that waits."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from activities.adapters.postgres.database import Database
from api_gateway.door.money_shown import money_shown
from api_gateway.door.own_address import own_address, own_agreement_address
from api_gateway.pages.dates import Dates
from domain.actors import SYSTEM, StaffReason
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.stipend import HearObligation
from domain.term.monthly_records import SubmitMonthlyRecord
from domain.term.staff_acts import ContradictMonthlyRecord
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.terms import term_with_records
from tests.api_gateway.door.test_end_of_year import filled
from tests.api_gateway.door.test_my_page import page_of
from tests.api_gateway.door.test_own_acts import in_touch
from tests.api_gateway.door.test_saved_answers import in_survey
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS, document
from tests.domain.relationship.any_stage.test_papers_of_people import SCAN

FORM = "region_feedback_mentee"
UNTIL = "Whoever signed on paper can object until {day}. Otherwise"


def long_day(pair: LivePair, at: datetime) -> str:
    """Return the day of an instant as a page of the pair writes it."""
    dates = Dates("en", pair.rules.calendar.zone, pair.now)
    return dates.long(dates.local(at).date())


async def test_a_form_that_was_handed_in_is_found_on_my_page_and_read_after_the_end(
    pair: LivePair, own: OwnForms
) -> None:
    assert "Forms that you sent" not in await page_of(own, MENTEE)
    form = await own.form(MENTEE, "SubmitForm", pair.id, form=FORM)
    await own.send(MENTEE, "SubmitForm", pair.id, chosen={"form": FORM}, **filled(form))
    first = pair.state.filed[-1].document
    href = own_address("AmendForm", pair.id, {"document": first})
    page = await page_of(own, MENTEE)
    assert f'<a href="{href}">Read or change it<' in page
    assert "Forms that you sent" in page
    assert "sent today" in page
    assert href not in await page_of(own, MENTOR)
    await own.send(MENTEE, "AmendForm", pair.id, chosen={"document": first})
    page = await page_of(own, MENTEE)
    assert href not in page
    assert own_address("AmendForm", pair.id, {"document": pair.state.filed[-1].document}) in page
    pair.do(EndRelationship, MENTEE, reason=pair.rules.ending_reasons[0])
    await pair.at(pair.now + timedelta(days=1))
    page = await page_of(own, MENTEE)
    assert "/my/acts/amend-form/" not in page
    assert '<a href="/my/download">Read it<' in page


async def test_a_form_that_was_saved_for_later_is_a_thing_to_do_until_it_is_sent(
    pair: LivePair, own: OwnForms
) -> None:
    chosen = {"form": "region_feedback_mentee"}
    href = own_address("SubmitForm", pair.id, chosen)
    assert href not in await page_of(own, MENTEE)
    form = await own.form(MENTEE, "SubmitForm", pair.id, **chosen)
    saved = await own.post(MENTEE, form, answers__wish="More meetings of schools", form_later="yes")
    assert "open the form again from your page" in saved.text
    page = await page_of(own, MENTEE)
    assert f'<a href="{href}">Continue: A word to your region</a>' in page
    assert "There is nothing to do today" not in page
    assert href not in await page_of(own, MENTOR)
    again = await own.form(MENTEE, "SubmitForm", pair.id, **chosen)
    assert again.values["answers.wish"] == ["More meetings of schools"]
    await own.send(MENTEE, "SubmitForm", pair.id, chosen=chosen, **filled(again))
    assert "Continue: A word to your region" not in await page_of(own, MENTEE)


async def test_a_survey_whose_time_is_over_says_so(pair: LivePair, own: OwnForms) -> None:
    await in_survey(pair)
    while pair.state.stage == "survey":
        pair.days(7)
    await pair.at(pair.now)
    page = (await own.page(MENTEE, "SubmitSurvey", pair.id)).text
    assert "The time for this survey is over. We take no more answers." in page


async def test_a_survey_that_was_answered_is_read_and_not_changed(pair: LivePair, own: OwnForms) -> None:
    await in_survey(pair)
    form = await own.form(MENTEE, "SubmitSurvey", pair.id)
    await own.send(MENTEE, "SubmitSurvey", pair.id, **filled(form))
    again = (await own.page(MENTEE, "SubmitSurvey", pair.id)).text
    assert re.search(rf"You sent it on \w+, {long_day(pair, pair.now)}\.", again)
    assert "This cannot be done now" not in again
    page = await page_of(own, MENTEE)
    assert "How was your year with your mentor?" in page
    assert '<a href="/my/download">Read it<' in page
    assert "Read or change it" not in page
    assert "You answered our closing survey" in page
    assert "Thank you, we have your answers" not in page
    text = text_of(await page_of(own, MENTEE, "/my/download"))
    questions = [
        "What we worked on",
        "I lead better than",
        "I have somebody to ask",
        "My mentor has brought me",
    ]
    places = [text.index(question) for question in questions]
    assert places == sorted(places), "in the order of the form"
    assert "1 – not at all" in text
    assert "True" not in text


async def test_a_record_that_was_handed_in_is_found_on_my_page(
    pair: LivePair, own: OwnForms, client: Client, worker: Database
) -> None:
    case, month = await term_with_records(client, worker), {"month": "2026-09"}
    form = await own.form(MENTOR, "SubmitMonthlyRecord", case.id, **month)
    await own.send(MENTOR, "SubmitMonthlyRecord", case.id, chosen=month, **filled(form))
    sent = client.engine.sent[-1][2]
    assert isinstance(sent, SubmitMonthlyRecord)
    case.do(SubmitMonthlyRecord, MENTOR, month=sent.month, answers=sent.answers)
    await case.write(client, worker)
    href, record = own_address("AmendMonthlyRecord", case.id, month).replace("&", "&amp;"), "September 2026"
    page = await page_of(own, MENTOR)
    assert f'<li><strong>{record}</strong><br><span class="muted">sent ' in page
    assert f'<a href="{href}">Read or change it<' in page
    assert own_address("SubmitMonthlyRecord", case.id, month) not in page
    assert "Monthly records that you sent" not in await page_of(own, MENTEE)


async def test_a_record_that_staff_entered_can_be_contradicted_while_it_waits(
    pair: LivePair, own: OwnForms, client: Client, worker: Database
) -> None:
    case, month = await term_with_records(client, worker), {"month": "2026-09"}
    staff = replace(COORDINATOR, acting_for=MENTOR.id, reason=StaffReason.BY_PHONE)
    case.do(SubmitMonthlyRecord, staff, month=month["month"], answers=document("as told on the phone"))
    await case.write(client, worker)
    await own.send(MENTOR, "ContradictMonthlyRecord", case.id, chosen=month)
    assert isinstance(client.engine.sent[-1][2], ContradictMonthlyRecord)
    assert client.engine.sent[-1][2].month == "2026-09"


@pytest.mark.parametrize(
    ("heard", "state", "next"),
    [
        ("returned", "Claimed", "The bank could not pay it."),
        ("approved", "Approved", "Payment staff send it next."),
        ("sent", "Sent", "It is on its way to your region, which will tell you how you receive it."),
        ("settled", "Paid", "Your region has received it and will tell you how you receive it."),
        ("denied", "Denied", "Your coordinator can tell you why."),
    ],
)
async def test_money_says_what_comes_next(pair: LivePair, heard: str, state: str, next: str) -> None:
    dates = Dates("en", pair.rules.calendar.zone, pair.now)
    claim = replace(pair.state.claims[0], heard=heard)
    [shown] = money_shown([claim], pair.rules, dates, contact="coordinator", region="region")
    assert shown.state == state
    assert shown.next.startswith(next)
    assert bool(shown.next) == bool(next)


async def test_a_claim_names_its_day_and_who_acts(pair: LivePair, own: OwnForms) -> None:
    [claim] = pair.state.claims
    day = Dates("en", pair.rules.calendar.zone, pair.now).due_by(claim.due_at)
    await pair.at(claim.due_at - timedelta(days=1))
    said = f"{day:%B} {day.day}, {day.year}"
    text = text_of(await page_of(own, MENTOR))
    assert f"Claimed It is due on {said}. One of the payment staff prepares it then" in text
    await pair.at(claim.due_at + timedelta(days=1))
    text = text_of(await page_of(own, MENTOR))
    assert f"Claimed It has been due since {said}. Payment staff are working on it" in text
    assert "ayment staff" not in text_of(await page_of(own, MENTEE))
    pair.do(HearObligation, SYSTEM, obligation=claim.obligation, state="sent")
    await pair.at(pair.now + timedelta(days=1))
    assert "Sent It is on its way to your region" in text_of(await page_of(own, MENTOR))


async def test_the_last_to_sign_reads_until_when_a_signature_from_paper_can_be_objected_to(
    client: Client, worker: Database, own: OwnForms
) -> None:
    pair = await in_touch(client, worker)
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    staff = replace(COORDINATOR, acting_for=MENTOR.id, reason=StaffReason.ON_PAPER)
    pair.do(SignAgreement, staff, version=1, digest=pair.digest(), scan=SCAN)
    await pair.at(pair.now + timedelta(days=1))
    until = pair.state.staff_acts[-1].until
    day = long_day(pair, until)
    named = f"{until.astimezone(pair.rules.calendar.zone):%A}, {day}"
    answer = await own.send(MENTEE, "SignAgreement", pair.id, first_name="Robin Reyes")
    done = text_of((await own.follow(MENTEE, answer)).text)
    assert "You have signed the agreement" in done
    assert UNTIL.format(day=named) in done
    assert "Once you and" not in done
    for who in (MENTEE, MENTOR):
        assert UNTIL.format(day=day) in text_of(await page_of(own, who, own_agreement_address(pair.id)))
        assert UNTIL.format(day=named) in text_of((await own.page(who, "SignAgreement", pair.id)).text)
        page = text_of(await page_of(own, who))
        assert "You have both signed your agreement" in page
        assert UNTIL.format(day=day) in page
    await pair.at(until + timedelta(hours=1))
    assert pair.state.agreement.in_force == 1
    assert "can object" not in await page_of(own, MENTEE)
