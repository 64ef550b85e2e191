"""Staff enter what a person told them (C27); the person is told, and can say no before anything rests on it alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.actors import Actor, Role, StaffReason
from domain.messages import Command
from domain.notices import SendNotice
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.staff_acts import (
    ConfirmStaffAct,
    ContradictStaffAct,
    SettleStaffAct,
    StaffActStands,
)
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.program import Signatures
from tests.domain.builders import (
    COORDINATOR,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    PAYMENT,
    RULES,
    SECOND,
    START,
    STATE_OFFICE,
    Case,
)
from tests.domain.relationship.steps import log, refused, whole

DAYS = 7
COUNTING = replace(RULES.meetings, unconfirmed_counts=True)
ENTERED = replace(RULES, contradict_days=DAYS, signatures=Signatures.ON_PAPER_TOO, meetings=COUNTING)


def acting(
    person: Actor = MENTOR, staff: Actor = COORDINATOR, reason: StaffReason | None = StaffReason.BY_PHONE
) -> Actor:
    """Return staff who act for a person."""
    return replace(staff, acting_for=person.id, reason=reason)


def met() -> Case:
    """Return a pair for whose mentor a coordinator has logged a meeting by phone."""
    case = Case(ENTERED).signed()
    case.days(1)
    case.do(LogMeeting, acting(), **log(case))
    return case


def contradicted() -> Case:
    """Return a pair in which a person said that what staff entered is wrong."""
    case = Case(ENTERED).matched()
    case.do(ConfirmFirstContact, acting(MENTEE), contacted_on=START.date(), mode="phone")
    case.do(ContradictStaffAct, MENTEE, act=case.state.staff_acts[0].id)
    return case


def told(case: Case, kind: str) -> list[tuple[str, dict[str, str]]]:
    """Return the recipients and data of the notices of a kind."""
    notices = [each.notice for each in case.effects if isinstance(each, SendNotice)]
    return [(each.person, dict(each.data)) for each in notices if each.kind.value == kind]


def counted(case: Case) -> int:
    """Return how many meetings count."""
    return len(counting(case.state.meetings, case.rules))


def test_a_meeting_that_staff_logged_says_who_acted_for_whom_and_how() -> None:
    case = met()
    (act,) = case.state.staff_acts
    assert (act.command, act.person, act.acted_by, act.reason.value) == (
        "LogMeeting",
        MENTOR.id,
        COORDINATOR.id,
        "by_phone",
    )
    (meeting,) = case.state.meetings.log
    assert meeting.logged_by is not None
    assert (meeting.logged_by.value, act.subject) == ("mentor", meeting.id)
    assert case.stamps[-1].actor.acting_for == MENTOR.id
    whole(case)


def test_the_person_is_told_with_the_last_day_and_the_partner_is_asked_as_ever() -> None:
    case = met()
    ((person, data),) = told(case, "acted_for_you")
    assert person == MENTOR.id
    assert (data["entry"], data["said"]) == ("LogMeeting", "by_phone")
    local = datetime.fromisoformat(data["until"]).astimezone(RULES.calendar.zone)
    assert (local.date(), local.hour) == (date(2026, 8, 11), 23)
    assert [person for person, _ in told(case, "meeting_to_confirm")] == [MENTEE.id]
    assert told(case, "acted_for_partner") == []


def test_a_meeting_on_the_word_of_staff_alone_counts_when_nobody_contradicted_in_time() -> None:
    case = met()
    assert counted(case) == 0
    fired = case.days(DAYS + 3)
    assert [event for event in fired if isinstance(event, StaffActStands)] != []
    assert counted(case) == 1
    assert case.state.staff_acts[0].status == "stands"
    assert refused(case, "staff_act_answered", ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)


def test_a_coordinator_who_corrects_what_staff_logged_does_not_make_it_count() -> None:
    case = met()
    meeting = case.state.meetings.log[0]
    case.do(CorrectMeeting, COORDINATOR, meeting=meeting.id, minutes=20, reason="seen")
    assert (case.state.meetings.log[0].minutes, case.state.meetings.log[0].status) == (20, "reported")
    assert counted(case) == 0
    case.days(DAYS + 1)
    assert counted(case) == 1


def test_a_meeting_counts_at_once_when_either_of_the_two_confirms_it() -> None:
    for confirms in (MENTOR, MENTEE):
        case = met()
        if confirms is MENTOR:
            case.do(ConfirmStaffAct, MENTOR, act=case.state.staff_acts[0].id)
        else:
            case.do(ConfirmMeeting, MENTEE, meeting=case.state.meetings.log[0].id)
        assert counted(case) == 1
        whole(case)


def test_a_contradicted_meeting_is_disputed_and_counts_nothing_until_another_coordinator_decides() -> None:
    for stands, count in ((True, 1), (False, 0)):
        case = met()
        meeting = case.state.meetings.log[0].id
        case.do(ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)
        assert case.state.meetings.log[0].status == "disputed"
        assert case.open_tasks() == ["resolve_meeting"]
        case.days(DAYS + 30)
        assert counted(case) == 0
        decision: dict[str, Any] = {"meeting": meeting, "stands": stands, "reason": "seen"}
        refused(case, "own_staff_act", ResolveMeeting, COORDINATOR, **decision)
        case.do(ResolveMeeting, SECOND, **decision)
        assert counted(case) == count
        whole(case)


def test_a_contradiction_after_the_partner_confirmed_still_makes_a_dispute() -> None:
    case = met()
    case.do(ConfirmMeeting, MENTEE, meeting=case.state.meetings.log[0].id)
    case.do(ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)
    assert counted(case) == 0
    assert case.open_tasks() == ["resolve_meeting"]


def test_a_partner_can_dispute_what_staff_logged_and_a_contradiction_adds_no_second_task() -> None:
    case = met()
    case.do(DisputeMeeting, MENTEE, meeting=case.state.meetings.log[0].id, reason="no_show")
    case.do(ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)
    assert case.open_tasks() == ["resolve_meeting"]
    assert counted(case) == 0


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (acting(staff=OTHER_REGION), "other_region"),
        (acting(staff=PAYMENT), "role_not_allowed"),
        (acting(staff=replace(COORDINATOR, role=Role.ADMIN)), "role_not_allowed"),
        (acting(staff=replace(MENTEE, role=Role.PARTICIPANT)), "on_the_pair"),
        (acting(staff=replace(MENTOR, role=Role.COORDINATOR, regions=("r3",))), "on_the_pair"),
        (acting(staff=replace(MENTEE, role=Role.COORDINATOR, regions=("r3",))), "on_the_pair"),
        (acting(person=SECOND), "person_not_in_pair"),
        (acting(person=COORDINATOR), "acting_for_oneself"),
        (acting(reason=None), "staff_reason_missing"),
        (COORDINATOR, "role_not_allowed"),
    ],
)
def test_staff_act_only_for_the_pairs_of_their_regions_and_never_for_themselves(
    actor: Actor, code: str
) -> None:
    case = Case(ENTERED).signed()
    case.days(1)
    refused(case, code, LogMeeting, actor, **log(case))


def test_the_state_office_acts_for_people_of_every_region() -> None:
    case = Case(ENTERED).signed()
    case.days(1)
    case.do(LogMeeting, acting(staff=STATE_OFFICE), **log(case))
    assert case.state.staff_acts[0].acted_by == STATE_OFFICE.id


def test_a_program_without_days_to_contradict_lets_staff_enter_nothing_for_anybody() -> None:
    case = Case(RULES).signed()
    case.days(1)
    refused(case, "program_without_staff_acts", LogMeeting, acting(), **log(case))


def test_only_the_person_answers_and_only_once() -> None:
    case = met()
    act = case.state.staff_acts[0].id
    answers: tuple[type[Command], ...] = (ConfirmStaffAct, ContradictStaffAct)
    for kind in answers:
        refused(case, "not_acted_for_you", kind, MENTEE, act=act)
        refused(case, "role_not_allowed", kind, COORDINATOR, act=act)
        refused(case, "not_for_others", kind, acting(), act=act)
        refused(case, "unknown_staff_act", kind, MENTOR, act="0" * 32)
    case.do(ConfirmStaffAct, MENTOR, act=act)
    for kind in answers:
        refused(case, "staff_act_answered", kind, MENTOR, act=act)


def test_a_first_contact_by_phone_moves_the_pair_on_and_a_contradiction_is_a_task_for_another() -> None:
    case = Case(ENTERED).matched()
    case.do(
        ConfirmFirstContact,
        acting(MENTEE, reason=StaffReason.BY_EMAIL),
        contacted_on=START.date(),
        mode="phone",
    )
    assert case.state.stage == "agreement"
    act = case.state.staff_acts[0].id
    refused(case, "staff_act_not_contradicted", SettleStaffAct, SECOND, act=act, stands=True)
    case.do(ContradictStaffAct, MENTEE, act=act)
    assert case.open_tasks() == ["check_staff_act"]
    refused(case, "own_staff_act", SettleStaffAct, COORDINATOR, act=act, stands=True)
    case.do(SettleStaffAct, SECOND, act=act, stands=False)
    assert case.open_tasks() == []
    assert case.state.tasks[-1].outcome == "wrong"
    whole(case)


def test_a_pause_moves_the_days_and_the_person_can_answer_meanwhile() -> None:
    case = met()
    due = next(timer.due for timer in case.state.timers if timer.about == case.state.staff_acts[0].id)
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.now += timedelta(days=14)
    case.do(ResumeRelationship, COORDINATOR)
    moved = next(timer.due for timer in case.state.timers if timer.about == case.state.staff_acts[0].id)
    assert (moved - due).days == 14
    assert counted(case) == 0
