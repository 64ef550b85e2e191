"""The process beside a gateway that does the heavy work of imports.

Reading a long list keeps a processor busy for seconds. In the gateway's own process every other request would wait for
it. Both sides send pickled frames through a pipe that nobody else has. The process ends with its gateway; one that was
killed is started again by the next call, and the calls that it leaves are answered with 503.
"""

import asyncio
import contextlib
import pickle
import sys
from collections.abc import Mapping
from typing import Any, Final

from activities.adapters.postgres.writes.imports import TakeOver
from activities.errors import Unavailable
from api_gateway.services.caller import Caller
from api_gateway.services.imports.proposals import NewImport
from api_gateway.services.imports.work import ProposalText
from workers.settings import Settings

LENGTH: Final = 8
"""How many bytes before a frame say how long it is."""
_MODULE: Final = "api_gateway.import_process"


class ImportProcess:
    """The work of imports in a process beside this one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._starting = asyncio.Lock()
        self._child: _Child | None = None

    async def start(self) -> None:
        """Start the process, so that the first list does not wait for it."""
        await self._running()

    async def stop(self) -> None:
        """End the process; a transaction that is open in it is rolled back."""
        if self._child is not None:
            await self._child.end()

    async def propose(self, new: NewImport, caller: Caller, command: str) -> ProposalText:
        """Keep files and propose what they would change."""
        made: ProposalText = await self._call("propose", new, caller, command)
        return made

    async def answer(self, caller: Caller, id: str, answers: Mapping[str, str]) -> ProposalText:
        """Answer questions of an import and propose again."""
        made: ProposalText = await self._call("answer", caller, id, dict(answers))
        return made

    async def land(self, take_over: TakeOver) -> bool:
        """Land an import; return False if nothing was left to do."""
        return bool(await self._call("land", take_over))

    async def _call(self, method: str, *values: Any) -> Any:
        child = await self._running()
        return await child.call(method, values)

    async def _running(self) -> "_Child":
        async with self._starting:
            if self._child is None or self._child.ended:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    _MODULE,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
                self._child = _Child(process)
                await self._child.send(self._settings)
            return self._child


class _Child:
    """A running process, and who waits for it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._reading = asyncio.create_task(self._read())

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._reading.done() or self._process.returncode is not None

    async def send(self, value: Any) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was started with a pipe
        with contextlib.suppress(ConnectionError):  # the reader notices that the process has ended
            self._process.stdin.write(framed(value))
            await self._process.stdin.drain()

    async def call(self, method: str, values: tuple[Any, ...]) -> Any:
        self._number += 1
        number, answer = self._number, asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self.send((number, method, values))
            if self.ended:
                raise Unavailable("imports")
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        """Give each answer to whoever waits for it, until the process ends."""
        assert self._process.stdout is not None  # noqa: S101 - it was started with a pipe
        try:
            while True:
                length = int.from_bytes(await self._process.stdout.readexactly(LENGTH))
                number, done, value = pickle.loads(await self._process.stdout.readexactly(length))  # noqa: S301 - our own process wrote it
                answer = self._waiting.get(number)
                if answer is None or answer.done():
                    continue
                if done:
                    answer.set_result(value)
                else:
                    answer.set_exception(value)
        except asyncio.IncompleteReadError:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Unavailable("imports"))


def framed(value: Any) -> bytes:
    """Return a value as it goes through the pipe: how long it is, and what it is."""
    frame = pickle.dumps(value)
    return len(frame).to_bytes(LENGTH) + frame
