"""What a draft of the rules would have decided: each decision of a relationship is made again under the draft.

A decision is all the events of one command, or of one deadline. The draft decides from the state before it, with the
inputs and facts that its events hold, at the recorded instant. The next decision starts from what really happened, so
that one difference does not hide the next.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from domain.actors import TIMER
from domain.codec import instant_text, to_plain
from domain.errors import RuleViolation
from domain.journal import Envelope, Event, stamp_of
from domain.messages import Command
from domain.money import Money
from domain.relationship import decider
from domain.relationship.any_stage.rules_version import RulesMoved
from domain.relationship.commands_from_events import recorded_command
from domain.relationship.deadlines import rearm
from domain.relationship.evolve import CATALOG, evolve, fold
from domain.relationship.facts import Facts
from domain.relationship.person_change import PersonChangeHeard
from domain.relationship.stages.application.opening import ApplicationReceived
from domain.relationship.stages.stipend import StipendClaimed
from domain.relationship.state import Relationship
from domain.rules.program import Rules

_NOTHING = "nothing"
_DEADLINES = ("timers", "due_at", "next_at", "contact_due", "match_due", "confirm_due")


class DifferenceKind(StrEnum):
    """What the draft would have decided differently: the events, when something is due, how much is claimed."""

    DECISION = "decision"
    DEADLINE = "deadline"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference: which kind, at which event, what was decided then and what the draft says."""

    kind: DifferenceKind
    seq: int
    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """How many decisions of a relationship were made again, and the first difference of each kind."""

    decisions: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """The draft's answer: events, or the code of a refusal, or the facts that it depends on and no event holds."""

    events: tuple[Event, ...] = ()
    refused: str = ""
    unknown: tuple[str, ...] = ()


def what_if(
    state: Relationship, envelopes: Iterable[Envelope], rules_of: Callable[[Envelope], Rules], draft: Rules
) -> WhatIf:
    """Make every decision of a relationship again under the draft, and return the differences.

    Args:
        state: The relationship before its first event, with the dates of its whole term.
        envelopes: All its events, in order.
        rules_of: Returns the rules under which an event was decided.
        draft: The rules to ask, for the relationship's region. They are treated as rules of the same program.
    """
    decisions = 0
    differences: dict[DifferenceKind, Difference] = {}
    term, draft_dates = state.term_dates, state.term_dates
    for _, each in groupby(envelopes, key=lambda envelope: envelope.cause.command):
        decided = tuple(each)
        events = tuple(CATALOG.read(envelope) for envelope in decided)
        rules = rules_of(decided[0])
        asking = draft if draft.program == rules.program else replace(draft, program=rules.program)
        state = replace(state, engine=decided[0].engine or state.engine)
        if isinstance(events[0], ApplicationReceived):
            applied_on = events[0].applied_on
            state = replace(state, term_dates=rules.intake.course(applied_on, term))
            draft_dates = draft.intake.course(applied_on, term)
        before = state if draft_dates == state.term_dates else replace(state, term_dates=draft_dates)
        before, answer = _ask(before, events, decided, rules, asking)
        state = _fold(state, events, decided)
        decisions += 1
        for kind, step, old, new in _differences(before, state, events, answer, decided[0], rules, asking):
            place = decided[min(step, len(decided) - 1)]
            known = Difference(kind=kind, seq=place.seq, at=place.decided_at, old=old, new=new)
            differences.setdefault(kind, known)
    return WhatIf(
        decisions=decisions,
        differences=tuple(differences[kind] for kind in DifferenceKind if kind in differences),
    )


def _fold(state: Relationship, events: tuple[Event, ...], envelopes: tuple[Envelope, ...]) -> Relationship:
    for event, envelope in zip(events, envelopes, strict=True):
        state = evolve(state, event, stamp_of(envelope))
    return state


def _ask(
    state: Relationship,
    events: tuple[Event, ...],
    decided: tuple[Envelope, ...],
    rules: Rules,
    draft: Rules,
) -> tuple[Relationship, _Answer]:
    """Return the state from which the draft decides (for a deadline, with its own rungs armed), and its answer."""
    at = decided[0].decided_at
    if isinstance(events[0], RulesMoved | PersonChangeHeard):
        # A person, not a rule, decides which rules come next; what a change was checked against is in no event.
        return state, _Answer(events)
    if decided[0].actor == TIMER:
        armed = replace(state, timers=rearm(state.timers, rules, draft))
        return armed, _Answer(decider.overdue(armed, at, draft))
    recorded = recorded_command(state, events, decided, rules.calendar.zone)
    facts = recorded.facts(rules, draft)
    answers = [_decide(state, recorded.command, at, draft, each) for each in facts.possible()]
    same = all(answer == answers[0] for answer in answers)
    return state, answers[0] if same else _Answer(unknown=tuple(facts.unknown))


