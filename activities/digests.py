"""Digests: each morning one email to each of the staff, with what waits; and at once what cannot wait.

They are planned and sent in the rounds of the outbox. What a digest says is read again when it leaves: a line that was
done in the meantime falls away, and a digest without a line is not sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from activities.ports.digests import (
    DigestReader,
    DigestReaders,
    DigestStore,
    DigestToSend,
    DigestWords,
    PlannedDigest,
    RegionNotice,
)
from activities.ports.journal import Clock
from activities.ports.notices import NO_CONNECTION, Mailer, MailUnavailable, NoticeStore
from domain.actors import Role
from domain.calendar import DAY, Calendar
from domain.digests import Digest, DigestLine, ToldWhen, hears_from, next_digest, next_morning, reach_on
from domain.failed_notices import NOT_WORDED
from domain.ids import derive
from domain.notices import FACTS
from domain.sending_hours import NOON
from domain.task_acts import OF_STATE_OFFICE_TOO, STATE_OFFICE_ONLY
from domain.tasks import TOLD, TaskKind, due_of

_LOG: Final = structlog.stdlib.get_logger(__name__)
URGENT_FOR: Final = timedelta(days=1)
"""How long after its opening a task is told at once; an older one is in the digest."""

TOLD_FOR: Final = timedelta(days=7)
"""How long a notice to a region can be a line, so that the list of Monday has those of the week before."""


class DigestPlanning:
    """Which digests leave, and when. ``calendars`` has the calendar of each association's programs, by its code."""

    def __init__(self, store: DigestStore, calendars: Mapping[str, Calendar]) -> None:
        self._store = store
        self._calendars = calendars

    async def plan(self, now: datetime) -> None:
        """Record the digests of this morning, and what staff must know at once. Safe to repeat."""
        urgent = await self._store.urgent(now - URGENT_FOR)
        if not urgent and not await self._has_unplanned(now):
            return
        found, told = await self._store.readers(now), await self._store.told(now - TOLD_FOR)
        plans: list[PlannedDigest] = []
        for reader in found.readers:
            calendar = self._calendars.get(reader.association)
            if calendar is None:
                continue
            day = calendar.local_date(now)
            looks = _looks(reader, calendar, now)
            if not looks and not urgent:
                continue
            rows = await self._store.waiting(reader.sight)
            lines = _lines(rows, reader, found, told, calendar, day)
            at_once = {str(row["id"]) for row in rows if row["id"] in urgent and cannot_wait(row, calendar)}
            person = reader.person.id
            plans += (
                PlannedDigest(
                    id=derive("urgent", person, each.id), person=person, day=day, lines=(each,), task=each.id
                )
                for each in lines
                if each.id in at_once
            )
            if looks:
                digest = _digest(lines, reader, day, calendar)
                kept = digest.lines if digest else ()
                plans.append(PlannedDigest(id=_id_of(reader, day), person=person, day=day, lines=kept))
        await self._store.plan(plans, now)

    async def _has_unplanned(self, now: datetime) -> bool:
        """Return whether it is a morning, and somebody may get a digest that is not planned yet.

        Most rounds of a morning come after its digests: they do not read every reader again.
        """
        days = {code: each.local_date(now) for code, each in self._calendars.items() if is_morning(each, now)}
        return bool(days) and await self._store.may_wait(days.keys(), max(days.values()), now)

    def next_round(self, now: datetime) -> datetime | None:
        """Return the first instant after ``now`` at which a morning begins; None without a program in use."""
        return min((_next_opening(each, now) for each in self._calendars.values()), default=None)

    async def next_at(self, now: datetime, before: datetime) -> datetime | None:
        """Return the first instant from ``now`` to ``before`` at which a digest leaves if nothing changes."""
        if not any(
            is_morning(each, now) or _next_opening(each, now) < before for each in self._calendars.values()
        ):
            return None
        found, told = await self._store.readers(now), await self._store.told(now - TOLD_FOR)
        end = before
        for reader in found.readers:
            calendar = self._calendars.get(reader.association)
            if calendar is None or not reader.daily:
                continue
            today = calendar.local_date(now)
            over = reader.looked_at == today or now.astimezone(calendar.zone).time() >= NOON
            first = _next_weekday(calendar, today + DAY if over else today)
            if max(now, calendar.at(first)) >= end:
                continue
            rows = await self._store.waiting(reader.sight)
            work = _work(rows, reader, found, calendar, today)
            lines_on = partial(_lines_on, work, _told_to(reader, found, told, calendar))
            day = next_morning(
                lines_on,
                reader.last,
                first,
                reader.rhythm,
                calendar.holidays,
                reader.heard,
                until=calendar.local_date(end),
            )
            if day is not None:
                end = min(end, max(now, calendar.at(day)))
        return end if end < before else None

    async def unplanned(self, now: datetime) -> frozenset[str]:
        """Return the ids of this morning's digests that the outbox has not planned yet; none outside a morning."""
        found = await self._store.readers(now)
        return frozenset(
            _id_of(reader, calendar.local_date(now))
            for reader in found.readers
            if (calendar := self._calendars.get(reader.association)) is not None
            and _looks(reader, calendar, now)
        )

    async def planned(self, digests: frozenset[str]) -> bool:
        """Return whether the outbox has planned all of some digests, by their ids."""
        return await self._store.planned(digests)


