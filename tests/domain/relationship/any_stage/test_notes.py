"""C28: a coordinator's notes with a day to look again, and the tasks that she ends or puts off."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actors import Actor, Role
from domain.relationship.any_stage.notes import LookAgainDue, PostponeTask, WriteNote
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.calendar_feed import deadlines
from domain.relationship.projection import rows
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.rules.program import DeadlineKind
from domain.settled_tasks import SettleTask, TaskOutcome
from domain.tasks import Task
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, RULES, Case, document
from tests.domain.relationship.steps import refused, whole

FRIDAY = date(2026, 8, 21)


def noted(case: Case, look_on: date = FRIDAY) -> Case:
    case.do(WriteNote, COORDINATOR, text=document("note"), look_on=look_on)
    return case


def task_of(case: Case, kind: str) -> Task:
    return next(task for task in case.state.tasks if task.open and task.kind.value == kind)


def until(case: Case, day: date) -> None:
    case.wait_until(RULES.calendar.at(day) + timedelta(minutes=1))


def test_a_note_is_a_task_on_its_day_and_not_before() -> None:
    case = noted(Case().signed())
    assert case.open_tasks() == []
    until(case, FRIDAY - timedelta(days=1))
    assert case.open_tasks() == []
    until(case, FRIDAY)
    task = task_of(case, "look_again")
    note = case.state.notes[0]
    assert (task.subject, task.due_at) == (note.id, RULES.calendar.at(FRIDAY))
    assert (note.by, note.look_on, note.document) == (COORDINATOR.id, FRIDAY, document("note").doc)
    case.do(SettleTask, COORDINATOR, task=task.id, outcome=TaskOutcome.DONE)
    assert case.open_tasks() == []
    whole(case)


def test_a_note_for_a_day_without_school_comes_back_on_the_next_working_day() -> None:
    case = noted(Case().signed(), date(2026, 8, 22))
    until(case, date(2026, 8, 23))
    assert case.open_tasks() == []
    until(case, date(2026, 8, 24))
    assert case.open_tasks() == ["look_again"]


def test_a_note_that_is_put_off_comes_back_on_the_new_day() -> None:
    case = noted(Case().signed())
    until(case, FRIDAY)
    task = task_of(case, "look_again")
    case.do(PostponeTask, COORDINATOR, task=task.id, look_on=date(2026, 8, 28))
    assert case.open_tasks() == []
    until(case, date(2026, 8, 28))
    again = task_of(case, "look_again")
    assert (again.subject, again.id != task.id) == (task.subject, True)
    whole(case)


def test_help_that_was_put_off_comes_back_only_if_it_is_still_needed() -> None:
    for contacted in (False, True):
        case = Case().matched()
        case.days(40)
        task = task_of(case, "help_first_contact")
        day = case.now.date() + timedelta(days=7)
        case.do(PostponeTask, COORDINATOR, task=task.id, look_on=day)
        if contacted:
            case.do(ConfirmFirstContact, MENTEE, contacted_on=case.now.date(), mode="phone")
        case.days(10)
        [due] = [event for event in case.events if isinstance(event, LookAgainDue)]
        assert due.needed is not contacted
        assert ("help_first_contact" in case.open_tasks()) is not contacted
        assert DeadlineKind.LOOK_AGAIN not in [timer.subject for timer in case.state.timers]
        whole(case)


def test_a_note_comes_on_its_day_during_a_pause_and_the_end_of_a_pause_does_not_move_it() -> None:
    case = noted(noted(Case().signed()), date(2026, 10, 1))
    case.do(PauseRelationship, MENTEE, reason="leave")
    until(case, FRIDAY)
    assert case.open_tasks() == ["look_again"]
    until(case, date(2026, 9, 10))
    case.do(ResumeRelationship, MENTEE)
    [timer] = [each for each in case.state.timers if each.subject is DeadlineKind.LOOK_AGAIN]
    assert timer.due == RULES.calendar.at(date(2026, 10, 1))


def test_the_pair_learns_nothing_of_a_note() -> None:
    plain, with_note = Case().signed(), noted(Case().signed(), date(2026, 8, 5))
    pages = [
        next(row.values for row in rows(case.state) if row.table == "relationships")
        for case in (plain, with_note)
    ]
    assert pages[0] == pages[1]
    for person in (MENTEE, MENTOR):
        found = [list(deadlines(case.state, person.id, RULES.calendar)) for case in (plain, with_note)]
        assert found[0] == found[1]
    assert len(plain.effects) == len(with_note.effects), "nobody gets an email"


@pytest.mark.parametrize(
    ("look_on", "code"),
    [
        (date(2026, 8, 3), "look_in_past"),
        (date(2026, 8, 2), "look_in_past"),
        (date(2027, 12, 1), "look_too_far"),
    ],
)
def test_the_day_to_look_again_is_to_come_and_not_too_far(look_on: date, code: str) -> None:
    case = Case().signed()
    assert refused(case, code, WriteNote, COORDINATOR, text=document("n"), look_on=look_on) == "look_on"


def test_only_staff_of_the_region_outside_the_pair_write_notes_and_a_note_has_a_text() -> None:
    case = Case().signed()
    note = {"text": document("n"), "look_on": FRIDAY}
    refused(case, "role_not_allowed", WriteNote, MENTEE, **note)
    refused(case, "other_region", WriteNote, OTHER_REGION, **note)
    refused(case, "on_the_pair", WriteNote, Actor(id=MENTOR.id, role=Role.COORDINATOR), **note)
    assert refused(case, "nothing_written", WriteNote, COORDINATOR, look_on=FRIDAY) == "text"


def test_only_tasks_that_nothing_else_ends_are_ended_by_hand() -> None:
    case = Case().apply()
    task = task_of(case, "propose_mentor")
    done = {"task": task.id, "outcome": TaskOutcome.DONE}
    refused(case, "task_has_its_own_act", SettleTask, COORDINATOR, **done)
    refused(case, "task_has_its_own_act", PostponeTask, COORDINATOR, task=task.id, look_on=FRIDAY)
    refused(case, "no_such_task", SettleTask, COORDINATOR, **{**done, "task": "0" * 32})
    late = Case().matched()
    late.days(40)
    help_task = task_of(late, "help_first_contact")
    refused(
        late, "on_the_pair", SettleTask, replace(COORDINATOR, id=MENTEE.id), **{**done, "task": help_task.id}
    )
