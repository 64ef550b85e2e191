"""The check of people's streams.

Each chain is whole, its newest commitment opens with the entry of today, the entry was made when its first event was
taken, and the answers about doubles are those of the events.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.person_streams import PersonStream, PersonStreamReads, StoredVerdict
from domain.ids import h_stream
from domain.journal import check_chain, decode
from domain.people.events import (
    CATALOG,
    EntryEvent,
    PersonAdded,
    PersonMerged,
    PersonSeparated,
    PersonsKeptApart,
)
from domain.people.identity import Verdict, pair_of
from domain.visibility import Sight

_ANSWERS: Final = {
    PersonMerged.__name__: Verdict.SAME,
    PersonsKeptApart.__name__: Verdict.TWO,
    PersonSeparated.__name__: Verdict.TWO,
}
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAnswer:
    """What the newest event about two entries says in the stream of one of them."""

    answer: Verdict
    by: str
    at: datetime


@dataclass(slots=True)
class PeopleTally:
    """How many people and events were looked at, and what failed: id of the person or stream, check, code."""

    people: int = 0
    events: int = 0
    answers: int = 0
    faults: list[tuple[str, str, str]] = field(default_factory=list)


async def check_people(database: Database, sight: Sight, only: str = "") -> PeopleTally | None:
    """Check the streams of all people, or of ``only`` one; None if that one is not a person."""
    reads, tally = PersonStreamReads(database), PeopleTally()
    if only:
        one = await reads.one(sight, only)
        if one is None:
            return None
        check_person(one, tally)
        return tally
    async for each in _everybody(reads, sight):
        check_person(each, tally)
    tally.faults.extend((stream, "entry", "no_entry") for stream in await reads.without_entry(sight))
    tally.faults.extend((id, "entry", "record_of_nobody") for id in await reads.without_person(sight))
    return tally


def check_person(found: PersonStream, tally: PeopleTally) -> None:
    """Add what is wrong with one person's stream to the tally."""
    tally.people += 1
    if not found.entries:
        tally.faults.append((found.person, "entry", "no_stream"))
        return
    tally.events += len(found.entries)
    _, broken = check_chain(found.entries)
    if broken is not None:
        tally.faults.append((h_stream(found.person), "chain", f"{broken.code}_{broken.seq}"))
        return
    newest = decode(found.entries[-1][2])
    event = CATALOG.read(newest) if newest.type in CATALOG else None
    if not isinstance(event, EntryEvent) or event.commit != found.commit:
        tally.faults.append((found.person, "entry", "changed_without_event"))
    first = decode(found.entries[0][2])
    # An entry from before people had streams is older than its first event.
    added = first.type == PersonAdded.__name__
    if found.begun_at is None or found.made_at > found.begun_at or (added and found.made_at < found.begun_at):
        tally.faults.append((found.person, "entry", "made_at_another_time"))
    _check_answers(found, tally)


def _check_answers(found: PersonStream, tally: PeopleTally) -> None:
    """Add what is wrong with the answers about a person: the stream says each of them, and no other.

    An answer is looked at in the streams of both, and counted and named once.
    """
    said = _said(found)
    kept = {answer.other if answer.one == found.person else answer.one: answer for answer in found.answers}
    tally.answers += sum(answer.one == found.person for answer in found.answers)
    for other in sorted(said.keys() | kept.keys()):
        if other not in kept:
            code = "answer_missing"
        elif other not in said:
            code = "answer_without_event"
        elif not _proves(said[other], kept[other], found.association):
            code = "answer_changed"
        else:
            continue
        fault = (" ".join(pair_of(found.person, other)), "answer", code)
        if fault not in tally.faults:
            tally.faults.append(fault)


def _said(found: PersonStream) -> dict[str, SaidAnswer]:
    """Return what a stream says about doubles: the newest word about each other entry."""
    said = {}
    for _, _, encoded in found.entries:
        # Few events are answers, and decoding one takes longer than looking for its name.
        if not any(name.encode() in encoded for name in _ANSWERS):
            continue
        envelope = decode(encoded)
        if verdict := _ANSWERS.get(envelope.type):
            said[str(envelope.body["other"])] = SaidAnswer(
                answer=verdict, by=envelope.actor.id, at=envelope.decided_at
            )
    return said


def _proves(said: SaidAnswer, row: StoredVerdict, association: str) -> bool:
    """Return whether a row is what an event says. The first day is that of the event in some time zone."""
    words = (association, said.answer.value, said.by, said.at)
    on_the_day = abs(row.since - said.at.date()) <= _A_DAY
    return on_the_day and words == (row.association, row.answer, row.answered_by, row.answered_at)


async def _everybody(reads: PersonStreamReads, sight: Sight) -> AsyncIterator[PersonStream]:
    after = ""
    while some := await reads.batch(sight, after):
        for each in some:
            yield each
        after = some[-1].person