def _id_of(reader: DigestReader, day: date) -> str:
    """Return the id of a reader's digest of a morning."""
    return derive("digest", reader.person.id, day.isoformat())


def _looks(reader: DigestReader, calendar: Calendar, now: datetime) -> bool:
    """Return whether it is a morning on which a reader's digest has not been planned yet."""
    day = calendar.local_date(now)
    unplanned = reader.looked_at is None or reader.looked_at < day
    return reader.daily and unplanned and is_morning(calendar, now)


class Digests:
    """The way of digests from their plans to the mail server."""

    def __init__(
        self,
        store: DigestStore,
        notices: NoticeStore,
        words: DigestWords,
        mailer: Mailer,
        clock: Clock,
        calendars: Mapping[str, Calendar],
    ) -> None:
        self._store = store
        self._clock = clock
        self._notices = notices
        self._words = words
        self._mailer = mailer
        self._calendars = calendars
        self.planning: Final = DigestPlanning(store, calendars)

    async def send(self, *, away: bool = False) -> bool:
        """Send what is planned, the last of all classes; return whether the mail server was away.

        Once it is, also for an email before the digests, the other digests wait for it as well. The emails before them
        take time, so each digest looks at the clock when it leaves.
        """
        plans = await self._store.unsent()
        found = await self._store.readers(await self._clock.now()) if plans else DigestReaders()
        readers = {reader.person.id: reader for reader in found.readers}
        for plan in plans:
            now = await self._clock.now()
            reader = readers.get(plan.person)
            digest = await self._filled(plan, reader, now) if reader else None
            if digest is None:
                await self._store.mark(plan.id, "overtaken", "", now)
            elif away:
                await self._store.mark(plan.id, "parked", NO_CONNECTION, now)
            else:
                away = await self._send(digest, now)
        return away

    async def _filled(self, plan: PlannedDigest, reader: DigestReader, now: datetime) -> DigestToSend | None:
        """Return a digest with its lines as they are now; None if its morning is over or nothing is left to say."""
        calendar = self._calendars.get(reader.association)
        if calendar is None or not reader.person.email:
            return None
        day = calendar.local_date(now)
        if not plan.task and not (is_morning(calendar, now) and plan.day == day):
            return None
        kept = {line.id for line in plan.lines}
        rows = {str(row["id"]): row for row in await self._store.waiting(reader.sight)}
        told = await self._store.told(now - TOLD_FOR)
        notices = {
            each.id: notice
            for each in told
            if each.id in kept and (notice := await self._notices.to_send(each.id)) is not None
        }
        lines = [line_of(rows[id], calendar, day) for id in rows if id in kept]
        lines += (line_of_notice(each, calendar) for each in told if each.id in notices)
        if plan.task:
            digest = Digest(day=day, waiting=tuple(lines)) if lines else None
        else:
            digest = _digest(lines, reader, day, calendar)
        if digest is None:
            return None
        return DigestToSend(
            id=plan.id,
            reader=reader,
            digest=digest,
            tasks=rows,
            notices=notices,
            urgent=bool(plan.task),
        )

    async def _send(self, digest: DigestToSend, now: datetime) -> bool:
        """Send one digest; return whether the mail server was away."""
        try:
            email = self._words.email(digest)
        except Exception as error:
            _LOG.error("digest cannot be worded", digest=digest.id, error=type(error).__name__)
            await self._store.mark(digest.id, "refused", NOT_WORDED, now)
            return False
        try:
            refused = (await self._mailer.send(replace(email, at=now))).refused
        except MailUnavailable as error:
            await self._store.mark(digest.id, "parked", error.code, now)
            return not error.of_reader
        await self._store.mark(digest.id, "refused" if refused else "sent", refused, now)
        return False


def _digest(
    lines: Iterable[DigestLine], reader: DigestReader, day: date, calendar: Calendar
) -> Digest | None:
    return next_digest(lines, reader.last, day, reader.rhythm, calendar.holidays, reader.heard)


