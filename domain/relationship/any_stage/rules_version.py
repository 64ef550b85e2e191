"""In any stage: a relationship continues under another version of its program's rules.

Nothing moves by itself: a named person of the state office moves one relationship and notes why. What was decided stays
decided, running deadlines keep their day (their next rung is the new ladder's), and a signed agreement stays as it was
signed. The length of the mentee's course stays the same, and from the match on, so do the money rules.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain.actors import Role, demand_statewide
from domain.errors import demand, required
from domain.journal import Envelope, Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import Timer, rearm
from domain.relationship.facts import Facts, Question
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import cancel
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.canonical_json import rules_digest, rules_of, rules_text
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRules(Command):
    """The state office moves this relationship to a version of the program's rules that the office has stored.

    ``reason`` is a short note, such as the name of a decision: no program could list these in advance.
    """

    roles: ClassVar = (Role.COORDINATOR, Role.ADMIN)
    by: ClassVar = By.STAFF
    needs_facts: ClassVar = True
    while_paused: ClassVar = True
    example: ClassVar = {"rules_version": "@version", "reason": "board_decision"}

    rules_version: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesMoved(Event):
    """From the next event on, other rules apply; ``timers`` are the open deadlines by the new ladders.

    ``forms_gone`` were owed and are no longer required.
    """

    version: str
    digest: str
    left_version: str
    left_digest: str
    reason: str
    timers: tuple[Timer, ...] = ()
    forms_gone: tuple[str, ...] = ()


COMMANDS: tuple[type[Command], ...] = (MoveRules,)
EVENTS: tuple[type[Event], ...] = (RulesMoved,)


def question(state: Relationship, command: Command, general: Question) -> Question:
    """Return what to look up for a command of this room: the text of the rules that it names."""
    match command:
        case MoveRules():
            return replace(general, version=command.rules_version)
    return general


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case MoveRules():
            demand_statewide(command.actor)
            demand(command.actor.id not in (state.mentee, state.mentor), "mover_in_pair")
            demand(bool(command.reason), "reason_missing", field="reason")
            if facts is None:
                return ()  # the validator asks without facts: only the database knows the versions
            demand(bool(facts.rules_text), "unknown_version", field="rules_version")
            left = rules_digest(rules_text(rules))
            digest = rules_digest(facts.rules_text)
            demand(digest != left, "same_rules", field="rules_version")
            after = required(_read(digest, facts.rules_text), "unknown_version", field="rules_version")
            demand(after.program == rules.program, "other_program")
            # Once the match is confirmed a claim may have been made, or its trigger missed.
            money = not state.mentor or after.money == rules.money
            demand(money, "money_under_way", field="rules_version")
            # The run and the views hold the course that the application began; another length would show two ends.
            same_course = after.intake.course_months == rules.intake.course_months
            demand(same_course, "other_course", field="rules_version")
            owed = [(use.form, use.by) for use in after.forms if use.has_deadline]
            gone = tuple(each.form for each in state.owed if (each.form, each.by) not in owed)
            kept = tuple(timer for timer in state.timers if timer.about not in gone)
            return (
                RulesMoved(
                    version=command.rules_version,
                    digest=digest,
                    left_version=rules.version,
                    left_digest=left,
                    reason=command.reason,
                    timers=rearm(kept, rules, after),
                    forms_gone=gone,
                ),
            )
    raise TypeError(type(command).__name__)


def _read(digest: str, text: str) -> Rules | None:
    """Return the rules of a stored text; None if this version of the software needs more than the text has."""
    try:
        return rules_of(digest, text)
    except ValueError:
        return None


def in_force(last: Envelope) -> str:
    """Return the digest of the rules that apply after an event; a move itself is under the rules that it leaves."""
    if last.type == RulesMoved.__name__:
        return str(last.body["digest"])
    return last.rules.digest if last.rules is not None else ""


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room: the rules are in the run's start, the deadlines in the state."""
    match event:
        case RulesMoved():
            return cancel(replace(state, timers=event.timers), event.forms_gone, stamp)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(RulesMoved, MoveRules, lambda decision: {"rules_version": decision.first.version}),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    question=question,
    decide=decide,
    evolve=evolve,
)
