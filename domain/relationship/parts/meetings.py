"""The logged meetings, as the state keeps them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from domain.actors import Side
from domain.rules.program import Rules


class MeetingKind(StrEnum):
    """How it was logged: by itself, as a quick note (ESE-12), or for several pairs at once (ESE-4)."""

    SINGLE = "single"
    QUICK = "quick"
    GROUP = "group"


_VOID: Final = ("struck", "withdrawn")
"""The statuses of a log that counts as never made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingVersion:
    """What was said about one meeting: the log is version 1, and each correction or withdrawal adds one.

    ``status`` is current, earlier, proposed (the other side has not agreed yet), or dropped (it never applied). ``by``
    is a side or ``coordinator``, who gives a ``reason``. ``at`` is absent for the log itself. ``was`` is the status of
    the meeting before this version was proposed.
    """

    number: int
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    place: str = ""
    face_to_face: bool = False
    withdrawn: bool = False
    by: str
    at: datetime | None = None
    reason: str = ""
    status: str = "current"
    was: str = ""
    next_on: date | None = None
    next_topics: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One logged meeting. ``status`` is logged, confirmed, disputed, struck or withdrawn; a quick note has no minutes.

    It is ``reported`` while the person for whom staff logged it can still contradict: then it does not count by itself.
    ``logged_by`` is absent if a coordinator logged it for a group; ``planned`` is the row of the plan that it
    fulfilled. ``renamed`` says that its log changed what the pair had named for the next meeting: then ``next_on`` and
    ``next_topics`` are what it named. ``versions`` has all that was said about it; absent while nobody corrected it.
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
    versions: tuple[MeetingVersion, ...] | None = None

    @property
    def stands(self) -> bool:
        """Whether it was neither struck nor withdrawn."""
        return self.status not in _VOID

    @property
    def known_versions(self) -> tuple[MeetingVersion, ...]:
        """All that was said about it; the log alone while nobody corrected it."""
        return self.versions or (
            MeetingVersion(
                number=1,
                began_at=self.began_at,
                minutes=self.minutes,
                mode=self.mode,
                topics=self.topics,
                place=self.place,
                face_to_face=self.face_to_face,
                by=self.logged_by or "coordinator",
            ),
        )

    @property
    def proposed(self) -> MeetingVersion | None:
        """The correction or withdrawal to which the other side has not agreed yet."""
        return next((each for each in self.versions or () if each.status == "proposed"), None)

    @property
    def to_answer(self) -> int:
        """The number of the version that an answer is about: the proposed one, else the current one."""
        asked = self.proposed or next(each for each in self.known_versions if each.status == "current")
        return asked.number

    def with_version(self, new: MeetingVersion) -> Self:
        """Return the meeting with a version more, or with a proposed one in another status.

        A current version makes the one before it an earlier one. No other proposal stays open beside it.
        """
        kept = []
        for each in self.known_versions:
            if each.number == new.number:
                continue
            if each.status == "current" and new.status == "current":
                each = replace(each, status="earlier")
            kept.append(replace(each, status="dropped") if each.status == "proposed" else each)
        return replace(self, versions=tuple(sorted((*kept, new), key=lambda each: each.number)))

    def without_proposal(self) -> Self:
        """Return the meeting after a proposed correction was decided against or taken back."""
        open_one = self.proposed
        return self if open_one is None else self.with_version(replace(open_one, status="dropped"))

    @property
    def unanswered(self) -> bool:
        """Whether nobody has confirmed or disputed it yet."""
        return self.status in ("logged", "reported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """All meetings of the pair, the next one as agreed, the obstacles found, and whether there were enough.

    ``anew_at`` is when the rhythm last started without a meeting: with an agreement, or after a pause. ``referred_on``
    are the days on which the mentor referred the mentee to outside help; which help is nobody's business (NEA-13).
    ``since`` and ``until`` are the time for meetings, once it is over.
    """

    log: tuple[Meeting, ...] = ()
    obstacles: tuple[str, ...] = ()
    complete: bool | None = None
    anew_at: datetime | None = None
    next_on: date | None = None
    next_topics: tuple[str, ...] = ()
    referred_on: tuple[date, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def standing(self) -> tuple[Meeting, ...]:
        """The meetings that were neither struck nor withdrawn."""
        return tuple(meeting for meeting in self.log if meeting.stands)

    def last_day(self, rules: Rules) -> date:
        """Return the day from which the rhythm counts: that of the last meeting that stands, or of a later restart."""
        assert self.anew_at is not None  # noqa: S101 - meetings follow an agreement in force
        instants = (self.anew_at, *(meeting.began_at for meeting in self.standing))
        return max(rules.calendar.local_date(instant) for instant in instants)

    def find(self, id: str) -> Meeting | None:
        """Return the meeting with that id; None if there is none."""
        return next((met for met in self.log if met.id == id), None)

    def put(self, changed: Meeting) -> Self:
        """Return the meetings with one of them changed."""
        return replace(self, log=tuple(changed if met.id == changed.id else met for met in self.log))

    def without(self, id: str) -> Self:
        """Return the meetings as if one of them had never been logged."""
        return replace(self, log=tuple(met for met in self.log if met.id != id))

    def with_status(self, id: str, status: str) -> Self:
        """Return the meetings with a new status for one of them."""
        log = tuple(replace(met, status=status) if met.id == id else met for met in self.log)
        return replace(self, log=log)
