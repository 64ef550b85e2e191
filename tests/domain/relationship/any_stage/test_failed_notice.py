"""An email that a mailbox refuses for good."""

from domain.actors import SYSTEM
from domain.failed_notices import GONE, HearNotice, HearReachable, NoticeOvertaken
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
from domain.overtaken import Why
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


def test_an_email_to_contacts_of_a_region_that_arrives_again_closes_its_task_and_no_other() -> None:
    """C17: no stream knows who these contacts are, so housekeeping reports it."""
    case = Case().matched()
    to_region = {"kind": NoticeKind.MATCH_ACROSS_REGIONS, "code": "smtp_550"}
    case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.REFUSED, **to_region)
    to_mentee = {"kind": NoticeKind.WELCOME_MENTEE, "person": MENTEE.id, "code": "smtp_550"}
    case.do(HearNotice, SYSTEM, notice=derive("m"), outcome=Outcome.REFUSED, **to_mentee)
    assert case.open_tasks().count("fix_address") == 2
    [event] = case.do(HearReachable, SYSTEM)
    assert type(event).__name__ == "ReachableAgain"
    [left] = [task for task in case.state.tasks if task.open and task.kind.value == "fix_address"]
    assert left.subject == MENTEE.id
    assert case.do(HearReachable, SYSTEM) == (), "nothing more follows"
    assert case.refold() == case.state == case.through_codec()


def test_an_overtaken_email_stands_on_record_and_asks_nothing_of_anybody() -> None:
    case = Case().matched()
    before = case.state
    told = {"kind": NoticeKind.REMINDER, "person": MENTEE.id, "code": Why.DONE.value}
    [event] = case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.OVERTAKEN, **told)
    assert event == NoticeOvertaken(
        notice=derive("n"), kind=NoticeKind.REMINDER, person=MENTEE.id, why=Why.DONE
    )
    assert (case.state.tasks, case.state.timers) == (before.tasks, before.timers)
    assert case.state.refused_notices == ()
