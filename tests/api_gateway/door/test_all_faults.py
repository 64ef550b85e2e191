"""A form says at its fields what the program requires, and all that is wrong with it in one round."""

from activities.adapters.postgres.database import Database
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.door.test_own_acts import in_touch
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTOR

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
