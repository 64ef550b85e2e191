"""Calls of the outbox that come almost together are one, and none is lost."""

import asyncio

import pytest

from activities.notices import GatheredCalls


class Outbox:
    """An outbox that counts its calls, and for how many emails the rows were there at each."""

    def __init__(self) -> None:
        self.rows = 0
        self.seen: list[int] = []
        self.away = False
        self.called = asyncio.Event()

    async def call(self) -> None:
        if self.away:
            raise ConnectionError
        self.seen.append(self.rows)
        self.called.set()
        await asyncio.sleep(0.02)


async def test_two_emails_of_one_decision_call_the_outbox_once() -> None:
    outbox = Outbox()
    gathered = GatheredCalls(outbox)
    outbox.rows = 2
    await asyncio.gather(gathered.call(), gathered.call())
    assert outbox.seen == [2]
    outbox.rows = 3
    await gathered.call()
    assert outbox.seen == [2, 3]


async def test_an_email_that_comes_while_the_outbox_is_called_is_called_for_again() -> None:
    outbox = Outbox()
    gathered = GatheredCalls(outbox)
    outbox.rows = 1
    first = asyncio.create_task(gathered.call())
    await outbox.called.wait()
    outbox.rows = 2
    await asyncio.gather(first, gathered.call())
    assert outbox.seen == [1, 2]


async def test_all_hear_that_the_outbox_could_not_be_called_and_the_next_one_tries_again() -> None:
    outbox = Outbox()
    gathered = GatheredCalls(outbox)
    outbox.away = True
    answers = await asyncio.gather(gathered.call(), gathered.call(), return_exceptions=True)
    assert [type(each) for each in answers] == [ConnectionError, ConnectionError]
    outbox.away = False
    await gathered.call()
    assert len(outbox.seen) == 1


async def test_who_stops_waiting_does_not_end_the_call_of_the_others() -> None:
    outbox = Outbox()
    gathered = GatheredCalls(outbox)
    waits, gives_up = asyncio.create_task(gathered.call()), asyncio.create_task(gathered.call())
    await asyncio.sleep(0)
    gives_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    await waits
    assert len(outbox.seen) == 1
