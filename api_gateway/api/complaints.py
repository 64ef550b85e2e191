"""Complaints about a relationship, and the sealed statement that only the person who took on the case may read."""

from functools import partial
from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody, TokenFirst, Writers
from api_gateway.http.fields import Id
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference
from api_gateway.services.papers_of_decisions import read_as_decider
from api_gateway.services.visible import visible_relationship, whole_id
from domain.visibility import READ_STATEMENT

router = APIRouter(route_class=TokenFirst)


@router.get(
    "/relationships/{subject}/complaints", operation_id="relationships.complaints", tags=["relationships"]
)
async def list_complaints(subject: Reference, office: Parts, caller: Anybody) -> dict[str, Any]:
    """List complaints: to the office all except those about the caller, to the pair only those that it opened."""
    subject = (await visible_relationship(office.reads, caller, subject))["id"]
    return whole_list(list(await office.reads.complaints.of(caller.sight, subject)))


@router.get(
    "/relationships/{subject}/complaints/{case}/statement",
    operation_id="relationships.complaint_statement",
    tags=["relationships"],
)
async def statement(subject: Reference, case: Id, office: Parts, caller: Writers) -> Any:
    """Return the sealed statement to the one person who took on the case. Each reading is an event."""
    subject = await whole_id(office.reads.relationships.ids, caller, subject)
    read = partial(office.reads.documents.statement, caller.sight, subject, case)
    return await read_as_decider(office.intake, caller, subject, READ_STATEMENT, read)
