"""The common shape of what is asked of a workflow and of what it answers.

A command is an imperative with an id, the resolved actor and, where the rule wants one, a reason code. Its class name
is the name of the workflow update, its ``roles`` say who may ask at all; the stage room that owns it says the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from domain.actors import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands. ``id`` is also the update id and the key under which a repeat is answered.

    ``aside`` names a text that people may send along and that never comes here: the gateway seals it for its writer.
    ``drafted`` names documents that a sender may leave out: then the draft that he has saved is handed in.
    ``needs_facts`` says that it cannot be decided without a look at the database.
    ``while_paused`` says that it is allowed while a relationship is paused, ``after_end`` that it is allowed once the
    relationship has ended and still waits for a form.
    ``example`` has a value for each field whose type does not say what it may be; the API's documents show it. A text
    such as ``@meetings.modes`` stands for a code of that list of a program's rules (see ``api_gateway/http/examples``).
    """

    roles: ClassVar[tuple[Role, ...]] = ()
    aside: ClassVar[str] = ""
    drafted: ClassVar[tuple[str, ...]] = ()
    needs_facts: ClassVar[bool] = False
    while_paused: ClassVar[bool] = False
    after_end: ClassVar[bool] = False
    example: ClassVar[Mapping[str, Any]] = {}

    id: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where an event stands: its number in the stream, the instant of the decision, who decided."""

    seq: int
    at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a command: the last event it made (stream, number, hash) and the state it led to.

    ``state`` is the stage of a relationship, or the state of an obligation.
    """

    command: str
    stream: str
    seq: int
    hash: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A command that was carried out: id, and the its last event. It travels through continue-as-new."""

    command: str
    seq: int
    hash: str
    state: str
