"""An email that a mailbox refuses for good."""

from domain.actors import SYSTEM
from domain.failed_notices import GONE, HearNotice
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
from tests.domain.builders import COORDINATOR, MENTEE, Case
from tests.domain.relationship.steps import refused


def test_a_refused_mailbox_becomes_a_task() -> None:
    case = Case().matched()
    failure = {"kind": NoticeKind.WELCOME_MENTEE, "person": MENTEE.id, "code": "smtp_550"}
    case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.REFUSED, **failure)
    assert "fix_address" in case.open_tasks()
    refused(
        case,
        "role_not_allowed",
        HearNotice,
        COORDINATOR,
        notice=derive("n"),
        outcome=Outcome.PARKED,
        **failure,
    )


def test_an_email_that_is_not_sent_because_its_reader_left_asks_for_no_address() -> None:
    case = Case().matched()
    failure = {"kind": NoticeKind.WELCOME_MENTEE, "person": MENTEE.id, "code": GONE}
    case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.REFUSED, **failure)
    assert "fix_address" not in case.open_tasks()
    assert [(each.notice, each.gone) for each in case.state.refused_notices] == [(derive("n"), True)]
    passing = {**failure, "kind": NoticeKind.REMINDER}
    case.do(HearNotice, SYSTEM, notice=derive("r"), outcome=Outcome.REFUSED, **passing)
    assert len(case.state.refused_notices) == 1, "what says nothing any more later is not kept"
