"""Corrections of a group's log, for all its pairs or for some: each pair decides about its own meeting and answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from api_gateway.http.auth import TokenFirst, allowed
from api_gateway.http.group_logs import GroupCorrection, GroupWithdrawal, correct_group, withdraw_group
from api_gateway.http.idempotency import Key, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.services.caller import Caller
from domain.actors import Role

router = APIRouter(route_class=TokenFirst)
Leader = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.PARTICIPANT))]


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
    command, print_ = command_id(caller, key), await request_fingerprint(request)
    return await correct_group(office, caller, subject, body, command, print_)


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
    command, print_ = command_id(caller, key), await request_fingerprint(request)
    return await withdraw_group(office, caller, subject, body, command, print_)
