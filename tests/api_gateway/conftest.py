"""The application in this process, on a migrated database, with a stand-in for Temporal that can be told what to do."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx2 as httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import insert
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.operations import SqlOperations
from api_gateway.app import create_app, make_office
from api_gateway.http.provider import Provider
from api_gateway.http.rates import limit_rates
from api_gateway.office import Office
from api_gateway.services.served import served_by_office
from api_gateway.services.start_workflows import CHECK_NOW
from domain.actors import MACHINE_OPERATOR, Role
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.workflow_contracts import NIGHT_CHECK_WORKFLOW, OperationStart, RelationshipStart, TermStart
from tests.api_gateway.at_door import DOOR, DoorOfTests, door_has
from tests.api_gateway.invented import (
    INVENTED,
    MINE,
    InventedCalendars,
    InventedParticipants,
    InventedSubjects,
    InventedTokens,
)
from tests.api_gateway.openings import record_opening
from tests.conftest import LET_IN, NOW, PROGRAM, FreshDatabase, set_clock
from workers.settings import Settings

__all__ = ("INVENTED", "MINE")


class FakeHandle:
    """Workflow handle that answers every command."""

    def __init__(self, engine: "FakeEngine", id: str) -> None:
        self._engine, self._id = engine, id

    async def execute_update(self, name: str, command: Command, **_: Any) -> Receipt:
        """Answer as the test set it up."""
        self._engine.sent.append((self._id, name, command))
        if self._engine.raises is not None:
            raise self._engine.raises
        if self._id in self._engine.deciding:
            return await self._engine.deciding[self._id](command)
        return Receipt(command=command.id, stream="a" * 32, seq=7, hash="b" * 64, state="meetings")

    async def signal(self, name: str) -> None:
        """Remember a signal."""
        self._engine.signals.append((self._id, name))

    async def describe(self, **_: Any) -> Any:
        """Report that the workflow exists; one that was only asked for runs until the test ends it."""
        if self._id not in self._engine.checks:
            return None if self._id != CHECK_NOW else await self._unknown()
        status = (
            WorkflowExecutionStatus.RUNNING if self._engine.checking else WorkflowExecutionStatus.COMPLETED
        )
        return SimpleNamespace(status=status, start_time=self._engine.asked_at)

    async def _unknown(self) -> None:
        raise RPCError("no such workflow", RPCStatusCode.NOT_FOUND, b"")


class FakeSchedule:
    """Schedule that remembers how often it was triggered."""

    def __init__(self, rounds: list[str], id: str) -> None:
        self._rounds, self._id = rounds, id

    async def trigger(self, **_: Any) -> None:
        """Remember the round."""
        self._rounds.append(self._id)


class FakeFrontend:
    """The part of Temporal's own service that says who asks for work: one worker for each queue but ``away``."""

    def __init__(self) -> None:
        self.away: set[str] = set()

    async def describe_task_queue(self, request: Any) -> Any:
        """Return the workers of a queue."""
        pollers = [] if request.task_queue.name in self.away else ["worker"]
        return SimpleNamespace(pollers=pollers)


