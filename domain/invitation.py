"""An invitation to a planned meeting, as calendars know it (RFC 5545, RFC 5546): when, how long, which change of it.

It holds codes and instants only. What two people want to talk about stands in no calendar, and neither does a name:
those of the pair are added when the mail goes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.codec import from_plain, instant_text
from domain.ids import derive


class Occasion(StrEnum):
    """What is planned; the words for it are an adapter's."""

    MEETING = "meeting"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One planned meeting as it stands after one change.

    ``uid`` is the same for all changes of one plan. ``sequence`` rises with each: the number of the event in its
    stream does, so nobody has to count. ``stamped_at`` is when that event was decided. ``minutes`` is 0 where a day
    is agreed on and no hour yet. A withdrawal is ``cancelled`` and repeats the rest.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    occasion: Occasion
    starts_at: datetime
    minutes: int
    mode: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        if self.sequence < 0 or self.minutes < 0:
            raise ValueError("an invitation counts from 0")

    @property
    def data(self) -> dict[str, str]:
        """The invitation as the data of a notice; ``invitation_of`` reads it again."""
        return {
            "uid": self.uid,
            "sequence": str(self.sequence),
            "stamped_at": instant_text(self.stamped_at),
            "occasion": self.occasion.value,
            "starts_at": instant_text(self.starts_at),
            "minutes": str(self.minutes),
            "mode": self.mode,
            "cancelled": "yes" if self.cancelled else "",
        }


def invitation_uid(relationship: str, plan: str) -> str:
    """The identity of one plan of a relationship in everybody's calendar."""
    return derive("invitation", relationship, plan)


def invitation_of(data: Mapping[str, str]) -> Invitation | None:
    """The invitation that a notice carries, or None for a notice without one."""
    if "uid" not in data:
        return None
    numbers = {name: int(data[name]) for name in ("sequence", "minutes")}
    return from_plain(Invitation, {**data, **numbers, "cancelled": data["cancelled"] == "yes"})
