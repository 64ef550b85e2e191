"""When the demo's clock takes the office for idle: which runs it looks at, and which it need not look at again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from workers.embedded.clock import DemoClock, NotAtRest

RUN = "relationship/1"


class Office:
    """An office with one run: its work, its clock's row, and its engine. A test says what is going on."""

    def __init__(self) -> None:
        self.events = 1
        self.claim_waits = False
        self.is_busy = False
        self.looks = 0
        self.kept = 0
        self.left_over = True

    async def kept_back(self) -> int:
        return self.kept

    async def busy(self, id: str) -> bool:
        self.looks += 1
        return self.is_busy

    async def recorded(self) -> dict[str, int]:
        return {RUN: self.events}

    async def undelivered(self) -> tuple[str, ...]:
        return (RUN,) if self.claim_waits else ()

    async def open_work(self) -> int:
        return 0

    async def open_items(self) -> tuple[str, ...]:
        return ("email welcome_mentee 7f13 since 2026-11-02 15:00 UTC smtp_450",) if self.is_busy else ()

    async def unopened_terms(self) -> int:
        return 0

    async def housekeeping_needed(self) -> bool:
        return self.left_over

    async def open_runs(self) -> tuple[str, ...]:
        return (RUN,)

    async def offset(self) -> timedelta:
        return timedelta()

    async def set_offset(self, offset: timedelta) -> None:
        raise AssertionError("this office stays where it is")

    async def next_at(self, now: datetime, before: datetime) -> datetime | None:
        return None

    async def unplanned(self, now: datetime) -> frozenset[str]:
        return frozenset()

    async def planned(self, digests: frozenset[str]) -> bool:
        return True

    async def next_email(self, now: datetime) -> datetime | None:
        return None

    async def next_deadline(self, now: datetime) -> datetime | None:
        return None


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> DemoClock:
    monkeypatch.setattr("workers.embedded.clock.Skipper", lambda client, seconds: office)
    return DemoClock(cast(Any, None), office, office, office, seconds=0.05)


async def test_an_idle_run_is_looked_at_again_only_after_it_has_recorded_something(
    office: Office, clock: DemoClock
) -> None:
    await clock.rest()
    await clock.rest()
    assert office.looks == 1
    office.events, office.is_busy = 2, True
    with pytest.raises(NotAtRest):
        await clock.rest()


async def test_a_run_that_was_told_to_deliver_its_claims_again_is_not_taken_for_idle(
    office: Office, clock: DemoClock
) -> None:
    office.claim_waits = True
    await clock.rest()
    office.is_busy = True  # housekeeping has signaled it, and it records nothing of that
    with pytest.raises(NotAtRest):
        await clock.rest()
    office.claim_waits = False  # the obligation has accepted the claim, and the run is still busy
    with pytest.raises(NotAtRest):
        await clock.rest()
    office.is_busy = False
    await clock.rest()


class Morning(Office):
    """An office whose clock moves, with a digest that leaves tomorrow; it notes where the clock stops."""

    def __init__(self) -> None:
        super().__init__()
        # the machine's clock: a demo's clock moves on from it
        self.digest = datetime.now(UTC) + timedelta(days=1)
        self.stops: list[str] = []
        self.looks_at_digest = 0
        self.ahead = timedelta()
        self.back: list[timedelta] = []

    async def offset(self) -> timedelta:
        return self.ahead

    async def set_offset(self, offset: timedelta) -> None:
        self.back += [offset] if offset < self.ahead else []
        self.ahead = offset
        self.stops.append(f"{offset / timedelta(days=1):.1f}")

    async def call(self) -> None:
        self.stops.append("outbox")

    async def move(self, id: str, instant: datetime) -> None:
        self.stops.append("run")

    async def next_at(self, now: datetime, before: datetime) -> datetime | None:
        """Return the digest's instant until the outbox has planned it."""
        return None if self.looks_at_digest > 2 or self.digest >= before else max(self.digest, now)

    async def planned(self, digests: frozenset[str]) -> bool:
        """Return whether the outbox has planned the digest, which takes a while."""
        self.looks_at_digest += "outbox" in self.stops
        return self.looks_at_digest > 2


async def test_a_morning_on_which_a_digest_has_a_line_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Morning()

    async def keep_house(client: object) -> None:
        office.stops.append("house")

    monkeypatch.setattr("workers.embedded.clock.Skipper", lambda client, seconds: office)
    monkeypatch.setattr("workers.embedded.clock.TemporalOutbox", lambda client: office)
    monkeypatch.setattr("workers.embedded.clock.keep_house", keep_house)
    clock = DemoClock(cast(Any, None), office, office, office, seconds=5)
    # the machine's clock: a demo's clock moves on from it
    await clock.move_to(datetime.now(UTC) + timedelta(days=2))
    assert office.stops == ["1.0", "outbox", "run", "2.0", "house"]
    assert office.looks_at_digest > 2, "it waited for the digest"


async def test_a_stop_at_which_nothing_was_left_undone_only_calls_the_outbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Morning()
    office.left_over, office.looks_at_digest = False, 3

    async def keep_house(client: object) -> None:
        raise AssertionError("a round of housekeeping finds nothing")

    monkeypatch.setattr("workers.embedded.clock.Skipper", lambda client, seconds: office)
    monkeypatch.setattr("workers.embedded.clock.TemporalOutbox", lambda client: office)
    monkeypatch.setattr("workers.embedded.clock.keep_house", keep_house)
    clock = DemoClock(cast(Any, None), office, office, office, seconds=5)
    # the machine's clock: a demo's clock moves on from it
    await clock.move_to(datetime.now(UTC) + timedelta(days=2))
    assert office.stops == ["run", "2.0", "outbox"]


async def test_the_time_of_the_office_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Morning()
    now = datetime.now(UTC)  # the machine's clock: the office's is kept as the difference to it
    office.ahead, office.digest = timedelta(days=2), now

    async def keep_house(client: object) -> None:
        office.stops.append("house")

    monkeypatch.setattr("workers.embedded.clock.Skipper", lambda client, seconds: office)
    monkeypatch.setattr("workers.embedded.clock.TemporalOutbox", lambda client: office)
    monkeypatch.setattr("workers.embedded.clock.keep_house", keep_house)
    clock = DemoClock(cast(Any, None), office, office, office, seconds=5)
    await clock.move_to(now + timedelta(days=3))
    assert "outbox" in office.stops, "a digest of this very moment is a stop"
    assert office.stops[0] == "2.0"
    assert office.back == [], "though some time went by since the clock was read"


async def test_who_waits_for_the_mail_server_in_vain_is_told_how_many_emails_do(
    office: Office, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    class Outbox:
        async def call(self) -> None:
            called.append("outbox")

    monkeypatch.setattr(clock, "_outbox", Outbox())
    await clock.mail_is_back()
    office.kept = 3
    with pytest.raises(NotAtRest, match="the mail server is back, and 3 emails still wait for it"):
        await clock.mail_is_back()
    assert called == ["outbox"] * 2


async def test_who_waits_in_vain_is_told_how_far_the_clock_has_come_and_what_is_open(
    office: Office, clock: DemoClock
) -> None:
    office.is_busy = True
    with pytest.raises(NotAtRest) as stopped:
        await clock.rest()
    assert re.fullmatch(
        r"the clock has come to \d{4}-\d\d-\d\d \d\d:\d\d UTC, and after 0 s this is still open: "
        r"email welcome_mentee 7f13 since 2026-11-02 15:00 UTC smtp_450, busy run relationship/1",
        str(stopped.value),
    )
