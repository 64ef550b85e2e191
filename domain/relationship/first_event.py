"""The way back from the journal: which command an event belongs to, with which fields and which facts.

A decision is all the events of one command. Its first event identifies the command and holds its inputs; the facts
looked up for it are in the same events.
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
        """The first event."""
        return self.events[0]

    def document(self, name: str) -> Document:
        """Return a document that an event names, or only its id if the envelope does not describe it."""
        known = next((each for each in self.documents if each.doc == name), None)
        return known or Document(doc=name, form="", privacy="", ver=0, commit="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFacts:
    """The facts that a decision used, as its events hold them.

    ``unknown`` has the facts that a draft of the rules needs and the events do not hold, each with its possible values.
    """

    facts: Facts | None = None
    unknown: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def possible(self) -> Iterator[Facts | None]:
        """Yield the facts as they may have been, once for each combination of the unknown values."""
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
    """The first event of a command.

    ``fields`` returns the command's fields that have another name in the event. If an event can be the first of several
    commands, ``when`` tells from the event, or ``state`` from the state before it, whether it was this one. ``facts``
    reads the facts of the decision:
    ``rules`` are the rules that decided (a fact without which they would have refused was true), ``draft`` the rules
    that are asked now.
    """

    event: type[Event]
    command: type[Command]
    fields: FieldsOf = _no_fields
    when: Callable[[Any], bool] = _always
    state: Callable[[Relationship], bool] = _always
    facts: FactsOf = _no_facts
