"""Corrections of a group's log, for all its pairs or for some: each pair decides about its own meeting and answers."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, Strict

from api_gateway.http.acting import roles_here, standing_in
from api_gateway.http.auth import TokenFirst, allowed
from api_gateway.http.examples import ID
from api_gateway.http.fields import Code, Id, Instant, StrictBody
from api_gateway.http.idempotency import Key, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.ids import derive
from domain.messages import Command
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.groups import MOST_PAIRS

router = APIRouter(route_class=TokenFirst)
SomePairs = Annotated[list[Id], Field(max_length=MOST_PAIRS)]
Reason = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")]
Leader = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.PARTICIPANT))]


class GroupCorrection(StrictBody):
    """What a group's meeting was. Fields that are left out stay as they are; without ``relationships``, for all pairs.

    A coordinator gives a reason.
    """

    example: ClassVar = {
        "relationships": [ID],
        "minutes": 45,
        "mode": "@meetings.modes",
        "topics": ["@meetings.topics"],
        "place": "@schedule.places",
        "reason": "@meetings.resolve_reasons",
    }

    relationships: SomePairs | None = None
    began_at: Instant | None = None
    minutes: Annotated[int, Strict()] | None = None
    mode: Code | None = None
    topics: Annotated[list[Code], Field(max_length=64)] | None = None
    place: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")] | None = None
    another: Annotated[bool, Strict()] | None = None
    reason: Reason = ""


class GroupWithdrawal(StrictBody):
    """For which pairs a group's log is withdrawn; without ``relationships``, for all. A coordinator gives a reason."""

    example: ClassVar = {"relationships": [ID], "reason": "@meetings.resolve_reasons"}

    relationships: SomePairs | None = None
    reason: Reason = ""


class CorrectedPair(BaseModel):
    """The answer of one pair: done, refused with a code, or pending; the same key sends a pending one again."""

    relationship: str
    meeting: str
    status: str
    code: str


class CorrectedGroup(BaseModel):
    """The answers of the pairs of a group's log."""

    group: str
    results: list[CorrectedPair]


@router.post(
    "/group-meetings/{subject}/correct",
    response_model=CorrectedGroup,
    operation_id="group_meetings.correct",
    tags=["group meetings"],
)
async def correct_group_meeting(
    subject: Subject, body: GroupCorrection, request: Request, key: Key, office: Parts, caller: Leader
) -> Any:
    """Correct a group's log for some of its pairs or for all; each pair has its own answer."""
    given = body.model_dump(exclude={"relationships"}, exclude_none=True)
    if "topics" in given:
        given["topics"] = tuple(given["topics"])
    change = _Change(office, caller, CorrectMeeting, given, command_id(caller, key))
    return await change.of_group(subject, body.relationships, await request_fingerprint(request))


@router.post(
    "/group-meetings/{subject}/withdraw",
    response_model=CorrectedGroup,
    operation_id="group_meetings.withdraw",
    tags=["group meetings"],
)
async def withdraw_group_meeting(
    subject: Subject, body: GroupWithdrawal, request: Request, key: Key, office: Parts, caller: Leader
) -> Any:
    """Withdraw a group's log for some of its pairs or for all; each pair has its own answer."""
    change = _Change(office, caller, WithdrawMeeting, {"reason": body.reason}, command_id(caller, key))
    return await change.of_group(subject, body.relationships, await request_fingerprint(request))


class _Change:
    """One change of a group's log, sent to each pair under an id of its own, so that the same key sends none twice."""

    def __init__(
        self, office: Office, caller: Caller, kind: type[Command], given: Mapping[str, Any], id: str
    ) -> None:
        self._office, self._caller = office, caller
        self._kind, self._given, self._id = kind, given, id

    async def of_group(self, group: str, pairs: list[str] | None, print_: str) -> dict[str, Any]:
        """Send the change to the pairs that the caller sees and names; 404 if one of them has no such meeting."""
        found = await self._office.reads.relationships.of_group(self._caller.sight, group)
        wanted = [met for met in found if pairs is None or met["relationship"] in pairs]
        if not wanted or (pairs is not None and len(wanted) < len(set(pairs))):
            raise Problem(404, "not_found")
        results = await asyncio.gather(*(self._sent(met, print_) for met in wanted))
        return {"group": group, "results": results}

    async def _sent(self, met: Mapping[str, Any], print_: str) -> dict[str, str]:
        pair = met["relationship"]
        line = {"relationship": pair, "meeting": met["id"], "status": "done", "code": ""}
        try:
            caller = await standing_in(self._office, self._caller, pair)
            actor = caller.acting(await roles_here(self._office, self._kind, caller, pair))
            id = derive("group-correction", self._id, pair)
            command = self._kind(id=id, actor=actor, **{"meeting": met["id"], **self._given})
            await self._office.sender.send("relationship", pair, command, print_)
        except Problem as problem:
            if problem.code == "key_reused":
                raise
            status = "refused" if problem.status < 500 else "pending"
            return {**line, "status": status, "code": problem.code}
        return line
