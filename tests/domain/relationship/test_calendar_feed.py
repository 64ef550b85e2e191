"""Which deadlines a pair sees in its calendars: its own, and not those of the region."""

from dataclasses import replace
from datetime import date, time

from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.calendar_feed import OF_THE_PAIR, Deadline, deadlines, invitations, overdue
from domain.relationship.deadlines import drop, timer_for
from domain.relationship.invitation import Occasion
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.observations import BookObservation
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind
from tests.domain.builders import CALENDAR, COORDINATOR, MENTEE, MENTOR, RULES, Case, document
from tests.domain.rules_variants import RICH

DAY = date(2026, 10, 7)


def with_everything() -> Relationship:
    """Return a pair with every deadline running at once; the deadline of a meeting ends with its day."""
    timers = tuple(
        timer_for(
            RULES, subject, CALENDAR.end_of(DAY) if subject is DeadlineKind.MEETING else CALENDAR.at(DAY)
        )
        for subject in DeadlineKind
    )
    return replace(Case().signed().state, timers=timers)


def test_both_people_of_a_pair_see_its_deadlines_on_the_day_they_end() -> None:
    of_both = [subject for subject in OF_THE_PAIR if subject is not DeadlineKind.FORM]
    wanted = [Deadline(subject=subject, day=DAY) for subject in of_both]
    for person in (MENTOR, MENTEE):
        assert list(deadlines(with_everything(), person.id, CALENDAR)) == wanted


def test_nobody_else_sees_them() -> None:
    assert list(deadlines(with_everything(), COORDINATOR.id, CALENDAR)) == []


def test_a_person_who_has_answered_the_survey_is_not_asked_again() -> None:
    case = Case().surveyed()
    assert [found.subject for found in deadlines(case.state, MENTEE.id, CALENDAR)] == [DeadlineKind.SURVEY]
    case.do(SubmitSurvey, MENTEE, answers=document("answers"))
    assert list(deadlines(case.state, MENTEE.id, CALENDAR)) == []
    assert [found.subject for found in deadlines(case.state, MENTOR.id, CALENDAR)] == [DeadlineKind.SURVEY]


def test_while_paused_nothing_is_due() -> None:
    case = Case().signed()
    assert [found.subject for found in deadlines(case.state, MENTOR.id, CALENDAR)] == [DeadlineKind.MEETING]
    case.do(PauseRelationship, COORDINATOR, reason=RULES.pause_reasons[0])
    assert list(deadlines(case.state, MENTOR.id, CALENDAR)) == []


def test_what_has_no_reminder_left_is_still_to_be_done_until_it_is() -> None:
    first = Case().matched()
    assert list(overdue(first.state, MENTEE.id, first.now, RULES)) == []
    first.days(40)
    assert list(deadlines(first.state, MENTEE.id, CALENDAR)) == []
    assert list(overdue(first.state, MENTEE.id, first.now, RULES)) == [(DeadlineKind.FIRST_CONTACT, "")]
    assert list(overdue(first.state, COORDINATOR.id, first.now, RULES)) == []
    met = Case().signed()
    met.days(90)
    assert list(overdue(met.state, MENTOR.id, met.now, RULES)) == [(DeadlineKind.MEETING, "")]
    met.do(PauseRelationship, COORDINATOR, reason=RULES.pause_reasons[0])
    assert list(overdue(met.state, MENTOR.id, met.now, RULES)) == []


def test_a_survey_without_a_reminder_left_is_late_for_who_has_not_answered() -> None:
    case = Case().surveyed()
    case.do(SubmitSurvey, MENTEE, answers=document("answers"))
    for person in (MENTOR, MENTEE):
        assert list(overdue(case.state, person.id, case.now, RULES)) == []
    silent = replace(case.state, timers=drop(case.state.timers, DeadlineKind.SURVEY))
    assert list(overdue(silent, MENTOR.id, case.now, RULES)) == [(DeadlineKind.SURVEY, "")]
    assert list(overdue(silent, MENTEE.id, case.now, RULES)) == []


def test_each_plan_is_in_both_calendars_once_as_in_its_invitation() -> None:
    case = Case(rules=RICH).signed()
    rows = (row(date(2026, 8, 19)), row(date(2026, 8, 26)))
    case.do(PlanMeetings, MENTEE, rows=rows)
    hour = RICH.calendar.at(date(2026, 9, 9), time(10, 0))
    case.do(BookObservation, MENTOR, starts_at=hour, minutes=45)
    for person in (MENTOR, MENTEE):
        found = list(invitations(case.state, person.id, case.now))
        assert [each.starts_at for each in found] == [
            *(RICH.calendar.at(each.on, each.begins) for each in rows),
            hour,
        ]
        assert case.state.appointment is not None
        assert [each.place for each in found] == [rows[0].place, rows[1].place, ""]
        assert found[0].uid == case.state.appointment.uid
        assert len({each.uid for each in found}) == 3
        assert found[2].occasion is Occasion.OBSERVATION
    assert list(invitations(case.state, COORDINATOR.id, case.now)) == []
    case.do(PlanMeetings, MENTEE, rows=())
    assert [each.starts_at for each in invitations(case.state, MENTOR.id, case.now)] == [hour]


def row(on: date) -> PlanRow:
    return PlanRow(on=on, begins=time(15, 0), minutes=60, place="online")
