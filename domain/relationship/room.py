"""What a room of a relationship is: its commands, its events, and what it does with them.

A room is one module of ``stages/`` or ``any_stage/`` (``forms_owed`` is one too, because several rooms use it). It ends
with its ``ROOM``, and ``rooms`` lists them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.journal import Event
from domain.messages import Command, Stamp
from domain.notices import Notice
from domain.person_changes import HearPersonChange
from domain.relationship.deadlines import Timer
from domain.relationship.facts import Facts, Question
from domain.relationship.first_event import FirstEvent
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules

Decide = Callable[[Relationship, Command, datetime, Rules, Facts | None], tuple[Event, ...]]
Evolve = Callable[[Relationship, Event, Stamp], Relationship]
Ask = Callable[[Relationship, Command, Question], Question]
NoticesOf = Callable[[Relationship, Event, Stamp], tuple[Notice, ...]]
OnChange = Callable[[Relationship, HearPersonChange, datetime, Rules, Facts], tuple[Event, ...]]
OnDue = Callable[[Relationship, Timer, datetime, Rules], tuple[Event, ...]]


def _no_command(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Refuse every command: the ``decide`` of a room without one."""
    raise TypeError(type(command).__name__)


def _general_question(state: Relationship, command: Command, general: Question) -> Question:
    """Return the question unchanged: it has what every command asks for."""
    return general


def _no_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return nothing: the ``on_change`` of a room that no change about a person concerns."""
    return ()


def _no_notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return nothing: the ``notices`` of a room that sends none."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room: its commands and events, how a command is decided, and how an event changes the state.

    ``first_events`` is the way back from the journal to the commands. ``question`` adds what a command must look up
    besides what every command asks for. ``notices`` returns what is sent after an event; it gets the state after that
    event. ``on_change`` returns what follows from a change about a person of the pair. ``on_due`` says what happens
    when a deadline fires, by its subject; all other deadlines climb their ladder.
    """

    commands: tuple[type[Command], ...] = ()
    events: tuple[type[Event], ...]
    first_events: tuple[FirstEvent, ...] = ()
    question: Ask = _general_question
    decide: Decide = _no_command
    evolve: Evolve
    notices: NoticesOf = _no_notices
    on_change: OnChange = _no_change
    on_due: Mapping[DeadlineKind, OnDue] = field(default_factory=dict)
