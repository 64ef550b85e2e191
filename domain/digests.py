"""The digest: one email with what waits for a person, on the mornings that the person chose and that have news."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_DAYS_TO_A_WEEK_WITH_A_MORNING: Final = 28
"""No school is closed on all weekdays of four weeks."""


class DigestRhythm(StrEnum):
    """How often a person wants the digest."""

    DAILY = "daily"
    """On each morning on which a line is new, falls due, becomes late or is told wider; unchanged on Mondays."""
    MONDAYS = "mondays"


class ToldWhen(StrEnum):
    """How staff hear of something: in their digest, or at once, at any hour."""

    DIGEST = "digest"
    AT_ONCE = "at_once"
    AT_ONCE_IF_SOON = "at_once_if_soon"
    """At once if what it is about begins within a day or before the next digest, which would come too late."""


class News(StrEnum):
    """Why a line makes a digest leave."""

    NEW = "new"
    DUE_TODAY = "due_today"
    LATE = "late"
    """It has become late since the last digest."""
    WIDER = "wider"
    """It is told again, to more people than before: the contact, then the state office."""


WIDER_AFTER: Final = (7, 14)
"""After how many days late a line is told to the region's contacts, and to the state office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One thing that waits, as its reader may see it: whom it is about, what it is, since when, and what to do.

    ``reach`` counts how far it has been told: 0 to who does it, then one more each time it is told wider. ``fact`` says
    that nothing is to be done: the reader is told once that it happened.
    """

    id: str
    names: tuple[str, ...]
    what: str
    since: date
    due: date | None = None
    act: str = ""
    reach: int = 0
    fact: bool = False

    def late(self, day: date) -> bool:
        """Return whether the line is late on a day."""
        return self.due is not None and self.due < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digest of one morning: what is late, what is due this week, what waits without hurry, and what happened.

    ``news`` says for each line that is news why it is. ``known`` are facts that an earlier digest has told. The next
    digest is compared with ``lines``.
    """

    day: date
    late: tuple[DigestLine, ...] = ()
    this_week: tuple[DigestLine, ...] = ()
    waiting: tuple[DigestLine, ...] = ()
    facts: tuple[DigestLine, ...] = ()
    known: tuple[DigestLine, ...] = ()
    news: tuple[tuple[str, News], ...] = ()

    @property
    def work(self) -> tuple[DigestLine, ...]:
        """The lines that ask for something, the most urgent first."""
        return (*self.late, *self.this_week, *self.waiting)

    @property
    def shown(self) -> tuple[DigestLine, ...]:
        """The lines that the email says: work, then what happened."""
        return (*self.work, *self.facts)

    @property
    def lines(self) -> tuple[DigestLine, ...]:
        """All lines, also those that are not told again."""
        return (*self.shown, *self.known)


def next_digest(
    lines: Iterable[DigestLine],
    last: Digest | None,
    day: date,
    rhythm: DigestRhythm,
    holidays: Collection[date] = (),
    heard: Collection[str] = (),
) -> Digest | None:
    """Return the digest that leaves on a morning, or None if none does.

    Args:
        lines: What waits for the reader and what the reader may see of it, now.
        last: The last digest that the reader was sent.
        day: The day of the morning, in the reader's zone.
        rhythm: How often the reader wants the digest.
        holidays: Days on which none leaves. Where a Monday is one, the first morning after it counts as Monday.
        heard: The ids of lines of which the reader was told at once.
    """
    found = sorted(lines, key=lambda line: (line.due or date.max, line.since, line.id))
    sent_already = last is not None and last.day >= day
    if sent_already or not _is_morning(day, holidays):
        return None
    news = tuple((line.id, why) for line in found if (why := _news(line, last, day, heard)) is not None)
    told = dict(news)
    if all(line.fact and line.id not in told for line in found):
        return None
    if not _begins_week(day, holidays) and (rhythm is DigestRhythm.MONDAYS or not news):
        return None
    sunday = day + timedelta(days=6 - day.weekday())
    late = [line for line in found if line.late(day)]
    this_week = [line for line in found if line.due is not None and day <= line.due <= sunday]
    others = [line for line in found if line not in late and line not in this_week]
    return Digest(
        day=day,
        late=tuple(late),
        this_week=tuple(this_week),
        waiting=tuple(line for line in others if not line.fact),
        facts=tuple(line for line in others if line.fact and line.id in told),
        known=tuple(line for line in others if line.fact and line.id not in told),
        news=news,
    )


def next_morning(
    lines_on: Callable[[date], Collection[DigestLine]],
    last: Digest | None,
    first: date,
    rhythm: DigestRhythm,
    holidays: Collection[date] = (),
    heard: Collection[str] = (),
    *,
    until: date = date.max,
) -> date | None:
    """Return the first day from ``first`` to ``until`` on which a digest leaves; None without lines.

    ``lines_on`` says which lines wait on a day if nothing changes until then: time alone makes a line late and tells it
    wider. The rest is as ``next_digest`` takes it.
    """
    last_day = min(until, first + timedelta(days=_DAYS_TO_A_WEEK_WITH_A_MORNING - 1))
    days = (first + timedelta(days=number) for number in range((last_day - first).days + 1))
    return next((day for day in days if next_digest(lines_on(day), last, day, rhythm, holidays, heard)), None)


def reach_on(due: date, day: date) -> int:
    """Return how far a line has been told on a day: once more each time it has been late for so many days."""
    late = (day - due).days
    return sum(late > days for days in WIDER_AFTER)


def hears_from(*, contact: bool, state_office: bool, coordinated: bool, contacted: bool) -> int:
    """Return how far a region's work must have been told until a reader hears of it.

    Args:
        contact: The reader is a contact of the region and has no role there.
        state_office: The reader works for the whole association.
        coordinated: Somebody has the role of coordinator in the region.
        contacted: The region has a contact.
    """
    if state_office:
        return 2 if coordinated or contacted else 0
    return 1 if contact and coordinated else 0


def _news(line: DigestLine, last: Digest | None, day: date, heard: Collection[str]) -> News | None:
    """Return why a line is news since the last digest; None if it is not."""
    before = next((each for each in last.lines if each.id == line.id), None) if last else None
    if before is None and line.id not in heard:
        return News.NEW
    if before is not None and line.reach > before.reach:
        return News.WIDER
    known_late = before is not None and last is not None and before.late(last.day)
    if line.late(day) and not known_late:
        return News.LATE
    return News.DUE_TODAY if line.due == day else None


def _is_morning(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def _begins_week(day: date, holidays: Collection[date]) -> bool:
    """Return whether a morning is the first one of its week."""
    monday = day - timedelta(days=day.weekday())
    return not any(_is_morning(monday + timedelta(days=n), holidays) for n in range(day.weekday()))
