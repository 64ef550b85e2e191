"""Terms of a program: the list, and the opening of a new one under the program's current rules."""

from typing import Any, ClassVar

from fastapi import APIRouter, Response

from api_gateway.http.auth import Admin, Anybody, TokenFirst
from api_gateway.http.fields import Code, Day, Name, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import page_body

router = APIRouter(route_class=TokenFirst, tags=["reference"])


class NewTerm(StrictBody):
    """One cycle of a program, under the program's current version."""

    example: ClassVar = {
        "program": "@program",
        "name": "2026-27",
        "first": "2026-08-01",
        "last": "2027-06-30",
    }

    program: Code
    name: Name
    first: Day
    last: Day


@router.get("/terms", operation_id="terms.list")
async def terms(response: Response, office: Parts, caller: Anybody) -> dict[str, Any]:
    """List the terms of the association's programs."""
    return page_body(await office.reads.terms.page(caller.sight), response, "/v1/terms")


@router.post("/terms", status_code=201, operation_id="terms.open")
@once("OpenTerm")
async def open_term(body: NewTerm, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Open a term, and freeze the rules of the program and of each region with it."""
    term = await office.setting_up.open_term(
        caller, body.program, body.name, body.first, body.last, command_id(caller, key)
    )
    return {"term": term}
