"""A group's log and what is put right in it, by the API and by pages alike: each pair decides about its own meeting."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, Strict

from activities.adapters.postgres.writes.group_meetings import GROUP
from api_gateway.http.acting import roles_here, standing_in
from api_gateway.http.examples import ID
from api_gateway.http.fields import Code, Day, Id, Instant, StrictBody
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, error_at, in_words
from api_gateway.services.send_command import CommandAnswer, given_before
from domain.actors import Role
from domain.ids import derive
from domain.messages import Command
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.groups import FEWEST_PAIRS, MOST_PAIRS, pairs_fault

Topics = Annotated[list[Code], Field(default_factory=list, max_length=64)]
SomePairs = Annotated[list[Id], Field(max_length=MOST_PAIRS)]
Reason = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")]


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


async def log_group(
    office: Office, caller: Caller, body: GroupMeeting, command: str, print_: str
) -> CommandAnswer:
    """Log one meeting for several pairs; if one cannot take it, all are refused, with an error for each such pair."""
    if code := pairs_fault(body.relationships):
        raise Problem(422, code, errors=[error_at(("relationships",), code, in_words(code))])
    payload = body.model_dump(mode="json", exclude_none=True)
    payload["relationships"] = [await _known(office, caller, id) for id in body.relationships]
    own = Role.PARTICIPANT in caller.roles and await office.facts.mentors_all(caller.ids, body.relationships)
    actor = caller.acting((Role.PARTICIPANT,) if own else (Role.COORDINATOR, Role.PARTICIPANT))
    claimed = await office.intake.claim(
        command, kind=GROUP, subject="", payload=payload, fingerprint=print_, actor=actor
    )
    before = given_before(claimed, body.relationships)
    return before or await office.sender.send_group(command, body.relationships)


async def _known(office: Office, caller: Caller, id: str) -> str:
    """Return a pair's id; for a pair of another association one that nobody has, so that it is not found."""
    place = await office.facts.place_of(id)
    own = (
        place is None
        or place.region in caller.association.regions
        or any(one in place.pair for one in caller.ids)
    )
    return id if own else derive("of another association", id)


async def correct_group(
    office: Office, caller: Caller, group: str, body: GroupCorrection, command: str, print_: str
) -> dict[str, Any]:
    """Correct a group's log for some of its pairs or for all, and return the answer of each."""
    given = body.model_dump(exclude={"relationships"}, exclude_none=True)
    if "topics" in given:
        given["topics"] = tuple(given["topics"])
    change = _Change(office, caller, CorrectMeeting, given, command)
    return await change.of_group(group, body.relationships, print_)


async def withdraw_group(
    office: Office, caller: Caller, group: str, body: GroupWithdrawal, command: str, print_: str
) -> dict[str, Any]:
    """Withdraw a group's log for some of its pairs or for all, and return the answer of each."""
    change = _Change(office, caller, WithdrawMeeting, {"reason": body.reason}, command)
    return await change.of_group(group, body.relationships, print_)


class _Change:
    """One change of a group's log, sent to each pair under an id of its own, so that the same key sends none twice."""

    def __init__(
        self, office: Office, caller: Caller, kind: type[Command], given: Mapping[str, Any], id: str
    ) -> None:
        self._office, self._caller = office, caller
        self._kind, self._given, self._id = kind, given, id

    async def of_group(self, group: str, pairs: Sequence[str] | None, print_: str) -> dict[str, Any]:
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
