"""The forms of a person who is signed in: the agreement, surveys, and every act that a mentor or mentee may send."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.door.acts import NO_FORM, OF_PAIR
from api_gateway.door.own_acts import BY_ADDRESS
from api_gateway.door.term_acts import OF_TERM
from api_gateway.http.carry_out import COMMANDS
from domain.actors import Role, Side
from domain.messages import By
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.cover import DecideCover
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms, meeting_pair
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair, live_pair, rules_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

ZONE = ZoneInfo("America/Chicago")


@pytest_asyncio.fixture
async def unsigned(client: Client, worker: Database) -> LivePair:
    """Return a pair whose mentor has written an agreement that nobody has signed."""
    made = await in_touch(client, worker)
    made.do(DraftAgreement, MENTOR, terms=TERMS)
    await made.at(made.now + timedelta(days=1))
    return made


async def in_touch(client: Client, worker: Database) -> LivePair:
    """Return a pair that has been in touch and has no agreement yet."""
    made = await live_pair(client, worker)
    made.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    made.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    made.do(ConfirmMatch, COORDINATOR)
    made.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    await made.at(made.now + timedelta(days=1))
    return made


async def test_a_first_agreement_begins_with_what_the_program_suggests_and_demands(
    client: Client, worker: Database, own: OwnForms
) -> None:
    pair = await in_touch(client, worker)
    page = (await own.page(MENTOR, "DraftAgreement", pair.id)).text
    assert "How many minutes will each meeting take?" in page
    assert "How many minutes will each meeting take? (optional)" not in page
    given = {"terms__ground_rules": ["confidential"], "terms__modes": ["in_person"]}
    sent = await own.send(MENTOR, "DraftAgreement", pair.id, **given)
    done = (await own.follow(MENTOR, sent)).text
    assert "you can sign it now." in done
    assert f'href="/my/acts/sign-agreement/{pair.id}"' in done
    draft = pair.state.agreement.draft
    assert draft is not None
    rules = pair.rules
    assert draft.terms.rhythm == rules.agreement.suggested_rhythm
    assert (draft.terms.face_to_face, draft.terms.minutes) == (rules.meetings.minimum_face_to_face, 60)


def test_every_command_of_a_participant_has_a_form_or_a_reason() -> None:
    own = {
        kind.__name__
        for kinds in COMMANDS.values()
        for kind in kinds
        if kind.by in (By.OWN, By.OWN_OR_STAFF) and Role.PARTICIPANT in kind.roles
    }
    assert own == {*BY_ADDRESS.values()} | NO_FORM.keys()
    assert not {*BY_ADDRESS.values()} & NO_FORM.keys()
    assert {*OF_PAIR} & {*OF_TERM} == set()


async def test_a_mentee_reads_the_agreement_and_signs_it_with_the_whole_name(
    unsigned: LivePair, own: OwnForms, client: Client
) -> None:
    page = await own.page(MENTEE, "SignAgreement", unsigned.id)
    assert "Sign your agreement with Sam Ortiz" in page.text
    assert "Ground rules" in page.text or "ground rules" in page.text
    refused = await own.send(MENTEE, "SignAgreement", unsigned.id, status=422, first_name="Robin")
    assert "Write the whole name: Robin Reyes." in refused.text
    answer = await own.send(MENTEE, "SignAgreement", unsigned.id, first_name="robin  reyes")
    done = await own.follow(MENTEE, answer)
    assert "You have signed the agreement" in done.text
    draft = unsigned.state.agreement.draft
    assert draft is not None
    assert [side.value for side in draft.signed_by] == ["mentee"]
    [(_, _, command)] = client.engine.sent
    assert (command.actor.id, command.actor.auth) == (MENTEE.id, "sign_in_code")
    assert (command.version, command.digest) == (draft.version, draft.texts[0].digest)


async def test_a_text_that_changed_since_is_not_signed(unsigned: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTEE, "SignAgreement", unsigned.id)
    unsigned.do(DraftAgreement, MENTOR, terms=TERMS)
    await unsigned.at(unsigned.now + timedelta(hours=1))
    stale = await own.post(MENTEE, form, first_name="Robin Reyes")
    assert stale.status_code == 409
    assert "Something changed while this page was open" in stale.text
    assert 'value="Robin Reyes"' in stale.text
    draft = unsigned.state.agreement.draft
    assert draft is not None
    assert draft.signed_by == ()
    assert draft.texts[0].digest in stale.text


@pytest_asyncio.fixture
async def full_pair(client: Client, worker: Database) -> LivePair:
    """Return a pair that meets, in a program that has all that a program can have."""
    ours, ese = rules_of(), rules_of("ma_ese")
    meetings = replace(ours.meetings, quick_logs=True, group_logs=True, referrals=True)
    return await meeting_pair(
        client, worker, days=30, meetings=meetings, observations=ese.observations, cover=ese.cover
    )


async def test_a_pair_meets_by_forms_alone(full_pair: LivePair, own: OwnForms, client: Client) -> None:
    pair, id = full_pair, full_pair.id
    when = {"began_at__when": "yesterday", "began_at__time": "15:00", "mode": "in_person"}
    await own.send(MENTOR, "LogMeeting", id, **when, minutes__usual="60", topics=["budget"])
    met = pair.state.meetings.log[-1]
    assert (met.minutes, met.mode, met.topics, met.logged_by) == (60, "in_person", ("budget",), Side.MENTOR)
    about = {"meeting": met.id}
    form = await own.form(MENTOR, "CorrectMeeting", id, **about)
    assert form.values["began_at.day"] == [f"{met.began_at.astimezone(ZONE):%Y-%m-%d}"]
    await own.send(MENTOR, "CorrectMeeting", id, chosen=about, minutes__usual="30")
    assert pair.state.meetings.log[-1].minutes == 30
    await own.send(MENTEE, "ConfirmMeeting", id, chosen=about)
    assert pair.state.meetings.log[-1].status == "confirmed"
    await own.send(MENTEE, "WithdrawMeeting", id, chosen=about)
    disputing = (await own.page(MENTOR, "DisputeMeeting", id, **about)).text
    assert "We did not meet" in disputing
    assert "We met on another day" in disputing
    assert "The two" not in disputing
    await own.send(MENTOR, "DisputeMeeting", id, chosen=about, reason="other_day")
    assert pair.state.meetings.log[-1].status == "disputed"
    await own.send(MENTOR, "LogQuickMeeting", id, held_on__when="today", topics=["budget"])
    assert pair.state.meetings.log[-1].kind is MeetingKind.QUICK
    await own.send(MENTOR, "NoteReferral", id, referred_on__when="yesterday")
    await own.send(MENTEE, "TickChecklist", id, items=["timeline"], done_on__when="today")
    kinds = [name for _, name, _ in client.engine.sent]
    assert kinds[-2:] == ["NoteReferral", "TickChecklist"]
    assert {command.actor.auth for _, _, command in client.engine.sent} == {"sign_in_code"}


async def test_a_pair_plans_observes_and_asks_for_cover_by_forms(
    full_pair: LivePair, own: OwnForms, client: Client
) -> None:
    pair, id = full_pair, full_pair.id
    row = {"rows__0__on": "2026-10-14", "rows__0__begins": "15:30", "rows__0__minutes": "45"}
    await own.send(MENTEE, "PlanMeetings", id, **row, rows__0__place="halfway")
    [planned] = pair.state.schedule.planned
    assert (planned.on, planned.minutes, planned.place) == (date(2026, 10, 14), 45, "halfway")
    form = await own.form(MENTOR, "PlanMeetings", id)
    assert form.values["rows.0.on"] == ["2026-10-14"]
    booking = {"starts_at__day": "2026-10-13", "starts_at__time": "10:00"}
    await own.send(MENTOR, "BookObservation", id, **booking, minutes__usual="30")
    booked = pair.state.observations.booked[-1]
    about = {"observation": booked.id}
    await own.send(MENTOR, "MoveObservation", id, chosen=about, starts_at__time="11:00")
    assert f"{pair.state.observations.booked[-1].starts_at.astimezone(ZONE):%H:%M}" == "11:00"
    await own.send(MENTEE, "RequestCover", id, chosen={"subject": booked.id}, minutes__usual="30")
    request = pair.state.cover.requests[-1]
    assert (request.subject, request.minutes) == (booked.id, 30)
    await own.send(MENTEE, "GiveBackCover", id, chosen={"request": request.id})
    await pair.at(datetime(2026, 10, 13, 20, tzinfo=UTC))
    too_early = await own.page(MENTEE, "ReportObservation", id, **about)
    assert "The cover for this hour is not approved" in too_early.text
    await own.send(MENTEE, "CancelObservation", id, reason=pair.rules.meetings.obstacles[0])
    assert pair.state.observations.booked[-1].status == "canceled"
    await own.send(MENTOR, "BookObservation", id, **{**booking, "starts_at__day": "2026-10-14"})
    about = {"observation": pair.state.observations.booked[-1].id}
    await own.send(MENTEE, "RequestCover", id, subject=about["observation"], minutes__usual="60")
    pair.do(DecideCover, COORDINATOR, request=pair.state.cover.requests[-1].id, approve=True)
    await pair.at(datetime(2026, 10, 14, 22, tzinfo=UTC))
    await own.send(MENTEE, "UseCover", id, minutes="40")
    assert (pair.state.cover.requests[-1].status, pair.state.cover.requests[-1].used) == ("used", 40)
    await own.send(MENTEE, "ReportObservation", id, chosen=about)
    assert pair.state.observations.booked[-1].status == "done"


async def test_a_mentor_of_one_pair_is_offered_no_log_of_several(full_pair: LivePair, own: OwnForms) -> None:
    page = await (await own.browser(MENTOR)).get(f"/my/more/{full_pair.id}")
    assert "/my/acts/log-quick-meeting/" in page.text
    assert "/my/acts/log-group-meeting/" not in page.text


async def test_a_person_of_a_pair_pauses_asks_complains_and_ends_by_forms(
    full_pair: LivePair, own: OwnForms, client: Client, worker: Database
) -> None:
    pair, id = full_pair, full_pair.id
    pausing = (await own.page(MENTEE, "PauseRelationship", id)).text
    assert "A pause has no end date: you, Sam Ortiz or your regional contact end it at any time" in pausing
    await own.send(MENTEE, "PauseRelationship", id, reason="illness")
    await own.send(MENTOR, "ResumeRelationship", id)
    await own.send(MENTEE, "AskForChange", id)
    words = "He did not come.\nI waited for an hour."
    await own.send(MENTEE, "OpenComplaint", id, about="conduct", against=MENTOR.id, statement=words)
    [case] = pair.state.complaints
    assert (case.opened_by, case.against) == (MENTEE.id, MENTOR.id)
    await own.send(MENTEE, "EndRelationship", id, reason="no_fault", private_reason="We did not fit.")
    assert pair.state.ended_at is not None
    async with worker.transaction() as connection:
        rows = (await connection.execute(select(tables.commands.c.payload))).scalars()
        assert "fit" not in str([*rows])
    closed = await own.page(MENTEE, "LogMeeting", id)
    assert "This mentoring ended on" in closed.text


async def test_a_survey_is_saved_taken_up_again_checked_and_sent(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    id = pair.id
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    await pair.at(pair.state.meetings_end(pair.rules) + timedelta(hours=1))
    page = (await (await own.browser(MENTEE)).get("/my")).text
    assert "/my/acts/submit-survey/" in page
    # No meeting can be recorded any more, so none is offered.
    assert "/my/acts/log-meeting/" not in page
    form = await own.form(MENTEE, "SubmitSurvey", id)
    scales = [name for name in form.choices if "5" in form.choices[name]]
    later = {name.replace(".", "__"): "4" for name in scales[:2]}
    saved = await own.post(MENTEE, form, **later, form_later="yes")
    assert "Your answers are saved" in saved.text
    again = await own.form(MENTEE, "SubmitSurvey", id)
    assert [again.values[name] for name in scales[:2]] == [["4"], ["4"]]
    elsewhere = await own.post(MENTEE, form, **later, form_later="yes", form_saved="7")
    assert elsewhere.status_code == 409
    given: dict[str, Any] = {name.replace(".", "__"): "5" for name in scales}
    given |= {"answers__most_helpful": "Meeting before school.", "answers__quote_consent": "yes"}
    missing = await own.post(MENTEE, again, answers__most_helpful="x\u202ey")
    assert missing.status_code == 422
    check = await own.post(MENTEE, again, **given)
    assert "Check your answers before you send them" in check.text
    assert "Meeting before school." in check.text
    assert client.engine.sent == []
    changed = await own.post(MENTEE, form_to(check.text, again.action), form_change="yes")
    assert form_to(changed.text, again.action).values["answers.most_helpful"] == ["Meeting before school."]
    answer = await own.send(MENTEE, "SubmitSurvey", id, **given)
    assert "we have your answers" in (await own.follow(MENTEE, answer)).text
    assert [side.value for side in pair.state.survey.answered] == ["mentee"]
    async with client.office.database.transaction() as connection:
        assert (await connection.execute(select(tables.drafts))).all() == []
    later_page = await own.page(MENTEE, "SubmitSurvey", id)
    assert "You sent it on " in later_page.text