def _decide(
    state: Relationship, command: Command, at: datetime, draft: Rules, facts: Facts | None
) -> _Answer:
    try:
        return _Answer(decider.decide(state, command, at, draft, facts))
    except RuleViolation as violation:
        return _Answer(refused=violation.code)


def _differences(
    before: Relationship,
    after: Relationship,
    events: tuple[Event, ...],
    answer: _Answer,
    first: Envelope,
    rules: Rules,
    draft: Rules,
) -> Iterator[tuple[DifferenceKind, int, str, str]]:
    """Yield each kind of difference between what was decided and the answer: kind, step in the decision, old, new."""
    if answer.unknown:
        yield (
            DifferenceKind.DECISION,
            0,
            _in_words(events),
            f"depends on {', '.join(answer.unknown)}, which no event holds",
        )
        return
    if answer.events != events:
        step = _first_other(events, answer.events)
        if step is not None:
            was, would = (
                _in_words(events[step:], answer.events[step:]),
                _in_words(answer.events[step:], events[step:]),
            )
            changed = f"refused: {answer.refused}" if answer.refused else would
            yield DifferenceKind.DECISION, step, was, changed
        else:
            step = next(
                n for n, (old, new) in enumerate(zip(events, answer.events, strict=True)) if old != new
            )
        would_be = fold(before, answer.events, first.decided_at, first.actor)
        old, new = _deadlines(after), _deadlines(would_be)
        name = next((name for name in (*old, *new) if old.get(name) != new.get(name)), None)
        if name is not None:
            yield DifferenceKind.DEADLINE, step, _deadline_text(name, old), _deadline_text(name, new)
    claimed, claims = _amounts(events, rules), _amounts(answer.events, draft)
    if claimed != claims:
        step = next((n for n, event in enumerate(events) if isinstance(event, StipendClaimed)), 0)
        yield DifferenceKind.AMOUNT, step, ", ".join(claimed) or _NOTHING, ", ".join(claims) or _NOTHING


def _first_other(events: tuple[Event, ...], answer: tuple[Event, ...]) -> int | None:
    """Return the first step in which the two differ, deadlines aside; None if they do not differ."""
    for step, (old, new) in enumerate(zip(events, answer, strict=False)):
        if type(old) is not type(new) or (old != new and _content(old) != _content(new)):
            return step
    return None if len(events) == len(answer) else min(len(events), len(answer))


def _content(event: Event) -> dict[str, object]:
    return {each.name: getattr(event, each.name) for each in fields(event) if each.name not in _DEADLINES}


def _in_words(events: tuple[Event, ...], others: tuple[Event, ...] = ()) -> str:
    """Return events in one line; the first with its reason, or with the fields that differ from the other side's."""
    names = [type(event).__name__ for event in events]
    if not names:
        return _NOTHING
    changed = {"reason": reason} if (reason := getattr(events[0], "reason", "")) else {}
    if others and type(others[0]) is type(events[0]):
        other = _content(others[0])
        changed = {name: value for name, value in _content(events[0]).items() if value != other[name]}
    if changed:
        names[0] += "(" + ", ".join(f"{name}={to_plain(value)}" for name, value in changed.items()) + ")"
    return ", ".join(names)


def _deadlines(state: Relationship) -> dict[str, tuple[datetime, ...]]:
    """Return everything that is due, by name: timers with the instant of their next rung, tasks, claims."""
    due: dict[str, tuple[datetime, ...]] = {}
    for timer in state.timers:
        due[f"{timer.subject.value} {timer.about}".strip()] = (timer.due, timer.next_at)
    for task in state.tasks:
        if task.open and task.due_at is not None:
            due[f"task {task.kind.value}"] = (task.due_at,)
    for claim in state.claims:
        due[f"claim {claim.kind}"] = (claim.due_at,)
    return due


def _deadline_text(name: str, deadlines: dict[str, tuple[datetime, ...]]) -> str:
    if name not in deadlines:
        return f"{name}: {_NOTHING}"
    due, *rung = (f"{instant_text(instant)[:16]}Z" for instant in deadlines[name])
    return f"{name}: {due}" + (f", next rung {rung[0]}" if rung and rung[0] != due else "")


def _amounts(events: tuple[Event, ...], rules: Rules) -> tuple[str, ...]:
    """Return what is claimed, in the words and amounts of the rules under which it is claimed."""
    claimed = [event.kind for event in events if isinstance(event, StipendClaimed)]
    return tuple(
        f"{kind} {Money(currency=rule.currency, minor=rule.amount_minor).text}"
        for kind in claimed
        for rule in rules.money
        if rule.kind == kind and rule.executed
    )
