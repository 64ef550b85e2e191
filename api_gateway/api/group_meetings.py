"""Group meetings: one log that counts for several pairs, checked for all of them before the first is sent (ESE-4)."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api_gateway.http.auth import Anybody, TokenFirst, allowed
from api_gateway.http.group_logs import GroupMeeting, log_group
from api_gateway.http.idempotency import Key, answer_body, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.visible import whole_id
from domain.actors import Role

router = APIRouter(route_class=TokenFirst)
Leader = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.PARTICIPANT))]


class GroupLine(BaseModel):
    """The outcome of the log for one pair: logged as a meeting, refused with a code, or pending."""

    relationship: str
    status: str
    meeting: str
    code: str


class GroupResult(BaseModel):
    """The outcome of a group's log."""

    group: str
    results: list[GroupLine]


@router.post(
    "/group-meetings", response_model=GroupResult, operation_id="group_meetings.log", tags=["group meetings"]
)
async def log_group_meeting(
    body: GroupMeeting, request: Request, response: Response, key: Key, office: Parts, caller: Leader
) -> Any:
    """Log one meeting for several pairs. If one cannot take it, all are refused, with a line for each such pair."""
    command, print_ = command_id(caller, key), await request_fingerprint(request)
    answer = await log_group(office, caller, body, command, print_)
    return answer_body(response, answer)


@router.get("/group-meetings/{subject}", operation_id="group_meetings.get", tags=["group meetings"])
async def group_meeting(subject: Reference, office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """Return the status of a group's log, and its outcome for each pair that the caller may see."""
    group = await whole_id(office.reads.commands.group_ids, caller, subject)
    found = await office.reads.commands.group(caller.sight, group)
    if found is None:
        raise Problem(404, "not_found")
    return found
