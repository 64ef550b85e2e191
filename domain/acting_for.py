"""What staff may enter for a person: each such command, how the person may have told them, and what a "no" does.

A command declares that staff may send it for a person (``by``); here is what follows from it, in one table. What the
person can still contradict is paid and counted only if something else supports it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final, TypeVar

from domain.actors import Role, StaffReason, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Event
from domain.messages import By, Command
from domain.visibility import Data

T = TypeVar("T")


class Contradiction(StrEnum):
    """What it does when the person says that an entry of staff is wrong."""

    DISPUTED_MEETING = "disputed_meeting"
    """The meeting is disputed, and a coordinator resolves it."""
    OPEN_SIGNATURE = "open_signature"
    """The signature stands open again, with a task."""
    FORM_TO_DRAFT = "form_to_draft"
    """The form is a draft of the person again, and is owed again."""
    SURVEY_TO_DRAFT = "survey_to_draft"
    """The same for a survey: the person has not answered it yet."""
    RECORD_TO_DRAFT = "record_to_draft"
    """The monthly record is owed again."""
    TASK = "task"
    """A coordinator who did not enter it has a task; nothing is paid or counted on such an entry anyhow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForPerson:
    """How one command works when staff send it for a person.

    ``subject`` is the field of the command's first event that names what a contradiction is about. ``shows`` is the
    class of data that the event belongs to: the partner is told only of what both see. ``partner_hears`` says that the
    room of the command tells the partner of it already.
    """

    contradiction: Contradiction
    reasons: tuple[StaffReason, ...] = tuple(StaffReason)
    subject: str = ""
    shows: Data = Data.FACTS
    partner_hears: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerToStaff(Command):
    """What only the person for whom staff entered something says about it: that it is right, or wrong."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN


NOT_FOR_OTHERS: Final = forbidden("not_for_others")
ACTING_FOR_ONESELF: Final = forbidden("acting_for_oneself")
_PAPER: Final = (StaffReason.ON_PAPER,)
STAFF_ACTS: Final[Mapping[str, ForPerson]] = MappingProxyType(
    {
        "ConfirmFirstContact": ForPerson(contradiction=Contradiction.TASK, partner_hears=True),
        "TickChecklist": ForPerson(contradiction=Contradiction.TASK),
        "DraftAgreement": ForPerson(
            contradiction=Contradiction.TASK, shows=Data.AGREEMENT, partner_hears=True
        ),
        "SignAgreement": ForPerson(
            contradiction=Contradiction.OPEN_SIGNATURE,
            reasons=_PAPER,
            subject="version",
            shows=Data.AGREEMENT,
        ),
        "LogMeeting": ForPerson(
            contradiction=Contradiction.DISPUTED_MEETING, subject="meeting", partner_hears=True
        ),
        "LogQuickMeeting": ForPerson(
            contradiction=Contradiction.DISPUTED_MEETING, subject="meeting", partner_hears=True
        ),
        "PlanMeetings": ForPerson(contradiction=Contradiction.TASK),
        "SubmitForm": ForPerson(contradiction=Contradiction.FORM_TO_DRAFT, subject="document"),
        "AmendForm": ForPerson(contradiction=Contradiction.FORM_TO_DRAFT, subject="document"),
        "SubmitSurvey": ForPerson(
            contradiction=Contradiction.SURVEY_TO_DRAFT,
            reasons=_PAPER,
            subject="document",
            shows=Data.ONE_SIDE,
        ),
        "SubmitMonthlyRecord": ForPerson(contradiction=Contradiction.RECORD_TO_DRAFT, shows=Data.TERM),
    }
)
"""The commands that staff may send for a person, by the names of their classes."""


def demand_may_act(command: Command, region: str, days: int | None) -> None:
    """Refuse staff who may not send a command for a person: this command, this actor, or this way of telling.

    ``region`` is where the person's matter belongs, ``days`` how long the program lets the person contradict.
    """
    actor = command.actor
    forbid(command.by is not By.OWN_OR_STAFF, NOT_FOR_OTHERS, field="acting_for")
    forbid(actor.id == actor.acting_for, ACTING_FOR_ONESELF, field="acting_for")
    demand_coordinator(actor, region)
    demand(days is not None, "program_without_staff_acts", field="acting_for")
    reason = required(actor.reason, "staff_reason_missing", field="reason")
    demand(reason in STAFF_ACTS[type(command).__name__].reasons, "only_on_paper", field="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """For whom staff entered something, how that person told them, and until when the person can say no."""

    person: str
    reason: StaffReason
    until: datetime


def entered(command: Command, events: tuple[Event, ...], until: datetime | None) -> Entered | None:
    """Return for whom staff entered what ``events`` record; None if they did not, or nothing is recorded yet."""
    actor = command.actor
    if not events or actor.acting_for is None or actor.reason is None or until is None:
        return None
    return Entered(person=actor.acting_for, reason=actor.reason, until=until)


def answerable(entry: T | None, is_open: Callable[[T], bool], *, field: str) -> T:
    """Return an entry of staff that the person can still answer; ``field`` names it in the command."""
    found = required(entry, "unknown_staff_act", field=field)
    demand(is_open(found), "staff_act_answered", field=field)
    return found
