"""Each command, event and deadline belongs to one room, and the class of a command states what it allows."""

from collections import Counter
from dataclasses import fields

from domain.actors import Role
from domain.codec import to_plain
from domain.messages import Command
from domain.relationship.forms_owed import StartsForms
from domain.relationship.rooms import COMMANDS, EVENTS, ROOMS
from domain.relationship.stages.recognition import RecognizeMentor
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR

CLASS_ATTRIBUTES = {
    "roles",
    "aside",
    "drafted",
    "needs_facts",
    "while_paused",
    "after_end",
    "example",
    "form_due_after",
}


PROMISED = {
    "needs_facts": {
        "OpenRelationship",
        "DecideSpecialApplication",
        "ProposeMatch",
        "ConfirmMatch",
        "MoveRules",
    },
    "while_paused": {
        "MoveRules",
        "ResumeRelationship",
        "EndRelationship",
        "ChangePartner",
        "AskForChange",
        "AnswerChange",
        "OpenComplaint",
        "TakeComplaint",
        "DecideComplaint",
        "SecondComplaint",
    },
    "after_end": {"SubmitForm", "SubmitSurvey", "HearNotice"},
}
"""What commands have allowed since the first version: a promise to clients. A new one need not be listed here."""


def names(attribute: str) -> set[str]:
    return {kind.__name__ for kind in COMMANDS if getattr(kind, attribute)}


def test_no_two_rooms_have_the_same_command_event_or_deadline() -> None:
    assert max(Counter(kind.__name__ for kind in (*COMMANDS, *EVENTS)).values()) == 1
    due = Counter(subject for room in ROOMS for subject in room.on_due)
    assert due == dict.fromkeys(
        (
            DeadlineKind.STILL_LOOKING,
            DeadlineKind.COMPLETION,
            DeadlineKind.SURVEY_CLOSE,
            DeadlineKind.CLOSING,
            DeadlineKind.FORMS_CLOSE,
            DeadlineKind.CONTRADICTION,
            DeadlineKind.LOOK_AGAIN,
        ),
        1,
    )


def test_the_class_of_a_command_states_what_it_allows() -> None:
    for attribute, promised in PROMISED.items():
        assert names(attribute) >= promised, attribute
    by_system = {kind.__name__ for kind in COMMANDS if set(kind.roles) == {Role.SYSTEM}}
    assert names("example") & by_system == set()


def test_events_that_make_a_form_due_say_so() -> None:
    days = {kind.__name__: kind.form_due_after for kind in EVENTS if issubclass(kind, StartsForms)}
    assert days == {
        "ApplicationReceived": DueAfter.APPLIED,
        "MatchConfirmed": DueAfter.MATCH_CONFIRMED,
        "FirstContactMade": DueAfter.FIRST_CONTACT,
        "AgreementInForce": DueAfter.AGREEMENT_SIGNED,
        "MeetingsCompleted": DueAfter.SURVEY_OPENS,
    }


def test_class_attributes_are_never_serialized() -> None:
    for kind in (*COMMANDS, *EVENTS):
        assert {field.name for field in fields(kind)} & CLASS_ATTRIBUTES == set(), kind.__name__
    command: Command = RecognizeMentor(id="a" * 32, actor=COORDINATOR, kind="letter")
    assert set(to_plain(command)) == {"id", "actor", "kind"}
