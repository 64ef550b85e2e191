"""Forms that someone in the relationship owes: requested when a fact in the program becomes true, due some days later.

The person who owes a form is reminded, and a coordinator is told in the end. A form that the office itself owes is a
task at once. Once a relationship is over, forms about its end are still accepted for a while: a closing survey after an
early ending (NEA-43), a record of what it cost (OPSOA-15). The run stays open for them, and for nothing else.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.actors import Side
from domain.codec import instant_text
from domain.forms.model import Filler
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import Timer, Timers, drop, of_subject, put, put_off, timer_after
from domain.relationship.parts.forms import FormStanding, OwedForm
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.form_uses import DueAfter, FormUse
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind

_FORM_TASKS = (TaskKind.FILL_FORM, TaskKind.CHASE_FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsAsked(Event):
    """Forms are owed from now on; ``timers`` has a deadline for each, and after the end one that closes all."""

    forms: tuple[OwedForm, ...]
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsLapsed(Event):
    """The relationship is over, and so is the time for its last forms: these were not submitted."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsForms(Event):
    """Base of the events from which a program counts the days until a form is due."""

    form_due_after: ClassVar[DueAfter]


EVENTS: tuple[type[Event], ...] = (FormsAsked, FormsLapsed)


def request(
    before: Relationship, after: Relationship, events: tuple[Event, ...], now: datetime, rules: Rules
) -> tuple[Event, ...]:
    """Return the request for forms that events between ``before`` and ``after`` make due: one event, or none."""
    reached = {event.form_due_after for event in events if isinstance(event, StartsForms)}
    wanted = dict(_at_the_end(before, rules) if after.ended else _on_the_way(after, reached, rules))
    if not wanted:
        return ()
    timers = [timer_after(rules, DeadlineKind.FORM, now, days, use.form) for use, days in wanted.items()]
    if after.ended:
        timers.append(timer_after(rules, DeadlineKind.FORMS_CLOSE, now, rules.endings.forms_close_days))
    owed = tuple(OwedForm(form=use.form, by=use.by) for use in wanted)
    return (FormsAsked(forms=owed, timers=put((), *timers)),)


def _on_the_way(after: Relationship, reached: Set[DueAfter], rules: Rules) -> Iterator[tuple[FormUse, int]]:
    known = (*_given(after), *(each.form for each in after.owed))
    for use in rules.forms:
        if not use.has_deadline or use.after not in reached or use.form in known:
            continue
        # A mentee who continues with another partner has already submitted the application's forms.
        if use.after is not DueAfter.APPLIED or not after.predecessor:
            yield use, use.due_days


def _at_the_end(before: Relationship, rules: Rules) -> Iterator[tuple[FormUse, int]]:
    """Yield the last forms of a pair: those about its end, and the closing surveys that an early ending came before."""
    if before.ended or not before.has_reached("contact"):
        return
    known = _given(before)
    for use in rules.forms:
        if use.form in known:
            continue
        if use.has_deadline and use.after is DueAfter.RELATIONSHIP_ENDED:
            yield use, use.due_days
        elif use.early_end_days and not before.has_reached("stipend"):
            yield use, use.early_end_days


def _given(state: Relationship) -> tuple[str, ...]:
    """Return the forms that were submitted and not withdrawn."""
    return tuple(each.form for each in state.filed if each.standing is not FormStanding.WITHDRAWN)


def _on_close(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event that ends the time for the last forms."""
    return (FormsLapsed(forms=tuple(each.form for each in state.owed)),)


def receive(state: Relationship, form: str, stamp: Stamp) -> Relationship:
    """Return the state after a form was submitted; if it was the last one after the end, nothing stays open."""
    return _settle(state, form, stamp, "handed_in")


def cancel(state: Relationship, forms: tuple[str, ...], stamp: Stamp) -> Relationship:
    """Return the state after forms are no longer required."""
    for form in forms:
        state = _settle(state, form, stamp, "not_asked")
    return state


def _settle(state: Relationship, form: str, stamp: Stamp, outcome: str) -> Relationship:
    owed = tuple(each for each in state.owed if each.form != form)
    timers = drop(state.timers, DeadlineKind.FORM, about=form)
    todo = tasks.close_tasks(state.tasks, stamp, *_FORM_TASKS, subject=form, outcome=outcome)
    return end_if_closed(replace(state, owed=owed, timers=timers, tasks=todo), stamp)


def end_if_closed(state: Relationship, stamp: Stamp) -> Relationship:
    """Return the state, without deadlines and tasks if it is over and no form is owed.

    What staff enter for a person can still be contradicted, so it closes nothing yet.
    """
    if not state.closed or stamp.actor.acting_for is not None:
        return state
    return replace(state, timers=(), tasks=tasks.close_tasks(state.tasks, stamp, outcome=state.outcome))


def others_put_off(state: Relationship, form: str, by: Filler, now: datetime, rules: Rules) -> Timers | None:
    """Return the deadlines of the other forms of a writer who has just handed one in: nobody asks for them today."""
    owed = [each.form for each in state.owed if each.by is by and each.form != form]
    running = (timer for timer in of_subject(state.timers, DeadlineKind.FORM) if timer.about in owed)
    return put_off(state.engine, rules, running, now)


def owes(state: Relationship, form: str) -> bool:
    """Return whether the form is owed and not submitted yet."""
    return any(each.form == form for each in state.owed)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case FormsAsked():
            due = {timer.about: timer.due for timer in event.timers}
            todo = state.tasks
            for each in event.forms:
                if each.by is Filler.COORDINATOR:
                    todo = tasks.open_task(
                        todo, state.id, stamp, TaskKind.FILL_FORM, subject=each.form, due_at=due[each.form]
                    )
            timers = put(state.timers, *event.timers)
            return replace(state, owed=(*state.owed, *event.forms), timers=timers, tasks=todo)
        case FormsLapsed():
            todo = tasks.close_tasks(state.tasks, stamp, *_FORM_TASKS, outcome="lapsed")
            return end_if_closed(replace(state, owed=(), tasks=todo), stamp)
    raise TypeError(type(event).__name__)


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case FormsAsked():
            return tuple(each for side in Side for each in _request_to(state, event, side, stamp))
    return ()


def _request_to(state: Relationship, event: FormsAsked, side: Side, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notice to one side of the pair about the forms that it owes; the office has a task instead."""
    forms = [each.form for each in event.forms if each.by.value == side.value]
    if not forms:
        return ()
    due = min(timer.due for timer in event.timers if timer.about in forms)
    data = {"forms": ",".join(forms), "due": instant_text(due), "over": "yes" if state.ended else "no"}
    return notice_to.side(state, stamp, side, NoticeKind.FORMS_ASKED, **data)


ROOM = Room(events=EVENTS, evolve=evolve, notices=notices, on_due={DeadlineKind.FORMS_CLOSE: _on_close})
