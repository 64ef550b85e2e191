"""A reason is one of the program's codes: nobody writes free text into the journal; lists say which codes exist."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from domain.actors import Actor
from domain.codec import Fault
from domain.messages import Command
from domain.relationship.any_stage.change_request import AnswerChange
from domain.relationship.any_stage.complaint import DecideComplaint
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.application.refusal import AcceptAsSpecial, CorrectApplication
from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from domain.relationship.stages.matching.conflicts import WaiveConflict
from domain.relationship.stages.matching.consultation import RecordConsultation
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.completion_review import ReviewCompletion
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.observations import BookObservation, CancelObservation
from domain.rules.checks import cover, eligibility, matching
from domain.rules.choices import choices
from domain.rules.program import Rules
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    RULES,
    SECOND,
    STATE_OFFICE,
    Case,
    document,
)
from tests.domain.relationship.steps import refused
from tests.domain.rules_variants import BY_PERSON, RICH, with_rules


def special() -> tuple[Case, dict[str, Any]]:
    case = Case().apply(reason="circumstances", special_document=document("special"))
    case.do(TakeSpecialApplication, STATE_OFFICE)
    return case, {"accept": False}


def to_refuse() -> tuple[Case, dict[str, Any]]:
    return Case(rules=BY_PERSON).apply(first_year=False), {}


def proposed() -> tuple[Case, dict[str, Any]]:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case, {}


def in_conflict() -> tuple[Case, dict[str, Any]]:
    case = Case(facts=replace(FACTS, conflicts=("family",))).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    return case, {}


def logged() -> tuple[Case, dict[str, Any]]:
    case = Case().signed()
    case.days(5)
    return case, {"meeting": case.meet(confirmed=False)}


def to_correct() -> tuple[Case, dict[str, Any]]:
    case, given = logged()
    return case, {**given, "minutes": 50}


def disputed() -> tuple[Case, dict[str, Any]]:
    case, given = logged()
    case.do(DisputeMeeting, MENTEE, **given, reason="no_show")
    return case, {**given, "stands": True}


def short_of_meetings() -> tuple[Case, dict[str, Any]]:
    case = Case().signed()
    case.wait_until(case.state.meetings_end(case.rules))
    return case, {"complete": False}


def reviewed() -> tuple[Case, dict[str, Any]]:
    rules = replace(RULES, meetings=replace(RULES.meetings, minimum=1, minimum_face_to_face=0))
    case = Case(rules=rules).signed()
    case.days(5)
    meeting = case.meet()
    case.wait_until(case.state.meetings_end(case.rules))
    case.do(WithdrawMeeting, COORDINATOR, meeting=meeting, reason="seen")
    return case, {"complete": False}


def cover_asked() -> tuple[Case, dict[str, Any]]:
    case = Case(rules=RICH).signed()
    day = case.rules.calendar.next_working(case.rules.calendar.local_date(case.now).replace(day=20))
    case.do(BookObservation, MENTEE, starts_at=case.rules.calendar.at(day), minutes=45)
    case.do(RequestCover, MENTEE, subject=case.state.observations.booked[0].id, minutes=45)
    return case, {"request": case.state.cover.requests[0].id, "approve": False}


BY_THE_PROGRAM: list[tuple[Callable[[], tuple[Case, dict[str, Any]]], type[Command], Actor, str]] = [
    (special, DecideSpecialApplication, STATE_OFFICE, "eligibility.special_reasons"),
    (to_refuse, AcceptAsSpecial, STATE_OFFICE, "eligibility.special_reasons"),
    (proposed, DeclineMatch, MENTOR, "matching.decline_reasons"),
    (in_conflict, WaiveConflict, SECOND, "matching.waiver_reasons"),
    (logged, DisputeMeeting, MENTEE, "meetings.dispute_reasons"),
    (disputed, ResolveMeeting, COORDINATOR, "meetings.resolve_reasons"),
    (logged, WithdrawMeeting, COORDINATOR, "meetings.resolve_reasons"),
    (to_correct, CorrectMeeting, COORDINATOR, "meetings.resolve_reasons"),
    (reviewed, ReviewCompletion, COORDINATOR, "meetings.completion_reasons"),
    (short_of_meetings, DecideCompletion, COORDINATOR, "meetings.completion_reasons"),
    (cover_asked, DecideCover, COORDINATOR, "cover.refusal_reasons"),
]
ELSEWHERE = {OpenRelationship, CancelObservation, DecideComplaint, RecordConsultation} | {
    CorrectApplication,
    EndRelationship,
    ChangePartner,
    AnswerChange,
    PauseRelationship,
}
"""Tested with their stage; that of ``OpenRelationship``, and of its correction, is why somebody applies."""
NOTES = {MoveRules}
"""The state office names the decision of its own that the move follows: no program can list these in advance."""


@pytest.mark.parametrize(
    ("made", "kind", "actor", "path"),
    BY_THE_PROGRAM,
    ids=[f"{kind.__name__}-{path}" for _, kind, _, path in BY_THE_PROGRAM],
)
def test_a_reason_that_the_program_does_not_list_is_refused(
    made: Callable[[], tuple[Case, dict[str, Any]]], kind: type[Command], actor: Actor, path: str
) -> None:
    case, given = made()
    for strange in ("", "because she said so", "leave"):
        refused(case, "unknown_reason", kind, actor, **given, reason=strange)
    code = choices(case.rules)[path][0]
    assert case.do(kind, actor, **given, reason=code)
    assert case.refold() == case.state


def test_every_reason_and_answer_of_a_command_is_accounted_for() -> None:
    known = {kind for _, kind, _, _ in BY_THE_PROGRAM} | ELSEWHERE | NOTES
    free = {kind for kind in COMMANDS if {"reason", "answer"} & {each.name for each in fields(kind)}}
    assert free == known


def test_an_approval_of_cover_takes_no_reason() -> None:
    case, given = cover_asked()
    refused(
        case, "no_reason_needed", DecideCover, COORDINATOR, **{**given, "approve": True}, reason="none_free"
    )
    assert case.do(DecideCover, COORDINATOR, **{**given, "approve": True})


FAULTS = [
    (
        with_rules(eligibility=replace(RULES.eligibility, special_reasons=())),
        "eligibility.special_reasons: write the reasons that can be given",
    ),
    (
        with_rules(eligibility=replace(RULES.eligibility, special_applications=False)),
        "eligibility.special_reasons: no special applications; write an empty list",
    ),
    (
        with_rules(matching=replace(RULES.matching, conflicts_waivable=False)),
        "matching.waiver_reasons: no conflict can be waived; write an empty list",
    ),
    (
        with_rules(matching=replace(RULES.matching, waiver_reasons=())),
        "matching.waiver_reasons: write the reasons that can be given",
    ),
    (
        with_rules(matching=replace(RULES.matching, consultation_answers=("heard",))),
        "matching.consultation_answers: nobody is asked; write an empty list",
    ),
    (
        with_rules(cover=replace(RICH.cover, refusal_reasons=())),
        "cover.refusal_reasons: write the reasons that can be given",
    ),
    (
        with_rules(cover=replace(RULES.cover, refusal_reasons=("none_free",))),
        "cover.refusal_reasons: no cover; write an empty list",
    ),
]


def reason_faults(rules: Rules) -> Iterator[Fault]:
    for table in (eligibility, matching, cover):
        yield from table.faults(rules)


@pytest.mark.parametrize(("rules", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_list_is_there_exactly_where_somebody_chooses_from_it(rules: Rules, fault: str) -> None:
    assert [f"{each.path}: {each.problem}" for each in reason_faults(rules)] == [fault]


def test_rules_that_ask_and_list_have_no_fault() -> None:
    assert list(reason_faults(RULES)) == list(reason_faults(RICH)) == []
