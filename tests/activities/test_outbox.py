"""A round of the outbox: what is planned, what leaves, in which order, and which stream hears of a refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.outbox import LATER, TOGETHER
from activities.ports.outbox import Refusal
from activities.ports.sign_in_codes import CodeOutcome, CodeReader, CodeToSend
from activities.ports.workflows import Answer
from domain.digests import ToldWhen
from domain.notices import TO_STAFF, Outcome
from domain.notices import NoticeKind as Kind
from domain.tasks import TOLD, TaskKind
from tests.activities.mail.rendered import MENTOR, every_notice
from tests.activities.outbox_office import MONDAY, NIGHT, Office


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
        later = {"starts_at": "2026-12-04T16:00:00Z"} if kind is Kind.COVER_FELL_AWAY else {}
        office.put(f"{number} {kind.value}", kind, to_region=True, **later)
    office.put("pair", Kind.REMINDER)
    await office.activities.send_due()
    assert office.server.took == ["6 stipend_returned"], "money that came back is told at any hour"
    ended = [id for id, each in office.store.notices.items() if each.status == "in_digest"]
    assert len(ended) == len(TO_STAFF) - 1
    assert office.store.notices["pair"].status == "pending"


def test_each_kind_that_goes_to_a_region_says_how_its_contacts_hear_of_it() -> None:
    """Kinds that no sample sends to a region are not told to one."""
    assert set(TO_STAFF) == {each.kind for each in every_notice() if each.to_region}
    assert set(TOLD) == set(TaskKind)
    assert {kind for kind, told in TOLD.items() if told is ToldWhen.AT_ONCE} == {
        TaskKind.HANDLE_COMPLAINT,
        TaskKind.SECOND_COMPLAINT,
        TaskKind.RESOLVE_RETURN,
        TaskKind.LOOK_INTO_FAULT,
        TaskKind.START_RUN_AGAIN,
    }
    assert [kind for kind, told in TOLD.items() if told is ToldWhen.AT_ONCE_IF_SOON] == [
        TaskKind.DECIDE_COVER
    ]
    told_before = {kind: told for kind, told in TO_STAFF.items() if told is not ToldWhen.DIGEST}
    assert told_before == {
        Kind.COVER_FELL_AWAY: ToldWhen.AT_ONCE_IF_SOON,
        Kind.STIPEND_RETURNED: ToldWhen.AT_ONCE,
    }


@pytest.mark.parametrize(
    ("starts_at", "leaves"),
    [
        ("2026-11-29T20:00:00Z", True),
        ("2026-11-30T14:00:00Z", True),
        ("2026-11-30T16:00:00Z", False),
    ],
    ids=["within a day", "before the list of Monday", "after it"],
)
async def test_staff_are_told_at_once_of_cover_that_falls_away_only_if_its_hour_comes_before_their_list(
    starts_at: str, leaves: bool
) -> None:
    office = Office(NIGHT)
    office.put("cover", Kind.COVER_FELL_AWAY, to_region=True, starts_at=starts_at)
    await office.activities.send_due()
    assert office.server.took == (["cover"] if leaves else [])
    assert office.store.notices["cover"].status == ("sent" if leaves else "in_digest")


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


async def test_a_pair_is_not_reminded_while_staff_look_into_a_complaint_or_a_disputed_meeting() -> None:
    """C21: nobody is sent to somebody about whom a complaint is open; the reminder rests, and no event tells of it."""
    office = Office(MONDAY.replace(hour=15))
    office.put("call", Kind.REMINDER, about="first_contact")
    office.put("meet", Kind.REMINDER, about="meeting")
    office.put("survey", Kind.REMINDER, about="survey")
    office.outbox.looked_into = {
        "call": TaskKind.HANDLE_COMPLAINT,
        "meet": TaskKind.RESOLVE_MEETING,
        "survey": TaskKind.HANDLE_COMPLAINT,
    }
    await office.activities.send_due()
    assert office.server.took == ["survey"]
    assert office.streams.heard == []
    tuesday = MONDAY.replace(day=1, month=12, hour=15)
    assert office.outbox.plans["call"].not_before == office.outbox.plans["meet"].not_before == tuesday
    office.clock.instant, office.outbox.looked_into = tuesday, {"call": TaskKind.HANDLE_COMPLAINT}
    await office.activities.send_due()
    assert office.server.took == ["survey", "meet"]


async def test_what_becomes_due_while_a_round_finds_no_mail_server_begins_the_next_round_at_once() -> None:
    """Otherwise it would wait for a minute as if it could leave, and a demo's clock with it."""
    office = Office(MONDAY)
    office.server.away = True
    office.put("due", Kind.SURVEY_OPEN)
    office.put("soon", Kind.SURVEY_OPEN, own_act=True)
    await office.activities.send_due()
    soon = office.outbox.plans["soon"]
    office.outbox.plans["soon"] = replace(soon, not_before=MONDAY + timedelta(seconds=1))
    office.store.notices["soon"] = replace(office.store.notices["soon"], status="pending")

    class Goes:
        """A clock that goes on by two seconds once the emails that are due were put aside."""

        times = 0

        async def now(self) -> datetime:
            self.times += 1
            return MONDAY if self.times <= 3 else MONDAY + timedelta(seconds=2)

    office.activities._clock = Goes()
    done = await office.activities.send_due()
    assert (done.away, done.wait_seconds) == (True, 0.0)


