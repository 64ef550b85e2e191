"""What the outbox looks up once more before an email leaves: whether it holds, of what, and for whom today."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities.notices import NoticeActivities, SendNoticeInput
from activities.ports.outbox import Refusal
from domain.notices import NoticeKind as Kind
from domain.notices import Outcome
from domain.overtaken import Why
from tests.activities.mail.rendered import MENTEE, notice_of
from tests.activities.outbox_office import CALENDAR, MONDAY, Office
from tests.activities.test_sending import MemoryStore

pytestmark = pytest.mark.usefixtures("heartbeats")


@pytest.fixture
def heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporalio.activity.heartbeat", lambda *_: None)


async def test_what_no_longer_holds_is_not_sent_and_its_stream_hears_why() -> None:
    office = Office(MONDAY)
    office.put("untrue", Kind.REMINDER)
    office.put("true", Kind.REMINDER)
    office.outbox.untrue["untrue"] = Why.DONE
    office.outbox.refusals.append(
        Refusal(
            notice="untrue",
            kind=Kind.REMINDER,
            person=MENTEE.id,
            code=Why.DONE.value,
            attempt=1,
            workflow="relationship/pair",
            outcome=Outcome.OVERTAKEN,
        )
    )
    done = await office.activities.send_due()
    assert office.server.took == ["true"]
    marked = office.store.notices["untrue"].status, office.store.codes["untrue"]
    assert marked == ("overtaken", "done_meanwhile")
    assert (done.sent, done.refused, done.wait_seconds) == (1, 0, None)
    [(workflow, heard)] = office.streams.heard
    assert workflow == "relationship/pair"
    assert (heard.outcome, heard.code) == (Outcome.OVERTAKEN, "done_meanwhile")


async def test_an_email_for_several_forms_leaves_with_those_that_are_still_owed() -> None:
    office = Office(MONDAY)
    office.put("forms", Kind.FORMS_ASKED, forms="plan,pledge")
    office.outbox.left["forms"] = {"forms": "pledge"}
    await office.activities.send_due()
    assert (office.server.took, office.words.forms) == (["forms"], ["pledge"])


async def test_c20_who_handed_in_a_record_today_is_asked_for_the_next_one_on_the_next_working_morning() -> (
    None
):
    office = Office(MONDAY)
    for id in ("caught up", "long ago", "never"):
        office.put(id, Kind.MONTHLY_RECORD_DUE)
    office.put("other kind", Kind.REMINDER)
    at = {"caught up": MONDAY - timedelta(hours=2), "other kind": MONDAY - timedelta(hours=2)}
    office.outbox.caught_up = {**at, "long ago": MONDAY - timedelta(days=4)}
    await office.activities.send_due()
    assert office.server.took == ["long ago", "never", "other kind"]
    office.clock.instant = CALENDAR.at(date(2026, 12, 1)) - timedelta(seconds=1)
    await office.activities.send_due()
    assert len(office.server.took) == 3
    office.clock.instant = CALENDAR.at(date(2026, 12, 1))
    await office.activities.send_due()
    assert office.server.took[3:] == ["caught up"]


async def test_an_effect_calls_the_outbox_and_waits_for_no_hour() -> None:
    calls = []

    class Call:
        async def call(self) -> None:
            calls.append("call")

    store = MemoryStore({"n": replace(notice_of(Kind.SURVEY_OPEN), id="n", status="refused")})
    made = NoticeActivities(store, Call())
    assert (await made.send_notice(SendNoticeInput(notice_id="n"))).outcome is Outcome.WAITING
    assert (await made.send_again(SendNoticeInput(notice_id="n"))).outcome is Outcome.WAITING
    assert (calls, store.notices["n"].status) == (["call", "call"], "pending")
