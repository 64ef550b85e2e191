"""In any stage: something changed about a person of the pair, and what runs is looked at again.

Nothing ends by itself. A running pair goes on, and its coordinator gets one task, which says what no longer fits. Other
rooms add what they do (``Room.on_change``): an open refusal asks its facts again, a proposal its mentor's fitness, and
emails that an old address refused go out again.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from domain import tasks
from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.person_changes import (
    IN_ORDER,
    LOOKED_AT,
    ChangeKind,
    HearPersonChange,
    LimitBroken,
    LimitKept,
)
from domain.relationship.facts import Facts, Question
from domain.relationship.first_event import FirstEvent
from domain.relationship.room import Room
from domain.relationship.state import ON_THE_PAIR, Relationship
from domain.rules.program import Rules
from domain.tasks import TaskKind

LEFT: Final = "left"
ONE_HUMAN: Final = "pair_is_one_human"
APPLIED_TWICE: Final = "applied_under_two_entries"
TOO_MANY_PAIRS: Final = "too_many_pairs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleChange(Command):
    """A coordinator of the region has looked at what changed about a person; the pair goes on."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF
    while_paused: ClassVar = True
    people: ClassVar = {"person": "no_change_to_look_at"}
    example: ClassVar = {"person": "0123456789abcdef0123456789abcdef"}

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChangeHeard(Event):
    """Something changed about a person of the pair; what follows from it is in the events after this one."""

    person: str
    kind: ChangeKind
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToLookAt(Event):
    """Something about a person no longer fits: ``why`` is its code. A coordinator looks at it; nothing ends."""

    person: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettled(Event):
    """What did not fit about a person was looked at, or fits again (``outcome``)."""

    person: str
    outcome: str


_LIMITS: Final = (ONE_HUMAN, APPLIED_TWICE, TOO_MANY_PAIRS)
COMMANDS: tuple[type[Command], ...] = (HearPersonChange, SettleChange)
EVENTS: tuple[type[Event], ...] = (PersonChangeHeard, PersonToLookAt, PersonSettled, LimitBroken, LimitKept)


