"""Regions of a program and their contacts."""

from typing import Any, ClassVar

from fastapi import APIRouter, Response

from activities.adapters.postgres.writes.base import Unknown
from api_gateway.http.auth import Admin, Anybody, Writers
from api_gateway.http.fields import Code, Days, Id, Name, RegionCode, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import page_body
from api_gateway.services.problem import Problem
from api_gateway.services.programs import program_now
from api_gateway.services.writer import WRITERS, namer_of_contacts

router = APIRouter(tags=["reference"])


class NewRegion(StrictBody):
    """A region of a program."""

    example: ClassVar = {"code": "north", "name": "North", "program": "@program"}

    code: RegionCode
    name: Name
    program: Code


class NewContact(Days):
    """A contact of a region, for a period."""

    example: ClassVar = {"last": None}

    person: Id


@router.get("/regions", operation_id="regions.list")
async def regions(response: Response, office: Parts, caller: Anybody) -> dict[str, Any]:
    """List all regions with their contacts."""
    return page_body(await office.reads.regions.page(caller.sight), response, "/v1/regions")


@router.post("/regions", status_code=201, operation_id="regions.create")
@once("AddRegion")
async def add_region(body: NewRegion, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Add a region."""
    program = program_now(body.program)
    await office.writes.regions.add_region(
        body.code,
        body.name,
        body.program,
        program.association,
        actor=caller.acting(WRITERS),
        command=command_id(caller, key),
    )
    await office.starter.keep_terms(body.program)
    return {"code": body.code}


@router.post("/regions/{code}/contacts", status_code=201, operation_id="regions.name_contact")
@once("NameContact")
async def add_contact(
    code: str, body: NewContact, key: Key, office: Parts, caller: Writers
) -> dict[str, str]:
    """Name a contact of a region (MASA-3); the state office does so."""
    actor = namer_of_contacts(caller, code)
    try:
        await office.writes.region_contacts.add_contact(
            code, body.person, body.first, body.last, actor=actor, command=command_id(caller, key)
        )
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None
    return {"region": code, "person": body.person}
