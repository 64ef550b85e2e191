"""Surveys of the region's contacts, administrators and district (MASA-23, ESE-1, ESE-18): who is asked, and answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from domain.actors import Role, demand_coordinator
from domain.errors import demand, forbid, forbidden, required
from domain.journal import Document, Event
from domain.messages import By, Command, Stamp
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.term.duties import Matter, Planned, SurveyAudience
from domain.term.facts import TermFacts, TermPair
from domain.term.reminders import settled_by
from domain.term.state import Term, TermSurveyAnswer

AUDIENCE_NOT_YOURS: Final = forbidden("audience_not_yours")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitTermSurvey(Command):
    """Submit the answers to a survey of the region, which are stored as a document."""

    roles: ClassVar = (Role.PARTICIPANT, Role.COORDINATOR)
    by: ClassVar = By.OWN
    needs_facts: ClassVar = True
    example: ClassVar = {"answers": "@answers.term_survey"}

    audience: SurveyAudience
    answers: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSurveySubmitted(Event):
    """A survey of the region was answered for ``owner``: the person who was asked, or the region."""

    audience: SurveyAudience
    owner: str
    document: str


COMMANDS: tuple[type[Command], ...] = (SubmitTermSurvey,)
EVENTS: tuple[type[Event], ...] = (TermSurveySubmitted,)


def plan(rules: Rules, term: TermDates) -> Iterator[Planned]:
    """Return the surveys of the region that the program asks for near the end of a term."""
    calendar = rules.calendar
    for audience, survey in rules.region_surveys():
        day = max(term.first, term.last - timedelta(days=survey.opens_days_before_end))
        opens = calendar.after(day, 0)
        yield Planned(
            matter=Matter.SURVEY,
            key=audience,
            opens_at=opens,
            due=calendar.after(calendar.local_date(opens), survey.due_days),
            closes_at=calendar.after(calendar.local_date(opens), survey.closes_days),
            next_at=opens,
        )


def administrators_of(pairs: Iterable[TermPair]) -> tuple[str, ...]:
    """Return the administrators who are asked: those to whom a mentee reports, even if the pair has ended."""
    return tuple(sorted({pair.supervisor for pair in pairs if pair.supervisor}))


def decide(
    state: Term, command: Command, now: datetime, rules: Rules, facts: TermFacts | None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``. Empty if facts are needed and missing."""
    match command:
        case SubmitTermSurvey():
            return _answer(state, command, now, facts)
    raise TypeError(type(command).__name__)


def _answer(
    state: Term, command: SubmitTermSurvey, now: datetime, facts: TermFacts | None
) -> tuple[Event, ...]:
    actor, audience = command.actor, command.audience
    if actor.role is Role.COORDINATOR:
        demand_coordinator(actor, state.region)
    duty = required(state.duty(Matter.SURVEY, audience.value), "audience_not_asked", field="audience")
    demand(now >= duty.opens_at, "survey_not_open_yet", field="audience")
    demand(duty.closes_at is None or now < duty.closes_at, "survey_closed", field="audience")
    owner = actor.id if audience is SurveyAudience.ADMINISTRATOR else state.region
    demand(owner not in duty.done, "already_answered", field="audience")
    if facts is None:
        return ()
    people = facts.administrators if audience is SurveyAudience.ADMINISTRATOR else facts.contacts
    speaks = audience is SurveyAudience.DISTRICT and actor.role is Role.COORDINATOR
    forbid(actor.id not in people and not speaks, AUDIENCE_NOT_YOURS, field="audience")
    submitted = TermSurveySubmitted(audience=audience, owner=owner, document=command.answers.doc)
    return (submitted, *settled_by(duty, owner))


def evolve(state: Term, event: Event, stamp: Stamp) -> Term:
    """Return the state after an answer; it is done for the person who was asked, or for the region."""
    match event:
        case TermSurveySubmitted():
            answer = TermSurveyAnswer(
                audience=event.audience.value,
                owner=event.owner,
                person=stamp.actor.id,
                document=event.document,
                at=stamp.at,
            )
            after = state.with_done(Matter.SURVEY, event.audience.value, event.owner)
            return replace(after, answers=(*state.answers, answer))
    raise TypeError(type(event).__name__)
