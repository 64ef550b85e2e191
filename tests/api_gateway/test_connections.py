"""Connections of requests that do not arrive."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from api_gateway.http.connections import PIECE, PatientProtocol
from workers.embedded.stack import ports


class Hasty(PatientProtocol):
    """The protocol with the patience of a test."""

    patience = 0.4


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    """Read a body, then take longer than the patience to answer."""
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    if message["type"] == "http.request":
        await asyncio.sleep(0.8)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    """Yield the port of a server with this protocol."""
    port = ports.pick()
    config = uvicorn.Config(_answer, http=Hasty, host=ports.HOST, port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())  # without uvicorn's own signal handlers
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
        await asyncio.sleep(0.02)
    yield port
    server.should_exit = True
    await serving


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize(
    "half",
    [b"", b"P", b"POST / HTTP/1.1\r\nHost: x\r\n", HEAD % 5, HEAD % 5 + b"1234"],
    ids=["nothing", "one letter", "half of the headers", "no body", "half of the body"],
)
async def test_a_connection_whose_request_does_not_arrive_is_closed(port: int, half: bytes) -> None:
    """C70."""
    reader, writer = await asyncio.open_connection(ports.HOST, port)
    writer.write(half)
    async with asyncio.timeout(3):
        assert await reader.read() == b""
    writer.close()


async def test_a_trickle_of_bytes_does_not_keep_a_connection_open(port: int) -> None:
    """C70."""
    reader, writer = await asyncio.open_connection(ports.HOST, port)
    writer.write(HEAD % 1000)
    closed = asyncio.create_task(reader.read())
    async with asyncio.timeout(3):
        while not closed.done():
            writer.write(b"1")
            await asyncio.sleep(0.1)
    writer.close()


async def test_a_body_that_goes_on_arriving_and_a_slow_answer_have_their_time(port: int) -> None:
    reader, writer = await asyncio.open_connection(ports.HOST, port)
    writer.write(HEAD % (4 * PIECE))
    for _ in range(4):
        await asyncio.sleep(0.25)
        writer.write(b"1" * PIECE)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
    writer.write(
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\r\n"
    )  # with an empty line too many, as old clients send it
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
    writer.close()
