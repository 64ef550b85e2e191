"""One child process of the embedded stack: started, watched, stopped, by its own id only."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SLOWEST_START: Final = 240.0
"""Seconds after which a process that runs and does not answer is given up; a busy machine starts slowly."""


class StartFailed(RuntimeError):
    """A part of the embedded stack did not start. Its text is one line for the person who started it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system user that a child runs as, if it is not the one who started it."""

    name: str
    uid: int
    gid: int


@dataclass(slots=True, kw_only=True)
class Child:
    """A child process in a session of its own: Ctrl-C reaches the supervisor only, which stops all in order."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _said_before: int = field(default=0, init=False)
    """The size of the log, in bytes, when this run began."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the last run; `None` while it runs or before it ran."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start the process. Its output goes to its log file, after the output of earlier runs."""
        if self.pid is not None:
            return
        with self.log.open("ab") as output:
            self._said_before = output.tell()
            self._process = await asyncio.create_subprocess_exec(
                *_dies_with_parent(self.stop_signal),
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=dict(self.environment),
                start_new_session=True,
                user=None if self.account is None else self.account.uid,
                group=None if self.account is None else self.account.gid,
                extra_groups=None if self.account is None else [],
            )

    async def wait(self) -> int:
        """Wait until the process ends, and return its exit code."""
        if self._process is None:
            raise StartFailed(f"{self.name} was not started.")
        return await self._process.wait()

    async def stop(self, *, grace: float = 15.0, with_signal: signal.Signals | None = None) -> None:
        """Ask the process to end, and end it after `grace` seconds if it did not."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(with_signal or self.stop_signal)
        try:
            await asyncio.wait_for(self._process.wait(), grace)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def ready(
        self, check: Callable[[], Awaitable[bool]], *, seconds: float = SLOWEST_START, every: float = 0.1
    ) -> None:
        """Wait until `check` is true.

        Raises:
            StartFailed: The process ended, or the time ran out; the text has the last line of its log.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not await check():
            if self.pid is None:
                raise StartFailed(
                    f"{self.name} ended with code {self.exit_code}: {self.last_words()} (whole log: {self.log})"
                )
            if loop.time() > end:
                raise StartFailed(
                    f"{self.name} did not answer within {seconds:.0f} s: {self.last_words()} (whole log: {self.log})"
                )
            await asyncio.sleep(every)

    def last_words(self) -> str:
        """Return the last line of this run's log that is not empty; a long line is cut in the middle."""
        with contextlib.suppress(OSError):
            lines = [
                line.strip()
                for line in self.log.read_bytes()[self._said_before :].decode(errors="replace").splitlines()
                if line.strip()
            ]
            if lines:
                last = lines[-1]
                return last if len(last) <= 600 else f"{last[:150]} … {last[-450:]}"
        return "it wrote nothing"


@functools.cache
def _dies_with_parent(how: signal.Signals) -> tuple[str, ...]:
    """Return words before a command that make the kernel end it if the supervisor is killed, so that nothing is left.

    `setpriv` is part of every Linux; where it is missing, the next start finds and names a leftover process. Doing this
    between fork and exec in Python would warn in a process with threads.
    """
    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/local/bin")
    if setpriv is None:
        return ()
    words = (setpriv, "--pdeathsig", how.name.removeprefix("SIG"), "--")
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else ()


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without its settings: a child of the stack takes all of them from one file.

    A child keeps its compiled code for the next one, also where the caller's own Python does not: an office starts five
    processes of the same code, and to compile it anew takes each of them seconds.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTORFLOW_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | more


def alive(pid: int) -> bool:
    """Return whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
