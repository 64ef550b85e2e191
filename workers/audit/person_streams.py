"""The check of people's streams: each chain is whole, and its newest commitment opens with the entry of today."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.person_streams import PersonStream, PersonStreamReads
from domain.ids import h_stream
from domain.journal import check_chain, decode
from domain.people.events import CATALOG, EntryEvent
from domain.visibility import Sight


@dataclass(slots=True)
class PeopleTally:
    """How many people and events were looked at, and what failed: id of the person or stream, check, code."""

    people: int = 0
    events: int = 0
    faults: list[tuple[str, str, str]] = field(default_factory=list)


async def check_people(database: Database, sight: Sight, only: str = "") -> PeopleTally | None:
    """Check the streams of all people, or of ``only`` one; None if that one is no person."""
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


async def _everybody(reads: PersonStreamReads, sight: Sight) -> AsyncIterator[PersonStream]:
    after = ""
    while some := await reads.batch(sight, after):
        for each in some:
            yield each
        after = some[-1].person
