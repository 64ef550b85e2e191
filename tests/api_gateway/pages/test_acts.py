"""A whole pair by forms alone: each act is found on a page, filled in and sent, from application to payment."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest_asyncio

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.postgres.database import Database
from api_gateway.http.examples import answers_to
from api_gateway.pages.acts.parts import ANSWERS, answer_parts
from api_gateway.pages.acts.posted import typed_from
from domain.actors import Role
from domain.ids import derive
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to, forms_in
from tests.api_gateway.pages.live import REGION, LivePair, live_pair
from tests.api_gateway.pages.reading import section
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

SCAN = ("letter.pdf", b"%PDF-1.7\nsigned\n%%EOF\n", "application/pdf")


class Desk:
    """A coordinator at her browser, with one pair."""

    def __init__(self, pair: LivePair, browser: Browser) -> None:
        self.pair, self.browser = pair, browser
        self.page = f"/relationships/{pair.id}"

    async def open(self, act: str, query: str = "") -> httpx.Response:
        """Open the form of an act."""
        answer = await self.browser.get(f"{self.page}/acts/{act}{query}")
        assert answer.status_code == 200, answer.text
        return answer

    async def send(self, act: str, query: str = "", status: int = 303, **given: Any) -> httpx.Response:
        """Open the form of an act, fill it in, and send it."""
        form = form_to((await self.open(act, query)).text, f"{self.page}/acts/{act}")
        files = {name: given.pop(name) for name in ("scan",) if name in given}
        answer = await self.browser.post(form.action, form.filled(**given), files=files or None)
        assert answer.status_code == status, answer.text
        if status == 303:
            assert answer.headers["location"] == f"{self.page}?done={act}"
        return answer

    async def offers(self) -> set[str]:
        """Return the acts that the page of acts offers."""
        answer = await self.browser.get(f"{self.page}/acts")
        assert answer.status_code == 200, answer.text
        beginning = f'href="{self.page}/acts/'
        return {part.partition('"')[0] for part in answer.text.split(beginning)[1:]}


@pytest_asyncio.fixture
async def worker(client: Client) -> AsyncIterator[Database]:
    database = Database(client.office.settings.database_url("worker"), size=2)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def desk(client: Client, worker: Database, sign_in: SignIn) -> Desk:
    pair = await live_pair(client, worker)
    browser = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    return Desk(pair, browser)


async def test_a_pair_goes_from_application_to_its_meetings_by_forms(desk: Desk) -> None:
    pair = desk.pair
    assert "record-pre-match-contact" in await desk.offers()
    assert "log-meeting" not in await desk.offers()
    today = pair.now.date().isoformat()
    await desk.send("record-pre-match-contact", contacted_on=today, needs=["budget"])
    await desk.send("propose-match", mentor=MENTOR.id)
    await desk.send("confirm-match")
    assert pair.state.stage == "contact"
    await desk.send(
        "confirm-first-contact", acting_for=MENTEE.id, reason="by_phone", contacted_on=today, mode="phone"
    )
    assert pair.state.stage == "agreement"
    await desk.send(
        "draft-agreement",
        acting_for=MENTOR.id,
        reason="on_paper",
        terms__ground_rules=["confidential", "candid"],
        terms__rhythm__every="1",
        terms__rhythm__unit="months",
        terms__modes=["in_person", "phone"],
        terms__face_to_face="1",
        terms__minutes="60",
    )
    for person in (MENTEE, MENTOR):
        await desk.send("sign-agreement", acting_for=person.id, reason="on_paper", scan=SCAN)
    assert pair.state.stage == "agreement", "they can still say that it is wrong"
    await pair.at(pair.now + timedelta(days=15))
    assert pair.state.stage == "meetings"
    await pair.at(pair.now + timedelta(days=2))
    asked = (await desk.open("log-meeting")).text
    assert re.search(r">\s*Time \(Central Time\)\s*</label>", asked)
    assert "America/Chicago" not in asked
    await desk.send(
        "log-meeting",
        acting_for=MENTEE.id,
        reason="by_phone",
        began_at__day=(pair.now - timedelta(days=1)).date().isoformat(),
        began_at__time="15:00",
        minutes="60",
        mode="in_person",
        topics=["budget", "staff"],
    )
    assert [met.minutes for met in pair.state.meetings.log] == [60]


async def test_what_is_missing_is_named_and_linked_and_what_was_typed_is_kept(desk: Desk) -> None:
    answer = await desk.send(
        "record-pre-match-contact", status=422, contacted_on="soon", needs=["budget", "staff"]
    )
    assert 'href="#f-contacted-on"' in answer.text
    assert "Write a day, such as 2026-11-02." in answer.text
    form = form_to(answer.text, f"{desk.page}/acts/record-pre-match-contact")
    assert form.values["contacted_on"] == ["soon"]
    assert form.values["needs"] == ["budget", "staff"]
    again = await desk.browser.post(form.action, form.filled(contacted_on=desk.pair.now.date().isoformat()))
    assert again.status_code == 303
    assert desk.pair.state.matching.needs == ("budget", "staff")


async def test_a_refusal_says_why_and_keeps_what_was_typed(desk: Desk) -> None:
    tomorrow = (desk.pair.now + timedelta(days=1)).date().isoformat()
    answer = await desk.send("record-pre-match-contact", status=409, contacted_on=tomorrow, needs=["budget"])
    form = form_to(answer.text, f"{desk.page}/acts/record-pre-match-contact")
    assert form.values["contacted_on"] == [tomorrow]
    assert 'href="#f-contacted-on"' in answer.text
    assert "`" not in answer.text
    sent = await desk.browser.post(form.action, form.filled(contacted_on=desk.pair.now.date().isoformat()))
    assert sent.status_code == 303, "the next try is another command"


async def test_a_form_that_is_sent_twice_or_again_after_going_back_is_sent_once(desk: Desk) -> None:
    form = form_to((await desk.open("write-note")).text, f"{desk.page}/acts/write-note")
    day = (desk.pair.now + timedelta(days=7)).date().isoformat()
    data = form.filled(text="Ask how the move went.", look_on=day)
    first, second = [await desk.browser.post(form.action, data) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(desk.pair.state.notes) == 1
    other = await desk.browser.post(form.action, {**data, "text": "Something else."})
    assert other.status_code == 409
    assert "This form was already sent once" in other.text
    kept = form_to(other.text, form.action)
    assert kept.values["text"] == ["Something else."]
    assert (await desk.browser.post(form.action, kept.filled())).status_code == 303
    assert len(desk.pair.state.notes) == 2


async def test_a_stale_form_shows_both_versions_and_what_was_typed(desk: Desk) -> None:
    form = form_to((await desk.open("pause-relationship")).text, f"{desk.page}/acts/pause-relationship")
    await desk.send("propose-match", mentor=MENTOR.id)
    stale = await desk.browser.post(form.action, form.filled(reason="leave"))
    assert stale.status_code == 409
    assert "Something changed while you were writing" in stale.text
    assert ">Sam Ortiz</td>" in stale.text
    assert desk.pair.state.pause is None
    again = form_to(stale.text, form.action)
    assert again.values["reason"] == ["leave"]
    assert (await desk.browser.post(form.action, again.filled())).status_code == 303
    assert desk.pair.state.pause is not None


async def test_what_is_not_possible_now_says_why_and_has_no_form(desk: Desk) -> None:
    answer = await desk.open("log-meeting")
    assert "This cannot be done now" in answer.text
    assert f'action="{desk.page}/acts/log-meeting"' not in answer.text
    listed = await desk.browser.get(f"{desk.page}/acts")
    assert "Not possible right now" in listed.text
    assert "`" not in listed.text


async def test_only_who_sees_the_pair_and_may_do_it_opens_or_sends_a_form(
    client: Client, desk: Desk, sign_in: SignIn
) -> None:
    elsewhere = await sign_in("Else Where", Role.COORDINATOR, regions=("r2",))
    payment = await sign_in("Priya Nair", Role.PAYMENT_STAFF)
    auditor = await sign_in("Ada Audit", Role.AUDITOR)
    path = f"{desk.page}/acts/end-relationship"
    form = form_to((await desk.open("end-relationship")).text, path)
    data = {**form.filled(reason="illness")}
    del data["csrf"]
    for who, opened, sent in ((elsewhere, 404, 404), (payment, 403, 403), (auditor, 403, 403)):
        assert (await who.get(path)).status_code == opened
        assert (await who.post(path, data)).status_code == sent
    assert (await desk.browser.get(f"{desk.page}/acts/fly")).status_code == 404
    assert (
        await desk.browser.get(f"/relationships/{derive('nobody')}/acts/end-relationship")
    ).status_code == 404
    assert (await desk.browser.post(path, data, csrf="other")).status_code == 403
    assert not desk.pair.state.ended


async def test_a_form_of_the_program_is_chosen_first_and_filled_in_then(desk: Desk) -> None:
    await _to_meetings(desk)
    first = await desk.open("submit-form")
    query = f"?form=region_feedback_mentee&acting_for={MENTEE.id}"
    assert f'href="{desk.page}/acts/submit-form{query.replace("&", "&amp;")}"' in first.text
    assert f"{desk.page}/acts/submit-form" not in {each.action for each in forms_in(first.text)}
    page = await desk.open("submit-form", query)
    form = form_to(page.text, f"{desk.page}/acts/submit-form")
    assert form.values["form"] == ["region_feedback_mentee"]
    assert form.values["acting_for"] == [MENTEE.id]
    assert not form.choices.keys() & {"form", "acting_for"}, "both are chosen already"
    told = await desk.open("submit-form", f"{query}&reason=by_phone")
    assert form_to(told.text, form.action).filled()["reason"] == "by_phone"
    asked = shipped_forms()["region_feedback_mentee", "1"]
    empty = await desk.browser.post(form.action, form.filled(reason="on_paper"))
    assert empty.status_code == 422
    assert 'href="#f-answers-' in empty.text
    again = form_to(empty.text, form.action)
    part = answer_parts(asked, {}, "en")
    answers = {ANSWERS: answers_to(asked, desk.pair.rules)}
    typed = typed_from((part,), answers, desk.pair.rules.calendar.timezone)
    sent = await desk.browser.post(form.action, again.filled() | typed)
    assert sent.status_code == 303, sent.text
    assert [filed.form for filed in desk.pair.state.filed] == ["region_feedback_mentee"]


async def test_forms_of_the_pair_and_ones_own_stand_apart_and_no_act_is_offered_twice(desk: Desk) -> None:
    await _to_meetings(desk)
    page = (await desk.browser.get(f"{desk.page}/acts")).text
    for_pair, own = section(page, "person"), section(page, "usual")
    titles = re.findall(r'<a href="[^"]*/acts/[^"]*">([^<]+)</a>', page)
    assert len(titles) == len(set(titles)), "no two acts have one name"
    assert "A word to your region, for " in for_pair
    for title, form in (("mentee", "region_feedback_mentee"), ("mentor", "region_feedback_mentor")):
        assert f"form={form}&amp;acting_for=" in for_pair, title
    assert "acting_for" not in own
    assert "submit-form?form=team_list" in own, "the list of teams is the coordinator's own"
    mine = await desk.open("submit-form", "?form=team_list")
    form = form_to(mine.text, f"{desk.page}/acts/submit-form")
    assert not {"acting_for", "reason"} & {*form.asked}, "nobody tells the coordinator what is her own"


async def test_more_rows_come_without_script_and_keep_what_was_typed(desk: Desk) -> None:
    path = f"{desk.page}/acts/plan-meetings"
    await _to_meetings(desk)
    form = form_to((await desk.open("plan-meetings")).text, path)
    assert "rows.3.on" in form.asked
    assert "rows.4.on" not in form.asked
    data = form.filled(rows__0__on="2026-11-02", rows__0__minutes="60")
    more = await desk.browser.post(path, {**data, "form_more": "rows"})
    assert more.status_code == 200
    longer = form_to(more.text, path)
    assert "rows.6.on" in longer.asked
    assert longer.values["rows.0.on"] == ["2026-11-02"]


async def _to_meetings(desk: Desk) -> None:
    pair = desk.pair
    await _to_agreement(desk)
    pair.sign(MENTEE)
    pair.sign(MENTOR)
    await pair.at(pair.now)


async def test_the_agreement_prints_with_its_digest_and_its_scan_comes_back_on_the_same_page(
    desk: Desk,
) -> None:
    pair = desk.pair
    await _to_agreement(desk)
    page = await desk.browser.get(f"{desk.page}/agreement")
    assert page.status_code == 200, page.text
    assert pair.digest("en") in page.text
    spanish = await desk.browser.get(f"{desk.page}/agreement?language=es")
    assert pair.digest("es") in spanish.text
    form = form_to(spanish.text, f"{desk.page}/acts/sign-agreement")
    assert form.values["digest"] == [pair.digest("es")]
    sent = await desk.browser.post(form.action, form.filled(acting_for=MENTEE.id), files={"scan": SCAN})
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"] == f"{desk.page}/agreement?done=sign-agreement"
    after = await desk.browser.get(sent.headers["location"])
    assert "The signature is entered." in after.text
    assert "Mentee signed" in after.text
    address = re.search(rf'href="({desk.page}/scans/[0-9a-f]+)"', after.text)
    assert address is not None
    saved = await desk.browser.get(address[1])
    assert saved.content == SCAN[1]
    assert saved.headers["content-disposition"].startswith("attachment")
    bad = form_to(after.text, f"{desk.page}/acts/sign-agreement")
    wrong = await desk.browser.post(
        bad.action, bad.filled(acting_for=MENTOR.id), files={"scan": ("x.html", b"<b>", "text/html")}
    )
    assert wrong.status_code == 422
    assert "Send a whole PDF, JPEG or PNG file." in wrong.text


async def _to_agreement(desk: Desk) -> None:
    pair = desk.pair
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=pair.now.date(), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    pair.do(ConfirmMatch, COORDINATOR)
    pair.do(ConfirmFirstContact, MENTEE, contacted_on=pair.now.date(), mode="phone")
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.at(pair.now)


async def test_a_disclosure_is_recorded_sealed_and_the_page_never_says_that_there_is_one(desk: Desk) -> None:
    await _to_meetings(desk)
    path = f"{desk.page}/disclosure"
    listed = (await desk.browser.get(f"{desk.page}/acts")).text
    assert f'href="{path}"' in listed
    first = (await desk.browser.get(path)).text
    form = form_to(first, path)
    empty = await desk.browser.post(path, form.filled())
    assert empty.status_code == 422
    assert 'href="#f-disclosed-on"' in empty.text
    day = desk.pair.now.date().isoformat()
    data = form_to(empty.text, path).filled(kind="abuse", disclosed_on=day, office="police", by="coordinator")
    for _ in range(2):
        assert (await desk.browser.post(path, data)).headers[
            "location"
        ] == f"{desk.page}?done=record-disclosure"
    later = {**data, "disclosed_on": (desk.pair.now + timedelta(days=3)).date().isoformat()}
    assert (await desk.browser.post(path, {**later, "form_key": "another"})).status_code == 409
    again = (await desk.browser.get(path)).text
    assert re.sub(r'value="form-[0-9a-f]+"', "", again) == re.sub(r'value="form-[0-9a-f]+"', "", first)