def _lines(
    rows: Iterable[Mapping[str, Any]],
    reader: DigestReader,
    found: DigestReaders,
    told: tuple[RegionNotice, ...],
    calendar: Calendar,
    day: date,
) -> tuple[DigestLine, ...]:
    """Return the lines of a reader on a day: their own work, as far as they have been told of it."""
    return _lines_on(_work(rows, reader, found, calendar, day), _told_to(reader, found, told, calendar), day)


def _lines_on(
    work: Iterable[tuple[DigestLine, int]], notices: tuple[DigestLine, ...], day: date
) -> tuple[DigestLine, ...]:
    """Return the lines that a reader hears of on a day: each is told wider the longer it waits."""
    reached = ((line, reach_on(line.due or line.since, day), first) for line, first in work)
    heard = (replace(line, reach=reach) for line, reach, first in reached if reach >= first)
    return (*heard, *notices)


def _work(
    rows: Iterable[Mapping[str, Any]],
    reader: DigestReader,
    found: DigestReaders,
    calendar: Calendar,
    day: date,
) -> tuple[tuple[DigestLine, int], ...]:
    """Return each task as a line, with how far it must have been told until the reader hears of it."""
    return tuple((line_of(row, calendar, day), _from(row, reader, found)) for row in rows)


def _told_to(
    reader: DigestReader, found: DigestReaders, told: tuple[RegionNotice, ...], calendar: Calendar
) -> tuple[DigestLine, ...]:
    return tuple(line_of_notice(each, calendar) for each in told if _is_told(each, reader, found))


def cannot_wait(row: Mapping[str, Any], calendar: Calendar) -> bool:
    """Return whether staff are told of a task at once: its kind says so, or what it is about begins too soon."""
    told = TOLD[TaskKind(row["kind"])]
    if told is not ToldWhen.AT_ONCE_IF_SOON:
        return told is ToldWhen.AT_ONCE
    begins = datetime.fromisoformat(row["due_at"]) if row["due_at"] else None
    return begins is not None and begins_soon(begins, datetime.fromisoformat(row["opened_at"]), calendar)


def begins_soon(begins: datetime, since: datetime, calendar: Calendar) -> bool:
    """Return whether something begins within a day, or before the next digest, which would tell of it too late."""
    return begins <= max(since + DAY, _next_opening(calendar, since))


def is_morning(calendar: Calendar, now: datetime) -> bool:
    """Return whether digests leave at an instant: from 09:00 to noon of weekdays that are no holidays."""
    day = calendar.local_date(now)
    return calendar.weekday(day) and calendar.at(day) <= now < calendar.at(day, NOON)


def line_of(row: Mapping[str, Any], calendar: Calendar, day: date) -> DigestLine:
    """Return the line of a task on a day, without its words, which its email adds."""
    # What is due at midnight belongs to the day that has just ended.
    due_at = due_of(row)
    due = calendar.local_date(datetime.fromisoformat(due_at) - timedelta(seconds=1)) if due_at else None
    since = calendar.local_date(datetime.fromisoformat(row["opened_at"]).astimezone(UTC))
    # One without a day is told wider by how long it has been open.
    return DigestLine(
        id=row["id"], names=(), what=row["kind"], since=since, due=due, reach=reach_on(due or since, day)
    )


def _is_told(told: RegionNotice, reader: DigestReader, found: DigestReaders) -> bool:
    """Return whether a notice to a region is for a reader; the state office has those of regions without anybody."""
    nobody = told.region not in found.coordinated | found.contacted
    return reader.serves(told.region) and (told.region in reader.regions or (reader.statewide and nobody))


def line_of_notice(told: RegionNotice, calendar: Calendar) -> DigestLine:
    """Return the line of a notice to a region, without its words, which its email adds."""
    since = calendar.local_date(told.at)
    return DigestLine(id=told.id, names=(), what=told.kind, since=since, fact=told.kind in FACTS)


def _from(row: Mapping[str, Any], reader: DigestReader, found: DigestReaders) -> int:
    """Return how far a task must have been told until a reader hears of it."""
    kind, region = TaskKind(row["kind"]), row["region"]
    if row["role"] != Role.COORDINATOR or not region or kind in STATE_OFFICE_ONLY | OF_STATE_OFFICE_TOO:
        return 0
    return hears_from(
        contact=reader.contact,
        state_office=reader.statewide,
        coordinated=region in found.coordinated,
        contacted=region in found.contacted,
    )


def _next_opening(calendar: Calendar, now: datetime) -> datetime:
    day = calendar.local_date(now)
    return calendar.at(_next_weekday(calendar, day if now < calendar.at(day) else day + DAY))


def _next_weekday(calendar: Calendar, day: date) -> date:
    """Return the first day from ``day`` on that is a weekday and no holiday."""
    while not calendar.weekday(day):
        day += DAY
    return day