async def test_what_staff_hold_back_while_a_round_goes_on_does_not_leave() -> None:
    office = Office(MONDAY)
    office.put("held", Kind.MATCH_PROPOSED)
    office.put("other", Kind.MATCH_PROPOSED)
    office.outbox.held_back.add("held")
    await office.activities.send_due()
    assert office.server.took == ["other"]


def code_of(id: str, *, readers: bool = True, enough: bool = False) -> CodeToSend:
    """Return a code that a browser asked for."""
    reader = CodeReader(person=MENTOR, association="masa")
    return CodeToSend(
        id=id, bound=f"bound {id}", language="en", readers=(reader,) if readers else (), enough=enough
    )


async def test_a_sign_in_code_leaves_at_night_and_ahead_of_all_other_emails() -> None:
    office = Office(NIGHT)
    office.put("own", Kind.APPLICATION_RECEIVED, own_act=True)
    office.codes.waiting = [code_of("code"), code_of("nobody", readers=False), code_of("many", enough=True)]
    await office.activities.send_due()
    assert office.server.took == ["code", "own"]
    assert office.codes.ended == {
        "code": CodeOutcome.SENT,
        "nobody": CodeOutcome.UNKNOWN,
        "many": CodeOutcome.TOO_MANY,
    }
    assert {*office.codes.proofs} == {"code"}


async def test_a_code_that_comes_while_many_emails_leave_does_not_wait_for_them() -> None:
    office = Office(MONDAY)
    for number in range(50):
        office.put(f"email {number:02}", Kind.MATCH_PROPOSED)
    took = office.server.took

    class Late(list[str]):
        def append(self, id: str) -> None:
            super().append(id)
            if len(self) == 5:
                office.codes.waiting = [code_of("code")]

    office.server.took = Late(took)
    await office.activities.send_due()
    assert office.server.took.index("code") == TOGETHER


async def test_a_code_waits_a_minute_for_a_mail_server_that_is_away_and_keeps_its_digits() -> None:
    office = Office(MONDAY)
    office.codes.waiting = [code_of("code")]
    office.server.away = True
    done = await office.activities.send_due()
    assert done.wait_seconds == 60
    first = dict(office.codes.proofs)
    office.server.away = False
    assert (await office.activities.send_due()).wait_seconds is None
    assert office.server.took == ["code"]
    assert office.codes.proofs == first
