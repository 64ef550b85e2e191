"""What tests of the workflows share: workers with fakes for ports, starts, and a driver that skips time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.cross_workflow import EffectActivities
from domain.actors import Actor
from domain.codec import text_of, value_of
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.state import Relationship
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.workflow_contracts import (
    RELATIONSHIP_ENGINE,
    RELATIONSHIP_WORKFLOW,
    RelationshipStart,
    workflow_id,
)
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, TERMS, document
from tests.workflows.fakes import FakeEffects, FakeFacts, FakeJournal, FakeNotices, FakeOffice
from workers.temporal import CONVERTER, plugin, start_once
from workers.time_skipping import DemoStarts
from workflows.relationship import RelationshipWorkflow

STEP = 30.0  # seconds that one fast-forward may take before the test fails


@asynccontextmanager
async def workers(
    client: Client,
    office: FakeOffice,
    queue: str,
    *,
    cache: int = 100,
    effects: EffectActivities | None = None,
) -> AsyncIterator[None]:
    """Run the worker of a queue and the worker of notices, with fakes as ports."""
    fakes = (FakeJournal(office), FakeFacts(office), FakeNotices(office), effects or FakeEffects(office))
    activities = [
        method
        for fake in fakes
        for name in dir(fake)
        if hasattr(method := getattr(fake, name), "__temporal_activity_definition")
    ]
    async with (
        Worker(
            client,
            task_queue=queue,
            workflows=[RelationshipWorkflow],
            activities=activities,
            max_cached_workflows=cache,
        ),
        Worker(client, task_queue="notices", activities=activities),
    ):
        yield


def opening(start_day: date) -> OpenRelationship:
    """Return an ordinary application."""
    return OpenRelationship(
        id=secrets.token_hex(16),
        actor=MENTEE,
        application=secrets.token_hex(16),
        reason="new_to_role",
        applied_on=start_day,
    )


def start_of(rules: Rules = RULES, *, first: date, history_limit: int = 0) -> RelationshipStart:
    """Return the start of a new relationship under the sample rules, in a term of eleven months."""
    return RelationshipStart(
        relationship=secrets.token_hex(16),
        mentee=MENTEE.id,
        program=rules.program,
        term=secrets.token_hex(16),
        term_dates=TermDates(first=first, last=first + timedelta(days=333)),
        region="r3",
        origin="test/1",
        rules_text=text_of(rules),
        rules_digest=secrets.token_hex(32),
        rules_version=rules.version,
        opening=opening(first),
        history_limit=history_limit,
        engine=RELATIONSHIP_ENGINE,
        facts_in_task=True,
    )


def special(start: RelationshipStart) -> RelationshipStart:
    """Return the same start with a special application."""
    return replace(start, opening=replace(start.opening, special_document=document("special")))


class Pair:
    """Relationship on the real server, driven command by command through skipped time."""

    def __init__(
        self, client: Client, start: RelationshipStart, queue: str, office: FakeOffice | None = None
    ) -> None:
        self.office = office or FakeOffice()
        self.client = client
        self.start = start
        self.queue = queue
        self.id = workflow_id("relationship", start.relationship)
        self.skipper = TimeSkipper(client)
        self.ended = False

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """Return a handle of the relationship's workflow in its current run."""
        return self.client.get_workflow_handle(self.id)

    async def apply(self) -> Receipt:
        """Start the workflow and return the receipt of its opening."""
        await start_once(self.client, RELATIONSHIP_WORKFLOW, self.id, self.start, queue=self.queue)
        return await self.send(self.start.opening)

    async def send(self, command: Command) -> Receipt:
        """Send a command as the gateway does, and wait while the run continues as new."""
        while True:
            try:
                return await self.handle.execute_update(
                    type(command).__name__, command, id=command.id, result_type=Receipt
                )
            except WorkflowUpdateFailedError as failed:
                cause = failed.cause
                if not isinstance(cause, ApplicationError) or cause.type != "TryAgain":
                    raise
                await asyncio.sleep(0.05)

    async def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> Receipt:
        """Make and send a command."""
        return await self.send(kind(id=secrets.token_hex(16), actor=actor, **fields))

    async def refused(self, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
        """Send a command that a rule refuses, and return the code."""
        try:
            await self.do(kind, actor, **fields)
        except WorkflowUpdateFailedError as failed:
            if not isinstance(failed.cause, ApplicationError) or failed.cause.type != "RuleViolation":
                raise
            return str(failed.cause.details[0])
        raise AssertionError("nothing refused it")

    async def now(self) -> datetime:
        """Return the relationship's own time."""
        return await self.skipper.get_current_time(self.handle)

    async def state(self, kind: type[Any] = Relationship) -> Any:
        """Return the workflow's own state."""
        for _ in range(100):
            try:
                return value_of(kind, await self.handle.query("state"))
            except RPCError as error:  # for a moment after a run has continued as new, no run answers
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
            await asyncio.sleep(0.1)
        raise AssertionError("nobody answered the query")

    async def days(self, days: float) -> None:
        """Let days pass for this relationship."""
        going = self.skipper.fast_forward(self.handle, timedelta(days=days))
        self.ended = not await asyncio.wait_for(going, STEP)
        if not self.ended:
            assert await self.skipper.get_time_skipping_info(self.handle) is not None

    async def signed(self) -> Pair:
        """Drive the pair from the application to the agreement in force."""
        await self.apply()
        await self.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        await self.do(ConfirmMatch, COORDINATOR)
        local = RULES.calendar.local_date(await self.now())
        await self.do(ConfirmFirstContact, MENTEE, contacted_on=local, mode="phone")
        await self.do(DraftAgreement, MENTOR, terms=TERMS)
        await self.sign(MENTEE)
        await self.sign(MENTOR)
        return self

    async def sign(self, actor: Actor) -> Receipt:
        """Sign the draft for one side."""
        draft = (await self.state()).agreement.draft
        assert draft is not None
        return await self.do(SignAgreement, actor, version=draft.version, digest=draft.texts[0].digest)

    async def meet(self) -> Receipt:
        """Log a meeting that has just taken place, and confirm it."""
        began = await self.now() - timedelta(hours=1)
        logged = await self.do(LogMeeting, MENTOR, began_at=began, minutes=45, mode="in_person")
        return await self.do(ConfirmMeeting, MENTEE, meeting=derive("meeting", logged.stream, logged.command))


async def connected(address: str) -> Client:
    """Return a client like that of a demo, in the shared namespace, whose runs start at ``BEGINS``."""
    return await Client.connect(address, namespace="mentorflow", plugins=[plugin([DemoStarts(ahead)])])


def _first_monday_of_august(now: datetime) -> datetime:
    """Return ten in the morning on the first Monday of an August that is still to come."""
    day = date(now.year + (now.month >= 8), 8, 1)
    while day.weekday():
        day += timedelta(days=1)
    return RULES.calendar.at(day, time(10, 0))


BEGINS: Final = _first_monday_of_august(
    datetime.now(UTC)
)  # the machine's clock: a run cannot start before it
"""When the runs of these tests start, so that no test depends on the day or the season in which it runs."""


async def ahead() -> timedelta:
    """Return how far the runs of these tests start ahead of the server."""
    return BEGINS - datetime.now(UTC)  # the machine's clock: that of the server


def today() -> date:
    """Return the day on which the runs of these tests start."""
    return RULES.calendar.local_date(BEGINS)


__all__ = ["CONVERTER", "Pair", "connected", "special", "start_of", "today", "until", "workers"]


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until a condition is true that other tasks make true."""
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the condition never became true")
