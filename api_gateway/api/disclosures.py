"""Disclosures that the law required: four closed fields and no free text (AUDIT 4.4)."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Disclosers, Supervisors, TokenFirst
from api_gateway.http.disclosing import Disclosure, disclose
from api_gateway.http.idempotency import Key, command_id
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.services.visible import demand_sight, visible_relationship
from domain.actors import Role
from domain.visibility import Data

router = APIRouter(route_class=TokenFirst)


@router.post(
    "/relationships/{subject}/disclosures",
    status_code=201,
    operation_id="relationships.record_disclosure",
    tags=["relationships"],
)
async def record_disclosure(
    subject: Subject, body: Disclosure, key: Key, office: Parts, caller: Disclosers
) -> dict[str, str]:
    """Record that a legally required disclosure was made. Only administrators and auditors can list it."""
    return {"record": await disclose(office, caller, subject, body, command_id(caller, key))}


@router.get(
    "/relationships/{subject}/disclosures", operation_id="relationships.disclosures", tags=["relationships"]
)
async def disclosures(subject: Reference, office: Parts, caller: Supervisors) -> dict[str, Any]:
    """List recorded disclosures with their four fields; each reading is an event. Not for a person of the pair."""
    pair = await visible_relationship(office.reads, caller, subject)
    demand_sight(caller, pair, Data.DISCLOSURES)
    reader = caller.acting((Role.ADMIN, Role.AUDITOR))
    found = await office.reads.documents.disclosures(caller.sight, pair["id"], reader)
    return whole_list([{"record": record, **content} for record, content in found or ()])
