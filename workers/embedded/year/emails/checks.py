"""What is wrong with the emails of a year: hour, truth, order, doubles, digests, and what arrived in the mailbox."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from activities.digests import is_morning
from domain.calendar import Calendar
from domain.digests import Digest, DigestRhythm, next_digest
from domain.overtaken import OVERTAKEN_BY, LaterRow, StaysTrue, overtaken, standing, takes_back
from domain.sending_hours import Rank, may_leave
from workers.embedded.year.emails.records import Arrived, DigestRecord, EmailRecords, NoticeRecord

AT_MOST: Final = timedelta(minutes=5)
"""How long after its hour an email may leave; the real time of the year goes on while one is sent."""
UNDER_WAY: Final = timedelta(seconds=5)
"""How long before an email left its reason was looked up at most: what was decided later could not be known."""


def email_faults(records: EmailRecords, calendar: Calendar) -> list[str]:
    """Return the faults of the emails of a year, in words."""
    sent = [each for each in records.notices if each.status == "sent"]
    told = _told(records)
    return [
        *(fault for each in sent if (fault := _hour(each, calendar))),
        *(fault for each in sent if (fault := _untrue(each, told[each.stream, each.reader], records))),
        *_said_twice(sent, records),
        *_order(sent),
        *_digests(records, calendar),
        *_mailbox(records),
        *_arrivals(records),
        *_without_words(records),
        *_left(records),
    ]


def _hour(row: NoticeRecord, calendar: Calendar) -> str:
    """Return a fault if an email left outside the hours of its class."""
    at = _sent_at(row)
    allowed = (
        may_leave(row.kind, row.data, at - late, calendar, own_act=row.rank == Rank.AT_ONCE)
        for late in (timedelta(), AT_MOST)
    )
    if any(abs(at - instant) <= AT_MOST for instant in allowed):
        return ""
    return f"email: {_name(row)} left at {at.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}"


def _told(records: EmailRecords) -> dict[tuple[str, str], list[NoticeRecord]]:
    """Return the notices about each stream to each reader, in order."""
    told: dict[tuple[str, str], list[NoticeRecord]] = defaultdict(list)
    for row in sorted(records.notices, key=lambda each: (each.seq, each.number)):
        told[row.stream, row.reader].append(row)
    return told


def _untrue(row: NoticeRecord, told: list[NoticeRecord], records: EmailRecords) -> str:
    """Return a fault if an email had become untrue before it left, by later events and by what its reader was told."""
    at = _sent_at(row)
    if takes_back(row.kind, row.data) and _never_told(row, told):
        return f"email: {_name(row)} takes back what its reader was never told"
    known_by_then = [
        event
        for event in records.events.get(row.stream, ())
        if event.seq > row.seq and event.at <= at - UNDER_WAY
    ]
    seen = {event.seq for event in known_by_then} | {row.seq}
    later = [LaterRow(name=event.name, fields=event.body) for event in known_by_then]
    later += (
        LaterRow(name=other.kind.value, fields=other.data)
        for other in told
        if (other.seq, other.number) > (row.seq, row.number) and other.seq in seen
    )
    why = standing(row.kind, row.data, _known(row, records), later, at).why
    return f"email: {_name(row)} was untrue when it left: {why.value}" if why else ""


def _never_told(row: NoticeRecord, told: list[NoticeRecord]) -> bool:
    """Return whether what an email takes back was ended before it without being sent: of one plan all, else the last.

    One that still waited for its hour was not ended yet: whoever answers an email that is still to come knows of it.
    """
    plan = row.data.get("uid", "")
    earlier = [
        other
        for other in told
        if (other.seq, other.number) < (row.seq, row.number)
        and other.kind in takes_back(row.kind, row.data)
        and other.data.get("uid", "") == plan
    ]
    asked = earlier if plan else earlier[-1:]
    ended = (other.status == "overtaken" and _may_leave_since(other) <= _sent_at(row) for other in asked)
    return bool(asked) and all(ended)


def _said_twice(sent: list[NoticeRecord], records: EmailRecords) -> Iterator[str]:
    """Yield a fault for each two emails that say one thing of one occasion to one human."""
    same: dict[tuple[str, ...], list[NoticeRecord]] = defaultdict(list)
    for row in sent:
        reader = records.humans.get(row.person, row.reader)
        same[row.stream, reader, row.kind.value, *map("=".join, sorted(row.data.items()))].append(row)
    for rows in same.values():
        for before, after in pairwise(rows):
            if not _new_occasion(before, after, records):
                yield f"email: {_name(after)} says again what {before.id} said"


def _new_occasion(before: NoticeRecord, after: NoticeRecord, records: EmailRecords) -> bool:
    """Return whether something happened between two equal emails that gave a new reason for the second one.

    What the first one said was over in between, or, if it stays true forever, its reader acted again.
    """
    between = [event for event in records.events.get(after.stream, ()) if before.seq < event.seq < after.seq]
    if isinstance(OVERTAKEN_BY[after.kind], StaysTrue):
        return any(event.actor == after.person for event in between)
    rows = [LaterRow(name=event.name, fields=event.body) for event in between]
    known, at = _known(before, records), before.created_at
    return any(overtaken(after.kind, known, rows[: n + 1], at) for n in range(len(rows)))


def _order(sent: list[NoticeRecord]) -> Iterator[str]:
    """Yield a fault for each two emails to one reader that left in the wrong order.

    Those of one decision keep theirs. Of one class, the one that was recorded first leaves first, if both might leave.
    """
    by_reader: dict[str, list[NoticeRecord]] = defaultdict(list)
    for row in sent:
        if row.attempt == 1:
            by_reader[row.reader].append(row)
    for rows in by_reader.values():
        last: dict[tuple[str, datetime], NoticeRecord] = {}
        for row in rows:
            before = last.get((row.stream, row.created_at))
            if before is not None and _sent_at(row) < _sent_at(before):
                yield f"email: {_name(row)} left before an earlier one of the same decision"
            last[row.stream, row.created_at] = row
        for early, late in pairwise(sorted(rows, key=lambda each: (each.rank, each.place))):
            waited = early.rank == late.rank and _may_leave_since(early) <= _sent_at(late) - AT_MOST
            if waited and _sent_at(late) < _sent_at(early):
                yield f"email: {_name(late)} left before {_name(early)}, which was earlier and might leave"


def _digests(records: EmailRecords, calendar: Calendar) -> Iterator[str]:
    """Yield a fault for each digest out of hours, for a second one of a morning, and for one without news."""
    of_human: dict[str, list[DigestRecord]] = defaultdict(list)
    heard: dict[str, set[str]] = defaultdict(set)
    for row in sorted(records.digests, key=lambda each: (each.day, each.id)):
        human = records.humans.get(row.person, row.person)
        if row.status == "sent" and not row.task:
            of_human[human].append(row)
        elif row.status == "sent":
            heard[human].add(row.task)
    for human, rows in of_human.items():
        for day, count in Counter(row.day for row in rows).items():
            if count > 1:
                yield f"digest: {count} to {human} on {day}"
        last: Digest | None = None
        for row in rows:
            if row.sent_at is None or not is_morning(calendar, row.sent_at):
                yield f"digest: that of {row.day} to {human} left at {row.sent_at}"
            told = next_digest(row.lines, last, row.day, DigestRhythm.DAILY, calendar.holidays, heard[human])
            if told is None and (last is None or last.day < row.day):
                yield f"digest: that of {row.day} to {human} has no news, and its week began earlier"
            last = Digest(day=row.day, waiting=row.lines)


def _mailbox(records: EmailRecords) -> Iterator[str]:
    """Yield a fault for each email that arrived twice, without a row, late or elsewhere, and for each that did not."""
    times = Counter((each.message_id, each.recipients) for each in records.arrived)
    yield from (f"mailbox: {name} arrived {count} times" for (name, _), count in times.items() if count > 1)
    by_row: dict[str, list[Arrived]] = defaultdict(list)
    for each in records.arrived:
        by_row[each.row].append(each)
    expected = {row.id: _expected(row, records) for row in records.notices if row.status == "sent"}
    expected |= {
        row.id: (_sent_at(row), frozenset((records.addresses.get(row.person, ""),)), False)
        for row in records.digests
        if row.status == "sent"
    }
    known = {*expected, *records.codes}
    yield from (f"mailbox: {id} arrived, and no row says that it was sent" for id in by_row.keys() - known)
    yield from (f"mailbox: the code {id} was sent and did not arrive" for id in records.codes - by_row.keys())
    for id, (at, readers, several) in expected.items():
        found = by_row.get(id, [])
        got = [address for each in found for address in each.recipients]
        if not found or (len(got) != 1 and not several):
            yield f"mailbox: {id} was sent once and arrived {len(got)} times"
        if not readers.issuperset(got):
            yield f"mailbox: {id} arrived at somebody who is not its reader"
        yield from (
            f"mailbox: {id} says {each.date:%Y-%m-%d %H:%M:%S}, and left at {at:%Y-%m-%d %H:%M:%S}"
            for each in found
            if abs(each.date - at) > AT_MOST
        )


def _expected(row: NoticeRecord, records: EmailRecords) -> tuple[datetime, frozenset[str], bool]:
    """Return when an email left, the addresses at which it may arrive, and whether it may have several readers."""
    people = records.contacts.get(row.region, frozenset()) if row.region else (row.person,)
    addresses = frozenset(records.addresses.get(person, "") for person in people)
    return _sent_at(row), addresses, bool(row.region)


def _arrivals(records: EmailRecords) -> Iterator[str]:
    """Yield a fault for each email that arrived after one with a later date."""
    arrived = sorted(records.arrived, key=lambda each: each.number)
    for before, after in pairwise(arrived):
        if after.date < before.date:
            yield f"mailbox: {after.row} of {after.date:%Y-%m-%d %H:%M:%S} arrived after {before.row}"
    of_decision: dict[tuple[str, datetime, str], list[NoticeRecord]] = defaultdict(list)
    for row in records.notices:
        of_decision[row.stream, row.created_at, row.reader].append(row)
    place = {each.row: each.number for each in arrived}
    for rows in of_decision.values():
        numbers = [place[row.id] for row in rows if row.id in place and row.attempt == 1]
        if numbers != sorted(numbers):
            yield f"mailbox: the emails of the decision of {rows[0].id} arrived in another order"


def _without_words(records: EmailRecords) -> Iterator[str]:
    """Yield a fault for each email that was sent and whose words are not kept."""
    sent = [row.id for row in records.notices if row.status == "sent"]
    sent += [row.id for row in records.digests if row.status == "sent"]
    yield from (f"email: the words of {id} are not kept" for id in sent if id not in records.kept)


def _left(records: EmailRecords) -> Iterator[str]:
    """Yield a fault if emails still wait at the end of the year."""
    statuses = [each.status for each in records.notices] + [each.status for each in records.digests]
    if count := sum(status in ("pending", "parked") for status in statuses):
        yield f"email: {count} still wait at the end"


def _known(row: NoticeRecord, records: EmailRecords) -> Mapping[str, str]:
    """Return the values of a notice: those of the event that caused it, its own, and its reader."""
    cause = next((event.body for event in records.events.get(row.stream, ()) if event.seq == row.seq), {})
    texts = {name: value for name, value in cause.items() if isinstance(value, str)}
    return {**texts, **row.data, "person": row.person, "region": row.region, "side": row.side}


def _may_leave_since(row: NoticeRecord) -> datetime:
    return row.not_before or row.created_at


def _sent_at(row: NoticeRecord | DigestRecord) -> datetime:
    if row.sent_at is None:
        raise ValueError(f"{row.id} was sent, and its row does not say when")
    return row.sent_at


def _name(row: NoticeRecord) -> str:
    return f"{row.kind.value} {row.id}"
