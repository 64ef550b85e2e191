"""What staff may do about an email: who, about which, and in which state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.failed_notices import PROGRAM_ASIDE
from domain.notices import NoticeKind
from domain.staff_on_emails import HELD_BACK, EmailAct, EmailNow, demand_may, possible

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
STAFF = Actor(id="c" * 32, role=Role.COORDINATOR, regions=("r3",))
WAITS = EmailNow(
    kind=NoticeKind.REMINDER,
    person="a" * 32,
    region="r3",
    of_money=False,
    status="pending",
    code="",
    sent_at=None,
)
SENT = replace(WAITS, status="sent", sent_at=NOW - timedelta(hours=1))


def code(act: EmailAct, email: EmailNow, actor: Actor = STAFF) -> str:
    try:
        demand_may(act, email, actor, (actor.id,), NOW)
    except RuleViolation as broken:
        return broken.code
    return ""


@pytest.mark.parametrize("act", EmailAct)
@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"kind": NoticeKind.CHANGE_ANSWERED}, "email_is_confidential"),
        ({"kind": NoticeKind.COMPLAINT_RECEIVED}, "email_is_confidential"),
        ({"kind": NoticeKind.COMPLAINT_CLOSED}, "email_is_confidential"),
        ({"of_money": True}, "email_about_money"),
        ({"person": ""}, "email_to_staff"),
        ({"person": STAFF.id}, "email_to_oneself"),
        ({"region": "r4"}, "other_region"),
    ],
)
def test_some_emails_are_left_alone_whatever_their_state(
    act: EmailAct, changed: dict[str, Any], refused: str
) -> None:
    for email in (WAITS, SENT):
        assert code(act, replace(email, **changed)) == refused


@pytest.mark.parametrize("act", EmailAct)
def test_a_coordinator_of_the_region_acts_and_the_state_office_and_nobody_else(act: EmailAct) -> None:
    email = SENT if act is EmailAct.SEND_AGAIN else WAITS
    assert code(act, email) == code(act, email, replace(STAFF, regions=())) == ""
    for role in set(Role) - {Role.COORDINATOR}:
        assert code(act, email, replace(STAFF, role=role, regions=())) == "role_not_allowed"


def test_what_waits_is_sent_now_or_not_at_all_and_what_left_is_sent_again() -> None:
    waiting = (EmailAct.SEND_NOW, EmailAct.DO_NOT_SEND)
    parked = replace(WAITS, status="parked", code="no_connection")
    for email in (WAITS, parked):
        assert possible(email, STAFF, (STAFF.id,), NOW) == waiting
    assert possible(SENT, STAFF, (STAFF.id,), NOW) == (EmailAct.SEND_AGAIN,)
    held = replace(WAITS, status="overtaken", code=HELD_BACK)
    assert possible(held, STAFF, (STAFF.id,), NOW) == (EmailAct.SEND_AGAIN,)
    for status in ("in_digest", "refused", "overtaken"):
        ended = replace(WAITS, status=status, code="done_meanwhile")
        assert code(EmailAct.SEND_NOW, ended) == code(EmailAct.DO_NOT_SEND, ended) == "email_not_waiting"
        assert code(EmailAct.SEND_AGAIN, ended) == "email_not_sent"


def test_an_email_leaves_at_most_once_an_hour() -> None:
    second = timedelta(seconds=1)
    assert code(EmailAct.SEND_AGAIN, replace(SENT, sent_at=NOW - timedelta(hours=1) + second)) == (
        "email_just_sent"
    )
    assert code(EmailAct.SEND_AGAIN, SENT) == ""


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.ACTED_FOR_YOU,
        NoticeKind.ACTED_FOR_PARTNER,
        NoticeKind.MEETING_TO_CONFIRM,
        NoticeKind.CORRECTION_PROPOSED,
    ],
)
def test_nobody_holds_back_what_its_reader_can_contradict(kind: NoticeKind) -> None:
    email = replace(WAITS, kind=kind)
    assert code(EmailAct.DO_NOT_SEND, email) == "email_protects_reader"
    assert code(EmailAct.SEND_NOW, email) == ""


def test_what_waits_for_a_correction_does_not_leave_before_it_but_can_be_held_back() -> None:
    aside = replace(WAITS, status="parked", code=PROGRAM_ASIDE)
    assert code(EmailAct.SEND_NOW, aside) == "email_waits_for_correction"
    assert code(EmailAct.DO_NOT_SEND, aside) == ""
