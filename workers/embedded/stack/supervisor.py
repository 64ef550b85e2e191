"""The embedded stack as one object: it starts everything in order, watches it, and stops it in reverse order.

The demo runs it from the command line (`workers/embedded/__main__.py`), tests as
`async with Office.temporary() as office`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import httpx2
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.adapters.files.program_files import read_programs
from api_gateway.pages import static
from workers.embedded.first_hour import FirstHour, begin_at
from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder, write_settings
from workers.embedded.stack.postgres import DATABASE, Postgres
from workers.embedded.stack.process import Child, StartFailed, clean_environment
from workers.embedded.stack.progress import Say, silent, step
from workers.embedded.stack.temporal_server import NAMESPACE, PORTS, TemporalServer
from workers.settings import DEMO_SETTINGS, PREFIX, REPOSITORY, Settings, load_settings

RELATIONSHIPS: Final = "relationships"
PAYMENTS: Final = "payments"
_PORTS: Final = ("postgres", *PORTS, "gateway", "smtp", "mailbox", "control", "identity", "door")
_LONGEST_PAUSE: Final = 10.0  # seconds between two starts of a process that keeps ending


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What a stack starts, and how it runs.

    Attributes:
        workers: Start the workers of relationships and payments as processes; tests may run them in their own.
        gateway: Start the gateway as a process.
        door: Start the door as a process beside the gateway: the pages and the API of mentors and mentees.
        mail: Start the mail catcher.
        temporal: Start the Temporal server.
        migrated: Migrate the database.
        throwaway: Trade safety against a power cut for speed, for data that nobody keeps.
        published: Restart the servers, too; and if it is this repository's own demo, write the settings where this
            repository's commands look for them.
        personas: Start the demo's identity provider, at which staff sign in by one click.
        tour: Whether the gateway has the pages of the tour; it is then started by this package.
        first_hour: The hour at which a new office begins; None leaves the real time.
        may_build: Whether a missing Temporal server may be built, which takes minutes.
        say: Where progress goes, one line at a time.
    """

    workers: bool = True
    gateway: bool = True
    door: bool = True
    mail: bool = True
    temporal: bool = True
    migrated: bool = True
    throwaway: bool = False
    published: bool = False
    personas: bool = False
    tour: bool = False
    first_hour: FirstHour | None = None
    may_build: bool = True
    say: Say = silent


