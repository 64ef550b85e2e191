"""The journal: an event's envelope, its canonical bytes, the hash chain, and the fold.

Bytes follow RFC 8785 for a narrow alphabet (ASCII, no floats, no null), so any two writers write the same bytes.
A stream is one chain: event ``seq`` holds the hash of event ``seq - 1`` (64 zeros at 1).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from domain.actors import Actor
from domain.codec import from_plain, instant_text, to_plain
from domain.messages import Stamp

S = TypeVar("S")
FIRST_PREV = "0" * 64
MAX_BYTES = 8192
_TEXT = re.compile(r"[A-Za-z0-9._:/+-]{1,64}")
_PREFIX = b"mentorflow/event/v1\n"


class Kind(StrEnum):
    """The kind of a stream: relationship, obligation (payment), term in a region, person, side facts, installation."""

    RELATIONSHIP = "R"
    OBLIGATION = "P"
    TERM = "T"
    PERSON = "H"
    SIDE = "X"
    INSTALLATION = "S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all event types. The class name is the type in the journal; its fields are the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that an event creates or relies on: id, form, privacy class, version, salted commitment."""

    doc: str
    form: str
    privacy: str
    ver: int
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a stream: number and hash of its last event (0 and 64 zeros when empty)."""

    seq: int = 0
    hash: str = FIRST_PREV


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What made the event: the command (or derived deadline id), the workflow and its run, the step within both."""

    command: str
    workflow: str = ""
    run: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules in force for the stream."""

    set: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One journal entry as AUDIT describes it; ``body`` is the plain form of an ``Event``.

    ``engine`` names the way of deciding. Only the first event that is decided in a newer way than those before has it.
    """

    v: int = 1
    type: str
    tv: int = 1
    origin: str
    stream: str
    kind: Kind
    rel: str | None = None
    seq: int
    prev: str
    actor: Actor
    occurred_at: datetime | None = None
    decided_at: datetime
    cause: Cause
    rules: RulesInForce | None = None
    why: tuple[str, ...] = ()
    body: dict[str, Any]
    docs: tuple[Document, ...] = field(default=())
    engine: int | None = None


FIRST_ENGINE = 1
"""The way of deciding of a stream in which no event names another."""


def engine_of(envelopes: Iterable[Envelope]) -> int:
    """Return the way of deciding that the last of these events was decided in."""
    return max((each.engine or FIRST_ENGINE for each in envelopes), default=FIRST_ENGINE)


class NotCanonical(ValueError):
    """A value outside the journal's alphabet, or bytes that are not in canonical form."""


def canonical(value: Any) -> bytes:
    """Return the canonical JSON bytes of a plain value; raises ``NotCanonical`` if it is outside the alphabet."""
    _check(value, "")
    encoded = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    if len(encoded) > MAX_BYTES:
        raise NotCanonical(f"an event has at most {MAX_BYTES} bytes; this one has {len(encoded)}")
    return encoded


def _check(value: Any, path: str) -> None:
    if type(value) is str and _TEXT.fullmatch(value):
        return  # most of them
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _TEXT.fullmatch(key):
                raise NotCanonical(f"{path}: key {key!r} is outside the alphabet")
            _check(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, f"{path}[{number}]")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise NotCanonical(f"{path}: the integer is too large")
    elif not isinstance(value, str) or not _TEXT.fullmatch(value):
        raise NotCanonical(f"{path}: {type(value).__name__} is outside the alphabet")


def seal(encoded: bytes) -> str:
    """Return the hash of an event's canonical bytes, in hex."""
    return hashlib.sha256(_PREFIX + encoded).hexdigest()


def encode(envelope: Envelope) -> bytes:
    """Return the canonical bytes of an envelope, without empty lists and texts: absent means the same."""
    try:
        encoded = "{" + ",".join(_members(envelope)) + "}"
    except NotCanonical:
        encoded = ""  # the whole names the place of the fault
    if not encoded or len(encoded) > MAX_BYTES:
        return canonical(_pruned(to_plain(envelope)))
    return encoded.encode("ascii")


