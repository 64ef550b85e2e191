"""A change about a person, and the command that tells a running stream of it: once for each change and stream.

What a stream says of a limit per human is here, too, because relationships and money say it in the same words.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from domain.actors import Role
from domain.journal import Event
from domain.messages import Command

LOOKED_AT: Final = "looked_at"
"""The outcome of a task at whose cause staff have looked."""
IN_ORDER: Final = "in_order"
"""The outcome of a task whose cause is gone."""


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


_LAST_ZONE: Final = timedelta(hours=12)
"""How much later than in UTC a day begins in the last time zone."""


def begins_everywhere(day: date) -> datetime:
    """Return the instant from which a day has begun in every time zone."""
    return datetime.combine(day, time(), UTC) + _LAST_ZONE


def begun_everywhere(now: datetime) -> date:
    """Return the newest day that has begun in every time zone."""
    return (now.astimezone(UTC) - _LAST_ZONE).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class HearPersonChange(Command):
    """Report that something changed about a person of this stream, on ``day``. Housekeeping delivers it."""

    roles: ClassVar = (Role.SYSTEM,)
    needs_facts: ClassVar = True

    person: str
    kind: ChangeKind
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitBroken(Event):
    """Two entries count as one human, who is then beyond a limit (``limit`` is its code). Nothing ends."""

    person: str
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitKept(Event):
    """The entries no longer count as one human, or something else has ended; the limit is kept again."""

    person: str
    limit: str
