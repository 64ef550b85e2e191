"""The checks of ``replay --all`` a part at a time, for the nightly check on a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from temporalio.client import Client

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.person_streams import PersonStreamReads
from activities.adapters.postgres.reads.replay import SqlReplay
from activities.ports.night_checks import CheckedPart
from domain.night_checks import JournalFault
from domain.visibility import AUDIT
from workers.audit.grants import check_grants
from workers.audit.person_streams import PeopleTally, check_person
from workers.audit.replay import KINDS, Tally, check_stream, unreadable
from workers.audit.sign_ins import check_ties

STREAMS: Final = 50
"""How many streams of workflows one part checks at most."""
SECONDS: Final = 60.0
"""After so long a part ends, however many streams are left."""
NAMED: Final = 100
"""How many faults one part names."""
_ROOMS: Final = ("people", "grants", "ties", *KINDS)


class JournalParts:
    """The ``JournalChecks`` port.

    ``rest`` is how much longer a part pauses after each stream than its check took: the runs of a worker at work share
    its process with this.
    """

    def __init__(self, database: Database, client: Client, *, rest: float) -> None:
        self._database = database
        self._client = client
        self._rest = rest

    async def part(self, place: str) -> CheckedPart:
        """Check the part that begins at a place: a room, and the last id of it that was checked."""
        room, _, after = place.partition("/")
        match room or _ROOMS[0]:
            case "people":
                return await self._people(after)
            case "grants":
                return await self._grants()
            case "ties":
                return await self._ties()
            case kind:
                return await self._streams(kind, after)

    async def _people(self, after: str) -> CheckedPart:
        reads, tally = PersonStreamReads(self._database), PeopleTally()
        some = await reads.batch(AUDIT, after)
        for each in some:
            try:
                check_person(each, tally)
            except Exception as error:  # what was changed by hand can be anything, and must not hide the rest
                tally.faults.append((each.person, "entry", unreadable(error)))
            await asyncio.sleep(0)
        if not some:
            tally.faults += [(id, "entry", "no_entry") for id in await reads.without_entry(AUDIT)]
            tally.faults += [(id, "entry", "record_of_nobody") for id in await reads.without_person(AUDIT)]
        counts = {"people": tally.people, "events": tally.events, "answers": tally.answers}
        return _part(f"people/{some[-1].person}" if some else _room_after("people"), counts, tally.faults)

    async def _grants(self) -> CheckedPart:
        tally = await check_grants(self._database, AUDIT)
        return _part(_room_after("grants"), {"grants": tally.grants, "events": tally.events}, tally.faults)

    async def _ties(self) -> CheckedPart:
        tally = await check_ties(self._database, AUDIT)
        return _part(_room_after("ties"), {"ties": tally.ties}, tally.faults)

    async def _streams(self, kind: str, after: str) -> CheckedPart:
        journal, tally, began = SqlReplay(self._database), Tally(), time.monotonic()
        checked, next = 0, ""
        for stream in await journal.streams(AUDIT, KINDS[kind], after, STREAMS):
            at = time.monotonic()
            await check_stream(journal, self._client, AUDIT, kind, stream, tally)
            await asyncio.sleep(self._rest * (time.monotonic() - at))
            checked, next = checked + 1, f"{kind}/{stream}"
            if time.monotonic() - began > SECONDS:
                break
        counts = {f"{kind}s": checked, "events": tally.events, "runs": tally.runs, "compared": tally.compared}
        faults = [(each.stream, each.check, each.code) for each in tally.faults]
        return _part(next or _room_after(kind), counts, faults)


def _room_after(room: str) -> str:
    """Return the room that is checked after another; empty after the last."""
    return "".join(_ROOMS[_ROOMS.index(room) + 1 :][:1])


def _part(next: str, counts: dict[str, int], faults: Sequence[tuple[str, str, str]]) -> CheckedPart:
    named = tuple(JournalFault(stream=id, check=check, code=code) for id, check, code in faults[:NAMED])
    return CheckedPart(next=next, counts=counts, faults=named, unnamed=len(faults) - len(named))
