"""Connections that wait for the rest of a request only so long, so that nobody holds them open with halves.

A request's first line and headers must be there within ``PATIENCE`` seconds. Its body may take longer, but each
``PIECE`` bytes of it must be there within that time.
"""

from asyncio import Transport
from asyncio.events import TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE: Final = 30.0
PIECE: Final = 64 * 1024


class PatientProtocol(HttpToolsProtocol):
    """The server's protocol, which closes a connection whose request does not arrive."""

    patience: float = PATIENCE
    _timer: TimerHandle | None = None
    _arrived: int = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in the class above
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait for the rest of what has begun."""
        if self._timer is None:
            self._wait()
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Wait for the headers of a request."""
        super().on_message_begin()
        if self._timer is None:
            self._wait()

    def on_body(self, body: bytes) -> None:
        """Wait longer for a body that goes on arriving."""
        super().on_body(body)
        self._arrived += len(body)
        if self._arrived >= PIECE:
            self._wait()

    def on_message_complete(self) -> None:
        """Wait no longer: the request is whole."""
        super().on_message_complete()
        self._wait_no_longer()

    def _wait(self) -> None:
        self._wait_no_longer()
        self._arrived = 0
        self._timer = self.loop.call_later(self.patience, self._give_up)

    def _wait_no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        """Close the connection, unless a whole request is still being answered."""
        self._timer = None
        answering = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if not answering and not self.transport.is_closing():
            self.transport.close()
