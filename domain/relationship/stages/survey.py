"""Stage survey: mentor and mentee answer once each; anyone who does not is reminded, then the stage closes (MASA-23).

Answers are documents. The relationship knows only who has answered and when.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from domain import tasks
from domain.acting_for import Contradiction
from domain.actors import Role, Side
from domain.codec import LATER
from domain.errors import demand
from domain.forms.model import Filler
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import Timer, drop, put
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import others_put_off, owes, receive
from domain.relationship.parts.forms import with_form
from domain.relationship.parts.survey import Survey
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSurvey(Command):
    """One side submits its answers, stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT,)
    by: ClassVar = By.OWN_OR_STAFF
    after_end: ClassVar = True
    example: ClassVar = {"answers": "@answers.survey"}

    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySubmitted(Event):
    """One side has answered; form and version are those of the program's survey for that side.

    ``timers`` are those of other forms that this side owes and is not reminded of today.
    """

    document: str
    by: Side
    form: str = ""
    version: str = ""
    timers: tuple[Timer, ...] | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyClosed(Event):
    """Both have answered, or the time is over; ``missing`` has the sides that have not."""

    missing: tuple[Side, ...] = ()


COMMANDS: tuple[type[Command], ...] = (SubmitSurvey,)
EVENTS: tuple[type[Event], ...] = (SurveySubmitted, SurveyClosed)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case SubmitSurvey():
            by = state.side_of(command.actor)
            form = rules.survey_form(by.value)
            at_the_end = state.ended and form is not None and owes(state, form.form)
            demand(at_the_end or not state.ended, "relationship_ended")
            demand(at_the_end or state.stage == "survey", "not_in_survey")
            demand(by not in state.survey.answered, "already_answered")
            demand(form is None or command.answers.form == form.form, "other_form", field="answers")
            submitted = SurveySubmitted(
                document=command.answers.doc,
                by=by,
                form=form.form if form else "",
                version=form.version if form else "",
                timers=others_put_off(state, form.form if form else "", Filler(by.value), now, rules),
            )
            waits = command.actor.acting_for is not None or _waits(state)
            if by.other in state.survey.answered and not state.ended and not waits:
                return (submitted, SurveyClosed())
            return (submitted,)
    raise TypeError(type(command).__name__)


def _waits(state: Relationship) -> bool:
    """Return whether one side can still contradict the answers that staff entered from its paper."""
    return state.waits_on_staff_act(Contradiction.SURVEY_TO_DRAFT)


def closing(state: Relationship) -> tuple[Event, ...]:
    """Return the end of the survey once both have answered and nobody can contradict an answer any longer."""
    answered = set(state.survey.answered) == set(Side)
    over = state.stage == "survey" and answered and not state.ended and not _waits(state)
    return (SurveyClosed(),) if over else ()


def _on_close(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the end of the survey when the time for answers is over."""
    missing = tuple(side for side in Side if side not in state.survey.answered)
    return (SurveyClosed(missing=missing),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case SurveySubmitted():
            answered = replace(
                state,
                survey=Survey(answered=(*state.survey.answered, event.by)),
                timers=put(state.timers, *(event.timers or ())),
            )
            if not event.form:
                return answered  # the program names no form
            filed = with_form(
                state.filed,
                stamp,
                document=event.document,
                form=event.form,
                version=event.version,
                by=Filler(event.by.value),
            )
            return receive(replace(answered, filed=filed), event.form, stamp)
        case SurveyClosed():
            outcome = "missing" if event.missing else "answered"
            todo = tasks.close_tasks(state.tasks, stamp, TaskKind.CHASE_SURVEY, outcome=outcome)
            timers = drop(state.timers, DeadlineKind.SURVEY, DeadlineKind.SURVEY_CLOSE)
            return replace(state.at("stipend"), tasks=todo, timers=timers)
    raise TypeError(type(event).__name__)


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(
        SurveySubmitted,
        SubmitSurvey,
        lambda decision: {"answers": decision.document(decision.first.document)},
    ),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    on_due={DeadlineKind.SURVEY_CLOSE: _on_close},
)
