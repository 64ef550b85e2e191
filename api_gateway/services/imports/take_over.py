"""The take-over of an import: asked for in a second, landed in one transaction, and repeated until it has an answer."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from activities.adapters.postgres.writes.commands import CommandIntake
from activities.adapters.postgres.writes.imports import KEPT, ImportRows, StoredImport, TakeOver
from activities.errors import Unavailable
from api_gateway.services.caller import Caller
from api_gateway.services.imports.proposals import Proposals, demand_proposed, may_see
from api_gateway.services.imports.shown import as_seen_by, in_words
from api_gateway.services.imports.work import ImportWork
from api_gateway.services.problem import Problem
from api_gateway.services.problem import in_words as words_of
from api_gateway.services.send_command import CommandAnswer
from api_gateway.services.start_workflows import WorkflowStarter
from api_gateway.services.writer import WRITERS
from domain.workflow_contracts import OPERATION_WORKFLOW, RELATIONSHIPS, OperationStart, workflow_id
from workers.temporal import start_once

_LOG: Final = structlog.stdlib.get_logger(__name__)
PAUSE: Final = 2.0
"""Seconds between two looks for take-overs that another process left undone."""
BETWEEN_EXPIRIES: Final = 60.0
"""Seconds between two looks for imports that nobody took over in time."""
_UNOPENED: Final = {
    "unreadable_application": "This version of the software cannot read the application, or its term or rules "
    "are missing.",
    "run_failed": "The relationship ended before it was open.",
}
RECENT: Final = timedelta(days=14)
MOST_RECENT: Final = 20
"""For how long take-overs are listed, and how many at most."""
WITHOUT_REFUSED, WITHOUT_QUESTIONS = "refused", "questions"


class TakeOvers:
    """The take-overs of imports, and the one loop of the gateway that lands them.

    Only the gateway writes the streams of people, so the worker cannot land what a gateway left undone; the next
    gateway does, and any other that runs beside it.
    """

    def __init__(
        self,
        rows: ImportRows,
        proposals: Proposals,
        work: ImportWork,
        intake: CommandIntake,
        client: Client,
        starter: WorkflowStarter,
    ) -> None:
        self._rows = rows
        self._proposals = proposals
        self._work = work
        self._intake = intake
        self._client = client
        self._starter = starter
        self._wake = asyncio.Event()

    async def begin(
        self, caller: Caller, id: str, *, digest: str, without: Collection[str], command: str
    ) -> CommandAnswer:
        """Begin to take over what was proposed; 412 if the proposal is another one by now."""
        actor = caller.acting(WRITERS)
        stored = await self._proposals.stored(caller, id)
        operation = await self._rows.begun(command)
        if operation is None:
            _demand_ready(stored, digest, without)
            operation = await self._rows.begin(id, digest, actor=actor, command=command)
            if operation is not None:
                await self._proposals.mark_others(stored)
        if operation is None:
            raise Problem(412, "proposal_changed")
        self._wake.set()
        return CommandAnswer(body={"operation": operation, "import": id}, status=202)

    async def operation(self, caller: Caller, id: str) -> dict[str, Any]:
        """Return how far an operation is; 404 for one that the caller may not see."""
        found = await self._rows.operation(id)
        owner = None if found is None else await self._rows.owner(found["import"])
        if found is None or owner is None or not may_see(caller, *owner):
            raise Problem(404, "not_found")
        overtaken = bool(found["result"] and found["result"].get("overtaken_by"))
        stored = await self._rows.one(found["import"]) if overtaken else None
        seen = {} if stored is None else as_seen_by(caller.acting(WRITERS), stored.proposal)
        return _operation_body(found, seen)

    async def recent(self, caller: Caller) -> list[dict[str, Any]]:
        """Return the take-overs of the last days that a caller may see, the newest first; nothing of them is named."""
        found = await self._rows.taken_over(caller.association.code, RECENT, MOST_RECENT)
        return [
            {
                **_operation_body(each, {}),
                "begun_at": (each["expires_at"] - KEPT).isoformat(),
                "yours": each["actor"].id == caller.person,
            }
            for each in found
            if may_see(caller, caller.association.code, each["actor"])
        ]

    async def run(self) -> None:
        """Land take-overs as they come, and those that were left undone, until the process ends."""
        looked = 0.0
        while True:
            try:
                landed = await self.land_next()
                if (now := asyncio.get_running_loop().time()) - looked > BETWEEN_EXPIRIES:
                    looked = now
                    await self._rows.expire()
            except Unavailable:
                landed = False
            except Exception:
                _LOG.exception("an import could not be landed")
                landed = False
            if not landed:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), PAUSE)

    async def land_next(self) -> bool:
        """Land the oldest take-over that nobody carries out; return False if there is none."""
        take_over = await self._rows.next_take_over()
        if take_over is None:
            return False
        try:
            async with self._intake.renewed(take_over.command):
                answer = await self._land(take_over)
        except BaseException:
            with contextlib.suppress(Unavailable):
                await self._intake.release(take_over.command)
            raise
        await self._intake.answer(take_over.command, 200, answer)
        return True

    async def _land(self, take_over: TakeOver) -> dict[str, Any]:
        """Land an import unless it has landed or the office has changed; then have what runs told, and starts begun."""
        if await self._work.land(take_over):
            await self._starter.keep_house()
        found = await self._rows.operation(take_over.operation)
        if found is not None and found["state"] == "running":
            start = OperationStart(operation=take_over.operation)
            try:
                await start_once(
                    self._client,
                    OPERATION_WORKFLOW,
                    workflow_id("operation", take_over.operation),
                    start,
                    queue=RELATIONSHIPS,
                )
            except RPCError as error:
                raise Unavailable("engine") from error
        return {"operation": take_over.operation}


def _demand_ready(stored: StoredImport, digest: str, without: Collection[str]) -> None:
    """Refuse an import that is being taken over, another proposal, and refused rows or open questions not left out."""
    demand_proposed(stored)
    if stored.digest != digest:
        raise Problem(412, "proposal_changed")
    if stored.proposal["refused"] and WITHOUT_REFUSED not in without:
        raise Problem(409, "rows_refused")
    if WITHOUT_QUESTIONS not in without and any(
        not question["answer"] for question in stored.proposal["questions"]
    ):
        raise Problem(409, "questions_open")


def _why_not_opened(code: str) -> str:
    """Return in words why a relationship can never be opened: a rule says so, or a person has to look."""
    if code not in _UNOPENED:
        return words_of(code)
    return f"{_UNOPENED[code]} Tell the people who run the office. Nothing has to be imported again."


def _operation_body(found: Mapping[str, Any], proposal: Mapping[str, Any]) -> dict[str, Any]:
    result = found["result"] or {}
    return {
        "id": found["id"],
        "import": found["import"],
        "state": found["state"],
        "total": found["total"],
        "done": found["done"],
        "left": found["total"] - found["done"],
        "created_at": found["created_at"].isoformat(),
        "ended_at": found["ended_at"].isoformat() if found["ended_at"] else None,
        "people": result.get("people", 0),
        "changed_people": result.get("changed", 0),
        "counts": result.get("counts", {}),
        "files": result.get("files", []),
        "new": result.get("new", []),
        "others": result.get("others", []),
        "kinds": result.get("kinds", {}),
        "left_out": result.get("left_out", {}),
        "overtaken_by": in_words(result.get("overtaken_by", ()), proposal),
        "failed_because": result.get("failed_because", ""),
        "not_opened": [
            {**each, "problem": _why_not_opened(each["code"])} for each in result.get("not_opened", ())
        ],
    }
