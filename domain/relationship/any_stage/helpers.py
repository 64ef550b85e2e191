"""In any stage after the match: the mentor brings in a person who knows more, and the mentee agrees or not (NEA-10).

A helper shares knowledge on one topic and is not part of the pair: the office lets a helper read nothing about it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain.actors import Role, Side
from domain.errors import demand, required
from domain.ids import is_id
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.parts.helpers import Helper
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import Rules

_WITH_A_MENTOR = ("contact", "agreement", "meetings")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHelper(Command):
    """The mentor names a person who can help with one of the program's topics; nothing happens without consent."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN
    people: ClassVar = {"helper": "unknown_person"}
    example: ClassVar = {"topic": "@meetings.topics"}

    helper: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelper(Command):
    """The mentee agrees to a helper or declines; the answer may be changed at any time."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN

    helper: str
    consent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperNamed(Event):
    """The mentor wants to bring in a helper."""

    helper: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperAnswered(Event):
    """The mentee's answer about a helper."""

    helper: str
    consent: bool


COMMANDS: tuple[type[Command], ...] = (NameHelper, AnswerHelper)
EVENTS: tuple[type[Event], ...] = (HelperNamed, HelperAnswered)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    by = state.side_of(command.actor)
    match command:
        case NameHelper():
            demand(by is Side.MENTOR, "mentor_only")
            demand(state.stage in _WITH_A_MENTOR, "no_helper_now")
            demand(is_id(command.helper), "unknown_person", field="helper")
            demand(command.helper not in (state.mentor, state.mentee), "helper_in_pair", field="helper")
            demand(command.topic in rules.meetings.topics, "unknown_topic", field="topic")
            named = any(helper.person == command.helper for helper in state.helpers)
            demand(not named, "helper_named", field="helper")
            return (HelperNamed(helper=command.helper, topic=command.topic),)
        case AnswerHelper():
            demand(by is Side.MENTEE, "mentee_only")
            known = required(
                next((helper for helper in state.helpers if helper.person == command.helper), None),
                "unknown_helper",
                field="helper",
            )
            demand(known.status != _answer(command.consent), "already_answered", field="consent")
            return (HelperAnswered(helper=command.helper, consent=command.consent),)
    raise TypeError(type(command).__name__)


def _answer(consent: bool) -> str:
    return "agreed" if consent else "declined"


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case HelperNamed():
            helper = Helper(person=event.helper, topic=event.topic, named_at=stamp.at)
            return replace(state, helpers=(*state.helpers, helper))
        case HelperAnswered():
            answered = tuple(
                replace(helper, status=_answer(event.consent), answered_at=stamp.at)
                if helper.person == event.helper
                else helper
                for helper in state.helpers
            )
            return replace(state, helpers=answered)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(HelperNamed, NameHelper),
    FirstEvent(HelperAnswered, AnswerHelper),
)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
