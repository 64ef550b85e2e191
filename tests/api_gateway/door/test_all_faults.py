"""A form says at its fields what the program requires, and all that is wrong with it in one round."""

from datetime import timedelta

from activities.adapters.postgres.database import Database
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_own_acts import in_touch
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR

AT_ONCE = (
    "The agreement has fewer face-to-face meetings than the program requires.",
    "The rhythm is slower than the program allows.",
)


async def test_the_agreement_says_its_least_numbers_and_all_faults_at_once(
    client: Client, worker: Database, own: OwnForms
) -> None:
    pair = await in_touch(client, worker)
    least = pair.rules.meetings.minimum_face_to_face
    form = await own.form(MENTOR, "DraftAgreement", pair.id)
    page = (await own.page(MENTOR, "DraftAgreement", pair.id)).text
    assert f"The program requires {least}." in page
    assert "0 if you promise none" not in page
    assert "Once every" in page
    assert "Days, weeks or months?" in page
    wrong = {"terms__face_to_face": "0", "terms__rhythm__every": "30", "terms__rhythm__unit": "months"}
    refused = await own.post(MENTOR, form, **wrong, terms__modes=["in_person"], terms__minutes="")
    assert refused.status_code == 409
    for said in (
        *AT_ONCE,
        "The agreement has no ground rules.",
        "Write how many minutes each meeting takes.",
    ):
        assert said in refused.text
    assert "Write one of" not in refused.text
    assert "answers_in_two_days" not in refused.text.replace('value="answers_in_two_days"', "")
    assert pair.state.agreement.draft is None
    rest = {**wrong, "terms__minutes": "1", "terms__ground_rules": ["confidential"]}
    again = form_to(refused.text, form.action)
    later = await own.post(MENTOR, again, **rest, terms__modes=["in_person"])
    assert later.status_code == 409
    for said in (*AT_ONCE, "The number of minutes is too small or too large."):
        assert said in later.text


async def test_a_meeting_that_is_too_long_and_still_to_come_says_both_and_leads_to_the_plan(
    pair: LivePair, own: OwnForms
) -> None:
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    given = {"began_at__when": "other", "began_at__day": "2027-01-04", "began_at__time": "15:00"}
    given |= {"minutes__usual": "other", "minutes": "9000", "mode": "in_person", "topics": ["budget"]}
    refused = await own.post(MENTOR, form, **given)
    assert refused.status_code == 409
    assert "The number of minutes is too small or too large." in refused.text
    assert "The meeting is in the future." in refused.text
    assert f'href="/my/acts/plan-meetings/{pair.id}"' in refused.text
    assert "You cannot record a meeting that has not happened yet. You can plan it." in refused.text
    assert 'id="f-began-at-time-error"' not in refused.text


async def test_a_meeting_later_today_is_wrong_at_its_time(pair: LivePair, own: OwnForms) -> None:
    form = await own.form(MENTOR, "LogMeeting", pair.id)
    given = {"began_at__when": "today", "began_at__time": "23:30", "minutes__usual": "30"}
    refused = await own.post(MENTOR, form, **given, mode="in_person", topics=["budget"])
    assert refused.status_code == 409
    assert 'id="f-began-at-time-error"' in refused.text
    assert 'href="#f-began-at-time"' in refused.text
    assert 'id="f-began-at-error"' not in refused.text
    assert f'href="/my/acts/plan-meetings/{pair.id}"' in refused.text


async def test_who_has_answered_a_meeting_reads_the_own_answer(pair: LivePair, own: OwnForms) -> None:
    answers = ((True, 2, "You have already confirmed it, on "), (False, 3, "You have already said, on "))
    for confirms, days, said in answers:
        held = {"began_at__when": "other", "began_at__day": f"{pair.now - timedelta(days=days):%Y-%m-%d}"}
        held |= {"began_at__time": "15:00", "mode": "in_person", "minutes__usual": "30"}
        await own.send(MENTOR, "LogMeeting", pair.id, **held, topics=["budget"])
        about = {"meeting": pair.state.meetings.log[-1].id}
        form = await own.form(MENTEE, "ConfirmMeeting", pair.id, **about)
        reason = {} if confirms else {"reason": "other_day"}
        act = "ConfirmMeeting" if confirms else "DisputeMeeting"
        await own.send(MENTEE, act, pair.id, chosen=about, **reason)
        page = (await own.page(MENTEE, "ConfirmMeeting", pair.id, **about)).text
        assert said in page
        assert "Read the meeting to see its status" not in page
        refused = await own.post(MENTEE, form)
        assert refused.status_code == 409
        assert said in refused.text
