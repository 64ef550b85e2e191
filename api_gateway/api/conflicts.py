"""Conflicts of interest between two people."""

from typing import ClassVar

from fastapi import APIRouter

from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.fields import Code, Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.services.member_codes import demand_conflict_kind
from api_gateway.services.problem import Problem
from api_gateway.services.writer import declarer_of_conflict, withdrawer_of_conflict

router = APIRouter(route_class=TokenFirst, tags=["reference"])


class NewConflict(StrictBody):
    """A conflict of interest between two people."""

    example: ClassVar = {"other": "c4d1" * 8, "kind": "@matching.conflict_kinds"}

    person: Id
    other: Id
    kind: Code


@router.post("/conflicts", status_code=201, operation_id="conflicts.declare")
@once("DeclareConflict")
async def add_conflict(body: NewConflict, key: Key, office: Parts, caller: Writers) -> dict[str, str]:
    """Declare a conflict of interest between two people (MASA-27), one of whom may be of another region."""
    actor = await declarer_of_conflict(office.facts, caller, body.person, body.other)
    if body.person == body.other:
        raise Problem(409, "conflict_with_oneself")
    await demand_conflict_kind(office.facts, body.person, body.kind)
    await office.writes.conflicts.add_conflict(
        body.person, body.other, body.kind, actor=actor, command=command_id(caller, key)
    )
    return {"person": body.person, "other": body.other}


@router.post("/conflicts/withdraw", operation_id="conflicts.withdraw")
@once("WithdrawConflict")
async def withdraw_conflict(body: NewConflict, key: Key, office: Parts, caller: Writers) -> dict[str, str]:
    """Withdraw a conflict of interest that is over or never was; the record of it stays.

    Where one of the two is of another region, the state office does.
    """
    actor = await withdrawer_of_conflict(office.facts, caller, body.person, body.other)
    await office.writes.conflicts.withdraw_conflict(
        body.person, body.other, body.kind, actor=actor, command=command_id(caller, key)
    )
    return {"person": body.person, "other": body.other}
