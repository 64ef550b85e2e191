"""Whose deadlines are whose: the pair's own are in its calendars, the region's are not."""

from dataclasses import replace
from datetime import date

from domain.agenda import OF_THE_PAIR, Deadline, deadlines
from domain.nudges import started
from domain.program import Subject
from domain.relationship import Relationship
from domain.stages.ending import PauseRelationship
from domain.stages.survey import SubmitSurvey
from tests.domain.builders import CALENDAR, COORDINATOR, MENTEE, MENTOR, RULES, Case, document

DAY = date(2026, 10, 7)


def with_everything() -> Relationship:
    """A pair for which every deadline runs at once; that of a meeting ends with its day."""
    timers = tuple(
        started(RULES, subject, CALENDAR.end_of(DAY) if subject is Subject.MEETING else CALENDAR.at(DAY))
        for subject in Subject
    )
    return replace(Case().signed().state, timers=timers)


def test_both_of_a_pair_have_its_own_deadlines_on_the_day_they_end() -> None:
    wanted = [Deadline(subject=subject, day=DAY) for subject in Subject if subject in OF_THE_PAIR]
    for person in (MENTOR, MENTEE):
        assert list(deadlines(with_everything(), person.id, CALENDAR)) == wanted


def test_nobody_else_has_them() -> None:
    assert list(deadlines(with_everything(), COORDINATOR.id, CALENDAR)) == []


def test_who_has_answered_the_survey_is_not_asked_again() -> None:
    case = Case().surveyed()
    assert [found.subject for found in deadlines(case.state, MENTEE.id, CALENDAR)] == [Subject.SURVEY]
    case.do(SubmitSurvey, MENTEE, answers=document("answers"))
    assert list(deadlines(case.state, MENTEE.id, CALENDAR)) == []
    assert [found.subject for found in deadlines(case.state, MENTOR.id, CALENDAR)] == [Subject.SURVEY]


def test_while_paused_nothing_is_due() -> None:
    case = Case().signed()
    assert [found.subject for found in deadlines(case.state, MENTOR.id, CALENDAR)] == [Subject.MEETING]
    case.do(PauseRelationship, COORDINATOR, reason=RULES.pause_reasons[0])
    assert list(deadlines(case.state, MENTOR.id, CALENDAR)) == []
