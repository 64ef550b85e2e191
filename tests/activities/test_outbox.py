"""A round of the outbox: what is planned, what leaves, in which order, and which stream hears of a refusal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from activities.notices import NoticeActivities, SendNoticeInput
from activities.outbox import LATER
from activities.ports.outbox import Refusal
from activities.ports.workflows import Answer
from domain.digests import Told
from domain.notices import TO_STAFF, Outcome
from domain.notices import NoticeKind as Kind
from domain.overtaken import Why
from domain.tasks import TOLD, TaskKind
from tests.activities.mail.rendered import MENTEE, MENTOR, every_notice, notice_of
from tests.activities.outbox_office import CALENDAR, MONDAY, NIGHT, Office
from tests.activities.test_sending import MemoryStore


@pytest.fixture
def heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporalio.activity.heartbeat", lambda *_: None)


pytestmark = pytest.mark.usefixtures("heartbeats")


async def test_c14_nothing_that_can_wait_leaves_at_night() -> None:
    office = Office(NIGHT)
    office.put("reminder", Kind.REMINDER)
    office.put("accepted", Kind.APPLICATION_ACCEPTED)
    office.put("own", Kind.APPLICATION_RECEIVED, own_act=True)
    done = await office.activities.send_due()
    assert office.server.took == ["own"]
    assert done.wait_seconds == (datetime(2026, 11, 30, 13, 0, tzinfo=UTC) - NIGHT).total_seconds()
    office.clock.instant = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    await office.activities.send_due()
    assert office.server.took == ["own", "accepted"]
    office.clock.instant = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert (await office.activities.send_due()).wait_seconds is None
    assert office.server.took == ["own", "accepted", "reminder"]


async def test_an_email_of_a_run_that_is_ahead_of_the_clock_waits_for_the_clock() -> None:
    office = Office(MONDAY)
    office.put("reminder", Kind.REMINDER)
    midnight = MONDAY + timedelta(hours=14)
    office.outbox.new[0] = replace(office.outbox.new[0], decided_at=midnight)
    await office.activities.send_due()
    assert office.server.took == []
    assert office.outbox.plans["reminder"].not_before == midnight + timedelta(hours=9)


async def test_what_is_due_leaves_by_class() -> None:
    office = Office(MONDAY)
    office.put("digest", Kind.TASK_FOR_REGION)
    office.put("reminder", Kind.REMINDER)
    office.put("other", Kind.MATCH_PROPOSED)
    office.put("own", Kind.APPLICATION_RECEIVED, own_act=True)
    await office.activities.send_due()
    assert office.server.took == ["own", "other", "reminder", "digest"]


async def test_c15_an_email_to_a_region_leaves_only_if_it_cannot_wait_for_a_digest() -> None:
    office = Office(NIGHT)
    for number, kind in enumerate(TO_STAFF):
        office.put(f"{number} {kind.value}", kind, to_region=True)
    office.put("pair", Kind.REMINDER)
    await office.activities.send_due()
    assert office.server.took == ["5 stipend_returned"], "money that came back is told at any hour"
    ended = [id for id, each in office.store.notices.items() if each.status == "in_digest"]
    assert len(ended) == len(TO_STAFF) - 1
    assert office.store.notices["pair"].status == "pending"


def test_each_kind_that_goes_to_a_region_says_how_its_contacts_hear_of_it() -> None:
    """Kinds that no sample sends to a region are not told to one."""
    assert set(TO_STAFF) == {each.kind for each in every_notice() if each.to_region}
    assert set(TOLD) == set(TaskKind)
    assert {kind for kind, told in TOLD.items() if told is Told.AT_ONCE} == {
        TaskKind.HANDLE_COMPLAINT,
        TaskKind.SECOND_COMPLAINT,
        TaskKind.RESOLVE_RETURN,
        TaskKind.LOOK_INTO_FAULT,
        TaskKind.START_RUN_AGAIN,
    }
    assert [kind for kind, told in TOLD.items() if told is Told.AT_ONCE_IF_SOON] == [TaskKind.DECIDE_COVER]
    assert {kind for kind, told in TO_STAFF.items() if told is not Told.DIGEST} == {Kind.STIPEND_RETURNED}


async def test_c16_two_emails_of_one_decision_to_one_reader_never_swap() -> None:
    office = Office(NIGHT)
    office.put("first", Kind.SURVEY_OPEN, record="one")
    office.put("second", Kind.MENTOR_THANKED, record="one")
    await office.activities.send_due()
    assert office.outbox.plans["first"].not_before == office.outbox.plans["second"].not_before
    office.clock.instant = MONDAY
    await office.activities.send_due()
    assert office.server.took == ["first", "second"]


async def test_a_meeting_that_is_called_off_for_tomorrow_morning_is_told_at_once() -> None:
    office = Office(NIGHT)
    soon = (NIGHT + timedelta(hours=9)).isoformat()
    office.put("soon", Kind.MEETING_WITHDRAWN, starts_at=soon)
    office.put("later", Kind.MEETING_WITHDRAWN, starts_at=(NIGHT + timedelta(days=3)).isoformat())
    await office.activities.send_due()
    assert office.server.took == ["soon"]


async def test_the_hour_is_looked_at_again_when_the_mail_server_was_away() -> None:
    office = Office(MONDAY)
    office.put("reminder", Kind.REMINDER)
    office.server.away = True
    done = await office.activities.send_due()
    assert (done.away, done.sent) == (True, 0)
    assert (office.store.notices["reminder"].status, office.store.codes["reminder"]) == (
        "parked",
        "no_connection",
    )
    office.server.away = False
    office.clock.instant = MONDAY + timedelta(hours=9)
    await office.activities.send_due()
    assert office.server.took == []
    office.clock.instant = MONDAY + timedelta(days=1)
    await office.activities.send_due()
    assert office.server.took == ["reminder"]


async def test_an_email_that_cannot_be_worded_keeps_no_other_one_back() -> None:
    office = Office(MONDAY)
    office.put("broken", Kind.COVER_DECIDED)
    office.put("good", Kind.MATCH_PROPOSED)
    await office.activities.send_due()
    assert office.server.took == ["good"]
    assert (office.store.notices["broken"].status, office.store.codes["broken"]) == ("parked", "not_worded")
    assert office.store.office_tasks == {Kind.COVER_DECIDED.value}
    await office.activities.send_due()
    assert office.server.asked == 1, "it is not tried again and again"


async def test_what_could_not_be_worded_is_tried_once_more_by_the_next_software() -> None:
    office = Office(MONDAY)
    office.put("broken", Kind.COVER_DECIDED)
    await office.activities.send_due()
    office.words.known = True
    office.start_again()
    office.clock.instant += LATER
    await office.activities.send_due()
    await office.activities.send_due()
    assert office.server.took == ["broken"]


async def test_two_emails_of_one_decision_never_swap_when_the_hour_of_the_first_has_passed() -> None:
    """After an outage the first waits for the morning; the second, which could leave by day, waits with it."""
    office = Office(MONDAY)
    office.put("first", Kind.SURVEY_OPEN, record="one")
    office.put("second", Kind.MENTOR_THANKED, record="one")
    office.put("other", Kind.MENTOR_THANKED)
    office.server.away = True
    await office.activities.send_due()
    office.server.away, office.clock.instant = False, MONDAY + timedelta(hours=5)
    await office.activities.send_due()
    assert office.server.took == ["other"]
    office.clock.instant = MONDAY + timedelta(days=1)
    await office.activities.send_due()
    assert office.server.took == ["other", "first", "second"]


async def test_a_mailbox_that_asks_to_try_later_keeps_no_other_one_back_and_is_refused_after_days() -> None:
    office = Office(MONDAY)
    office.put("first", Kind.MATCH_PROPOSED, record="one")
    office.put("second", Kind.WELCOME_MENTEE, record="one")
    office.put("other", Kind.MATCH_PROPOSED)
    office.server.later = {"first"}
    assert not (await office.activities.send_due()).away
    assert office.server.took == ["other"]
    assert (
        office.outbox.plans["first"].not_before == office.outbox.plans["second"].not_before == MONDAY + LATER
    )
    rounds = 0
    while (wait := (await office.activities.send_due()).wait_seconds) is not None:
        office.clock.instant += timedelta(seconds=wait)
        rounds += 1
    assert rounds < 20, "it waits longer each time"
    assert timedelta(days=5) <= office.clock.instant - MONDAY < timedelta(days=10)
    assert (office.store.notices["first"].status, office.store.codes["first"]) == ("refused", "smtp_452")
    assert office.server.took == ["other", "second"]


async def test_a_mail_server_that_refuses_the_office_is_one_task_until_it_takes_an_email() -> None:
    office = Office(MONDAY)
    office.put("first", Kind.MATCH_PROPOSED)
    office.put("second", Kind.MATCH_PROPOSED)
    office.server.refuses = True
    await office.activities.send_due()
    await office.activities.send_due()
    assert office.store.office_tasks == {"smtp_554"}
    office.server.refuses = False
    await office.activities.send_due()
    assert (office.store.office_tasks, office.server.took) == (set(), ["first", "second"])


@pytest.mark.parametrize(("answer", "ended"), [(Answer.TAKEN, False), (Answer.GONE, True)])
async def test_a_stream_hears_once_of_an_email_that_was_refused(answer: Answer, *, ended: bool) -> None:
    office = Office(MONDAY)
    office.streams.answer = answer
    refusal = Refusal(
        notice="n",
        kind=Kind.SURVEY_OPEN,
        person=MENTOR.id,
        code="smtp_550",
        attempt=1,
        workflow="relationship/r",
    )
    office.outbox.refusals.append(refusal)
    await office.activities.send_due()
    await office.activities.send_due()
    [(workflow, command)] = office.streams.heard
    assert (workflow, command.notice, command.outcome, command.code) == (
        "relationship/r",
        "n",
        Outcome.REFUSED,
        "smtp_550",
    )
    assert office.outbox.ended == [ended]


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
