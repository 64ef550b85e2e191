"""What digests need from the outside world: their readers, what waits for each, their rows and their words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from activities.ports.notices import Email, NoticeToSend, Person
from domain.digests import Digest, DigestLine, DigestRhythm
from domain.notices import NoticeKind
from domain.visibility import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReader:
    """A person who gets digests: by a role, or as a contact of regions without any role.

    ``regions`` are those of roles and those in which the person is a contact. ``statewide`` says that the person
    coordinates the whole association, ``daily`` that the person gets the list of the morning: auditors get only what
    cannot wait. ``last`` is the last digest that the person was sent, its lines without words.
    ``looked_at`` is the last day on whose morning the office has looked whether one leaves. ``heard`` has the tasks of
    which the person was told at once in the last weeks.
    """

    person: Person
    association: str
    sight: Sight
    regions: tuple[str, ...] = ()
    contact: bool = False
    statewide: bool = False
    daily: bool = True
    rhythm: DigestRhythm = DigestRhythm.DAILY
    last: Digest | None = None
    looked_at: date | None = None
    heard: frozenset[str] = frozenset()

    def serves(self, region: str) -> bool:
        """Return whether a region belongs to the reader's association."""
        return self.sight.association is not None and region in self.sight.association.regions


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReaders:
    """All readers, and which regions have a coordinator and which a contact."""

    readers: tuple[DigestReader, ...] = ()
    coordinated: frozenset[str] = frozenset()
    contacted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionNotice:
    """A notice to the contacts of a region that is a line of digests."""

    id: str
    kind: NoticeKind
    region: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDigest:
    """A digest that is to leave, by the ids of its lines. ``task`` is the only one of what must be known at once."""

    id: str
    person: str
    day: date
    lines: tuple[DigestLine, ...] = ()
    task: str = ""


class DigestStore(Protocol):
    """The readers and rows of digests."""

    async def readers(self, now: datetime) -> DigestReaders:
        """Return everybody who gets digests at this moment."""
        ...

    async def may_wait(self, associations: Collection[str], day: date, now: datetime) -> bool:
        """Return whether somebody of these associations may get a digest of a day that is not planned yet.

        It may say so of nobody, such as of a role that was never confirmed; it never leaves out a reader.
        """
        ...

    async def waiting(self, sight: Sight) -> tuple[Mapping[str, Any], ...]:
        """Return the open tasks of a reader, as lists of tasks have them."""
        ...

    async def told(self, since: datetime) -> tuple[RegionNotice, ...]:
        """Return what regions were told since then that is no task, and that no email of its own tells."""
        ...

    async def urgent(self, since: datetime) -> frozenset[str]:
        """Return the open tasks, opened since then, that staff may have to know at once and were not told of."""
        ...

    async def plan(self, digests: Collection[PlannedDigest], at: datetime) -> None:
        """Record digests, each once. One without lines says that the morning was looked at."""
        ...

    async def planned(self, digests: Collection[str]) -> bool:
        """Return whether all of some digests are recorded, by their ids."""
        ...

    async def unsent(self) -> tuple[PlannedDigest, ...]:
        """Return the digests that have not left."""
        ...

    async def mark(self, digest: str, status: str, code: str, at: datetime) -> None:
        """Record how sending ended; a digest that was sent stays sent. A refused one opens a task for its address."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestToSend:
    """A digest with all that its wording uses. ``tasks`` and ``notices`` are what its lines are about, by id."""

    id: str
    reader: DigestReader
    digest: Digest
    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notices: Mapping[str, NoticeToSend] = field(default_factory=dict)
    urgent: bool = False


class DigestWords(Protocol):
    """The wording of digests."""

    def email(self, digest: DigestToSend) -> Email:
        """Return the email of a digest in its reader's language."""
        ...
