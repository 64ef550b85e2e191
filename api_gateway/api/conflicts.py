"""Conflicts of interest between two people."""

from fastapi import APIRouter

from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.changed_entry import entry_write
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.record_bodies import NewConflict
from api_gateway.services import conflicts

router = APIRouter(route_class=TokenFirst, tags=["reference"])


@router.post("/conflicts", status_code=201, operation_id="conflicts.declare")
@once("DeclareConflict")
async def add_conflict(body: NewConflict, key: Key, office: Parts, caller: Writers) -> dict[str, str]:
    """Declare a conflict of interest between two people (MASA-27), one of whom may be of another region."""
    write = entry_write(office, caller, body.person, command_id(caller, key))
    await conflicts.declare_conflict(write, body.other, body.kind)
    return {"person": body.person, "other": body.other}


@router.post("/conflicts/withdraw", operation_id="conflicts.withdraw")
@once("WithdrawConflict")
async def withdraw_conflict(body: NewConflict, key: Key, office: Parts, caller: Writers) -> dict[str, str]:
    """Withdraw a conflict of interest that is over or never was; the record of it stays.

    Where one of the two is of another region, the state office does.
    """
    write = entry_write(office, caller, body.person, command_id(caller, key))
    await conflicts.withdraw_conflict(write, body.other, body.kind)
    return {"person": body.person, "other": body.other}
