"""A Temporal server for the embedded stack, on one SQLite file that survives restarts."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.process import Child, StartFailed, clean_environment
from workers.embedded.stack.progress import Say
from workers.embedded.stack.temporal_program import find_program

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

DYNAMIC_CONFIG: Final[dict[str, Any]] = {
    # The demo clock and the simulated year skip time; the shift makes a skipped timer fire at once, not after a second.
    "frontend.WorkflowTimeSkippingEnabled": True,
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": 10_000,
    "history.timerProcessorMaxTimeShift": "50ms",
    # A district's office sends many commands to one term or payment run at a time; ten is the server's default.
    "history.maxInFlightUpdates": 100,
    # The history service reads a shard's queues at most 20 times a second, and this server has one shard: in a closed
    # loop every second workflow task would wait for a tick of 50 ms. Each has a limit for the whole host, too.
    **{
        f"history.{queue}ProcessorMaxPoll{scope}RPS": 2000
        for queue in ("transfer", "timer", "visibility")
        for scope in ("", "Host")
    },
    # The default is ten lists or counts a second and namespace; beyond it the server refuses, and the SDK backs off
    # for about a second. The burst is this number times `frontend.namespaceBurstRatio.visibility`, which is 1.
    "frontend.namespaceRPS.visibility": 1000,
    # There is one machine: what was just registered must be known everywhere at once.
    "system.namespaceCacheRefreshInterval": "1s",
}


class TemporalServer:
    """One Temporal server on 127.0.0.1. Its state is a file in the data folder and survives restarts."""

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
        """The host and port of the frontend."""
        return f"{ports.HOST}:{self._ports['temporal-frontend']}"

    @property
    def pid(self) -> int | None:
        """The process id of the server while it runs."""
        return None if self._child is None else self._child.pid

    async def start(self) -> None:
        """Start the server with its namespace."""
        program = await find_program(self._say, may_build=self._may_build)
        self._home.mkdir(mode=0o700, exist_ok=True)
        for name in PORTS:
            if not ports.is_free(self._ports[name]):
                raise StartFailed(
                    f"Port {self._ports[name]} ({name}) is in use on {ports.HOST}: stop what is listening there."
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
        """Stop the server in order."""
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
        """Register the namespace if it is not registered yet, and wait until the server knows it."""
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
                # A count goes through the namespace's registry, as a worker will.
                await client.count_workflows()
            except RPCError as error:
                if (
                    asyncio.get_running_loop().time() > wait
                    or error.status == RPCStatusCode.PERMISSION_DENIED
                ):
                    raise StartFailed(
                        f"The Temporal server did not accept its namespace: {error.message}"
                    ) from None
                await asyncio.sleep(0.1)
            else:
                return

    def _server_command(self, program: Path) -> list[str]:
        """Return the command line of the server built from its Go module, and write the files that it reads."""
        dynamic = self._home / "dynamic.yaml"
        dynamic.write_text(
            json.dumps({name: [{"value": value}] for name, value in DYNAMIC_CONFIG.items()}, indent=1)
        )
        config = self._home / "config.yaml"
        config.write_text(json.dumps(self._config(dynamic), indent=1))  # JSON is YAML, and needs no library
        return [str(program), "--config-file", str(config), "--allow-no-auth", "start"]

    def _cli_command(self, program: Path) -> list[str]:
        """Return the command line of the `temporal` CLI's development server."""
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
        store = self._store()
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
                "frontend": self._service("frontend", httpPort=self._ports["temporal-http"]),
                "history": self._service("history"),
                "matching": self._service("matching"),
                "worker": self._service("worker"),
            },
            "clusterMetadata": self._cluster(),
            "dcRedirectionPolicy": {"policy": "noop"},
            "dynamicConfigClient": {"filepath": str(dynamic), "pollInterval": "60s"},
        }

    def _store(self) -> dict[str, Any]:
        """Return the configuration of the SQLite file that holds everything."""
        return {
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

    def _service(self, name: str, **more: int) -> dict[str, Any]:
        rpc = {
            "grpcPort": self._ports[f"temporal-{name}"],
            "membershipPort": self._ports[f"temporal-{name}-ring"],
        }
        return {"rpc": rpc | {"bindOnIP": ports.HOST} | more}

    def _cluster(self) -> dict[str, Any]:
        """Return the configuration of a cluster of one server."""
        return {
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
        }
