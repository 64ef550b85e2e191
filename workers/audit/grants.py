"""The check of grants: who holds which role is what the installation's stream says, and that stream is whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.grants import GrantReads
from activities.adapters.postgres.reads.replay import SqlReplay
from domain.journal import Catalog, check_chain, decode
from domain.people.grants import EVENTS, Grant, evolve
from domain.visibility import Sight

CATALOG: Final = Catalog(*EVENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTally:
    """How many grants and events were looked at, and what failed: id of the grant or stream, check, code."""

    grants: int
    events: int
    faults: tuple[tuple[str, str, str], ...]


async def check_grants(database: Database, sight: Sight) -> GrantTally:
    """Compare the table of grants with the fold of their events."""
    stream, entries = await SqlReplay(database).installation(sight)
    faults = []
    if (broken := check_chain(entries)[1]) is not None:
        faults.append((stream, "chain", f"{broken.code}_{broken.seq}"))
    said: Mapping[str, Grant] = {}
    for _, _, encoded in entries:
        envelope = decode(encoded)
        if envelope.type in CATALOG:
            said = evolve(said, CATALOG.read(envelope), envelope.actor, envelope.decided_at)
    kept = {grant.id: grant for grant in await GrantReads(database).every(sight)}
    for id in sorted(said.keys() | kept.keys()):
        if id not in kept:
            faults.append((id, "grant", "grant_missing"))
        elif id not in said:
            faults.append((id, "grant", "grant_without_event"))
        elif said[id] != kept[id]:
            faults.append((id, "grant", "grant_changed_without_event"))
    return GrantTally(grants=len(kept), events=len(entries), faults=tuple(faults))
