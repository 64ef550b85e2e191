"""From the journal back to the request: the command that an event belongs to, and the facts that its decision used.

Each room says which of its events is the first event of which command.
"""

from dataclasses import dataclass, fields
from typing import Final
from zoneinfo import ZoneInfo

from domain.journal import Envelope, Event
from domain.messages import Command
from domain.relationship.first_event import FirstEvent, RecordedDecision, RecordedFacts
from domain.relationship.rooms import EVENTS, ROOMS
from domain.relationship.state import Relationship
from domain.rules.program import Rules

FIRST_EVENTS: Final[tuple[FirstEvent, ...]] = tuple(each for room in ROOMS for each in room.first_events)
_BY_EVENT: Final = {kind: tuple(each for each in FIRST_EVENTS if each.event is kind) for kind in EVENTS}
_OWN = ("id", "actor")


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command as it was sent, and a way to get the facts of its decision."""

    command: Command
    first: FirstEvent
    decision: RecordedDecision

    def facts(self, rules: Rules, draft: Rules) -> RecordedFacts:
        """Return the facts that the events hold; ``rules`` decided then, and ``draft`` is asked now."""
        return self.first.facts(self.decision, rules, draft)


def recorded_command(
    state: Relationship, events: tuple[Event, ...], envelopes: tuple[Envelope, ...], zone: ZoneInfo
) -> RecordedCommand:
    """Return the command that produced these events from a state; raises ``KeyError`` if the first belongs to none.

    ``zone`` is the program's time zone: the journal holds an instant where the command had a local day or hour.
    """
    documents = tuple(document for envelope in envelopes for document in envelope.docs)
    may_be = _BY_EVENT.get(type(events[0]), ())
    begins = next((each for each in may_be if each.when(events[0]) and each.state(state)), None)
    if begins is None:
        raise KeyError(type(events[0]).__name__)
    cause, at = envelopes[0].cause.command, envelopes[0].decided_at
    decision = RecordedDecision(state, events, documents, cause, at, zone)
    given = begins.fields(decision)
    same = [each.name for each in fields(events[0])]
    for each in fields(begins.command):
        if each.name in same and each.name not in given and each.name not in _OWN:
            given[each.name] = getattr(events[0], each.name)
    command = begins.command(id=cause, actor=envelopes[0].actor, **given)
    return RecordedCommand(command, begins, decision)
