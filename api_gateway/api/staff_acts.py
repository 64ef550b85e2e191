"""What staff entered for people of a pair, and what these said to it."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference
from api_gateway.services.visible import visible_relationship

router = APIRouter(route_class=TokenFirst, tags=["relationships"])


@router.get("/relationships/{subject}/staff-acts", operation_id="relationships.staff_acts")
async def staff_acts(subject: Reference, office: Parts, caller: Anybody) -> dict[str, Any]:
    """List what staff entered for mentor and mentee, the oldest first: for whom, how they told, until when to answer.

    A person of the pair sees the entries made for them, and those for the partner about what both see.
    """
    pair = await visible_relationship(office.reads, caller, subject)
    return whole_list([*await office.reads.relationships.staff_acts(caller.sight, pair["id"])])
