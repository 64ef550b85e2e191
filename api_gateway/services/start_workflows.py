"""Starts of workflows: the relationship that an application opens, and the term that somebody has to keep in a region.

A start is done once, whoever repeats it. Where the engine is away, housekeeping starts what is left.
"""

from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import relationship_start
from activities.adapters.postgres.reads.lists import Views
from activities.adapters.postgres.writes.reference import Reference
from activities.errors import Unavailable
from api_gateway.services.problem import Problem
from domain.workflow_contracts import (
    RELATIONSHIP_WORKFLOW,
    RELATIONSHIPS,
    TERM_WORKFLOW,
    workflow_id,
)
from workers.temporal import start_once


class WorkflowStarter:
    """Starts what applications and terms call for."""

    def __init__(self, client: Client, database: Database, views: Views, reference: Reference) -> None:
        self._client = client
        self._database = database
        self._views = views
        self._reference = reference

    async def open_relationship(self, application: str) -> bool:
        """Start the relationship of a stored application; False where the engine is away."""
        async with self._database.transaction() as connection:
            start = await relationship_start(connection, application)
        if start is None:
            raise Problem(409, "no_rules_for_term")
        try:
            await self._start(RELATIONSHIP_WORKFLOW, workflow_id("relationship", start.relationship), start)
        except Unavailable:
            return False
        await self._reference.mark_started(application)
        return True

    async def keep_terms(self, program: str) -> None:
        """Start every term of a program that nobody keeps in a region yet."""
        try:
            for start in await self._views.unkept_terms(program):
                await self._start(TERM_WORKFLOW, workflow_id("term", start.id), start)
        except Unavailable:
            return

    async def _start(self, workflow: str, id: str, start: Any) -> None:
        try:
            await start_once(self._client, workflow, id, start, queue=RELATIONSHIPS)
        except RPCError as error:
            raise Unavailable("engine") from error
