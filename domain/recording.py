"""From decided events to one batch of the journal: number, stamp, chain and fold them, and collect their effects.

The functions are pure, so the workflow, a test and the replay check make the same bytes from the same decision.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from domain.actors import Actor
from domain.codec import to_plain
from domain.journal import Cause, Document, Envelope, Event, Head, Kind, RulesInForce, encode, seal
from domain.messages import Command, Stamp

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamIdentity:
    """What a stream is, in which installation, under which rules; the same for all its events."""

    origin: str
    stream: str
    kind: Kind
    rel: str | None
    rules: RulesInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided, when and why, and the documents that came with the command.

    ``engine`` is named in the first event if the stream now decides in a newer way than the journal has named so far.
    """

    command: str
    actor: Actor
    at: datetime
    workflow: str = ""
    run: str = ""
    documents: tuple[Document, ...] = ()
    engine: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[S]):
    """The state and head after the events, their canonical texts, and the effects in the order in which they start."""

    state: S
    head: Head
    texts: tuple[str, ...]
    effects: tuple[Any, ...]


def chain(
    state: S,
    head: Head,
    events: tuple[Event, ...],
    *,
    subject: StreamIdentity,
    decision: Decision,
    evolve: Callable[[S, Event, Stamp], S],
    effects: Callable[[S, S, Event, Stamp], tuple[Any, ...]],
) -> Batch[S]:
    """Fold ``events`` into ``state`` and chain them to ``head``. It changes nothing: the caller takes the batch."""
    texts: tuple[str, ...] = ()
    following: tuple[Any, ...] = ()
    for step, event in enumerate(events):
        named = decision.engine if step == 0 else None
        stamp = Stamp(seq=head.seq + 1, at=decision.at, actor=decision.actor, engine=named)
        encoded = encode(_envelope(event, head, stamp, step, subject, decision))
        after = evolve(state, event, stamp)
        following = (*following, *effects(state, after, event, stamp))
        texts = (*texts, encoded.decode("ascii"))
        state, head = after, Head(seq=stamp.seq, hash=seal(encoded))
    return Batch(state=state, head=head, texts=texts, effects=following)


def documents_in(command: Command) -> tuple[Document, ...]:
    """Return the documents that a command brings."""
    values = (getattr(command, field.name) for field in fields(command))
    return tuple(value for value in values if isinstance(value, Document))


def _envelope(
    event: Event, head: Head, stamp: Stamp, step: int, subject: StreamIdentity, decision: Decision
) -> Envelope:
    reason, began = getattr(event, "reason", ""), getattr(event, "began_at", None)
    named = getattr(event, "document", "")
    return Envelope(
        type=type(event).__name__,
        origin=subject.origin,
        stream=subject.stream,
        kind=subject.kind,
        rel=subject.rel,
        seq=stamp.seq,
        prev=head.hash,
        actor=decision.actor,
        occurred_at=began if isinstance(began, datetime) else None,
        decided_at=decision.at,
        cause=Cause(command=decision.command, workflow=decision.workflow, run=decision.run, step=step),
        rules=subject.rules,
        why=(reason,) if reason else (),
        body=to_plain(event),
        docs=tuple(document for document in decision.documents if document.doc == named),
        engine=stamp.engine,
    )