class FakeEngine:
    """The part of a Temporal client that the gateway uses."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.workflow_service = FakeFrontend()
        self.opens = True
        self.sent: list[tuple[str, str, Command]] = []
        self.started: list[Any] = []
        self.terms: list[TermStart] = []
        self.rounds: list[str] = []
        self.checks: list[str] = []
        self.checking, self.asked_at = (
            True,
            datetime.now(UTC),
        )  # the machine's clock: as the engine says when a run began
        self.signals: list[tuple[str, str]] = []
        self.raises: Exception | None = None
        self.deciding: dict[str, Callable[[Command], Awaitable[Receipt]]] = {}

    def get_workflow_handle(self, id: str) -> FakeHandle:
        """Return the handle of a workflow by its id."""
        return FakeHandle(self, id)

    async def start_workflow(self, workflow: str, start: Any = None, **options: Any) -> None:
        """Remember a start; a relationship records its opening unless ``opens`` is false."""
        if self.raises is not None:
            raise self.raises
        if workflow == NIGHT_CHECK_WORKFLOW:
            self.checks.append(options["id"])
            return
        if isinstance(start, OperationStart):
            await self._run_operation(start.operation)
            return
        (self.terms if isinstance(start, TermStart) else self.started).append(start)
        if self.opens and isinstance(start, RelationshipStart):
            await record_opening(self.database, start)

    async def _run_operation(self, operation: str) -> None:
        """Start what an import opens, as the worker does."""
        operations = SqlOperations(self.database, SqlClock(self.database))
        while left := await operations.to_start(operation, 100):
            for start in left:
                await self.start_workflow("RelationshipWorkflow", start)
                await operations.started([start.relationship])
        await operations.progress(operation)
        await operations.end(operation)

    def get_schedule_handle(self, id: str) -> "FakeSchedule":
        """Return the handle of a schedule by its id."""
        return FakeSchedule(self.rounds, id)

    def refuse(self, code: str, field: str = "") -> None:
        """Refuse every command from now on, as if it broke a rule."""
        self.raises = broken(code, field)


def broken(code: str, field: str = "") -> WorkflowUpdateFailedError:
    """Return the error that a client gets for a broken rule."""
    return WorkflowUpdateFailedError(
        ApplicationError(code, code, field, type="RuleViolation", non_retryable=True)
    )


class Client:
    """People with tokens, and what they send: mentors and mentees to the door, staff to the gateway."""

    def __init__(self, http: httpx.AsyncClient, office: Office, engine: FakeEngine) -> None:
        self.http, self.office, self.engine = http, office, engine
        self._tokens: dict[str, str] = {}
        self.participants: set[str] = set()
        self.invents = True
        self._door: DoorOfTests | None = None

    @property
    def door(self) -> DoorOfTests:
        """Return the door of this office, which is opened at the first request to it."""
        if self._door is None:
            self._door = DoorOfTests(self.office, self.engine, invents=self.invents)
        return self._door

    async def close(self) -> None:
        """Close the door, if it was opened."""
        if self._door is not None:
            await self._door.close()

    def shown(self, id: str) -> str:
        """Return the id of a task or an email as people see it."""
        return self.office.ids.shown(id)

    async def token(self, name: str, *roles: Role, regions: tuple[str, ...] = (), days: int = 5) -> str:
        """Give a person of that name these roles, with a token for them."""
        return await self.token_of(name, derive("p", name), roles, regions, days=days)

    async def token_of(
        self,
        name: str,
        person: str,
        roles: tuple[Role, ...],
        regions: tuple[str, ...] = (),
        *,
        days: int = 5,
    ) -> str:
        """Give a known person these roles, with a token for them."""
        until = NOW + timedelta(days=days)
        self.participants -= {name}
        self.participants |= {name} if set(roles) == {Role.PARTICIPANT} else set()
        let_in = self.office.writes.tokens.let_in
        self._tokens[name] = await let_in(person, roles, regions, until, **LET_IN)
        return self._tokens[name]

    async def get(self, address: str) -> httpx.Response:
        """Open an address without a token, at the application whose it is."""
        http = self.door.http if address.startswith(DOOR) else self.http
        return await http.get(address)

    async def send(
        self, name: str, method: str, path: str, *, key: str = "k", **options: Any
    ) -> httpx.Response:
        """Send a request as a person; with an empty name, send no token."""
        if name in self.participants and door_has(method, path):
            return await self.ask(self.door.http, name, method, path, key=key, **options)
        answer = await self.ask(self.http, name, method, path, key=key, **options)
        if answer.status_code == 403 and answer.json().get("code") == "served_at_door":
            return await self.ask(self.door.http, name, method, path, key=key, **options)
        return answer

    async def ask(
        self, http: httpx.AsyncClient, name: str, method: str, path: str, *, key: str = "k", **options: Any
    ) -> httpx.Response:
        """Send a request to the application that is named, whoever is served there."""
        headers = {"Idempotency-Key": key} if key else {}
        if name:
            headers["Authorization"] = f"Bearer {self._tokens[name]}"
        options["headers"] = {**headers, **options.get("headers", {})}
        return await http.request(method, path, **options)


_APPLICATIONS: defaultdict[str, list[FastAPI]] = defaultdict(list)
"""Applications that no test uses at present, by the settings of their office."""


@contextmanager
def application_of(office: Office) -> Iterator[FastAPI]:
    """Lend an application to an office. One is used again by the next test: to make it takes as long as this."""
    spare = _APPLICATIONS[office.settings.model_dump_json(exclude={"database_name"})]
    app = spare.pop() if spare else create_app(office)
    app.state.office, app.state.served = office, served_by_office(office.settings)
    app.state.provider = Provider(office.settings) if office.settings.sign_in_issuer else None
    limit_rates(app, office.settings.requests_per_minute)
    yield app
    spare.append(app)


@asynccontextmanager
async def office_of(settings: Settings) -> AsyncIterator[Client]:
    """Yield a client of an office with two regions and tokens for every role, on a database of its own."""
    await set_clock(settings)
    settings = settings.model_copy(update={"door_url": DOOR})
    engine = FakeEngine(Database(settings.database_url("worker"), size=1))
    office = make_office(settings, engine)
    office = replace(
        office,
        tokens=InventedTokens(office.database),
        calendar_addresses=InventedCalendars(office.database),
        facts=InventedSubjects(office.database),
    )
    office.left_changes._participants = InventedParticipants(office.database)
    with application_of(office) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as http:
            client = Client(http, office, engine)
            await client.token("admin", Role.ADMIN)
            await client.token("coordinator", Role.COORDINATOR, regions=("r1",))
            await client.token("elsewhere", Role.COORDINATOR, regions=("r2",))
            await client.token("payment", Role.PAYMENT_STAFF)
            await client.token("auditor", Role.AUDITOR)
            await client.token("mentee", Role.PARTICIPANT)
            for code in ("r1", "r2"):
                body = {"code": code, "name": code.upper(), "program": PROGRAM}
                await client.send("admin", "POST", "/v1/regions", key=code, json=body)
            try:
                yield client
            finally:
                await client.close()
    await office.database.close()
    await engine.database.close()


@pytest_asyncio.fixture
async def client(fresh_database: FreshDatabase) -> AsyncIterator[Client]:
    """Yield a client of an office on a fresh database."""
    async with fresh_database() as settings, office_of(settings) as client:
        yield client


@pytest_asyncio.fixture
async def worker(client: Client) -> AsyncIterator[Database]:
    """Yield the database as the worker's role reaches it."""
    database = Database(client.office.settings.database_url("worker"), size=2)
    yield database
    await database.close()


