"""From the journal back to commands: the command that an event records, with the fields that it was sent with."""

from dataclasses import MISSING, fields

import pytest

from domain.failed_notices import HearNotice
from domain.messages import Command
from domain.person_changes import HearPersonChange
from domain.relationship import deadlines
from domain.relationship.any_stage.complaint import SecondComplaint
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.any_stage.reminders import Escalated
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.commands_from_events import FIRST_EVENTS, recorded_command
from domain.relationship.evolve import CATALOG
from domain.relationship.first_event import FirstEvent
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.application.special import DecideSpecialApplication
from domain.relationship.stages.meetings.cover import DecideCover
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.survey import SubmitSurvey
from tests.domain.builders import MENTOR, RULES
from tests.domain.relationship.test_what_if import YEAR

# Fields of commands that have another name in their events; the table computes them with a function.
GIVEN: dict[type[Command], set[str]] = {
    HearNotice: {"outcome", "code"},
    DecideSpecialApplication: {"accept"},
    SubmitSurvey: {"answers"},
    SubmitForm: {"answers"},
    AmendForm: {"answers"},
    MoveRules: {"rules_version"},
    SecondComplaint: {"agree"},
    LogQuickMeeting: {"held_on"},
    PlanMeetings: {"rows"},
    DecideCover: {"approve"},
}


FOLLOWING = (
    "LookAgainDue",
    "PersonToLookAt",
    "LimitBroken",
    "LimitKept",
    "AddressCorrected",
    "ReaderBack",
    "RefusalProposed",
    "SearchGoesOn",
    "SpecialApplicationOpened",
    "AgreementInForce",
    "CompletionAsked",
    "CompletionQuestioned",
    "CompletionSettled",
    "ObservationsAsked",
    "CoverAllotted",
    "CoverFellAway",
    "SurveyClosed",
    "StipendClaimed",
    "StipendStagePassed",
    "RelationshipCompleted",
    "FormsAsked",
    "FormsLapsed",
    "ActedForPerson",
    "StaffActStands",
    "NudgeDue",
    "Escalated",
)
"""These record no command: each follows from another event of its decision, or from a deadline."""


def test_every_event_type_either_records_a_command_or_follows() -> None:
    recording = dict.fromkeys(first.event.__name__ for first in FIRST_EVENTS)
    assert sorted([*recording, *FOLLOWING]) == sorted(CATALOG.names())
    assert {first.command for first in FIRST_EVENTS} == set(COMMANDS)


@pytest.mark.parametrize(
    "first", FIRST_EVENTS, ids=lambda first: f"{first.event.__name__}-{first.command.__name__}"
)
def test_every_field_that_a_command_must_have_is_in_its_event(first: FirstEvent) -> None:
    known = {each.name for each in fields(first.event)} | GIVEN.get(first.command, set()) | {"id", "actor"}
    needed = {each.name for each in fields(first.command) if each.default is MISSING}
    assert needed <= known


def test_a_command_that_needs_facts_has_them_in_its_event() -> None:
    """Without them, a draft would decide nothing; what-if asks none about a move of rules or a change of a person."""
    [nothing] = [each.default for each in fields(FirstEvent) if each.name == "facts"]
    decided_with_facts = [first for first in FIRST_EVENTS if first.command.needs_facts]
    without = [first.command for first in decided_with_facts if first.facts is nothing]
    assert without == [MoveRules, HearPersonChange], "give its FirstEvent the argument facts"


def test_the_command_comes_back_as_it_was_sent() -> None:
    logged = next(n for n, envelope in enumerate(YEAR.envelopes) if envelope.type == "MeetingLogged")
    envelope = YEAR.envelopes[logged]
    event = CATALOG.read(envelope)
    zone = RULES.calendar.zone
    command = recorded_command(YEAR.empty(), (event,), (envelope,), zone).command
    assert isinstance(command, LogMeeting)
    assert (command.id, command.actor, command.minutes) == (envelope.cause.command, MENTOR, 60)
    with pytest.raises(KeyError):
        recorded_command(
            YEAR.empty(),
            (Escalated(subject=deadlines.DeadlineKind.MEETING, rung=1),),
            (YEAR.envelopes[0],),
            RULES.calendar.zone,
        )
