"""Runs that hear of changes about people, and the housekeeping that tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer, Sent
from domain.messages import Command
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.api_gateway.conftest import Client
from tests.api_gateway.openings import record_command
from tests.domain.builders import START
from workers.assembly import COMMANDS


class Runs:
    """The way to running relationships: each decides a command once, as its workflow does."""

    def __init__(self, client: Client, now: datetime = START) -> None:
        self.client = client
        self.now = now
        self.told: list[tuple[str, Command]] = []
        self.unreachable: set[str] = set()

    async def update(self, id: str, command: Command) -> Sent:
        """Decide a command; one that was decided before is answered again."""
        if id in self.unreachable:
            raise ConnectionError(id)
        known = {told.id for _, told in self.told}
        self.told.append((id, command))
        start = self._start(id)
        if command.id in known or start is None:
            return Sent(answer=Answer.GONE if start is None else Answer.TAKEN)
        receipt = await record_command(self.client.engine.database, start, command, self.now)
        return Sent(answer=Answer.TAKEN, receipt=receipt)

    def _start(self, id: str) -> RelationshipStart | None:
        started = (each for each in self.client.engine.started if isinstance(each, RelationshipStart))
        return next((each for each in started if workflow_id("relationship", each.relationship) == id), None)

    async def start(self, *_: Any, **__: Any) -> None:
        """Start nothing."""

    async def signal(self, id: str, name: str) -> bool:
        """Signal nobody."""
        return False


class Killed(SqlBacklog):
    """A backlog whose process dies before it can record a delivery."""

    async def heard_change(self, change: int, stream: str) -> None:
        """Die."""
        raise KeyboardInterrupt


class At:
    """A clock of the office that stands still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    async def now(self) -> datetime:
        """Return the instant."""
        return self._now


def backlog(client: Client, kind: type[SqlBacklog] = SqlBacklog, now: datetime | None = None) -> SqlBacklog:
    clock = SqlClock(client.engine.database) if now is None else At(now)
    return kind(client.engine.database, clock, COMMANDS)


def chores(client: Client, runs: Runs, kind: type[SqlBacklog] = SqlBacklog) -> HousekeepingActivities:
    now = None if runs.now == START else runs.now
    return HousekeepingActivities(backlog(client, kind, now), runs, runs)
