"""The way back from the journal: which command an event began, with which fields, and with which facts.

A decision is all the events of one command. Its first event names the command and holds its inputs; what was looked up
for it stands in the same events.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from domain.journal import Document, Event
from domain.messages import Command
from domain.relationship.facts import Facts
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """One decision as the journal has it: the state before, its events and their documents, the id of its command."""

    state: Relationship
    events: tuple[Event, ...]
    documents: tuple[Document, ...]
    command: str
    at: datetime
    zone: ZoneInfo

    @property
    def first(self) -> Any:
        """The event that begins it."""
        return self.events[0]

    def document(self, name: str) -> Document:
        """Return a document that an event names; where its envelope does not describe it, its id alone."""
        known = next((each for each in self.documents if each.doc == name), None)
        return known or Document(doc=name, form="", privacy="", ver=0, commit="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFacts:
    """The facts that a decision used, as its events hold them.

    ``unknown`` has the facts that a draft of the rules asks for and the events do not hold, each with the values that
    it can have had.
    """

    facts: Facts | None = None
    unknown: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def possible(self) -> Iterator[Facts | None]:
        """Yield the facts as they may have been: once for each way in which the unknown ones can have come out."""
        if self.facts is None:
            yield None
            return
        for chosen in product(*self.unknown.values()):
            yield replace(self.facts, **dict(zip(self.unknown, chosen, strict=True)))


FieldsOf = Callable[[RecordedDecision], dict[str, Any]]
FactsOf = Callable[[RecordedDecision, Rules, Rules], RecordedFacts]


def _no_fields(decision: RecordedDecision) -> dict[str, Any]:
    return {}


def _no_facts(decision: RecordedDecision, rules: Rules, draft: Rules) -> RecordedFacts:
    return RecordedFacts()


def _always(event: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class FirstEvent:
    """An event with which a command begins.

    ``fields`` has the command's fields that the event calls otherwise. Where an event begins several commands,
    ``when`` says by the event which of them it was. ``facts`` reads the facts of the decision: ``rules`` are those of
    the decision (a fact without which they would have refused was true), ``draft`` those that are asked now.
    """

    event: type[Event]
    command: type[Command]
    fields: FieldsOf = _no_fields
    when: Callable[[Any], bool] = _always
    facts: FactsOf = _no_facts
