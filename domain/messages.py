"""The common shape of the commands to a workflow and of its answers.

A command is an imperative with an id, the resolved actor and, where the rule requires one, a reason code. Its class
name is the name of the workflow update. Its ``roles`` say who may send it at all; the room that owns it decides the
rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from domain.actors import Actor, Role


class By(StrEnum):
    """Who may send a command: each only in their own name, also staff for a person, or staff as their own work."""

    OWN = "own"
    OWN_OR_STAFF = "own_or_staff"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The base of all commands. ``id`` is also the update id and the key by which a repeat is answered.

    ``by`` says whether staff may send it for a person; what only the system sends has none.
    ``texts`` names fields that people write as they like, with blanks and any sign that can be read.
    ``aside`` names a text that people may send along and that never comes here: the gateway seals it for its writer.
    ``people`` and ``regions`` name fields with a person's id or a region's code, each with the refusal of an unknown
    one.
    ``shown`` names fields with the id of a task, which people see in another form (``activities/adapters/shown_ids``).
    ``drafted`` names documents that a sender may leave out: then the sender's saved draft is submitted.
    ``needs_facts`` says that it cannot be decided without facts from the database.
    ``while_paused`` says that it is allowed while a relationship is paused, ``after_end`` that it is allowed once the
    relationship has ended and still waits for a form.
    ``example`` has a value for each field whose type does not say what it may be; the API documentation shows it. A
    text such as ``@meetings.modes`` means a code from that list in the rules (see ``api_gateway/http/examples``).
    """

    roles: ClassVar[tuple[Role, ...]] = ()
    by: ClassVar[By | None] = None
    texts: ClassVar[tuple[str, ...]] = ()
    aside: ClassVar[str] = ""
    people: ClassVar[Mapping[str, str]] = {}
    regions: ClassVar[Mapping[str, str]] = {}
    shown: ClassVar[tuple[str, ...]] = ()
    drafted: ClassVar[tuple[str, ...]] = ()
    needs_facts: ClassVar[bool] = False
    while_paused: ClassVar[bool] = False
    after_end: ClassVar[bool] = False
    example: ClassVar[Mapping[str, Any]] = {}

    id: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The place of an event: its number in the stream, the instant of the decision, and who decided.

    ``engine`` is the way of deciding that the event names, if it is the first one that was decided in it.
    """

    seq: int
    at: datetime
    actor: Actor
    engine: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a command: the last event it made (stream, number, hash) and the state after it.

    ``state`` is the stage of a relationship, or the state of an obligation.
    """

    command: str
    stream: str
    seq: int
    hash: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A command that was carried out: its id and its last event. It is kept through continue-as-new."""

    command: str
    seq: int
    hash: str
    state: str
