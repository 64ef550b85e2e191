"""The supervisor's ear: what the demo's pages ask of it, over loopback, with a secret of the data folder.

The pages run in the gateway, and the supervisor owns the clock and the processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2 as httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workers.embedded.clock_moves import ClockMoves, ClockStep, MoveRefused
from workers.embedded.samples.loading import Progress
from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

SECRET: Final = "control"  # noqa: S105 - the name of the secret, not the secret
"""The name of the secret in the data folder, and of the port."""
_SECONDS: Final = 5.0


class NoAnswer(RuntimeError):
    """The supervisor did not answer."""


@dataclass(slots=True, kw_only=True)
class Running:
    """What the supervisor knows of its demo. ``moves`` is None until the office stands."""

    office: OfficeProcesses
    moves: ClockMoves | None = None
    progress: Callable[[], Progress | None] = field(default=lambda: None)
    starting: bool = False

    async def state(self) -> dict[str, Any]:
        """Return what the pages of the tour show."""
        moves, loaded = self.moves, self.progress()
        last = moves.last if moves is not None else None
        return {
            "worker": "starting" if self.starting else "up" if self.office.worker_pid() else "down",
            "cannot": moves.cannot if moves is not None else "The office is being started.",
            "move": last.plain() if last is not None else None,
            "tour": loaded.tour if loaded else "",
            "done": len(loaded.done) if loaded else 0,
            "acts": loaded.acts if loaded else 0,
            "complete": bool(loaded and loaded.complete),
        }

    async def stop_worker(self) -> None:
        """End the worker of relationships as a power cut would, and leave it down; refuse while people are loaded."""
        loaded = self.progress()
        if loaded is None or not loaded.complete:
            raise MoveRefused(
                "The other pairs are still being loaded. Stop the worker once they are in place."
            )
        if self.office.worker_pid():
            await self.office.hold_worker()

    async def start_worker(self) -> None:
        """Start the worker again."""
        if self.office.worker_pid() or self.starting:
            return
        self.starting = True
        try:
            await self.office.start_worker()
        finally:
            self.starting = False


def application(running: Running, secret: str) -> Starlette:
    """Return what answers the pages: the state, a move, and the worker."""

    def mine(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            sent = request.headers.get("authorization", "")
            if not secrets.compare_digest(sent.encode(), f"Bearer {secret}".encode()):
                return JSONResponse({"why": "This is for the demo's own pages."}, status_code=401)
            return await handler(request)

        return guarded

    async def state(_: Request) -> Response:
        return JSONResponse(await running.state())

    async def clock(request: Request) -> Response:
        wanted = json.loads(await request.body())["step"]
        if running.moves is None:
            return JSONResponse({"why": "The office is being started."}, status_code=409)
        try:
            running.moves.begin(ClockStep(wanted))
        except MoveRefused as refused:
            return JSONResponse({"why": str(refused)}, status_code=409)
        return JSONResponse(await running.state(), status_code=202)

    async def worker(request: Request) -> Response:
        up = json.loads(await request.body())["up"]
        try:
            await (running.start_worker() if up else running.stop_worker())
        except (StartFailed, MoveRefused) as obstacle:
            return JSONResponse({"why": str(obstacle)}, status_code=409)
        return JSONResponse(await running.state())

    return Starlette(
        routes=[
            Route("/state", mine(state)),
            Route("/clock", mine(clock), methods=["POST"]),
            Route("/worker", mine(worker), methods=["POST"]),
        ]
    )


@asynccontextmanager
async def listening(running: Running) -> AsyncIterator[None]:
    """Answer the pages while the block runs."""
    data = running.office.data
    config = uvicorn.Config(
        application(running, data.secret(SECRET)),
        host=ports.HOST,
        port=data.ports[SECRET],
        log_level="warning",
        access_log=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())  # without signal handlers: the supervisor has its own
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(task, return_exceptions=True)


class Supervisor:
    """The supervisor as the pages reach it."""

    def __init__(self, data: DataFolder) -> None:
        """Set the data folder, whose port and secret the supervisor listens with."""
        self._data = data

    async def state(self) -> dict[str, Any]:
        """Return the state of the demo; raise ``NoAnswer`` if nobody answers."""
        return await self._ask("GET", "/state")

    async def move(self, step: ClockStep) -> dict[str, Any]:
        """Begin a move of the clock; raise ``MoveRefused`` with the reason if it does not begin."""
        return await self._ask("POST", "/clock", {"step": step.value})

    async def worker(self, *, up: bool) -> dict[str, Any]:
        """Start the worker, or stop it; return when that is done."""
        return await self._ask("POST", "/worker", {"up": up}, seconds=90.0)

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, seconds: float = _SECONDS
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._data.secret(SECRET)}"}
        address = f"http://{ports.HOST}:{self._data.ports[SECRET]}"
        try:
            async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=seconds) as http:
                answer = await http.request(method, path, json=body, headers=headers)
        except (httpx.HTTPError, KeyError) as fault:
            raise NoAnswer("The supervisor of this demo does not answer.") from fault
        found: dict[str, Any] = answer.json()
        if not answer.is_success:
            raise MoveRefused(found["why"])
        return found
