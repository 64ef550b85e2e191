"""Endings, a change of partner, and the pause."""

from datetime import date

import pytest

from domain.actors import SYSTEM, Actor
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.effects import DeliverWithdrawal, StartSuccessor
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.meetings.log import LogMeeting
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.relationship.steps import refused


def test_while_paused_nothing_fires_and_nothing_else_is_accepted() -> None:
    case = Case().signed()
    case.days(10)
    due = case.state.timers
    refused(case, "unknown_reason", PauseRelationship, MENTEE, reason="vacation")
    case.do(PauseRelationship, MENTEE, reason="leave")
    assert not case.days(100)
    refused(case, "relationship_paused", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    refused(
        case, "already_paused" if False else "relationship_paused", PauseRelationship, MENTEE, reason="leave"
    )
    case.do(ResumeRelationship, COORDINATOR)
    after = {timer.subject: timer for timer in case.state.timers}
    before = {timer.subject: timer for timer in due}
    assert after["completion"] == before["completion"]
    assert after["meeting"].due > before["meeting"].due
    refused(case, "not_paused", ResumeRelationship, MENTOR)


def test_resuming_moves_open_deadlines_by_calendar_days_across_dst() -> None:
    case = Case().matched()
    case.days(1)
    before = case.state.timers[0].due
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.days(120)
    case.do(ResumeRelationship, COORDINATOR)
    zone = RULES.calendar.zone
    moved = case.state.timers[0].due
    assert (moved.astimezone(zone).date() - before.astimezone(zone).date()).days == 120
    assert moved.astimezone(zone).hour == before.astimezone(zone).hour == 0


@pytest.mark.parametrize("actor", [MENTEE, MENTOR, COORDINATOR])
def test_each_of_them_may_end_it_without_fault(actor: Actor) -> None:
    case = Case().signed()
    case.do(EndRelationship, actor, reason="no_fault")
    assert case.state.ended
    assert case.open_tasks() == []
    assert [type(effect) for effect in case.effects].count(DeliverWithdrawal) == 1
    refused(case, "relationship_ended", EndRelationship, actor, reason="no_fault")


def test_a_change_of_partner_names_a_successor() -> None:
    case = Case().apply()
    refused(case, "no_partner", ChangePartner, MENTEE, reason="no_fault")
    refused(case, "unknown_reason", EndRelationship, MENTEE, reason="boredom")
    case = Case().signed()
    case.do(ChangePartner, MENTEE, reason="no_fault")
    assert any(isinstance(effect, StartSuccessor) for effect in case.effects)
    following = Case()
    following.do(
        OpenRelationship,
        SYSTEM,
        application=case.state.application_id,
        reason="new_to_role",
        applied_on=date(2026, 8, 1),
        predecessor=case.id,
    )
    assert (following.state.stage, following.state.predecessor) == ("matching", case.id)