def question(state: Relationship, command: Command, general: Question) -> Question:
    """Return what to look up for a change: also the mentor, proposed or confirmed."""
    proposal = state.open_proposal
    limits = None
    if isinstance(command, HearPersonChange) and general.compared is not None:
        limits = command.kind is ChangeKind.SAME_AS or None
    return replace(general, mentor=proposal.mentor if proposal else state.mentor, limits=limits)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``. A change alone has none."""
    match command:
        case HearPersonChange():
            return ()  # each room says what follows
        case SettleChange():
            demand_coordinator(command.actor, state.region)
            forbid(command.actor.id in (state.mentee, state.mentor), ON_THE_PAIR)
            demand(_open_about(state, command.person), "no_change_to_look_at", field="person")
            return (PersonSettled(person=command.person, outcome=LOOKED_AT),)
    raise TypeError(type(command).__name__)


def on_change(
    state: Relationship, change: HearPersonChange, now: datetime, rules: Rules, facts: Facts
) -> tuple[Event, ...]:
    """Return what follows for a pair, or for an accepted mentee: a task if the person left or is no longer a member."""
    proposal = state.open_proposal
    mentor = proposal.mentor if proposal else state.mentor
    if change.kind is ChangeKind.SAME_AS:
        return _one_human(state, change, mentor, facts)
    if change.person not in (state.mentee, state.mentor) or not state.application.accepted:
        return ()
    if change.kind is ChangeKind.LEFT:
        return look_at(state, change.person, LEFT)
    if change.kind is ChangeKind.BACK:
        why = "" if state.open_proposal else _lapse(state, change.person, rules, facts)
        return came_back(state, change.person, why)
    if change.kind is ChangeKind.MEMBERSHIP and state.open_proposal is None:
        return look_at(state, change.person, _lapse(state, change.person, rules, facts))
    return ()


def _one_human(state: Relationship, change: HearPersonChange, mentor: str, facts: Facts) -> tuple[Event, ...]:
    """Return a task for each limit per human that is broken since entries count as one, and the end of the others."""
    events: tuple[Event, ...] = ()
    if mentor and change.person in (state.mentee, mentor):
        # One task about the two, under the mentee, whichever of them changed.
        events = _limit(state, state.mentee, ONE_HUMAN, broken=facts.one_human(state.mentee, mentor))
    if facts.applied_before is not None:
        events = (*events, *_limit(state, state.mentee, APPLIED_TWICE, broken=facts.applied_before))
    if mentor and facts.beyond_places is not None:
        events = (*events, *_limit(state, mentor, TOO_MANY_PAIRS, broken=facts.beyond_places))
    return events


def _limit(state: Relationship, person: str, limit: str, *, broken: bool) -> tuple[Event, ...]:
    """Return that a limit is broken or kept again; nothing if that is known, or was looked at."""
    about = [each for each in state.tasks if each.subject == _limit_of(person, limit)]
    last = about[-1] if about else None
    if broken:
        known = last is not None and (last.open or last.outcome == LOOKED_AT)
        return () if known else (LimitBroken(person=person, limit=limit),)
    return (LimitKept(person=person, limit=limit),) if last is not None and last.open else ()


def _limit_of(person: str, limit: str) -> str:
    """Return the subject of a task about a limit, so that each limit has a task of its own."""
    return f"{person}/{limit}"


def _lapse(state: Relationship, person: str, rules: Rules, facts: Facts) -> str:
    """Return the code for a membership that the program requires and the person does not have, or an empty text."""
    if person == state.mentor:
        classes = rules.matching.mentor_classes
        lacks = classes and facts.membership_of(person, classes) not in classes
        return "mentor_not_a_member" if lacks else ""
    classes = () if state.application.special else rules.eligibility.mentee_classes
    return "mentee_not_a_member" if classes and facts.membership_of(person, classes) not in classes else ""


def look_at(state: Relationship, person: str, why: str) -> tuple[Event, ...]:
    """Return the event for what does not fit about a person; without a code, the end of an open task about it."""
    task = next((each for each in _about(state, person)), None)
    if task is not None and (task.why == (why,) or LEFT in task.why):
        return ()
    if why:
        return (PersonToLookAt(person=person, why=why),)
    return (PersonSettled(person=person, outcome=IN_ORDER),) if task is not None else ()


def came_back(state: Relationship, person: str, why: str) -> tuple[Event, ...]:
    """Return the event that ends an open task about who has left: what else does not fit (``why``), or nothing."""
    if not any(LEFT in task.why for task in _about(state, person)):
        return ()
    return (
        PersonToLookAt(person=person, why=why) if why else PersonSettled(person=person, outcome=IN_ORDER),
    )


def task_about(state: Relationship, person: str) -> bool:
    """Return whether a task about a person is open."""
    return bool(_about(state, person))


def _about(state: Relationship, person: str) -> tuple[tasks.Task, ...]:
    kind = TaskKind.LOOK_AT_PERSON
    return tuple(each for each in state.tasks if each.open and each.kind is kind and each.subject == person)


def _open_about(state: Relationship, person: str) -> bool:
    """Return whether a task about a person is open, be it about a limit or about anything else."""
    subjects = (person, *(_limit_of(person, limit) for limit in _LIMITS))
    return any(each.open and each.subject in subjects for each in state.tasks)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case PersonChangeHeard():
            return state
        case PersonToLookAt():
            kind = TaskKind.LOOK_AT_PERSON
            todo = tasks.close_tasks(state.tasks, stamp, kind, subject=event.person, outcome="superseded")
            todo = tasks.open_task(todo, state.id, stamp, kind, why=(event.why,), subject=event.person)
            return replace(state, tasks=todo)
        case PersonSettled():
            kind = TaskKind.LOOK_AT_PERSON
            todo = tasks.close_tasks(state.tasks, stamp, kind, subject=event.person, outcome=event.outcome)
            # A coordinator who has looked at a person has looked at the limits, too.
            for limit in _LIMITS if event.outcome == LOOKED_AT else ():
                about = _limit_of(event.person, limit)
                todo = tasks.close_tasks(todo, stamp, kind, subject=about, outcome=event.outcome)
            return replace(state, tasks=todo)
        case LimitBroken():
            kind, about = TaskKind.LOOK_AT_PERSON, _limit_of(event.person, event.limit)
            todo = tasks.open_task(state.tasks, state.id, stamp, kind, why=(event.limit,), subject=about)
            return replace(state, tasks=todo)
        case LimitKept():
            kind, about = TaskKind.LOOK_AT_PERSON, _limit_of(event.person, event.limit)
            todo = tasks.close_tasks(state.tasks, stamp, kind, subject=about, outcome=IN_ORDER)
            return replace(state, tasks=todo)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(PersonChangeHeard, HearPersonChange),
    FirstEvent(PersonSettled, SettleChange),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    question=question,
    decide=decide,
    evolve=evolve,
    on_change=on_change,
)
