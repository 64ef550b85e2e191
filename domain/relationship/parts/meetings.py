"""The logged meetings, as the state keeps them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from domain.actors import Side
from domain.rules.program import Rules


class MeetingKind(StrEnum):
    """How it was logged: by itself, as a quick note (ESE-12), or for several pairs at once (ESE-4)."""

    SINGLE = "single"
    QUICK = "quick"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One logged meeting. ``status`` is logged, confirmed, disputed or struck; a quick note has a day, no minutes.

    ``logged_by`` is absent if a coordinator logged it for a group; ``planned`` is the row of the plan that it
    fulfilled. ``renamed`` says that its log changed what the pair had named for the next meeting: then ``next_on`` and
    ``next_topics`` are what it named.
    """

    id: str
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    logged_by: Side | None
    status: str = "logged"
    kind: MeetingKind = MeetingKind.SINGLE
    group: str = ""
    place: str = ""
    planned: str = ""
    face_to_face: bool = False
    renamed: bool = False
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """All meetings of the pair, the next one as agreed, the obstacles found, and whether there were enough.

    ``anew_at`` is when the rhythm last started without a meeting: with an agreement, or after a pause. ``referred_on``
    are the days on which the mentor referred the mentee to outside help; which help is nobody's business (NEA-13).
    """

    log: tuple[Meeting, ...] = ()
    obstacles: tuple[str, ...] = ()
    complete: bool | None = None
    anew_at: datetime | None = None
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    referred_on: tuple[date, ...] = ()

    @property
    def standing(self) -> tuple[Meeting, ...]:
        """The meetings that were not struck."""
        return tuple(meeting for meeting in self.log if meeting.status != "struck")

    def last_day(self, rules: Rules) -> date:
        """Return the day from which the rhythm counts: that of the last meeting not struck, or of a later restart."""
        assert self.anew_at is not None  # noqa: S101 - meetings follow an agreement in force
        instants = (self.anew_at, *(meeting.began_at for meeting in self.standing))
        return max(rules.calendar.local_date(instant) for instant in instants)

    def with_status(self, id: str, status: str) -> Self:
        """Return the meetings with a new status for one of them."""
        log = tuple(replace(met, status=status) if met.id == id else met for met in self.log)
        return replace(self, log=log)
