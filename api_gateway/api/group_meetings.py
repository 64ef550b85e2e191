"""Group meetings: one log that counts for several pairs, checked for all of them before the first is sent (ESE-4)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, Strict

from activities.adapters.postgres.writes.group_meetings import GROUP
from api_gateway.http.auth import Anybody, TokenFirst, allowed
from api_gateway.http.examples import ID
from api_gateway.http.fields import Code, Day, Id, Instant, StrictBody
from api_gateway.http.idempotency import Key, answer_body, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, error_at, in_words
from api_gateway.services.send_command import given_before
from api_gateway.services.visible import whole_id
from domain.actors import Role
from domain.ids import derive
from domain.relationship.stages.meetings.groups import FEWEST_PAIRS, MOST_PAIRS, pairs_fault

router = APIRouter(route_class=TokenFirst)
Topics = Annotated[list[Code], Field(default_factory=list, max_length=64)]
Leader = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.PARTICIPANT))]


class GroupMeeting(StrictBody):
    """One log for several pairs, by the mentor of all of them or by a coordinator of their region."""

    example: ClassVar = {
        "relationships": [ID, "c4d1" * 8],
        "minutes": 45,
        "mode": "@meetings.modes",
        "topics": ["@meetings.topics"],
        "place": "@schedule.places",
        "next_topics": [],
    }

    relationships: Annotated[list[Id], Field(min_length=FEWEST_PAIRS, max_length=MOST_PAIRS)]
    began_at: Instant
    minutes: Annotated[int, Strict()]
    mode: Code
    topics: Topics
    place: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")] = ""
    next_on: Day | None = None
    next_topics: Topics
    another: Annotated[bool, Strict()] | None = None


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
    if code := pairs_fault(body.relationships):
        raise Problem(422, code, errors=[error_at(("relationships",), code, in_words(code))])
    group, print_ = command_id(caller, key), await request_fingerprint(request)
    payload = body.model_dump(mode="json", exclude_none=True)
    payload["relationships"] = [await _known(office, caller, id) for id in body.relationships]
    own = Role.PARTICIPANT in caller.roles and await office.facts.mentors_all(caller.ids, body.relationships)
    actor = caller.acting((Role.PARTICIPANT,) if own else (Role.COORDINATOR, Role.PARTICIPANT))
    claimed = await office.intake.claim(
        group, kind=GROUP, subject="", payload=payload, fingerprint=print_, actor=actor
    )
    answer = given_before(claimed, body.relationships) or await office.sender.send_group(
        group, body.relationships
    )
    return answer_body(response, answer)


async def _known(office: Office, caller: Caller, id: str) -> str:
    """Return a pair's id; for a pair of another association one that nobody has, so that it is not found."""
    place = await office.facts.place_of(id)
    own = (
        place is None
        or place.region in caller.association.regions
        or any(one in place.pair for one in caller.ids)
    )
    return id if own else derive("of another association", id)


@router.get("/group-meetings/{subject}", operation_id="group_meetings.get", tags=["group meetings"])
async def group_meeting(subject: Reference, office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """Return the status of a group's log, and its outcome for each pair that the caller may see."""
    group = await whole_id(office.reads.commands.group_ids, caller, subject)
    found = await office.reads.commands.group(caller.sight, group)
    if found is None:
        raise Problem(404, "not_found")
    return found
