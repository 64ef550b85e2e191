"""The process beside a gateway: it does the work of imports that the gateway sends it through a pipe."""

import asyncio
import gc
import os
import pickle
import sys
import threading
from typing import Any, BinaryIO, Final

import uvloop

from activities.adapters.keyring import Keyring
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.terms import TermReads
from activities.adapters.postgres.writes.imports import ImportRows
from activities.errors import Unavailable
from api_gateway.services.imports.process import LENGTH, framed
from api_gateway.services.imports.proposals import Proposals
from api_gateway.services.imports.work import ImportsHere
from api_gateway.services.problem import Problem
from workers.logs import configure_logs, logger
from workers.settings import ProcessRole, Settings

log = logger(__name__)
CONNECTIONS: Final = 3


class Server:
    """Reads calls in a thread, and carries them out one beside the other."""

    def __init__(self, calls: BinaryIO, answers: BinaryIO) -> None:
        """Set the two ends of the pipe."""
        self._calls, self._answers = calls, answers
        self._running: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Serve until the gateway ends."""
        settings: Settings = self._next()
        configure_logs(settings.log_level, process="imports")
        database = Database(settings.database_url(ProcessRole.GATEWAY), size=CONNECTIONS)
        rows = ImportRows(database, Keyring(settings.key_file))
        work = ImportsHere(rows, Proposals(database, rows, TermReads(database)))
        gc.freeze()
        gc.disable()  # the rows of a long list are no garbage; ``_answer`` collects what is
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._hear, args=(loop, work), daemon=True).start()
        await asyncio.Event().wait()

    def _hear(self, loop: asyncio.AbstractEventLoop, work: ImportsHere) -> None:
        """Begin each call as it comes. When the gateway has ended, end at once: an open transaction is rolled back."""
        try:
            while True:
                loop.call_soon_threadsafe(self._begin, work, *self._next())
        except EOFError:
            os._exit(0)

    def _begin(self, work: ImportsHere, number: int, method: str, values: tuple[Any, ...]) -> None:
        task = asyncio.create_task(self._answer(number, getattr(work, method)(*values)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, number: int, doing: Any) -> None:
        try:
            answer = (number, True, await doing)
        except (Problem, Unavailable) as error:
            answer = (number, False, error)
        except Exception as error:
            log.exception("the work of an import failed")
            answer = (number, False, RuntimeError(type(error).__name__))
        self._answers.write(framed(answer))
        self._answers.flush()
        del answer
        gc.collect()

    def _next(self) -> Any:
        length = int.from_bytes(self._exactly(LENGTH))
        return pickle.loads(self._exactly(length))  # noqa: S301 - the gateway that started this process wrote it

    def _exactly(self, length: int) -> bytes:
        found = self._calls.read(length)
        if len(found) < length:
            raise EOFError
        return found


def main() -> None:
    """Serve the gateway that has started this process."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    uvloop.run(Server(sys.stdin.buffer, answers).serve())


if __name__ == "__main__":
    main()
