"""Links of emails to forms, by link alone or behind a code, and what a form does when something is in the way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.ids import derive
from domain.notices import NoticeKind
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.agreement.drafting import DraftAgreement
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes, type_in
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, path_in
from tests.api_gateway.door.terms import term_with_records
from tests.api_gateway.pages.forms_in_page import form_to, forms_in
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

MEETING = {"about": "meeting", "rung": "1"}
LOGGED: dict[str, Any] = {
    "began_at__when": "yesterday",
    "began_at__time": "15:00",
    "minutes__usual": "60",
    "mode": "in_person",
    "first_name": "sam",
}


async def test_the_link_of_an_agreement_leads_through_the_code_to_that_very_form(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, worker: Database
) -> None:
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.at(pair.now + timedelta(hours=1))
    tokens = await mail.tokens(NoticeKind.AGREEMENT_TO_SIGN, MENTEE, version="2")
    answer = await visit.post("/t", {"token": tokens["SignAgreement"]})
    opened = await visit.get(answer.headers["location"])
    own = f"/my/acts/sign-agreement/{pair.id}"
    assert (opened.status_code, opened.headers["location"]) == (303, f"/code?next={own}")
    assert (await visit.post(answer.headers["location"], {"first_name": "Robin"})).status_code == 404
    codes = Codes(client, worker)
    # The browser holds the link, so the code goes to the address on record, which nobody types.
    [known, _] = forms_in((await visit.get(opened.headers["location"])).text)
    place = (await visit.post(known.action, known.filled())).headers["location"]
    await codes.work()
    assert await type_in(visit, place, codes.digits) == (303, own)
    form = form_to((await visit.get(own)).text, own)
    signed = await visit.post(own, form.filled(first_name="Robin Reyes"))
    assert signed.status_code == 303
    draft = pair.state.agreement.draft
    assert draft is not None
    assert [side.value for side in draft.signed_by] == ["mentee"]
    # Who is signed in by now needs no second code.
    assert (await visit.get(answer.headers["location"])).headers["location"] == own


async def test_a_form_of_a_session_is_nobody_elses(
    pair: LivePair, own: OwnForms, visit: Visit, client: Client
) -> None:
    stranger = await visit.get(f"/my/acts/log-meeting/{pair.id}")
    assert stranger.headers["location"] == f"/code?next=/my/acts/log-meeting/{pair.id}"
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    foreign = await own.post(MENTEE, form)
    assert foreign.status_code == 403
    for path in (f"/my/acts/log-meeting/{derive('another')}", f"/my/acts/write-note/{pair.id}"):
        assert (await (await own.browser(MENTOR)).get(path)).status_code == 404
    other = await own.page(MENTOR, "ConfirmMeeting", pair.id, meeting=derive("no such meeting"))
    assert "This cannot be done now" in other.text
    assert client.engine.sent == []


async def test_a_refusal_is_said_in_the_language_of_its_reader(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.people).values(language="es"))
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    late = {**LOGGED, "began_at__when": "today", "began_at__time": "23:59"}
    refused = await visit.send(token, status=409, **late)
    assert 'lang="es"' in refused.text
    assert "Hay un problema" in refused.text
    assert "future" not in refused.text
    again = form_to(refused.text, path_in(refused.text))
    assert again.values["began_at.time"] == ["23:59"]


@pytest.mark.parametrize("text", ["x\u202etxet", "a\x07b", "y" * 4001], ids=["direction", "control", "long"])
async def test_a_text_with_signs_that_nobody_sees_or_without_end_comes_back(
    text: str, pair: LivePair, own: OwnForms, client: Client
) -> None:
    form = await own.form(MENTEE, "OpenComplaint", pair.id)
    answer = await own.post(MENTEE, form, about="conduct", statement=text)
    assert answer.status_code == 422
    assert client.engine.sent == []


async def test_a_second_sending_and_going_back_change_nothing_more(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    given = {name: value for name, value in LOGGED.items() if name != "first_name"}
    first, second = [await own.post(MENTOR, form, **given) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    other = await own.post(MENTOR, form, **{**given, "minutes__usual": "30"})
    assert other.status_code == 422
    assert "This form was already sent once" in other.text
    assert len(pair.state.meetings.log) == 1
    assert len(client.engine.sent) == 1


async def test_two_devices_at_once_are_one(pair: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    given = {name: value for name, value in LOGGED.items() if name != "first_name"}
    answers = await asyncio.gather(*(own.post(MENTOR, form, **given) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {303, 503}
    assert len(pair.state.meetings.log) == 1


async def test_links_are_dead_after_the_end_but_for_a_form_that_is_still_asked_for(
    pair: LivePair, mail: Mail, visit: Visit
) -> None:
    log = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    pair.do(EndRelationship, COORDINATOR, reason="no_fault")
    await pair.at(pair.now + timedelta(days=1))
    assert (await visit.open(log)).status_code == 404
    form = {"forms": "masa_survey_mentor", "over": "yes"}
    survey = (await mail.tokens(NoticeKind.FORMS_ASKED, MENTOR, **form))["SubmitForm"]
    assert (await visit.open(survey)).status_code == 200


async def test_a_link_opened_by_the_partner_is_sent_by_nobody_but_its_person(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    refused = await visit.send(token, status=422, **{**LOGGED, "first_name": "Robin"})
    assert "This form is for the person we wrote to" in refused.text
    assert "Sam" not in refused.text
    assert client.engine.sent == []


async def test_a_link_is_dead_for_a_former_partner(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTEE, **MEETING))["LogMeeting"]
    assert (await visit.open(token)).status_code == 200
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    async with engine.begin() as connection:
        await connection.execute(update(tables.task_links).values(partner=derive("another mentor")))
    await engine.dispose()
    assert (await visit.open(token)).status_code == 404


async def test_a_mentor_sends_the_record_of_a_month_by_its_link(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, worker: Database
) -> None:
    case = await term_with_records(client, worker)
    mail.about = case.id
    tokens = await mail.tokens(NoticeKind.MONTHLY_RECORD_DUE, MENTOR, key="2026-09", since="2026-09-01")
    page = await visit.open(tokens["SubmitMonthlyRecord"])
    assert "Your record for the month" in page.text
    assert "September 2026" in page.text
    form = form_to(page.text, path_in(page.text))
    given = {name: next(filter(None, values)) for name, values in form.choices.items()}
    given |= {
        name: "2" for name in form.asked if name not in form.choices and not name.endswith(("name", "other"))
    }
    given |= {name: "A. B." for name in form.asked if name.endswith(".0.name")}
    given = {name.replace(".", "__"): value for name, value in given.items() if ".1." not in name}
    check = await visit.post(form.action, form.filled(**given, first_name="Sam"))
    assert "Check your answers" in check.text, check.text
    kept = form_to(check.text, form.action).filled()
    sent = await visit.post(form.action, {**kept, "form_checked": "yes"})
    assert sent.status_code == 303, sent.text
    [(workflow, kind, command)] = client.engine.sent
    assert (workflow, kind, command.month) == (f"term/{case.id}", "SubmitMonthlyRecord", "2026-09")
    assert command.actor.auth == "task_link"
    done = await visit.get(sent.headers["location"])
    assert "we have your record" in done.text
