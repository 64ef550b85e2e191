"""Receipts: what the answer to a command names in the journal, for those who see the journal's numbers."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path

from api_gateway.http.auth import Supervisors, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.services.problem import Problem

router = APIRouter(route_class=TokenFirst)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,400}$")]


@router.get("/receipts/{receipt}", operation_id="receipts.get", tags=["office"])
async def receipt(receipt: Token, office: Parts, caller: Supervisors) -> Mapping[str, Any]:
    """Open a receipt: which event of which stream it names, and whether the journal has that event with that hash."""
    named = office.receipts.opened(receipt)
    found = await office.reads.history.event(caller.sight, named["stream"], named["seq"])
    if found is None:
        raise Problem(404, "not_found")
    return {**found, "hash": named["hash"], "in_journal": found["hash"] == named["hash"]}