def _members(envelope: Envelope) -> Iterator[str]:
    """Yield the members of an envelope as canonical texts. Thousands of events of one import share most of them."""
    for name in _NAMES:
        value = getattr(envelope, name)
        if name == "body":
            yield f'"body":{{{",".join(_body_members(value))}}}'
        elif isinstance(value, str):
            if value:
                yield f'"{name}":{_text(value)}'
        elif isinstance(value, Actor | Cause | RulesInForce | tuple):
            if value != ():
                yield f'"{name}":{_shared(value)}'
        elif value is not None:
            yield f'"{name}":{_other(value)}'


def _body_members(body: dict[str, Any]) -> Iterator[str]:
    for name, value in sorted(body.items()):
        if isinstance(value, str):
            text = _text(value) if value else ""
        elif type(value) in (list, tuple) and all(type(item) is str for item in value):
            text = _shared(tuple(value)) if value else ""
        else:
            text = _other(value)
        if text not in ("", "[]"):
            yield f"{_text(name)}:{text}"


def _text(value: str) -> str:
    if not _TEXT.fullmatch(value):
        raise NotCanonical("a text is outside the alphabet")
    return f'"{value}"'


@lru_cache(maxsize=256)
def _shared(value: Any) -> str:
    return _other(value)


def _other(value: Any) -> str:
    return canonical(_pruned(to_plain(value))).decode("ascii")


_NAMES = tuple(sorted(each.name for each in fields(Envelope)))


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", [])}
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    return value


def decode(encoded: bytes) -> Envelope:
    """Read an envelope; raises ``NotCanonical`` unless the bytes are exactly what ``encode`` writes."""
    try:
        plain = json.loads(encoded, object_pairs_hook=_unique)
    except ValueError as error:
        raise NotCanonical(str(error)) from None
    if canonical(plain) != encoded:
        raise NotCanonical("bytes are not in canonical form")
    return from_plain(Envelope, plain, strict=True)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise NotCanonical("duplicate key")
    return unique


class Catalog:
    """The closed list of event types of one kind of stream; it turns name and body into an ``Event``."""

    def __init__(self, *types: type[Event]) -> None:
        self._types = {kind.__name__: kind for kind in types}
        if len(self._types) != len(types):
            raise ValueError("two event types share a name")

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def names(self) -> tuple[str, ...]:
        """Return all type names in the order of declaration."""
        return tuple(self._types)

    def read(self, envelope: Envelope) -> Event:
        """Return the event in an envelope; raises ``KeyError`` for an unknown type, ``CodecError`` for a bad body."""
        return from_plain(self._types[envelope.type], envelope.body)


def stamp_of(envelope: Envelope) -> Stamp:
    """Return the stamp of the event in an envelope, as the fold needs it."""
    return Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor, engine=envelope.engine)


def fold(
    state: S, envelopes: Iterable[Envelope], catalog: Catalog, evolve: Callable[[S, Event, Stamp], S]
) -> S:
    """Return the state after the recorded events, in order, from the state before the first of them."""
    for envelope in envelopes:
        state = evolve(state, catalog.read(envelope), stamp_of(envelope))
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """The place where a chain breaks: sequence number and a stable code."""

    seq: int
    code: str


def check_chain(entries: Iterable[tuple[int, str, bytes]]) -> tuple[Head, ChainFault | None]:
    """Check (seq, stored hash, bytes) in order; return the last good head, and the first fault or None."""
    head = Head()
    for seq, stored, encoded in entries:
        try:
            envelope = decode(encoded)
        except ValueError:
            return head, ChainFault(seq=seq, code="not_canonical")
        if seq != head.seq + 1 or envelope.seq != seq:
            return head, ChainFault(seq=seq, code="gap")
        if envelope.prev != head.hash:
            return head, ChainFault(seq=seq, code="prev_differs")
        if seal(encoded) != stored:
            return head, ChainFault(seq=seq, code="hash_differs")
        head = Head(seq=seq, hash=stored)
    return head, None


__all__ = [
    "FIRST_ENGINE",
    "FIRST_PREV",
    "Catalog",
    "Cause",
    "ChainFault",
    "Document",
    "Envelope",
    "Event",
    "Head",
    "Kind",
    "NotCanonical",
    "RulesInForce",
    "canonical",
    "check_chain",
    "decode",
    "encode",
    "engine_of",
    "fold",
    "instant_text",
    "seal",
    "stamp_of",
]
