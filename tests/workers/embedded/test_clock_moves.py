"""The clock that visitors of the demo move: one move at a time, with what became of it in words."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workers.embedded.clock import NotAtRest
from workers.embedded.clock_moves import CANNOT_SKIP, ClockMoves, ClockStep, MoveRefused, later

ZONE = ZoneInfo("America/Chicago")
MORNING = datetime(2027, 1, 4, 15, 30, tzinfo=UTC)
PAIR = "a pair"


class SlowClock:
    """A clock that arrives when it is let, and notes what it was asked."""

    def __init__(self) -> None:
        self.at = MORNING
        self.let = asyncio.Event()
        self.stop: datetime | None = MORNING + timedelta(hours=1)
        self.due: datetime | None = MORNING + timedelta(days=12)
        self.email: datetime | None = None
        self.fault: Exception | None = None
        self.did: list[str] = []

    async def now(self) -> datetime:
        return self.at

    async def next_stop(self) -> datetime | None:
        return self.stop

    async def next_deadline(self, pair: str) -> datetime | None:
        assert pair == PAIR
        return self.due

    async def email_of(self, pair: str) -> datetime | None:
        assert pair == PAIR
        return self.email

    async def move_to(self, instant: datetime) -> datetime:
        await self.let.wait()
        if self.fault is not None:
            raise self.fault
        self.at = instant
        self.did.append(f"moved to {instant:%Y-%m-%d %H:%M}")
        return instant

    async def check_journal(self) -> None:
        self.did.append("checked the journal")


def moves_of(clock: SlowClock, cannot: str = "") -> ClockMoves:
    async def stop_worker() -> None:
        clock.did.append("stopped the worker")

    return ClockMoves(clock, ZONE, pair=PAIR, stop_worker=stop_worker, cannot=cannot)


async def ended(moves: ClockMoves) -> None:
    """Wait until the move is over."""
    assert moves._task is not None
    await moves._task


@pytest.mark.parametrize(
    ("step", "local"),
    [
        (ClockStep.DAY, "2027-03-14 09:30"),
        (ClockStep.WEEK, "2027-03-20 09:30"),
        (ClockStep.MONTH, "2027-04-13 09:30"),
    ],
)
def test_a_day_a_week_and_a_month_keep_the_local_hour(step: ClockStep, local: str) -> None:
    """Also over the night on which the clocks change."""
    now = datetime(2027, 3, 13, 9, 30, tzinfo=ZONE).astimezone(UTC)
    assert f"{later(now, step, ZONE).astimezone(ZONE):%Y-%m-%d %H:%M}" == local


def test_a_month_after_the_last_day_of_a_long_month_is_the_last_day_of_the_next() -> None:
    now = datetime(2027, 1, 31, 9, 30, tzinfo=ZONE).astimezone(UTC)
    assert later(now, ClockStep.MONTH, ZONE).astimezone(ZONE).date().isoformat() == "2027-02-28"


async def test_a_second_press_is_refused_in_words_while_the_clock_moves() -> None:
    clock = SlowClock()
    moves = moves_of(clock)
    first = moves.begin(ClockStep.WEEK)
    await asyncio.sleep(0)
    assert (first.state, first.open) == ("moving", True)
    with pytest.raises(MoveRefused, match="already being moved"):
        moves.begin(ClockStep.DAY)
    clock.let.set()
    await ended(moves)
    assert first.plain() == {
        "step": "week",
        "state": "done",
        "why": "",
        "begins": "2027-01-04T15:30:00+00:00",
        "target": "2027-01-11T15:30:00+00:00",
        "ended": "2027-01-11T15:30:00+00:00",
    }
    assert clock.did == ["moved to 2027-01-11 15:30", "checked the journal"]


async def test_a_move_waits_while_people_are_loaded() -> None:
    clock = SlowClock()
    clock.let.set()
    moves = moves_of(clock)
    async with moves.standing():
        move = moves.begin(ClockStep.DAY)
        await asyncio.sleep(0)
        assert (move.state, clock.did) == ("waiting", [])
    await ended(moves)
    assert move.state == "done"


async def test_the_next_event_is_the_next_stop_and_nothing_planned_is_said() -> None:
    clock = SlowClock()
    clock.let.set()
    moves = moves_of(clock)
    moves.begin(ClockStep.EVENT)
    await ended(moves)
    assert clock.at == MORNING + timedelta(hours=1)
    clock.stop = None
    move = moves.begin(ClockStep.EVENT)
    await ended(moves)
    assert (move.state, move.why) == (
        "failed",
        "Nothing is planned: no deadline is open and no email waits.",
    )


async def test_the_worker_stops_in_the_minute_before_the_pairs_deadline() -> None:
    clock = SlowClock()
    clock.let.set()
    clock.email = datetime(2027, 1, 19, 15, tzinfo=UTC)  # the next hour at which emails leave
    moves = moves_of(clock)
    moves.begin(ClockStep.REMINDER)
    await ended(moves)
    assert clock.did == [
        "moved to 2027-01-16 15:29",
        "stopped the worker",
        "moved to 2027-01-16 15:30",
        "moved to 2027-01-19 15:00",
        "checked the journal",
    ]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (NotAtRest("after 600 s this is still open: email 1"), "after 600 s this is still open: email 1."),
        (OSError(), "A part of the office did not answer (OSError). Its logs say more."),
    ],
)
async def test_what_stops_a_move_is_said_and_the_next_one_can_begin(fault: Exception, why: str) -> None:
    clock = SlowClock()
    clock.let.set()
    clock.fault = fault
    moves = moves_of(clock)
    move = moves.begin(ClockStep.DAY)
    await ended(moves)
    assert (move.state, move.why, move.plain()["ended"]) == ("failed", why, "")
    clock.fault = None
    again = moves.begin(ClockStep.DAY)
    await ended(moves)
    assert again.state == "done"


async def test_a_server_that_does_not_skip_time_moves_nothing_and_says_so() -> None:
    with pytest.raises(MoveRefused, match="does not skip time"):
        moves_of(SlowClock(), cannot=CANNOT_SKIP).begin(ClockStep.DAY)
