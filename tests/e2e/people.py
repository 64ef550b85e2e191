"""An office over HTTP: tokens, reference data and acts, as clients of the API would use them."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import httpx2 as httpx
from sqlalchemy import insert, select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.people import PeopleWrites
from activities.adapters.postgres.writes.person_entries import changing
from activities.adapters.postgres.writes.tokens import TokenWrites
from domain.actors import MACHINE_OPERATOR, Role
from domain.ids import derive
from tests.conftest import LET_IN, PROGRAM
from workers.embedded.stack.supervisor import OfficeProcesses

REGIONS = ("r1", "r2")
AGREED = {
    "ground_rules": ["confidential"],
    "rhythm": {"every": 1, "unit": "months"},
    "modes": ["phone", "in_person"],
    "face_to_face": 1,
    "minutes": 45,
}
TERM = {"program": "", "name": "2026-27", "first": "2026-08-01", "last": "2027-06-30"}


def person(name: str) -> str:
    """Return the id of an invented person."""
    return derive("e2e", name)


async def _invent(database: Database, id: str, name: str, association: str) -> None:
    """Add the entry of somebody who works for an association, unless the office has it."""
    people = tables.people
    async with database.transaction() as connection:
        if await connection.scalar(select(people.c.id).where(people.c.id == id)) is not None:
            return
        row = {"id": id, "name": name, "email": f"{id}@example.org", "association": association}
        row |= {"role_title": "staff", "district": "-", "region": ""}
        async with changing(connection, [id], new={id}, actor=MACHINE_OPERATOR, command=derive("invent", id)):
            await connection.execute(insert(people).values(row))


class Api:
    """Client of the API for several people: staff at the gateway, mentors and mentees at the door."""

    def __init__(self, office: OfficeProcesses) -> None:
        self._office = office
        self.association = load_programs()[PROGRAM].association
        self._http = httpx.AsyncClient(base_url=office.gateway_url, timeout=60)
        self._door = httpx.AsyncClient(base_url=office.door_url, timeout=60)
        self._tokens: dict[str, str] = {}
        self._participants: set[str] = set()
        self._sent = 0

    async def now(self) -> datetime:
        """Return the office's time."""
        database = Database(self._office.settings.database_url("gateway"), size=1)
        try:
            return await SqlClock(database).now()
        finally:
            await database.close()

    async def today(self) -> date:
        """Return the office's local date in the zone of ``PROGRAM``, which is what people write."""
        return load_programs()[PROGRAM].rules.calendar.local_date(await self.now())

    async def patient(self, seconds: float) -> None:
        """Wait this long for each answer from now on."""
        self._http.timeout = self._door.timeout = seconds

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._door.aclose()

    async def give_token(
        self, name: str, roles: Sequence[Role], regions: Sequence[str] = (), *, of: str = ""
    ) -> str:
        """Give a person these roles, with a token for them; ``of`` names an association that is not the usual one."""
        id = person(f"{name} of {of}" if of else name)
        database = Database(self._office.settings.database_url("gateway"), size=1)
        try:
            until = await self.now() + timedelta(days=800)
            await _invent(database, id, name, of or self.association)
            token = await TokenWrites(database).let_in(id, tuple(roles), tuple(regions), until, **LET_IN)
        finally:
            await database.close()
        self._tokens[name] = token
        self._participants -= {name}
        self._participants |= {name} if set(roles) == {Role.PARTICIPANT} else set()
        return token

    async def add_person(self, id: str, **values: str) -> None:
        """Add somebody under a chosen id, as no request can: the office gives the ids of new people."""
        row = {"id": id, "district": "-", "role_title": "principal", "region": "r1", **values}
        database = Database(self._office.settings.database_url("gateway"), size=1)
        try:
            people = PeopleWrites(database)
            await people.add_people([row], actor=MACHINE_OPERATOR, command=derive("add", id))
        finally:
            await database.close()

    async def get(self, name: str, path: str, **params: Any) -> Any:
        """Read as a person and expect success."""
        answer = await self._serving(name).get(f"/v1/{path}", headers=self._headers(name), params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, name: str, path: str, *, headers: dict[str, str] | None = None) -> httpx.Response:
        """Read as a person and return any answer."""
        return await self._serving(name).get(
            f"/v1/{path}", headers={**self._headers(name), **(headers or {})}
        )

    async def post(self, name: str, path: str, body: dict[str, Any], *, key: str = "") -> httpx.Response:
        """Send as a person, under the given key or a new one."""
        self._sent += 1
        headers = {**self._headers(name), "Idempotency-Key": key or f"key-{self._sent}"}
        return await self._serving(name).post(f"/v1/{path}", json=body, headers=headers)

    async def done(self, name: str, path: str, body: dict[str, Any], *, key: str = "") -> Any:
        """Send and expect success."""
        answer = await self.post(name, path, body, key=key)
        assert answer.is_success, answer.text
        return answer.json()

    async def sent_files(
        self, name: str, path: str, data: dict[str, str], files: list[tuple[str, tuple[str, bytes]]]
    ) -> Any:
        """Send files and expect success."""
        self._sent += 1
        headers = {**self._headers(name), "Idempotency-Key": f"files-{self._sent}"}
        answer = await self._serving(name).post(f"/v1/{path}", data=data, files=files, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def every(self, name: str, path: str) -> list[Any]:
        """Read all pages of a list."""
        found: list[Any] = []
        page = await self.get(name, path, limit=100)
        while True:
            found.extend(page["data"])
            if not page.get("next"):
                return found
            page = await self.get(name, path, limit=100, after=page["next"])

    async def eventually(self, name: str, path: str, body: dict[str, Any], *, key: str) -> list[int]:
        """Send under one key until it succeeds, for at most a minute; return all statuses."""
        statuses: list[int] = []
        for _ in range(120):
            answer = await self.post(name, path, body, key=key)
            statuses.append(answer.status_code)
            if answer.is_success:
                return statuses
            assert answer.status_code == 503 or answer.json()["code"] == "in_flight", answer.text
            assert answer.headers["retry-after"]
            await asyncio.sleep(0.5)
        raise AssertionError(f"{path} never succeeded: {statuses}")

    async def refused(self, name: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """Send and expect a problem; return its status and code."""
        answer = await self.post(name, path, body)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]

    async def until(self, name: str, path: str, **expected: Any) -> Any:
        """Read until the fields have these values, for at most ten seconds."""
        for _ in range(100):
            answer = await self._serving(name).get(f"/v1/{path}", headers=self._headers(name))
            found = answer.json() if answer.is_success else {}
            if all(found.get(field) == value for field, value in expected.items()):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"{path} never became {expected}: {found}")

    def _serving(self, name: str) -> httpx.AsyncClient:
        """Return the way to the application that serves somebody."""
        return self._door if name in self._participants else self._http

    def _headers(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[name]}"}


