"""What is asked for seldom, in a session: surveys of a region, records of a month, another partner, the goodbye."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from activities.adapters.postgres.database import Database
from api_gateway.door.own_address import own_address
from domain.actors import SYSTEM, Role, StaffReason
from domain.ids import derive
from domain.notices import NoticeKind
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.program import DeadlineKind
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey
from tests.api_gateway.conftest import Client, add_person
from tests.api_gateway.door.codes import Codes, ask, enter
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit
from tests.api_gateway.door.terms import DoorTerm, term_with_records, term_with_survey
from tests.api_gateway.door.test_links import MEETING
from tests.api_gateway.door.test_my_page import page_of
from tests.api_gateway.door.test_statements import FORM
from tests.api_gateway.pages.conftest import signed_in
from tests.api_gateway.pages.forms_in_page import PageForm, form_to
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, document
from tests.domain.term.term_case import WHO


def filled(form: PageForm) -> dict[str, Any]:
    """Return answers that fit the questions of a form: a first choice, a number, or some words."""
    plain = [name for name in form.asked if ".1." not in name and not name.endswith("other")]
    given = {name: next(filter(None, form.choices[name]), "") for name in plain if name in form.choices}
    typed = [name for name in plain if name not in form.choices]
    given |= {name: "A. B." if name.endswith("name") else "2" for name in typed}
    return {name.replace(".", "__"): value for name, value in given.items()}


async def test_an_administrator_answers_the_survey_of_the_region(
    pair: LivePair, own: OwnForms, client: Client, worker: Database, statements: list[str]
) -> None:
    case = await term_with_survey(client, worker)
    address = own_address("SubmitTermSurvey", case.id, {"audience": "administrator"})
    assert address in (await page_of(own, MENTEE)).replace("&amp;", "&")
    assert address not in (await page_of(own, MENTOR)).replace("&amp;", "&")
    await own.page(MENTOR, "SubmitTermSurvey", case.id, audience="administrator", status=404)
    await own.page(MENTEE, "SubmitTermSurvey", case.id, audience="district", status=404)
    statements.clear()
    form = await own.form(MENTEE, "SubmitTermSurvey", case.id, audience="administrator")
    assert 0 < len(statements) <= FORM, "\n\n".join(statements)
    chosen = {"audience": "administrator"}
    answer = await own.send(MENTEE, "SubmitTermSurvey", case.id, chosen=chosen, **filled(form))
    assert (await own.follow(MENTEE, answer)).status_code == 200
    [(workflow, _, command)] = client.engine.sent
    assert (workflow, type(command)) == (f"term/{case.id}", SubmitTermSurvey)
    assert (command.audience.value, command.actor.id) == ("administrator", MENTEE.id)


async def test_a_mentor_hands_in_the_record_of_a_month_and_amends_it(
    pair: LivePair, own: OwnForms, client: Client, worker: Database, statements: list[str]
) -> None:
    case, month = await term_with_records(client, worker), {"month": "2026-09"}
    assert own_address("SubmitMonthlyRecord", case.id, month) in await page_of(own, MENTOR)
    form = await own.form(MENTOR, "SubmitMonthlyRecord", case.id, **month)
    await own.page(MENTEE, "SubmitMonthlyRecord", case.id, status=404, **month)
    await own.send(MENTOR, "SubmitMonthlyRecord", case.id, chosen=month, **filled(form))
    [(_, _, sent)] = client.engine.sent
    assert isinstance(sent, SubmitMonthlyRecord)
    case.do(SubmitMonthlyRecord, MENTOR, month=sent.month, answers=sent.answers)
    await case.write(client, worker)
    closed = await own.page(MENTOR, "SubmitMonthlyRecord", case.id, **month)
    assert "You sent it on " in closed.text
    assert "This cannot be done now" not in closed.text
    assert own_address("AmendMonthlyRecord", case.id, month) in closed.text
    statements.clear()
    again = await own.form(MENTOR, "AmendMonthlyRecord", case.id, **month)
    assert 0 < len(statements) <= FORM, "\n\n".join(statements)
    wanted = {name.replace("__", "."): value for name, value in filled(form).items()}
    assert {name: again.values[name] for name in wanted} == {name: [each] for name, each in wanted.items()}
    await own.send(MENTOR, "AmendMonthlyRecord", case.id, chosen=month)
    amended = client.engine.sent[-1][2]
    assert (type(amended), amended.month) == (AmendMonthlyRecord, "2026-09")
    assert amended.answers.doc != sent.answers.doc


async def test_a_mentee_asks_for_another_partner_and_earlier_links_are_dead(
    pair: LivePair, own: OwnForms, mail: Mail, visit: Visit
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    assert (await visit.open(token)).status_code == 200
    page = await own.page(MENTEE, "ChangePartner", pair.id)
    assert "another" in page.text
    form = await own.form(MENTEE, "ChangePartner", pair.id)
    reason = next(filter(None, form.choices["reason"]))
    answer = await own.send(MENTEE, "ChangePartner", pair.id, reason=reason)
    await own.follow(MENTEE, answer)
    assert pair.state.ended
    assert pair.state.successor
    assert (await visit.open(token)).status_code == 404
    assert "This mentoring ended on" in (await own.page(MENTOR, "LogMeeting", pair.id)).text


async def test_both_say_at_the_end_whether_they_go_on(pair: LivePair, own: OwnForms) -> None:
    await at_recognition(pair)
    await pair.at(pair.now + timedelta(hours=1))
    said = {
        MENTEE: "You would like to. Sam Ortiz has not answered yet.",
        MENTOR: "You would rather not. Robin Reyes would like to.",
    }
    for who, says in ((MENTEE, "yes"), (MENTOR, "no")):
        before = await page_of(own, who)
        assert own_address("AnswerContinuation", pair.id) in before
        assert "Staying in touch" not in before
        answer = await own.send(who, "AnswerContinuation", pair.id, go_on=says)
        await own.follow(who, answer)
        after = await page_of(own, who)
        assert own_address("AnswerContinuation", pair.id) not in after
        assert f"Staying in touch {said[who]}" in text_of(after)
        assert "You answered whether you would like to stay in touch" in after
    answered = pair.state.recognition.answered
    assert {side.value for side in answered} == {"mentee", "mentor"}


async def test_the_page_of_a_pair_that_is_over_promises_nothing_and_says_what_was(
    pair: LivePair, own: OwnForms
) -> None:
    await at_recognition(pair)
    for who, goes_on in ((MENTEE, True), (MENTOR, True)):
        pair.do(AnswerContinuation, who, go_on=goes_on)
    await pair.at(pair.now + timedelta(hours=1))
    assert pair.state.ended
    mentee, mentor = [text_of(await page_of(own, who)) for who in (MENTEE, MENTOR)]
    for page, partner in ((mentee, "Sam Ortiz"), (mentor, "Robin Reyes")):
        assert "There is nothing left to do." in page
        assert "We will write to you" not in page
        assert f"Staying in touch You would like to. {partner} would like to." in page
        assert f"What you can still do about your mentoring with {partner}" in page
    assert "Thanks for your work A certificate" in mentor
    assert "Thanks for your work" not in mentee
    heading = "What you can still do about your mentoring with Sam Ortiz"
    assert f"<h1>{heading}</h1>" in await page_of(own, MENTEE, f"/my/more/{pair.id}")


async def at_recognition(pair: LivePair) -> None:
    """Bring a pair to the end of its year, with the mentor thanked by a certificate."""
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    pair.wait_until(pair.state.meetings_end(pair.rules) + timedelta(hours=1))
    while pair.state.stage == "survey":
        pair.days(7)
    for claim in pair.state.claims:
        pair.do(HearObligation, SYSTEM, obligation=claim.obligation, state="sent")
    assert pair.state.stage == "recognition"
    pair.do(RecognizeMentor, COORDINATOR, kind="certificate")


async def test_staff_read_that_only_the_two_can_say_whether_they_go_on_and_that_silence_is_a_no(
    pair: LivePair, client: Client
) -> None:
    await at_recognition(pair)
    await pair.at(pair.now + timedelta(hours=1))
    carla = await signed_in(client, "Carla Jensen", Role.COORDINATOR, regions=(pair.state.region,))
    page = text_of((await carla.get(f"/relationships/{pair.id}")).text)
    assert "No answer means no: on that day the mentoring is completed." in page
    assert "The mentoring is completed. Whoever has not answered" in page
    assert "reminded by email" not in page
    assert "Reminder, unless" not in page
    acts = text_of((await carla.get(f"/relationships/{pair.id}/acts")).text)
    assert "Enter whether they stay in touch Only mentee and mentor can answer this" in acts


async def test_a_reminder_that_nobody_needed_any_more_is_not_called_one_for_the_one_who_is_late(
    pair: LivePair, client: Client
) -> None:
    for _ in range(9):
        pair.days(28)
        if pair.state.stage == "meetings":
            pair.meet()
    pair.wait_until(pair.state.meetings_end(pair.rules) + timedelta(hours=1))
    assert pair.state.stage == "survey"
    asked = next(each for each in pair.state.timers if each.subject is DeadlineKind.SURVEY)
    pair.wait_until(asked.next_at - timedelta(days=1))
    for who, audience in ((MENTEE, "mentee"), (MENTOR, "mentor")):
        staff = replace(COORDINATOR, acting_for=who.id, reason=StaffReason.ON_PAPER)
        use = pair.rules.survey_form(audience)
        assert use is not None
        pair.do(SubmitSurvey, staff, answers=replace(document(who.id), form=use.form))
    await pair.at(asked.next_at + timedelta(hours=1))
    assert pair.state.stage == "survey", "both can still object"
    carla = await signed_in(client, "Carla Jensen", Role.COORDINATOR, regions=(pair.state.region,))
    page = text_of((await carla.get(f"/relationships/{pair.id}?depth=acts&whole=true")).text)
    assert "No reminder was needed any more: closing survey." in page
    assert "A reminder about the closing survey was due" not in page


async def test_who_is_no_more_than_asked_for_a_survey_signs_in_and_answers_it(
    pair: LivePair, client: Client, worker: Database, visit: Visit
) -> None:
    """The one to whom a mentee reports is in no pair, and has not applied for anything."""
    codes, principal = Codes(client, worker), derive("principal")
    await add_person(client, principal, email="principal@example.org")
    await ask(visit, "principal@example.org")
    await codes.work()
    assert codes.sent == []
    case = DoorTerm("ma_ese", replace(WHO, administrators=(principal,)))
    case.until(2027, 6, 10)
    await case.write(client, worker)
    address = own_address("SubmitTermSurvey", case.id, {"audience": "administrator"})
    assert await enter(visit, codes, "principal@example.org", address) == address
    assert address in (await visit.get("/my")).text.replace("&amp;", "&")
    form = form_to((await visit.get(address)).text, address)
    answer = await visit.post(address, form.filled(**filled(form)))
    again = form_to(answer.text, address)
    assert (await visit.post(address, {**again.filled(), "form_checked": "yes"})).status_code == 303
    [(_, _, command)] = client.engine.sent
    assert (type(command), command.actor.id) == (SubmitTermSurvey, principal)