class OfficeProcesses:
    """One embedded stack on one data folder.

    Attributes:
        data: Its data folder.
        postgres: Its PostgreSQL server, set by `start`.
        temporal: Its Temporal server, set by `start`.
        settings: The settings that its processes run with, set by `start`.
    """

    postgres: Postgres
    temporal: TemporalServer
    settings: Settings

    def __init__(self, data: DataFolder, options: StackOptions | None = None) -> None:
        """Set up a stack on a folder that keeps what must outlive it; nothing starts yet."""
        self.data = data
        self._options = options or StackOptions()
        self._say = self._options.say
        self._children: dict[str, Child] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._held = contextlib.ExitStack()

    @classmethod
    @asynccontextmanager
    async def temporary(cls, **options: Any) -> AsyncIterator[Self]:
        """Run a stack in a folder of its own; both are gone afterward. It takes what `StackOptions` takes."""
        data = DataFolder.temporary()
        office = cls(data, StackOptions(**{"throwaway": True} | options))
        try:
            await office.start()
            yield office
        finally:
            await office.stop()
            await asyncio.to_thread(data.remove)

    @property
    def gateway_url(self) -> str:
        """The address of the gateway, without a slash at the end."""
        return self.settings.public_url

    @property
    def door_url(self) -> str:
        """The address of the pages of mentors and mentees."""
        return f"http://{ports.HOST}:{self.data.ports['door']}"

    @property
    def mailbox_url(self) -> str:
        """The address of the mail catcher's pages."""
        return f"http://{ports.HOST}:{self.data.ports['mailbox']}"

    @property
    def identity_url(self) -> str:
        """The address of the identity provider, which is its issuer."""
        return f"http://{ports.HOST}:{self.data.ports['identity']}"

    @property
    def running(self) -> bool:
        """Whether any part of this stack is running."""
        return any(child.pid is not None for child in self._children.values()) or (
            hasattr(self, "postgres") and self.postgres.pid is not None
        )

    async def start(self) -> None:
        """Start everything that was asked for, and return when it answers.

        Raises:
            StartFailed: A part did not start. The parts that did start run until `stop`.
        """
        if (self._options.gateway or self._options.door) and not static.are_there():
            raise StartFailed(static.NOT_THERE)
        self.data.prepare()
        self._held.enter_context(self.data.lock())
        before = self.data.ports
        assigned = ports.assign(_PORTS, before)
        self.data.ports = assigned
        for name, port in before.items():
            if assigned.get(name, port) != port:
                self._say(f"· Port {port} ({name}) is in use by something else; now {assigned[name]}")
        async with step("PostgreSQL", self._say):
            self.postgres = Postgres(self.data, assigned["postgres"], throwaway=self._options.throwaway)
            await self.postgres.start()
        self.temporal = TemporalServer(self.data, assigned, say=self._say, may_build=self._options.may_build)
        self.settings = self._write_settings(assigned)
        if self._options.temporal:
            async with step("Temporal server", self._say):
                await self.temporal.start()
        if self._options.migrated:
            async with step("Database migrations", self._say):
                await _migrate(self.settings)
            if self._options.first_hour is not None:
                await begin_at(self.settings, self._options.first_hour)
        if self._options.mail:
            async with step("Mail catcher", self._say):
                await self.start_mail()
        processes = [self.start_worker(queue) for queue in (RELATIONSHIPS, PAYMENTS) if self._options.workers]
        processes += [self.start_gateway()] if self._options.gateway else []
        processes += [self._start_door()] if self._options.gateway and self._options.door else []
        processes += [self._start_identity_provider()] if self._options.personas else []
        if processes:
            async with step("Workers and gateway", self._say):
                await asyncio.gather(*processes)
        if self._options.published:
            self._watch_servers()
        for line in read_programs().lines():
            self._say(f"  NO  program {line}")

    async def stop(self) -> None:
        """Stop everything that is running, the last started first. It is safe to call this at any time, and twice."""
        for name in ("identity", "door", "gateway", f"worker-{PAYMENTS}", f"worker-{RELATIONSHIPS}", "mail"):
            await self._stop_child(name)
        for watcher in self._watchers.values():
            watcher.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        self._watchers.clear()
        if hasattr(self, "temporal"):
            await self.temporal.stop()
        if hasattr(self, "postgres"):
            await self.postgres.stop()
        self._held.close()

    async def start_worker(self, queue: str = RELATIONSHIPS) -> None:
        """Start the worker of one queue, and wait until it polls."""
        await self._run(f"worker-{queue}", "workers", "worker", queue, ready=lambda: self._has_poller(queue))

    async def start_gateway(self) -> None:
        """Start the gateway, with the pages of the tour where they were asked for, and wait until it answers."""
        with_tour = ("workers.embedded.gateway", "--data", str(self.data.path))
        module, *words = with_tour if self._options.tour else ("workers", "gateway")
        await self._run("gateway", module, *words, ready=self._gateway_answers)

    async def _start_door(self) -> None:
        """Start the pages of mentors and mentees, and wait until the page of links answers."""
        await self._run("door", "workers", "door", ready=lambda: _answers(f"{self.door_url}/t"))

    async def _start_identity_provider(self) -> None:
        """Start the identity provider, and wait until it says what it is."""
        port = str(self.data.ports["identity"])
        words = ("--port", port, "--data", str(self.data.path))
        about = f"{self.identity_url}/.well-known/openid-configuration"
        await self._run(
            "identity", "workers.embedded.identity_provider", *words, ready=lambda: _answers(about)
        )

    async def hold_worker(self, queue: str = RELATIONSHIPS) -> None:
        """End a worker as a power cut would, and leave it down until `start_worker`."""
        await self._unwatch(f"worker-{queue}")
        await self._children[f"worker-{queue}"].kill()

    async def kill_worker(self, queue: str = RELATIONSHIPS) -> int:
        """End a worker as a power cut would; the supervisor starts it again. Return the process id that ended."""
        child = self._children[f"worker-{queue}"]
        pid = child.pid
        if pid is None:
            raise StartFailed(f"The worker of {queue} is not running.")
        await child.kill()
        return pid

    async def kill_gateway(self) -> None:
        """End the gateway as a power cut would; the supervisor starts it again."""
        await self._children["gateway"].kill()

    def gateway_pid(self) -> int | None:
        """Return the process id of the gateway while it runs."""
        return self._children["gateway"].pid

    def worker_pid(self, queue: str = RELATIONSHIPS) -> int | None:
        """Return the process id of a worker while it runs."""
        child = self._children.get(f"worker-{queue}")
        return None if child is None else child.pid

    async def restart_temporal(self, *, kill: bool = False) -> None:
        """Stop the Temporal server, or end it as a power cut would, and start it again on the same ports and data."""
        await (self.temporal.kill() if kill else self.temporal.stop())
        await self.temporal.start()

    async def stop_postgres(self) -> None:
        """Stop PostgreSQL until `start_postgres`."""
        await self.postgres.stop()

    async def start_postgres(self) -> None:
        """Start PostgreSQL again on the same port and data."""
        await self.postgres.start()

    async def stop_mail(self) -> None:
        """Stop the mail catcher until `start_mail`: no mail server answers the office."""
        await self._stop_child("mail")

    async def start_mail(self) -> None:
        """Start the mail catcher, with the emails that it has."""
        catcher = "workers.embedded.stack.mail_catcher"
        await self._run("mail", catcher, *self._mail_options(self.data.ports), ready=self._mailbox_answers)

    async def client(self) -> Client:
        """Return a plain client of the Temporal server, for inspection; the application's is in `workers.temporal`."""
        return await Client.connect(
            self.settings.temporal_address, namespace=self.settings.temporal_namespace
        )

    def _write_settings(self, assigned: dict[str, int]) -> Settings:
        values: dict[str, object] = {
            "demo": "true",
            "database_host": ports.HOST,
            "database_port": assigned["postgres"],
            "database_name": DATABASE,
            "temporal_address": self.temporal.address,
            "temporal_namespace": NAMESPACE,
            "smtp_host": ports.HOST,
            "smtp_port": assigned["smtp"],
            "smtp_starttls": "false",
            "mail_from": "mentoring@office.example",
            # The mail catcher takes as many as come.
            "notices_per_second": 1000,
            # Invented people do in seconds what real people do in weeks.
            "requests_per_minute": 6000,
            "public_url": f"http://{ports.HOST}:{assigned['gateway']}",
            "cookie_prefix": "none",
            "gateway_host": ports.HOST,
            "gateway_port": assigned["gateway"],
            "key_file": self.data.key_file,
            "log_level": "INFO",
        }
        if self._options.door:
            values |= {
                "door_url": f"http://{ports.HOST}:{assigned['door']}",
                "door_secret": self.data.secret("door"),
                "door_host": ports.HOST,
                "door_port": assigned["door"],
            }
        if self._options.personas:
            values |= {
                "sign_in_issuer": self.identity_url,
                "sign_in_name": "the demo",
                "sign_in_client": "mentorflow",
                "sign_in_client_secret": self.data.secret("sign-in-client"),
                "cookie_secret": self.data.secret("cookie"),
            }
        values |= {f"password_{role}": password for role, password in self.postgres.passwords().items()}
        write_settings(self.data.settings_file, values)
        # Commands of this repository mean its own demo; those for another folder name its settings file.
        if self._options.published and self.data.is_default:
            write_settings(DEMO_SETTINGS, values)
        return load_settings(self.data.settings_file)

    def _mail_options(self, assigned: dict[str, int]) -> tuple[str, ...]:
        return (
            *("--port", str(assigned["smtp"]), "--http-port", str(assigned["mailbox"])),
            *("--folder", str(self.data.mails)),
            *(("--office", f"{self.gateway_url}/demo") if self._options.tour else ()),
        )

    async def _run(
        self, name: str, module: str, *arguments: str, ready: Callable[[], Awaitable[bool]]
    ) -> None:
        """Start one of our own processes, wait until it is ready, and restart it whenever it ends by itself."""
        child = Child(
            name=f"The {name.replace('-', ' ')}",
            command=[sys.executable, "-m", module, *arguments],
            log=self.data.logs / f"{name}.log",
            environment=clean_environment(**{f"{PREFIX}SETTINGS": str(self.data.settings_file)}),
            folder=REPOSITORY,
        )
        self._children[name] = child
        await child.start()
        await child.ready(ready)
        self._watchers[name] = asyncio.create_task(self._watch(child), name=f"watch {name}")

    async def _watch(self, child: Child) -> None:
        """Restart a process when it ends: at once the first time, more slowly if it does not stay up."""
        loop = asyncio.get_running_loop()
        pause = 0.1
        while True:
            started = loop.time()
            code = await child.wait()
            pause = 0.1 if loop.time() - started > 10 else min(pause * 2, _LONGEST_PAUSE)
            self._say(f"  {child.name} ended with code {code}; starting it again")
            await asyncio.sleep(pause)
            await child.start()

    def _watch_servers(self) -> None:
        """Restart PostgreSQL and the Temporal server, too, in the demo. Tests stop them on purpose."""

        async def watch(name: str, server: Postgres | TemporalServer) -> None:
            while True:
                await asyncio.sleep(1.0)
                if server.pid is None:
                    self._say(f"  {name} ended; starting it again")
                    try:
                        await server.start()
                    except StartFailed as obstacle:
                        self._say(f"  {obstacle}")
                        await asyncio.sleep(_LONGEST_PAUSE)

        self._watchers["postgres"] = asyncio.create_task(watch("PostgreSQL", self.postgres))
        if self._options.temporal:
            self._watchers["temporal"] = asyncio.create_task(watch("The Temporal server", self.temporal))

    async def _unwatch(self, name: str) -> None:
        """Leave a process down when it ends."""
        watcher = self._watchers.pop(name, None)
        if watcher is not None:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)

    async def _stop_child(self, name: str) -> None:
        await self._unwatch(name)
        child = self._children.get(name)
        if child is not None:
            await child.stop()

    async def _mailbox_answers(self) -> bool:
        return ports.is_open(self.data.ports["smtp"]) and await _answers(f"{self.mailbox_url}/mails.json")

    async def _gateway_answers(self) -> bool:
        return await _answers(f"{self.gateway_url}/v1/health")

    async def _has_poller(self, queue: str) -> bool:
        """Return whether a worker polls the workflow tasks of a queue."""
        client = await self.client()
        request = DescribeTaskQueueRequest(
            namespace=NAMESPACE,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            return bool((await client.workflow_service.describe_task_queue(request)).pollers)
        except RPCError:
            return False


NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It trusts nobody: these addresses are plain HTTP, and to read all certificates for each question takes time."""


async def _answers(url: str) -> bool:
    """Return whether an address answers with success."""
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=2.0, verify=NO_TLS) as http:
            return (await http.get(url)).is_success
    except httpx2.HTTPError:
        return False


async def _migrate(settings: Settings) -> None:
    """Upgrade the database to the newest migration."""
    # The import is late: migrations load the whole database layer, which the rest of the stack does not need.
    from workers.migrate import migrate

    await migrate(settings)


def data_folder(path: Path | None) -> DataFolder:
    """Return the data folder that a command means: the one that was named, else this repository's."""
    from workers.embedded.stack.data_folder import default_folder

    return DataFolder(path or default_folder())
