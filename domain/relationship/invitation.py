"""An invitation to a planned meeting, as calendars know it (RFC 5545, RFC 5546): when, how long, and which change.

It holds only codes and instants. What two people want to talk about is in no calendar. Names are not here either: those
of the pair are added when the email is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.codec import from_plain, instant_text
from domain.ids import derive
from domain.messages import Stamp

COUNTS_CHANGES: Final = 6
"""From this engine on, a plan counts its own changes, and what the pair does not know of moves no plan (C58)."""
_UNKNOWN: Final = 1_000_000
"""Above the number of any event: where a plan goes on whose last number its run did not keep."""


class Occasion(StrEnum):
    """What is planned; an adapter has the words for it."""

    MEETING = "meeting"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One planned meeting as it is after one change.

    ``uid`` is the same for all changes of one plan. ``sequence`` rises with each change (``next_change``), and
    ``stamped_at`` is when that change was decided. If a day is agreed on but no hour yet, ``on`` takes the place of
    ``starts_at`` and ``minutes``. A withdrawal is ``cancelled`` and otherwise unchanged. ``place`` is known to
    calendars only: an email reads it from the plan when it is sent.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    occasion: Occasion
    starts_at: datetime | None = None
    minutes: int = 0
    on: date | None = None
    mode: str = ""
    place: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        if self.sequence < 0 or self.minutes < 0:
            raise ValueError("an invitation counts from 0")
        if (self.starts_at is None) == (self.on is None) or (self.on is not None and self.minutes):
            raise ValueError("an invitation has an hour and minutes, or a day and neither")

    @property
    def data(self) -> dict[str, str]:
        """The invitation as the data of a notice, without its place; ``invitation_of`` reads it back."""
        return {
            "uid": self.uid,
            "sequence": str(self.sequence),
            "stamped_at": instant_text(self.stamped_at),
            "occasion": self.occasion.value,
            "starts_at": instant_text(self.starts_at) if self.starts_at else "",
            "minutes": str(self.minutes),
            "on": self.on.isoformat() if self.on else "",
            "mode": self.mode,
            "cancelled": "yes" if self.cancelled else "",
        }


def invitation_uid(relationship: str, plan: str) -> str:
    """Return the identity that one plan of a relationship has in all calendars."""
    return derive("invitation", relationship, plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """Which change of a plan was the last one, and when it was decided."""

    sequence: int
    at: datetime


def next_change(last: PlanChange | None, stamp: Stamp, engine: int, *, new: bool = False) -> PlanChange:
    """Return the change of a plan that an event makes: its own next one, so that it tells nothing of other events.

    Before ``COUNTS_CHANGES`` it has the number of the event in its stream. A plan that was sent then goes on from it.
    """
    if engine < COUNTS_CHANGES:
        number = stamp.seq
    elif new:
        number = 0
    else:
        number = (_UNKNOWN if last is None else last.sequence) + 1
    return PlanChange(sequence=number, at=stamp.at)


def invitation_of(data: Mapping[str, str]) -> Invitation | None:
    """Return the invitation that a notice carries, or None for a notice without one."""
    if "uid" not in data:
        return None
    filled = {name: value for name, value in data.items() if value}
    numbers = {name: int(data[name]) for name in ("sequence", "minutes")}
    return from_plain(Invitation, {**filled, **numbers, "cancelled": data["cancelled"] == "yes"})