async def add_entry(client: Client, person: str) -> None:
    """Add an entry without a name to the association of the tests."""
    entry = {"id": person, "association": MINE, "created_at": NOW}
    texts = dict.fromkeys(("name", "email", "role_title", "district", "region"), "")
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people).values(**texts, **entry))


async def add_person(client: Client, id: str, **values: Any) -> None:
    """Add somebody of region ``r1`` under a chosen id, as no request can: the office gives the ids of new people."""
    row = {"id": id, "name": f"N {id[:6]}", "email": f"{id[:6]}@post.example", "role_title": "principal"}
    row |= {"district": "-", "region": "r1", **values}
    await client.office.writes.people.add_people([row], actor=MACHINE_OPERATOR, command=derive("add", id))


async def reader_of(client: Client, program: str) -> str:
    """Let a participant of a program's association in; return the name under which to send requests."""
    name, person = f"reader of {program}", derive("reader", program)
    entry = {"id": person, "association": load_programs()[program].association, "created_at": NOW}
    texts = dict.fromkeys(("name", "email", "role_title", "district", "region"), "")
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people).values(**texts, **entry))
    await client.token_of(name, person, (Role.PARTICIPANT,))
    return name


async def add_far_region(client: Client) -> str:
    """Add the region ``far`` of another association; return that association."""
    file = next(
        file for file in load_programs().values() if file.association != load_programs()[PROGRAM].association
    )
    await client.office.writes.regions.add_region(
        "far", "Far", file.program, file.association, actor=MACHINE_OPERATOR, command=derive("far")
    )
    return file.association


async def open_term(client: Client) -> str:
    """Open a term of the first program and return its id."""
    body = {"program": PROGRAM, "name": "t", "first": "2026-08-01", "last": "2027-06-30"}
    answer = await client.send("admin", "POST", "/v1/terms", key="term", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["term"])
