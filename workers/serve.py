"""One worker process: it serves its queues until it is asked to stop, and finishes what is running."""

from __future__ import annotations

import asyncio
import gc
import signal

import uvloop

from workers.assembly import assembled
from workers.logs import configure_logs, logger
from workers.settings import Settings, load_settings

log = logger(__name__)


def run(queue: str) -> None:
    """Serve a queue until SIGTERM or SIGINT.

    Args:
        queue: ``relationships`` (with the queues of notices and documents) or ``payments``.

    Raises:
        SettingsError: A setting is missing, or no process serves that queue.
    """
    settings = load_settings()
    configure_logs(settings.log_level, process=f"worker-{queue}")
    uvloop.run(serve(settings, queue))


async def serve(settings: Settings, queue: str, stop: asyncio.Event | None = None) -> None:
    """Serve a queue until ``stop`` is set, by default until a signal to this process."""
    stop = stop or _stop_on_signal()
    async with assembled(settings, queue) as queues:
        for name in queues:
            log.info("worker started", queue=name)
        gc.freeze()  # a full collection of what is imported would stop all runs for more than 100 ms
        await stop.wait()
        log.info("worker stopping", queue=queue)


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
