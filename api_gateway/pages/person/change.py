"""A change of what the office has about a person, as a form: what it asks, what it does, and what is then otherwise."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from api_gateway.pages.acts.parts import FormPart
from api_gateway.pages.person.here import Here, Record
from api_gateway.pages.words import Say
from api_gateway.services.entry_write import EntryWrite


class FormAbout(StrEnum):
    """What of a person a change is about; all but the person oneself is named in the address."""

    PERSON = "person"
    MEMBERSHIP = "membership"
    REGION = "region"
    CONFLICT = "conflict"
    OTHER = "other"
    """Another person, who is looked for first."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a change makes of one thing: how it is now, and how it is then."""

    label: str
    now: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedForm:
    """A change of a person for whom somebody opened the form: the record that it is about, and the other person."""

    here: Here
    change: "PersonForm"
    record: Record = field(default_factory=dict)
    other: Record = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What can be chosen where only the programs say it: codes with their words."""
    usual_places: int | None = None
    """How many mentees a mentor of the person's region takes if nobody says it; None where no program says it."""

    @property
    def say(self) -> Say:
        """The words of pages in the visitor's language."""
        return self.here.say

    @property
    def name(self) -> str:
        """The name of the change."""
        return self.change.name


Parts = Callable[[OpenedForm], Sequence[FormPart]]
Values = Callable[[OpenedForm], Mapping[str, str | Sequence[str]]]
Write = Callable[[EntryWrite, OpenedForm, Any], Awaitable[Any]]
Lines = Callable[[OpenedForm, Any], Sequence[Line]]


def always(_: Here) -> bool:
    """Return that a change is offered whatever the entry says."""
    return True


def nothing(_: OpenedForm) -> Mapping[str, str]:
    """Return that nothing is in the form."""
    return {}


def no_parts(_: OpenedForm) -> Sequence[FormPart]:
    """Return that a form asks nothing."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForm:
    """A change by its name in addresses and words; in the journal a refused one has the name ``kind``.

    ``body`` is the body that the API takes, ``fixed`` what it holds beside what was typed, ``now`` what is in the
    form at first, and ``then`` what is confirmed before it happens. ``offered`` says whether the entry has what the
    change is about, ``of_counting`` that it is refused where another entry counts for the person, and ``only_changed``
    that fields which stay as they are are not sent.
    """

    name: str
    kind: str
    body: type[BaseModel]
    write: Write
    parts: Parts = no_parts
    now: Values = nothing
    fixed: Callable[[OpenedForm], Mapping[str, Any]] = nothing
    then: Lines | None = None
    about: FormAbout = FormAbout.PERSON
    offered: Callable[[Here], bool] = always
    of_counting: bool = False
    only_changed: bool = False


def iso(day: date | None) -> str | None:
    """Return a day as entries have it."""
    return None if day is None else day.isoformat()
