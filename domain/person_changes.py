"""A change about a person, and the command that tells a running stream of it: once for each change and stream."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.actors import Role
from domain.messages import Command


class ChangeKind(StrEnum):
    """What changed about a person. ``left`` is also a death; ``same_as`` says which entries count as one human.

    ``back`` is never stored: it is how a stream hears of ``left`` if the person is not gone when it is delivered.
    """

    MEMBERSHIP = "membership"
    MENTOR = "mentor"
    ADDRESS = "address"
    LEFT = "left"
    BACK = "back"
    REGION = "region"
    SAME_AS = "same_as"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearPersonChange(Command):
    """Report that something changed about a person of this stream, on ``day``. Housekeeping delivers it."""

    roles: ClassVar = (Role.SYSTEM,)
    needs_facts: ClassVar = True

    person: str
    kind: ChangeKind
    day: date
