"""The nightly check goes through all rooms part by part, with the rights of the worker, and nothing hides the rest."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import pytest_asyncio
from sqlalchemy import insert, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads import person_streams
from activities.ports.night_checks import CheckedPart
from domain.journal import Kind
from domain.night_checks import CHECKS, JournalFault
from domain.visibility import AUDIT
from tests.workers.test_person_streams import ANN, BEN
from tests.workers.test_person_streams import owner as owner
from workers.assembly import REST
from workers.audit import nightly, replay
from workers.audit.nightly import JournalParts
from workers.audit.replay import Report, Tally
from workers.settings import Settings


@pytest_asyncio.fixture
async def worker(owner: Database, office_settings: Settings) -> AsyncIterator[Database]:
    """Yield a connection to the same office with the rights of the worker."""
    name = owner.engine.url.database
    settings = office_settings.model_copy(update={"database_name": name})
    pool = Database(settings.database_url("worker"), size=1)
    yield pool
    await pool.close()


@pytest.fixture
def office_settings(database_server: Any) -> Settings:
    return cast(Settings, database_server.settings)


async def whole(worker: Database) -> tuple[list[str], CheckedPart]:
    """Run all parts; return where each began, and what they found together."""
    parts, place, places = JournalParts(worker, cast(Any, None), rest=0.0), "", []
    counts: Counter[str] = Counter()
    faults: list[JournalFault] = []
    while place or not places:
        places.append(place)
        found = await parts.part(place)
        counts.update(found.counts)
        faults += found.faults
        place = found.next
    return places, CheckedPart(next="", counts=counts, faults=tuple(faults))


async def test_each_room_is_checked_from_its_beginning_to_its_end(
    worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_streams, "_MANY", 1)
    places, done = await whole(worker)
    one, two = sorted((ANN, BEN))
    rooms = ["grants", "ties", "relationship", "obligation", "term"]
    assert places == ["", f"people/{one}", f"people/{two}", *rooms]
    assert (done.counts["people"], done.counts["events"], done.faults) == (2, 9, ())


async def test_a_changed_entry_and_one_that_cannot_be_read_are_both_named(
    worker: Database, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with owner.transaction() as connection:
        row = tables.people
        await connection.execute(update(row).where(row.c.id == ANN).values(name="Another"))
    check = nightly.check_person

    def broken(found: Any, tally: Any) -> None:
        if found.person == BEN:
            raise KeyError("other")
        check(found, tally)

    monkeypatch.setattr(nightly, "check_person", broken)
    _, done = await whole(worker)
    assert {(each.stream, each.check, each.code) for each in done.faults} == {
        (ANN, "entry", "changed_without_event"),
        (BEN, "entry", "unreadable_KeyError"),
    }


async def test_an_account_that_no_event_ties_to_its_person_is_named(
    worker: Database, owner: Database
) -> None:
    row = {"id": "made up", "person": ANN, "issuer": "https://id.example.org", "subject": "1", "tied_by": BEN}
    async with owner.transaction() as connection:
        await connection.execute(insert(tables.ties).values(row))
    _, done = await whole(worker)
    assert done.counts["ties"] == 1
    assert [(each.stream, each.check, each.code) for each in done.faults] == [
        ("made up", "sign_in", "sign_in_without_event")
    ]


class Streams:
    """The streams of one kind, as the journal has them."""

    ids = tuple(f"{number:032x}" for number in range(5))

    def __init__(self, database: object) -> None: ...

    async def streams(self, sight: object, kind: Kind, after: str, limit: int) -> tuple[str, ...]:
        assert sight is AUDIT
        of_kind = self.ids if kind is Kind.RELATIONSHIP else ()
        return tuple(id for id in of_kind if id > after)[:limit]


async def test_a_part_ends_after_so_many_streams_or_so_long_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    async def check(journal: Any, client: Any, sight: Any, kind: str, stream: str, tally: Tally) -> None:
        seen.append(stream)
        tally.runs += 1
        tally.faults.append(JournalFault(stream=stream, check="join", code="x"))

    monkeypatch.setattr(nightly, "SqlReplay", Streams)
    monkeypatch.setattr(nightly, "check_stream", check)
    monkeypatch.setattr(nightly, "STREAMS", 3)
    parts = JournalParts(cast(Any, None), cast(Any, None), rest=0.0)
    first = await parts.part("relationship")
    assert (first.next, first.counts["relationships"]) == (f"relationship/{Streams.ids[2]}", 3)
    monkeypatch.setattr(nightly, "SECONDS", 0.0)
    second = await parts.part(first.next)
    assert (second.next, second.counts["relationships"]) == (f"relationship/{Streams.ids[3]}", 1)
    third, last = await parts.part(second.next), await parts.part(f"relationship/{Streams.ids[4]}")
    assert tuple(seen) == Streams.ids
    assert (third.counts["runs"], last.counts["runs"], last.next) == (1, 0, "obligation")
    assert (await parts.part("term")).next == ""


async def test_a_stream_that_cannot_be_read_is_a_fault_and_not_the_end_of_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look(*_: Any) -> int:
        raise ValueError("no JSON")

    class Journal:
        async def entries(self, sight: object, stream: str) -> tuple[()]:
            return ()

    monkeypatch.setattr(replay, "_look", look)
    monkeypatch.setattr(replay, "_SETTLED", 0.0)
    tally = Tally()
    await replay.check_stream(cast(Any, Journal()), cast(Any, None), AUDIT, "relationship", "s", tally)
    assert tally.faults == [JournalFault(stream="s", check="chain", code="unreadable_ValueError")]


def test_the_report_of_replay_has_a_sentence_for_each_check() -> None:
    faults = tuple(JournalFault(stream="s", check=check, code="x") for check in CHECKS)
    assert sum(line.startswith("NO ") for line in Report(faults=faults).lines()) == len(CHECKS)


async def test_beside_an_office_at_work_it_rests_three_times_as_long_as_it_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    clock = iter(range(100))

    async def check(*_: Any) -> None: ...

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(nightly, "SqlReplay", Streams)
    monkeypatch.setattr(nightly, "check_stream", check)
    monkeypatch.setattr(nightly.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(nightly.asyncio, "sleep", sleep)
    await JournalParts(cast(Any, None), cast(Any, None), rest=REST).part("relationship")
    assert slept == [3.0] * len(Streams.ids), "each check took one second"
