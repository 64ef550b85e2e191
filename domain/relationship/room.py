"""What a room of a relationship is: its commands, its events, and what it does with them.

A room is one module of ``stages/`` or ``any_stage/`` (``forms_owed`` is one too, since several rooms ask it). It ends
with its ``ROOM``, and ``rooms`` lists them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.journal import Event
from domain.messages import Command, Stamp
from domain.relationship.deadlines import Timer
from domain.relationship.facts import Facts, Question
from domain.relationship.state import Relationship
from domain.rules.program import Rules, Subject

Decide = Callable[[Relationship, Command, datetime, Rules, Facts | None], tuple[Event, ...]]
Evolve = Callable[[Relationship, Event, Stamp], Relationship]
Ask = Callable[[Relationship, Command, Question], Question]
OnDue = Callable[[Relationship, Timer, datetime, Rules], tuple[Event, ...]]


def _no_command(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Refuse every command: the ``decide`` of a room without one."""
    raise TypeError(type(command).__name__)


def _as_it_is(state: Relationship, command: Command, general: Question) -> Question:
    """Return the question that the facts of every command have in common."""
    return general


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room: its commands and events, what a command leads to, how an event changes the state.

    ``question`` adds what a command wants to know besides. ``on_due`` says what a deadline brings when it fires, by
    its subject; all other deadlines climb their ladder.
    """

    commands: tuple[type[Command], ...] = ()
    events: tuple[type[Event], ...]
    question: Ask = _as_it_is
    decide: Decide = _no_command
    evolve: Evolve
    on_due: Mapping[Subject, OnDue] = field(default_factory=dict)