async def furnished(office: OfficeProcesses, program: str) -> Api:
    """Set up an office with two regions, a pair with memberships, and a token for everybody."""
    api = Api(office)
    api.association = load_programs()[program].association
    await api.give_token("admin", [Role.ADMIN])
    for code in REGIONS:
        await api.done("admin", "regions", {"code": code, "name": code.upper(), "program": program})
    people = {"mentee": "r1", "mentor": "r1", "coordinator": "r1", "second": "r1", "elsewhere": "r2"}
    for name, region in people.items():
        await api.add_person(person(name), name=name.title(), email=f"{name}@example.org", region=region)
    for name, kind in (("mentee", "active"), ("mentor", "retired")):
        membership = {"membership": kind, "first": "2020-01-01"}
        await api.done("admin", f"people/{person(name)}/memberships", membership)
    await api.done("admin", "mentors", {"person": person("mentor"), "capacity": 2})
    contact = {"person": person("coordinator"), "first": "2020-01-01"}
    await api.done("admin", "regions/r1/contacts", contact)
    await api.give_token("coordinator", [Role.COORDINATOR], ["r1"])
    await api.give_token("second", [Role.COORDINATOR], ["r1"])
    await api.give_token("elsewhere", [Role.COORDINATOR], ["r2"])
    await api.give_token("auditor", [Role.AUDITOR])
    for name in ("mentee", "mentor"):
        await api.give_token(name, [Role.PARTICIPANT])
    return api


async def pair(api: Api, term: str, number: int, *, signed: bool) -> str:
    """Set up a relationship in stage matching, or with its agreement in force, and return its path."""
    name = f"bench{number}"
    await api.add_person(person(name), name=f"B {number}", email=f"{name}@example.org")
    await api.done(
        "admin", f"people/{person(name)}/memberships", {"membership": "active", "first": "2020-01-01"}
    )
    await api.give_token(name, [Role.PARTICIPANT])
    today = str(await api.today())
    application = {"person": person(name), "term": term, "reason": "new_to_role", "applied_on": today}
    opened = await api.done(name, "applications", application)
    subject = f"relationships/{opened['relationship']}"
    await api.until("coordinator", subject, stage="matching")
    if signed:
        await api.done("coordinator", f"{subject}/propose-match", {"mentor": person("mentor")})
        await api.done("coordinator", f"{subject}/confirm-match", {})
        await api.done(name, f"{subject}/confirm-first-contact", {"contacted_on": today, "mode": "phone"})
        await api.done(name, f"{subject}/draft-agreement", {"terms": AGREED})
        digest = (await api.get(name, f"{subject}/agreement"))["digest"]
        for side in (name, "mentor"):
            await api.done(side, f"{subject}/sign-agreement", {"version": 1, "digest": digest})
    return subject
