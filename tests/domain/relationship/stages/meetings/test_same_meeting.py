"""Two logs of one day by two people are asked about: is it the same meeting (C26)?"""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.actors import Actor
from domain.ids import derive
from domain.messages import Command
from domain.relationship.commands_from_events import recorded_command
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting, MeetingLogged
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.relationship.steps import at, refused, whole
from tests.domain.rules_variants import RICH

DAY = date(2026, 8, 10)
AT_THREE = {"began_at": at(DAY, 15), "minutes": 60, "mode": "phone"}
AT_SEVEN = {"began_at": at(DAY, 19), "minutes": 60, "mode": "phone"}
GROUP = {"group": derive("group")}


def evening(engine: int = 3) -> Case:
    """Return a pair of which the mentee has logged a meeting at three, on the evening of that day."""
    case = Case(rules=RICH, engine=engine).signed()
    case.wait_until(at(DAY, 22))
    case.do(LogMeeting, MENTEE, **AT_THREE)
    return case


@pytest.mark.parametrize(
    ("kind", "actor", "more"),
    [(LogMeeting, MENTOR, {}), (LogGroupMeeting, MENTOR, GROUP), (LogGroupMeeting, COORDINATOR, GROUP)],
    ids=["single", "group by the mentor", "group by the coordinator"],
)
def test_a_log_of_the_day_by_somebody_else_is_asked_about_and_the_answer_stands_in_the_event(
    kind: type[Command], actor: Actor, more: dict[str, Any]
) -> None:
    case = evening()
    assert refused(case, "same_meeting", kind, actor, **AT_SEVEN, **more) == "another"
    refused(case, "same_meeting", kind, actor, **AT_SEVEN, **more, another=False)
    first = case.state.meetings.log[0].id
    [event] = case.do(kind, actor, **AT_SEVEN, **more, another=True)
    assert isinstance(event, MeetingLogged)
    assert event.apart_from == (first,)
    whole(case)


def test_the_answer_comes_back_from_the_event() -> None:
    case = evening()
    before = case.state
    [event] = case.do(LogMeeting, MENTOR, **AT_SEVEN, another=True)
    envelope = case.envelope(event, case.stamps[-1])
    recorded = recorded_command(before, (event,), (envelope,), RICH.calendar.zone)
    assert isinstance(recorded.command, LogMeeting)
    assert recorded.command.another is True


def test_a_second_meeting_of_the_same_side_another_day_and_a_quick_note_are_not_asked_about() -> None:
    case = evening()
    assert case.do(LogMeeting, MENTEE, **AT_SEVEN)
    assert case.do(LogMeeting, MENTOR, **{**AT_THREE, "began_at": at(DAY - timedelta(days=1), 15)})
    assert case.do(LogQuickMeeting, MENTOR, held_on=DAY, topics=("budget",))
    assert refused(case, "meeting_already_logged", LogMeeting, MENTOR, **AT_THREE) == "began_at"


def test_a_note_of_the_day_asks_nothing_of_a_later_log() -> None:
    case = Case(rules=RICH).signed()
    case.wait_until(at(DAY, 22))
    case.do(LogQuickMeeting, MENTEE, held_on=DAY, topics=("budget",))
    assert case.do(LogMeeting, MENTOR, **AT_SEVEN)


def test_the_local_day_counts_not_that_of_the_universal_time() -> None:
    case = Case(rules=RICH).signed()
    case.wait_until(at(DAY + timedelta(days=1), 22))
    case.do(LogMeeting, MENTEE, **{**AT_THREE, "began_at": at(DAY, 22)})
    assert case.do(LogMeeting, MENTOR, **{**AT_THREE, "began_at": at(DAY + timedelta(days=1), 8)})
    refused(case, "same_meeting", LogMeeting, MENTOR, **{**AT_THREE, "began_at": at(DAY, 8)})


def test_a_withdrawn_log_is_not_asked_about_and_a_corrected_day_is() -> None:
    case = evening()
    case.do(LogMeeting, MENTOR, **{**AT_SEVEN, "began_at": at(DAY - timedelta(days=1), 19)})
    late = case.state.meetings.log[1].id
    moved = {"meeting": late, "began_at": at(DAY, 19)}
    assert refused(case, "same_meeting", CorrectMeeting, MENTOR, **moved) == "another"
    case.do(CorrectMeeting, MENTOR, **moved, another=True)
    assert case.events[-1].apart_from == (case.state.meetings.log[0].id,)
    assert case.do(CorrectMeeting, MENTOR, meeting=late, minutes=30), "the day is the same as before"
    whole(case)


def test_runs_that_decide_in_an_older_way_do_not_ask() -> None:
    case = evening(engine=2)
    [event] = case.do(LogMeeting, MENTOR, **AT_SEVEN)
    assert isinstance(event, MeetingLogged)
    assert event.apart_from is None
