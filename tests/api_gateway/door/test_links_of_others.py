"""A link opened by somebody else: who is signed in reads that it is not theirs, and nothing is done or told."""

from domain.notices import NoticeKind
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, path_in
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.door.test_my_page import met
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR


async def test_who_is_signed_in_as_somebody_else_can_do_nothing_with_a_link(
    pair: LivePair, mail: Mail, own: OwnForms, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    browser = await own.browser(MENTEE)
    page = await browser.open(token)
    assert page.status_code == 403
    assert "This link is for somebody else" in page.text
    assert "You are signed in as Robin Reyes" in page.text
    assert "Sam" not in page.text
    form = form_to((await browser.get("/my")).text, "/my/language")
    await browser.post("/my/language", form.filled())
    assert "Este enlace es para otra persona" in (await browser.open(token)).text
    out = form_to((await browser.open(token)).text, "/my/sign-out")
    await browser.post("/my/sign-out", out.filled())
    assert "Record your meeting with Robin Reyes" in (await browser.open(token)).text
    assert (client.engine.sent, pair.state.meetings.log) == ([], ())


async def test_a_form_opened_before_somebody_else_signed_in_is_not_sent(
    pair: LivePair, mail: Mail, visit: Visit, own: OwnForms, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    form = form_to((page := await visit.open(token)).text, path_in(page.text))
    visit.http.cookies.update((await own.browser(MENTEE)).http.cookies)
    for answer in (
        await visit.post(form.action, form.filled(**LOGGED)),
        await visit.get(form.action),
        await visit.get(f"{form.action}/done"),
    ):
        assert answer.status_code in (403, 404)
        assert "Record your meeting" not in answer.text
    assert client.engine.sent == []


async def test_what_became_of_a_link_only_its_own_person_reads(
    pair: LivePair, mail: Mail, own: OwnForms
) -> None:
    meeting = await met(pair)
    began = pair.state.meetings.log[-1].began_at.isoformat()
    data = {"meeting": meeting, "began_at": began}
    tokens = await mail.tokens(NoticeKind.MEETING_TO_CONFIRM, MENTEE, **data)
    pair.do(ConfirmMeeting, MENTEE, meeting=meeting)
    await pair.at(pair.now)
    other = await (await own.browser(MENTOR)).open(tokens["DisputeMeeting"])
    mine = await (await own.browser(MENTEE)).open(tokens["DisputeMeeting"])
    assert "You have already confirmed it" not in other.text
    assert "You have already confirmed it, on " in mine.text


async def test_the_form_of_a_link_says_for_whom_it_is_by_the_partner(
    pair: LivePair, mail: Mail, visit: Visit
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = (await visit.open(token)).text
    assert "This form is only for the mentor of Robin Reyes." in page
    assert "Sam" not in page
