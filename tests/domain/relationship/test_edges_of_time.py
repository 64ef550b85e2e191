"""What people may do at the edges of time; no ladder is ever climbed before its day, whatever moves that day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from domain.actors import Actor
from domain.codec import text_of
from domain.errors import RuleViolation
from domain.relationship.any_stage import reminders
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.reminder_days import rung_at
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.rules.program import DeadlineKind, Rules
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, RULES, STATE_OFFICE, TERMS, Case
from tests.domain.relationship.test_properties import ACTORS, AnyFullYear
from tests.domain.rules_variants import RICH, with_rules

ASKING = with_rules(meetings=replace(RULES.meetings, next_date_required=True))


@pytest.mark.parametrize("waited", range(0, 14))
@pytest.mark.parametrize("paused", range(1, 15))
def test_a_pause_skips_no_rung_of_a_half_climbed_ladder(waited: int, paused: int) -> None:
    case = Case().matched()
    due = next(timer.due for timer in case.state.timers if timer.subject is DeadlineKind.FIRST_CONTACT)
    before = case.wait_until(due + timedelta(days=waited, hours=1))
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.days(paused)
    case.do(ResumeRelationship, COORDINATOR)
    after = case.days(40)
    rungs = [type(event) for event in (*before, *after)]
    assert rungs == [NudgeDue, NudgeDue, Escalated]


def late_log(case: Case, day: datetime) -> None:
    case.do(LogMeeting, MENTOR, began_at=day, minutes=60, mode="phone")


def test_a_meeting_can_be_logged_after_the_end_when_no_next_date_is_left() -> None:
    case = Case(rules=ASKING).signed()
    end = case.state.meetings_end(ASKING)
    case.wait_until(end + timedelta(days=1))
    assert case.state.stage == "meetings"
    late_log(case, end - timedelta(days=50))
    assert case.state.meetings.next_on is None


@pytest.mark.parametrize("zone", ["America/Chicago", "America/New_York"])
def test_a_quick_note_for_the_evening_when_the_clocks_go_back_counts(zone: str) -> None:
    rules = replace(RICH, calendar=replace(RICH.calendar, timezone=zone))
    day = date(2026, 11, 1)
    case = Case(rules=rules).matched()
    case.wait_until(rules.calendar.end_of(day) - timedelta(minutes=20))
    case.do(ConfirmFirstContact, MENTEE, contacted_on=day, mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    case.sign(MENTOR)
    case.do(LogQuickMeeting, MENTOR, held_on=day, topics=("budget",))
    with pytest.raises(RuleViolation, match="meeting_before_agreement"):
        case.do(LogQuickMeeting, MENTOR, held_on=day - timedelta(days=1), topics=("budget",))


def other(version: str, *days: int) -> Rules:
    """Return the rich rules with the rungs of every ladder on other days, and another calendar."""
    ladders = {
        subject: tuple(
            replace(rung, after_days=day) for rung, day in zip(ladder[-len(days) :], days, strict=False)
        )
        for subject, ladder in RICH.ladders.items()
    }
    calendar = replace(RICH.calendar, breaks=(), holidays=())
    return replace(RICH, version=version, ladders=ladders, calendar=calendar)


VERSIONS = {rules.version: rules for rules in (RICH, other("2", 2, 30), other("3", 0, 1, 2))}


class AnyMovedYear(AnyFullYear):
    """A full year in which the state office moves the pair to other rules, paused or not, its ladders half climbed."""

    @initialize()
    def begin(self) -> None:
        self.case.signed()

    @rule(version=st.sampled_from(sorted(VERSIONS)), paused=st.booleans())
    def move(self, version: str, paused: bool) -> None:
        if paused:
            self.attempt(PauseRelationship, COORDINATOR, reason="leave")
        self.case.facts = replace(FACTS, rules_text=text_of(VERSIONS[version]))
        before = len(self.case.events)
        self.attempt(MoveRules, STATE_OFFICE, rules_version=version, reason="new_rules")
        if len(self.case.events) > before:
            self.case.rules = VERSIONS[version]
        self.case.days(0)

    @rule(actor=st.sampled_from(ACTORS), days=st.sampled_from([2, 5, 13, 200]))
    def come_back(self, actor: Actor, days: int) -> None:
        self.attempt(PauseRelationship, COORDINATOR, reason="leave")
        self.case.days(days)
        self.attempt(ResumeRelationship, actor)
        self.case.days(0)

    @invariant()
    def the_next_rung_is_the_ladders(self) -> None:
        for timer in self.case.state.timers:
            first = rung_at(self.case.rules, timer.subject, timer.counts_from, 0)
            assert timer.rung or timer.next_at == (first or timer.due)
            climbed = reminders.climb(timer, timer.next_at, self.case.rules)
            assert climbed is not None or not self.case.rules.ladder(timer.subject)


AnyMovedYear.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyMovedYear = AnyMovedYear.TestCase
LEAP = datetime(2028, 2, 29, 16, 0, tzinfo=UTC)


def test_a_pair_signed_on_29_february_has_its_next_month_and_year() -> None:
    calendar = RULES.calendar
    day = calendar.local_date(LEAP)
    assert calendar.next_by(day, TERMS.rhythm) == date(2028, 3, 29)
    assert calendar.next_by(date(2028, 1, 31), TERMS.rhythm) == day
