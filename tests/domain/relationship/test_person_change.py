"""A change about a person reaches what runs: it is looked at again, and nothing ends by itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.failed_notices import GONE, HearNotice
from domain.ids import derive
from domain.journal import Event
from domain.notices import NoticeKind, Outcome
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.effects import SendAgain
from domain.relationship.person_change import SettleChange
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, OTHER_REGION, RULES, Case
from tests.domain.relationship.steps import refused
from tests.domain.relationship.test_what_if import Journal
from tests.domain.rules_variants import BY_PERSON, with_rules

DAY = date(2026, 9, 1)
NO_MENTOR = replace(FACTS, memberships={MENTEE.id: "active"})
NO_MENTEE = replace(FACTS, memberships={MENTOR.id: "retired"})


def hear(case: Case, person: str, kind: ChangeKind) -> tuple[Event, ...]:
    return case.do(HearPersonChange, SYSTEM, person=person, kind=kind, day=DAY)


def names(events: tuple[Event, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def why(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    kind = "look_at_person"
    return [(task.subject, task.why) for task in case.state.tasks if task.open and task.kind.value == kind]


def proposed(**facts: Any) -> Case:
    case = Case(facts=replace(FACTS, **facts)).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case


def test_a_membership_that_arrives_accepts_what_waited_for_a_person() -> None:
    case = Case(rules=BY_PERSON, facts=replace(FACTS, memberships={})).apply()
    assert hear(case, MENTEE.id, ChangeKind.MEMBERSHIP) == (), "the facts still say no"
    case.facts = FACTS
    assert hear(case, MENTOR.id, ChangeKind.MEMBERSHIP) == (), "it is about somebody else"
    heard = names(hear(case, MENTEE.id, ChangeKind.MEMBERSHIP))
    assert heard == ["PersonChangeHeard", "FactsAskedAgain", "ApplicationAccepted"]
    assert case.state.stage == "matching"
    assert case.refold() == case.state


def test_a_proposal_whose_mentor_lapsed_becomes_a_task_until_it_fits_again() -> None:
    case = proposed()
    case.facts = NO_MENTOR
    assert names(hear(case, MENTOR.id, ChangeKind.MEMBERSHIP)) == ["PersonChangeHeard", "PersonToLookAt"]
    assert why(case) == [(MENTOR.id, ("mentor_not_a_member",))]
    assert hear(case, MENTOR.id, ChangeKind.MEMBERSHIP) == (), "one task"
    case.facts = FACTS
    assert names(hear(case, MENTOR.id, ChangeKind.MEMBERSHIP)) == ["PersonChangeHeard", "PersonSettled"]
    assert why(case) == []
    assert case.state.matching.proposal is not None
    assert case.refold() == case.state == case.through_codec()


def test_a_mentors_dates_are_checked_for_an_open_proposal_and_again_at_the_confirmation() -> None:
    rules = with_rules(matching=replace(RULES.matching, mentor_credential_required=True))
    valid = replace(FACTS, mentor_credential_until=date(2027, 1, 1))
    gone = replace(FACTS, mentor_credential_until=date(2026, 8, 1))
    case = Case(rules=rules, facts=valid).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = gone
    hear(case, MENTOR.id, ChangeKind.MENTOR)
    assert why(case) == [(MENTOR.id, ("mentor_credential_missing",))]
    refused(case, "mentor_credential_missing", ConfirmMatch, COORDINATOR)
    older = Case(rules=rules, facts=valid, engine=1).apply()
    older.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    older.facts = gone
    older.do(ConfirmMatch, COORDINATOR)
    assert older.state.stage == "contact", "a run from before decides as it did"
    case.facts = valid
    case.do(ConfirmMatch, COORDINATOR)
    assert hear(case, MENTOR.id, ChangeKind.MENTOR) == (), "a running pair goes on"


def test_the_confirmation_is_made_again_under_a_draft_with_the_mentors_dates() -> None:
    rules = with_rules(matching=replace(RULES.matching, mentor_credential_required=True, mentor_years=1))
    case = Journal(rules)
    case.facts = replace(FACTS, mentor_credential_until=date(2027, 1, 1), mentor_since=date(2020, 1, 1))
    case.matched()
    assert case.ask(replace(rules, version="2")).differences == ()
    stricter = replace(rules, matching=replace(rules.matching, mentor_years=10))
    assert [kind for kind, _ in case.kinds(stricter)][:1] == ["decision"]


def test_a_running_pair_goes_on_and_its_coordinator_gets_one_task() -> None:
    case = Case(facts=FACTS).signed()
    before = case.state
    case.facts = NO_MENTEE
    hear(case, MENTEE.id, ChangeKind.MEMBERSHIP)
    hear(case, MENTEE.id, ChangeKind.MEMBERSHIP)
    assert why(case) == [(MENTEE.id, ("mentee_not_a_member",))]
    assert (case.state.stage, case.state.timers) == (before.stage, before.timers)
    refused(case, "other_region", SettleChange, OTHER_REGION, person=MENTEE.id)
    refused(case, "on_the_pair", SettleChange, replace(COORDINATOR, id=MENTOR.id), person=MENTEE.id)
    refused(case, "no_change_to_look_at", SettleChange, COORDINATOR, person=MENTOR.id)
    case.do(SettleChange, COORDINATOR, person=MENTEE.id)
    assert why(case) == []
    assert case.refold() == case.state


def test_who_left_is_a_task_for_what_runs_and_stays_one_whatever_else_changes() -> None:
    case = Case().signed()
    hear(case, MENTOR.id, ChangeKind.LEFT)
    hear(case, MENTOR.id, ChangeKind.MEMBERSHIP)
    assert why(case) == [(MENTOR.id, ("left",))]
    assert not case.state.ended
    open_proposal = proposed()
    hear(open_proposal, MENTOR.id, ChangeKind.LEFT)
    assert why(open_proposal) == [(MENTOR.id, ("left",))]


def test_the_task_about_who_left_ends_when_the_person_is_back() -> None:
    case = Case().signed()
    assert hear(case, MENTOR.id, ChangeKind.BACK) == (), "nobody was gone"
    hear(case, MENTOR.id, ChangeKind.LEFT)
    assert names(hear(case, MENTOR.id, ChangeKind.BACK)) == ["PersonChangeHeard", "PersonSettled"]
    assert why(case) == []
    hear(case, MENTEE.id, ChangeKind.LEFT)
    case.facts = NO_MENTEE
    hear(case, MENTEE.id, ChangeKind.BACK)
    assert why(case) == [(MENTEE.id, ("mentee_not_a_member",))], "what else does not fit is not forgotten"
    assert case.refold() == case.state == case.through_codec()
    open_proposal = proposed()
    hear(open_proposal, MENTOR.id, ChangeKind.LEFT)
    hear(open_proposal, MENTOR.id, ChangeKind.BACK)
    assert why(open_proposal) == []


def test_a_move_to_another_region_changes_nothing_that_runs() -> None:
    case = Case().signed()
    assert hear(case, MENTOR.id, ChangeKind.REGION) == ()


def failed(case: Case, kind: NoticeKind, person: str, code: str = "smtp_550") -> str:
    notice = derive("notice", kind.value, person)
    case.do(HearNotice, SYSTEM, notice=notice, kind=kind, person=person, outcome=Outcome.REFUSED, code=code)
    return notice


def test_what_an_old_address_refused_and_still_matters_is_sent_again() -> None:
    """C17: the address is corrected later."""
    case = Case().matched()
    accepted = failed(case, NoticeKind.APPLICATION_ACCEPTED, MENTEE.id)
    failed(case, NoticeKind.APPLICATION_RECEIVED, MENTEE.id)
    failed(case, NoticeKind.REMINDER, MENTEE.id)
    other = failed(case, NoticeKind.WELCOME_MENTOR, MENTOR.id)
    assert case.open_tasks().count("fix_address") == 2
    assert names(hear(case, MENTEE.id, ChangeKind.ADDRESS)) == ["PersonChangeHeard", "AddressCorrected"]
    again = [each.refused.notice for each in case.effects if isinstance(each, SendAgain)]
    assert again == [accepted]
    assert case.open_tasks().count("fix_address") == 1
    assert [each.notice for each in case.state.refused_notices] == [other]
    assert hear(case, MENTEE.id, ChangeKind.ADDRESS) == ()
    assert case.refold() == case.state == case.through_codec()


def test_a_refused_proposal_that_was_declined_is_not_sent_again() -> None:
    """C17: only what still matters."""
    case = proposed()
    failed(case, NoticeKind.MATCH_PROPOSED, MENTOR.id)
    case.do(DeclineMatch, COORDINATOR, reason="no_time")
    assert names(hear(case, MENTOR.id, ChangeKind.ADDRESS)) == ["PersonChangeHeard", "AddressCorrected"]
    assert not any(isinstance(each, SendAgain) for each in case.effects)


def test_what_was_not_sent_because_of_a_wrong_day_of_leaving_is_sent_once_it_is_withdrawn() -> None:
    """C17: the office thought that the reader had left."""
    case = Case().matched()
    hear(case, MENTEE.id, ChangeKind.LEFT)
    gone = failed(case, NoticeKind.WELCOME_MENTEE, MENTEE.id, code=GONE)
    failed(case, NoticeKind.APPLICATION_RECEIVED, MENTEE.id, code=GONE)
    refused_before = failed(case, NoticeKind.APPLICATION_ACCEPTED, MENTEE.id)
    assert names(hear(case, MENTEE.id, ChangeKind.BACK)) == [
        "PersonChangeHeard",
        "PersonSettled",
        "ReaderBack",
    ]
    assert [each.refused.notice for each in case.effects if isinstance(each, SendAgain)] == [gone]
    assert "fix_address" in case.open_tasks(), "the address is as wrong as before"
    assert [each.notice for each in case.state.refused_notices] == [refused_before]
    assert hear(case, MENTEE.id, ChangeKind.BACK) == ()
    assert case.refold() == case.state == case.through_codec()


@pytest.mark.parametrize(
    ("engine", "answered", "again"), [(7, False, True), (7, True, False), (6, False, False)]
)
def test_who_was_not_reached_is_asked_about_a_meeting_again_while_it_waits_for_the_answer(
    engine: int, answered: bool, again: bool
) -> None:
    """C17: an email that asks for an answer still matters until there is one."""
    case = Case(engine=engine).signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    asked = failed(case, NoticeKind.MEETING_TO_CONFIRM, MENTEE.id)
    failed(case, NoticeKind.MEETING_TO_CONFIRM, MENTOR.id)
    if answered:
        case.do(ConfirmMeeting, MENTEE, meeting=meeting)
    hear(case, MENTEE.id, ChangeKind.ADDRESS)
    hear(case, MENTOR.id, ChangeKind.ADDRESS)
    sent = [each.refused.notice for each in case.effects if isinstance(each, SendAgain)]
    assert sent == ([asked] if again else [])
    assert case.refold() == case.state == case.through_codec()
