"""C14, C15: the check of a year's emails finds each kind of fault: what left, what arrived, what was untrue by then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from domain.digests import DigestLine
from domain.ids import derive
from domain.notices import NoticeKind
from domain.sending_hours import Rank
from tests.conftest import PROGRAM
from workers.embedded.year.emails.checks import email_faults
from workers.embedded.year.emails.records import (
    Arrived,
    DigestRecord,
    EmailRecords,
    EventRecord,
    NoticeRecord,
)

CALENDAR = load_programs()[PROGRAM].rules.calendar
TUESDAY = datetime(2027, 9, 14, 15, 0, tzinfo=UTC)  # 10:00 there
PAIR, MENTOR, MENTEE, STAFF = (derive("email check", name) for name in ("pair", "mentor", "mentee", "staff"))
ALIAS = derive("email check", "alias")


def logged(
    seq: int, at: datetime, name: str = "MeetingLogged", actor: str = MENTEE, **body: Any
) -> EventRecord:
    return EventRecord(seq=seq, at=at, name=name, actor=actor, body=body)


def to_confirm(**changed: Any) -> NoticeRecord:
    """Return the email that asks a mentor whether a meeting was so; it left at once on a Tuesday at ten."""
    row = NoticeRecord(
        id=derive("email check", "to confirm"),
        kind=NoticeKind.MEETING_TO_CONFIRM,
        stream=PAIR,
        seq=1,
        person=MENTOR,
        side="mentor",
        data={"meeting": "m1"},
        rank=Rank.BY_DAY,
        created_at=TUESDAY,
        not_before=TUESDAY,
        sent_at=TUESDAY + timedelta(seconds=2),
    )
    return replace(row, **changed)


def line(id: str = "t1", **changed: Any) -> DigestLine:
    given = {"names": (), "what": "help_agreement", "since": date(2027, 9, 10), **changed}
    return DigestLine(id=id, **given)


def digest(day: date, *lines: DigestLine, **changed: Any) -> DigestRecord:
    """Return the digest of a morning."""
    row = DigestRecord(
        id=derive("email check", "digest", str(day)),
        person=STAFF,
        day=day,
        lines=lines or (line(),),
        sent_at=CALENDAR.at(day) + timedelta(seconds=3),
    )
    return replace(row, **changed)


def arrived_of(number: int, row: NoticeRecord | DigestRecord, address: str) -> Arrived:
    assert row.sent_at is not None
    return Arrived(
        number=number,
        row=row.id,
        message_id=f"<{row.id}@office.example>",
        recipients=(address,),
        date=row.sent_at,
    )


ADDRESSES = {MENTOR: "mo@post.example", MENTEE: "mia@post.example", STAFF: "ann@post.example"}
WHOLE = EmailRecords(
    events={PAIR: (logged(1, TUESDAY, meeting="m1"),)},
    humans={ALIAS: STAFF, STAFF: STAFF, MENTOR: MENTOR, MENTEE: MENTEE},
    addresses={**ADDRESSES, ALIAS: ADDRESSES[STAFF]},
    contacts={"north": frozenset((STAFF,))},
)


def with_rows(
    *notices: NoticeRecord, digests: tuple[DigestRecord, ...] = (), events: tuple[EventRecord, ...] = ()
) -> EmailRecords:
    """Return the records of these rows, with a mailbox in which each that was sent arrived as it left."""
    sent = [row for row in (*notices, *digests) if row.status == "sent"]
    left = sorted(sent, key=lambda row: row.sent_at or TUESDAY)
    return replace(
        WHOLE,
        notices=notices,
        digests=digests,
        events={PAIR: (*WHOLE.events[PAIR], *events)},
        arrived=tuple(
            arrived_of(number, row, WHOLE.addresses[row.person or STAFF])
            for number, row in enumerate(left, 1)
        ),
        kept=frozenset(row.id for row in sent),
    )


def faults(records: EmailRecords) -> list[str]:
    return email_faults(records, CALENDAR)


def test_a_code_is_an_email_without_a_notice_and_arrives() -> None:
    code = digest(TUESDAY.date())
    came = arrived_of(1, code, ADDRESSES[MENTOR])
    whole = replace(WHOLE, arrived=(came,), kept=frozenset((code.id,)))
    assert faults(replace(whole, codes=frozenset((code.id,)))) == []
    assert faults(whole) == [f"mailbox: {code.id} arrived, and no row says that it was sent"]
    assert faults(replace(WHOLE, codes=frozenset((code.id,)))) == [
        f"mailbox: the code {code.id} was sent and did not arrive"
    ]


def test_a_year_without_a_fault_has_none() -> None:
    monday, tuesday = date(2027, 9, 13), date(2027, 9, 14)
    digests = (digest(monday), digest(tuesday, line(), line("t2")))
    assert faults(with_rows(to_confirm(), digests=digests)) == []


def test_an_email_whose_words_are_not_kept() -> None:
    row = to_confirm()
    assert faults(replace(with_rows(row), kept=frozenset())) == [f"email: the words of {row.id} are not kept"]


def test_an_email_at_night_is_out_of_its_hours_and_the_answer_to_ones_own_act_is_not() -> None:
    night = TUESDAY + timedelta(hours=14)
    [fault] = faults(with_rows(to_confirm(sent_at=night)))
    assert fault.endswith("left at Wed 2027-09-15 00:00")
    assert faults(with_rows(to_confirm(sent_at=night, rank=Rank.AT_ONCE))) == []


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (logged(2, TUESDAY, "MeetingConfirmed", MENTOR, meeting="m1", by="mentor"), "done_meanwhile"),
        (logged(2, TUESDAY, "MeetingWithdrawn", meeting="m1"), "changed_meanwhile"),
        (logged(2, TUESDAY, "RelationshipEnded"), "over_meanwhile"),
        (logged(2, TUESDAY, "MeetingWithdrawn", meeting="m2"), ""),
    ],
)
def test_an_email_that_a_later_event_made_untrue_before_it_left(event: EventRecord, why: str) -> None:
    late = to_confirm(sent_at=TUESDAY + timedelta(hours=1))
    found = faults(with_rows(late, events=(event,)))
    assert [fault.rpartition(": ")[2] for fault in found] == ([why] if why else [])
    at_once = to_confirm(sent_at=TUESDAY + timedelta(seconds=2))
    assert faults(with_rows(at_once, events=(event,))) == [], "nobody could know it by then"


def test_an_email_that_a_later_email_makes_untrue() -> None:
    received = to_confirm(
        id="received",
        kind=NoticeKind.APPLICATION_RECEIVED,
        data={},
        person=MENTEE,
        side="mentee",
        rank=Rank.AT_ONCE,
        sent_at=TUESDAY + timedelta(minutes=9),
    )
    accepted = replace(received, id="accepted", kind=NoticeKind.APPLICATION_ACCEPTED, seq=2)
    found = faults(
        with_rows(received, accepted, events=(logged(2, TUESDAY, "ApplicationAccepted", reason="new"),))
    )
    assert found == ["email: application_received received was untrue when it left: later_email_says_it"]


def test_nothing_is_taken_back_that_nobody_was_told() -> None:
    proposed = to_confirm(id="proposed", kind=NoticeKind.MATCH_PROPOSED, data={}, status="overtaken")
    off = to_confirm(
        id="off", kind=NoticeKind.MATCH_CALLED_OFF, data={}, seq=2, created_at=TUESDAY + timedelta(seconds=1)
    )
    events = (logged(2, TUESDAY, "MatchDeclined", MENTOR, mentor=MENTOR),)
    assert faults(with_rows(proposed, off, events=events)) == [
        "email: match_called_off off takes back what its reader was never told"
    ]
    assert faults(with_rows(replace(proposed, status="sent"), off, events=events)) == []
    waits = replace(proposed, not_before=TUESDAY + timedelta(hours=1))
    assert faults(with_rows(waits, off, events=events)) == [], "it was answered before it could leave"


def reminded(seq: int, days: int, **changed: Any) -> NoticeRecord:
    """Return a reminder of the next meeting, so many days later at nine."""
    morning = CALENDAR.at(CALENDAR.local_date(TUESDAY) + timedelta(days=days))
    given: dict[str, Any] = {
        "id": f"reminder{seq}",
        "kind": NoticeKind.REMINDER,
        "seq": seq,
        "data": {"about": "meeting", "rung": "1"},
        "rank": Rank.MORNINGS,
        "created_at": morning,
        "not_before": morning,
        "sent_at": morning + timedelta(seconds=1),
    }
    return to_confirm(**{**given, **changed})


def test_one_thing_is_said_once_of_one_occasion() -> None:
    again = (reminded(2, 1), reminded(4, 2))
    nudges = tuple(logged(row.seq, row.created_at, "NudgeDue", "") for row in again)
    assert faults(with_rows(*again, events=nudges)) == [
        "email: reminder reminder4 says again what reminder2 said"
    ]
    met = logged(3, TUESDAY + timedelta(days=1, hours=5), meeting="m2")
    assert faults(with_rows(*again, events=(nudges[0], met, nudges[1]))) == [], "a meeting was in between"
    other = replace(again[1], data={"about": "meeting", "rung": "2"})
    assert faults(with_rows(again[0], other, events=nudges)) == []


def test_what_stays_true_is_said_again_only_after_an_act_of_its_reader() -> None:
    first = to_confirm(id="one", kind=NoticeKind.CHANGE_ANSWERED, data={"answer": "no"})
    second = replace(first, id="two", seq=3, created_at=TUESDAY + timedelta(minutes=1))
    answers = (logged(2, TUESDAY, "Other"), logged(3, TUESDAY, "ChangeAnswered", STAFF))
    assert faults(with_rows(first, second, events=answers)) == [
        "email: change_answered two says again what one said"
    ]
    asked = (logged(2, TUESDAY, "ChangeAsked", MENTOR), answers[1])
    assert faults(with_rows(first, second, events=asked)) == []


def test_emails_of_one_decision_and_of_one_class_keep_their_order() -> None:
    later = to_confirm(id="later", number=1, data={"meeting": "m2"}, sent_at=TUESDAY - timedelta(minutes=2))
    found = faults(with_rows(to_confirm(), later))
    assert f"email: meeting_to_confirm {later.id} left before an earlier one of the same decision" in found
    assert f"mailbox: the emails of the decision of {to_confirm().id} arrived in another order" in found
    hours = TUESDAY + timedelta(hours=2)
    waited = to_confirm(sent_at=hours + timedelta(hours=1))
    next_one = to_confirm(
        id="next", seq=2, data={"meeting": "m2"}, created_at=hours, not_before=hours, sent_at=hours
    )
    [fault] = faults(with_rows(waited, next_one, events=(logged(2, hours, meeting="m2"),)))
    assert "left before meeting_to_confirm" in fault
    assert faults(with_rows(replace(waited, not_before=waited.sent_at), next_one)) == []


def test_digests_leave_in_the_morning_once_a_human_and_unchanged_on_mondays_only() -> None:
    monday, tuesday, next_monday = date(2027, 9, 13), date(2027, 9, 14), date(2027, 9, 20)
    assert faults(with_rows(digests=(digest(monday), digest(next_monday)))) == []
    [fault] = faults(with_rows(digests=(digest(monday), digest(tuesday))))
    assert fault == f"digest: that of 2027-09-14 to {STAFF} has no news, and its week began earlier"
    two = (digest(monday), digest(monday, id="of alias", person=ALIAS))
    assert faults(with_rows(digests=two)) == [f"digest: 2 to {STAFF} on 2027-09-13"]
    [fault] = faults(with_rows(digests=(digest(monday, sent_at=CALENDAR.at(monday) + timedelta(hours=6)),)))
    assert fault.startswith(f"digest: that of 2027-09-13 to {STAFF} left at")
    urgent = digest(tuesday, line("t9"), task="t9", sent_at=TUESDAY + timedelta(hours=12))
    assert faults(with_rows(digests=(digest(monday), urgent))) == []


def test_what_arrived_is_what_was_sent() -> None:
    sent = with_rows(to_confirm(), digests=(digest(date(2027, 9, 13)),))
    [of_digest, of_notice] = sent.arrived
    id = to_confirm().id
    assert faults(replace(sent, arrived=(of_digest,))) == [f"mailbox: {id} was sent once and arrived 0 times"]
    twice = faults(replace(sent, arrived=(of_digest, of_notice, replace(of_notice, number=3))))
    assert f"mailbox: {of_notice.message_id} arrived 2 times" in twice
    assert f"mailbox: {id} was sent once and arrived 2 times" in twice
    elsewhere = replace(of_notice, recipients=(ADDRESSES[MENTEE],))
    assert faults(replace(sent, arrived=(of_digest, elsewhere))) == [
        f"mailbox: {id} arrived at somebody who is not its reader"
    ]
    stray = replace(of_notice, number=3, row="stray", message_id="<stray@office.example>")
    assert faults(replace(sent, arrived=(*sent.arrived, stray))) == [
        "mailbox: stray arrived, and no row says that it was sent"
    ]
    late = replace(of_notice, date=of_notice.date + timedelta(hours=1))
    [fault] = faults(replace(sent, arrived=(of_digest, late)))
    assert fault == f"mailbox: {id} says 2027-09-14 16:00:02, and left at 2027-09-14 15:00:02"
    swapped = (replace(of_notice, number=1), replace(of_digest, number=2))
    [fault] = faults(replace(sent, arrived=swapped))
    assert fault.startswith(f"mailbox: {of_digest.row} of 2027-09-13")


def test_an_email_to_a_region_arrives_at_its_contacts_in_their_languages() -> None:
    row = to_confirm(id="region", kind=NoticeKind.STIPEND_RETURNED, person="", side="", region="north")
    sent = with_rows(replace(row, data={"reason": "closed"}))
    assert faults(sent) == []
    spanish = replace(sent.arrived[0], number=2, message_id="<region.es@office.example>")
    assert faults(replace(sent, arrived=(*sent.arrived, spanish))) == []
    stranger = replace(spanish, recipients=(ADDRESSES[MENTOR],))
    assert faults(replace(sent, arrived=(*sent.arrived, stranger))) == [
        "mailbox: region arrived at somebody who is not its reader"
    ]


@pytest.mark.parametrize("status", ["pending", "parked"])
def test_nothing_waits_at_the_end(status: str) -> None:
    waiting = to_confirm(status=status, sent_at=None)
    parked = digest(date(2027, 9, 13), status=status, sent_at=None)
    assert faults(with_rows(waiting, digests=(parked,))) == ["email: 2 still wait at the end"]
