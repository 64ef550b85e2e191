"""Regions of a program and their contacts."""

from typing import Any, ClassVar

from fastapi import APIRouter, Response

from activities.adapters.postgres.writes.base import Unknown
from activities.adapters.postgres.writes.memberships import BeforeItBegan
from api_gateway.http.auth import Admin, Anybody, TokenFirst, Writers
from api_gateway.http.fields import Code, Day, Days, Id, Name, NewRegionCode, RegionCode, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import page_body
from api_gateway.http.path_ids import RecordNumber
from api_gateway.services.known_codes import known_instead
from api_gateway.services.problem import Problem
from api_gateway.services.writer import namer_of_contacts

router = APIRouter(route_class=TokenFirst, tags=["reference"])


class NewRegion(StrictBody):
    """A region of a program."""

    example: ClassVar = {"code": "north", "name": "North", "program": "@program"}

    code: NewRegionCode
    name: Name
    program: Code


class NewContact(Days):
    """A contact of a region, for a period; null is no last day, and a seat that is known keeps what is left out."""

    example: ClassVar = {"last": None}

    person: Id


class CorrectedDays(StrictBody):
    """The days of a contact's seat; without a first day it keeps its own, without a last day it is open."""

    example: ClassVar = {"first": None}

    first: Day | None = None
    last: Day | None


@router.get("/regions", operation_id="regions.list")
async def regions(response: Response, office: Parts, caller: Anybody) -> dict[str, Any]:
    """List all regions of the caller's association with their contacts."""
    return page_body(await office.reads.regions.page(caller.sight), response, "/v1/regions")


@router.post("/regions", status_code=201, operation_id="regions.create")
@once("AddRegion")
async def add_region(body: NewRegion, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Add a region."""
    await office.setting_up.add_region(caller, body.code, body.name, body.program, command_id(caller, key))
    return {"code": body.code}


@router.post("/regions/{code}/contacts", status_code=201, operation_id="regions.name_contact")
@once("NameContact")
async def add_contact(
    code: str, body: NewContact, key: Key, office: Parts, caller: Writers
) -> dict[str, str]:
    """Name a contact of a region (MASA-3); the state office does so."""
    try:
        actor = namer_of_contacts(caller, code)
        await office.writes.region_contacts.add_contact(
            code,
            body.person,
            body.first,
            body.last,
            keep_last=body.keeps_last,
            actor=actor,
            command=command_id(caller, key),
        )
    except Unknown as missing:
        instead = await known_instead(office.reads.regions, caller, str(missing))
        raise Problem(404, f"unknown_{missing}", instead) from None
    return {"region": code, "person": body.person}


@router.post("/regions/{code}/contacts/{record}/correct", operation_id="regions.correct_contact")
@once("CorrectContact")
async def correct_contact(
    code: RegionCode, record: RecordNumber, body: CorrectedDays, key: Key, office: Parts, caller: Writers
) -> dict[str, str]:
    """End a contact's seat, or correct its days; the list of regions shows the number of each seat."""
    actor = namer_of_contacts(caller, code)
    if body.first is not None and body.last is not None and body.last < body.first:
        raise Problem(409, "ends_before_it_begins")
    try:
        await office.writes.region_contacts.correct_contact(
            code, record, body.first, body.last, actor=actor, command=command_id(caller, key)
        )
    except BeforeItBegan:
        raise Problem(409, "ends_before_it_begins") from None
    return {"region": code}


@router.post("/regions/{code}/contacts/{record}/withdraw", operation_id="regions.withdraw_contact")
@once("WithdrawContact")
async def withdraw_contact(
    code: RegionCode, record: RecordNumber, key: Key, office: Parts, caller: Writers
) -> dict[str, str]:
    """Withdraw a contact who never was one; the record of it stays."""
    actor = namer_of_contacts(caller, code)
    await office.writes.region_contacts.withdraw_contact(
        code, record, actor=actor, command=command_id(caller, key)
    )
    return {"region": code}
