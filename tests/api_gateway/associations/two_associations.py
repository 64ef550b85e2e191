"""An office of two associations, and what its answers tell: the same about what another one has as about nothing.

The readers named "far ..." are staff of the other association. Everything else is of the first one.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

import httpx2 as httpx
import pytest
from sqlalchemy import insert, text
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.facts.relationship import SqlFacts
from api_gateway.app import create_app
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship import decider
from domain.relationship.stages.application.opening import OpenRelationship
from tests.api_gateway.conftest import Client, FakeHandle, broken
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_associations import OTHER, office_of_two
from tests.api_gateway.test_visibility import NOW, put
from tests.domain.builders import MENTEE
from tests.domain.builders import TERM as DATES

STATE, ADMIN, AUDITOR, PAYMENT = (
    "far state office",
    "far administrator",
    "far auditor",
    "far payment staff",
)
NOBODY: Final = "ab" * 16
FAR_MENTOR: Final = derive("far", "mentor")
FAR: Final[Mapping[str, Any]] = {
    "language": "en",
    "created_at": NOW,
    "salt": "5" * 32,
    "region": "far",
    "association": OTHER.association,
}
"""What an entry of the other association has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Both associations, a pair of the first one, and what stands in the addresses of its routes."""

    client: Client
    pair: RecordedPair
    known: Mapping[str, str]

    async def send(self, name: str, method: str, path: str, key: str = "", **options: Any) -> Any:
        """Send a request under a key of its own."""
        key = key or derive(name, path, str(options))
        return await self.client.send(name, method, path, key=key, **options)

    async def difference(
        self, name: str, method: str, path: str, here: str, body: Any = None, *, unknown: str = NOBODY
    ) -> str:
        """Send the same about what the other association has and about nothing; return how the answers differ."""
        told = []
        for id in (here, unknown):
            address = path.replace("@", id)
            options = {} if body is None else {"json": json.loads(json.dumps(body).replace("@", id))}
            told.append(said(await self.send(name, method, address, **options), id))
        return "" if told[0] == told[1] else f"{method} {path}: {told[0]} | unknown: {told[1]}"


def said(answer: Any, *sent: str) -> str:
    """Return what an answer tells, without the values that were sent."""
    body = {name: value for name, value in answer.json().items() if name != "instance"}
    told = f"{answer.status_code} {json.dumps(body, sort_keys=True)}"
    for value in sent:
        told = told.replace(value, "X").replace(value[:8], "X")
    return told


@asynccontextmanager
async def both_associations(client: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Yield an office whose subjects are those of the database alone, and whose runs are only those of its pairs."""
    settings = client.office.settings.model_copy(update={"requests_per_minute": 10**6})
    client.office = replace(client.office, settings=settings, facts=CommandFacts(client.office.database))
    transport = httpx.ASGITransport(app=create_app(client.office))
    client.http = httpx.AsyncClient(transport=transport, base_url=settings.public_url)
    client.invents = False

    async def no_run(_: FakeHandle) -> None:
        raise RPCError("", RPCStatusCode.NOT_FOUND, b"")

    monkeypatch.setattr(FakeHandle, "describe", no_run)
    async with recorded_pair(client) as pair:
        yield Office(client=client, pair=pair, known=await office_of_two(client, pair))


def deciding(client: Client, pair: RecordedPair) -> Callable[[Command], Awaitable[Receipt]]:
    """Return what decides a command to the pair as its run does: with the facts that the database holds."""
    facts = SqlFacts(client.office.database)

    async def answer(command: Command) -> Receipt:
        case, code = pair.case, ""
        named = [each.name for each in fields(command) if each.name not in ("id", "actor")]
        try:
            if (asked := decider.question(case.state, command, case.now, case.rules)) is not None:
                case.facts = await facts.facts(asked)
            given = {name: getattr(command, name) for name in named}
            await pair.do(type(command), command.actor, **given)
        except RuleViolation as refused:
            code = refused.code
        if code:
            raise broken(code)
        return Receipt(
            command=command.id, stream=case.id, seq=pair.head.seq, hash="b" * 64, state=case.state.stage
        )

    return answer


async def far_mentor(office: Office) -> None:
    """Add a mentor of the other association, who is a member like the mentee of the pairs here."""
    mentor = {"id": FAR_MENTOR, "name": "Secret Mentor", "email": "secret@example.org", **FAR}
    await put(office.client, (tables.people, mentor), (tables.mentors, {"person": FAR_MENTOR, "capacity": 2}))
    held = {"class": "active", "first": date(2020, 1, 1)}
    owner = Database(office.client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        table = tables.memberships
        await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
        await connection.execute(insert(table), [{"person": id, **held} for id in (FAR_MENTOR, MENTEE.id)])
    await owner.close()


async def new_pair(office: Office) -> RecordedPair:
    """Open another pair of the first association, which has no mentor yet."""
    pair = RecordedPair(office.pair.records, "two")
    opening = {"application": derive("application", pair.case.id), "reason": "new_to_role"}
    await pair.do(OpenRelationship, MENTEE, applied_on=DATES.first, **opening)
    office.client.engine.deciding[f"relationship/{pair.case.id}"] = deciding(office.client, pair)
    return pair
