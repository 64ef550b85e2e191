"""Forms that are submitted while a relationship runs: by mentor, mentee or coordinator, once or repeatedly.

A form is a document. The relationship knows which form was submitted, in which version, by whom and when, but none of
its content. A submitted form stays; a better version is a new document that names the one before (NEA-49).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final

from domain.actors import Actor, Role, demand_coordinator
from domain.codec import LATER
from domain.errors import demand, forbid, forbidden, required
from domain.forms.model import Filler, Form
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.relationship.deadlines import Timer, put
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent, RecordedDecision
from domain.relationship.forms_owed import others_put_off, owes, receive
from domain.relationship.parts.forms import with_form
from domain.relationship.room import Room
from domain.relationship.state import Relationship
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitForm(Command):
    """The sender submits a form of the program, stored as a document; without ``answers``, the sender's own draft."""

    roles: ClassVar = (Role.PARTICIPANT, Role.COORDINATOR)
    by: ClassVar = By.OWN_OR_STAFF
    drafted: ClassVar = ("answers",)
    after_end: ClassVar = True
    example: ClassVar = {"form": "@form", "answers": "@answers.form"}

    form: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendForm(Command):
    """The writer of a submitted form, ``document``, submits a new version of it; both versions stay."""

    roles: ClassVar = (Role.PARTICIPANT, Role.COORDINATOR)
    by: ClassVar = By.OWN_OR_STAFF
    drafted: ClassVar = ("answers",)
    example: ClassVar = {"answers": "@answers.form"}

    document: str
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(Event):
    """A form was submitted; ``amends`` is the document that it replaces.

    ``timers`` are those of other forms that the writer owes and is not reminded of today.
    """

    form: str
    version: str
    document: str
    by: Filler
    amends: str = ""
    timers: tuple[Timer, ...] | None = field(default=None, metadata=LATER)


COMMANDS: tuple[type[Command], ...] = (SubmitForm, AmendForm)
EVENTS: tuple[type[Event], ...] = (FormSubmitted,)
NOT_THE_WRITER: Final = forbidden("not_the_writer")
FORM_OF_THE_OTHER_SIDE: Final = forbidden("form_of_the_other_side")


def filler_of(person: str, mentor: str, mentee: str, *, coordinates: bool) -> Filler | None:
    """Return in which role a person fills in forms of a relationship; None for a person who fills in none.

    A person of the pair keeps that side's role whatever other role there is: nobody reads a partner's forms as staff.
    ``coordinates`` says whether the person is a coordinator of the region.
    """
    if person in (mentee, mentor):
        return Filler.MENTOR if person == mentor else Filler.MENTEE
    return Filler.COORDINATOR if coordinates else None


def why_not_filler(filler: Filler | None, actor: Actor) -> str:
    """Return the code for a person who does not fill in a form, with the role in which the person fills in others."""
    if filler is not None:
        return "form_of_the_other_side"
    return "other_region" if actor.role is Role.COORDINATOR else "not_a_participant"


def why_elsewhere(form: Form) -> str:
    """Return the code for a form that is kept elsewhere because it is sealed or private, or an empty string."""
    return "kept_elsewhere" if form.sealed or form.private else ""


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case SubmitForm():
            use = _use(state, command, command.form, rules)
            given = any(each.form == use.form for each in state.filed if each.valid)
            demand(use.repeats or not given, "already_submitted", field="form")
            submitted = _submit(use, command.answers)
        case AmendForm():
            before = required(
                next((each for each in state.filed if each.document == command.document), None),
                "unknown_document",
                field="document",
            )
            forbid(before.person != command.actor.person, NOT_THE_WRITER)
            demand(not before.amended_by, "amended_before", field="document")
            demand(before.valid, "form_withdrawn", field="document")
            use = _use(state, command, before.form, rules)
            submitted = _submit(use, command.answers, before.document)
        case _:
            raise TypeError(type(command).__name__)
    return (replace(submitted, timers=others_put_off(state, submitted.form, submitted.by, now, rules)),)


def _use(state: Relationship, command: Command, form: str, rules: Rules) -> FormUse:
    """Return how the program uses the form; refuse an actor who may not submit it now."""
    use = required(rules.form(form), "unknown_form", field="form")
    demand(use.of_pair, "form_of_another_subject", field="form")
    demand(not use.audience, "survey_is_its_own_command", field="form")
    if use.by is Filler.COORDINATOR:
        forbid(command.actor.acting_for is not None, FORM_OF_THE_OTHER_SIDE, field="form")
        demand_coordinator(command.actor, state.region)
    else:
        other_side = state.side_of(command.actor).value != use.by.value
        forbid(other_side, FORM_OF_THE_OTHER_SIDE, field="form")
    owed = owes(state, use.form)
    demand(owed or not state.ended, "relationship_ended")
    demand(owed or state.has_reached(use.stage), "form_before_its_stage", field="form")
    return use


def _submit(use: FormUse, answers: Document, amends: str = "") -> FormSubmitted:
    demand(answers.form == use.form, "other_form", field="answers")
    return FormSubmitted(form=use.form, version=use.version, document=answers.doc, by=use.by, amends=amends)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case FormSubmitted():
            filed = with_form(
                state.filed,
                stamp,
                document=event.document,
                form=event.form,
                version=event.version,
                by=event.by,
                amends=event.amends,
            )
            timers = put(state.timers, *(event.timers or ()))
            return receive(replace(state, filed=filed, timers=timers), event.form, stamp)
    raise TypeError(type(event).__name__)


def _answers(decision: RecordedDecision) -> dict[str, Any]:
    return {"answers": decision.document(decision.first.document)}


def _amendment(decision: RecordedDecision) -> dict[str, Any]:
    return {"document": decision.first.amends, **_answers(decision)}


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(FormSubmitted, SubmitForm, _answers, when=lambda event: not event.amends),
    FirstEvent(FormSubmitted, AmendForm, _amendment, when=lambda event: bool(event.amends)),
)
ROOM = Room(commands=COMMANDS, events=EVENTS, first_events=FIRST_EVENTS, decide=decide, evolve=evolve)
