"""Starts of workflows: the relationship that an application opens, and the term that must run in a region.

A start is done once, however often it is repeated. If the engine is unreachable, housekeeping starts what is left.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio.client import Client, ScheduleOverlapPolicy, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.facts.starts import open_count, relationship_start
from activities.adapters.postgres.writes.applications import ApplicationWrites
from activities.errors import Unavailable
from api_gateway.services.problem import Problem
from domain.workflow_contracts import (
    HOUSEKEEPING_SCHEDULE,
    NIGHT_CHECK_SCHEDULE,
    NIGHT_CHECK_WORKFLOW,
    RELATIONSHIP_WORKFLOW,
    RELATIONSHIPS,
    TERM_WORKFLOW,
    workflow_id,
)
from workers.temporal import start_once

CHECK_NOW: Final = f"{NIGHT_CHECK_SCHEDULE}-now"
"""The run of a check of the journal that somebody asked for."""
LOOK: Final = timedelta(seconds=2)
"""How long a page waits for what the engine knows of such a run."""
PATIENCE: Final = 10.0
"""Seconds that a request waits until the relationships that it started are recorded."""
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25


class WorkflowStarter:
    """The starter of the workflows that applications and terms need."""

    def __init__(
        self,
        client: Client,
        database: Database,
        facts: CommandFacts,
        applications: ApplicationWrites,
    ) -> None:
        self._client = client
        self.patience = PATIENCE
        self._database = database
        self._facts = facts
        self._applications = applications

    async def open_relationships(self, applications: Sequence[str]) -> tuple[int, bool]:
        """Start the relationships of stored applications, and wait until their openings are recorded.

        Returns:
            How many were started, and whether all are recorded: only then does GET show each of them.
        """
        started = 0
        for application in applications:
            started += await self._open(application)
        recorded = started == len(applications) and await self._recorded(applications)
        return started, recorded

    async def _open(self, application: str) -> bool:
        """Start one relationship; return False if the engine is unreachable."""
        async with self._database.transaction() as connection:
            start = await relationship_start(connection, application)
        if start is None:
            raise Problem(409, "no_rules_for_term")
        try:
            await self._start(RELATIONSHIP_WORKFLOW, workflow_id("relationship", start.relationship), start)
        except Unavailable:
            return False
        await self._applications.mark_started(application)
        return True

    async def _recorded(self, applications: Sequence[str]) -> bool:
        """Wait until the relationships of applications are recorded; return False if that takes too long."""
        pause, until = _FIRST_PAUSE, asyncio.get_running_loop().time() + self.patience
        while True:
            async with self._database.transaction() as connection:
                if await open_count(connection, applications) == len(applications):
                    return True
            if asyncio.get_running_loop().time() >= until:
                return False
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def keep_terms(self, program: str) -> None:
        """Start every term of a program that does not run in a region yet."""
        try:
            for start in await self._facts.unstarted_terms(program):
                await self._start(TERM_WORKFLOW, workflow_id("term", start.id), start)
        except Unavailable:
            return

    async def keep_house(self) -> None:
        """Have a round of housekeeping begin soon: it tells what runs about changes of people.

        Without an answer nothing is lost, because the next round on the schedule does the same.
        """
        schedule = self._client.get_schedule_handle(HOUSEKEEPING_SCHEDULE)
        with suppress(RPCError):
            # A round that is running may have looked before the change; one more begins after it, however many ask.
            await schedule.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)

    async def check_journal(self) -> None:
        """Have a worker begin the check of the journal that each night has; one that somebody has begun goes on."""
        try:
            await self._client.start_workflow(
                NIGHT_CHECK_WORKFLOW,
                id=CHECK_NOW,
                task_queue=RELATIONSHIPS,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        except RPCError as error:
            raise Unavailable("engine") from error

    async def check_asked_at(self) -> datetime | None:
        """Return when the check was asked for that has not ended yet, in real time; None without one, or an answer."""
        handle = self._client.get_workflow_handle(CHECK_NOW)
        try:
            found = await handle.describe(rpc_timeout=LOOK)
        except RPCError:
            return None
        return found.start_time if found.status is WorkflowExecutionStatus.RUNNING else None

    async def _start(self, workflow: str, id: str, start: Any) -> None:
        try:
            await start_once(self._client, workflow, id, start, queue=RELATIONSHIPS)
        except RPCError as error:
            raise Unavailable("engine") from error
