"""Sign-ins tied to people: who can sign in with what, which wait for a second person, confirmed and ended."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api_gateway.http.auth import Admin, TokenFirst, allowed
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.roles_given import CONFIRMERS, confirm_sign_in, end_sign_in
from domain.actors import Role

router = APIRouter(route_class=TokenFirst, tags=["people"])
Confirmer = Annotated[Caller, Depends(allowed(*CONFIRMERS))]
Reader = Annotated[Caller, Depends(allowed(*CONFIRMERS, Role.AUDITOR))]


@router.get("/sign-ins", operation_id="sign_ins.list")
async def sign_ins(
    response: Response, office: Parts, caller: Reader, after: str = "", limit: Limit = 50, person: str = ""
) -> dict[str, Any]:
    """List who can sign in with which account, by whom it was tied, and whether it waits for a second person.

    Name and address of an account are what its provider said of it. Its instants are real ones.
    """
    page = await office.reads.sign_in.ties(caller.sight, after=after, limit=limit, person=person)
    if person and not page.rows and await office.reads.entries.one(caller.sight, person) is None:
        raise Problem(404, "unknown_person")
    return page_body(page, response, "/v1/sign-ins")


@router.post("/sign-ins/{sign_in}/confirm", operation_id="sign_ins.confirm")
@once("ConfirmSignIn")
async def confirm(sign_in: Subject, key: Key, office: Parts, caller: Confirmer) -> dict[str, str]:
    """Confirm as a second person whose sign-in this is: not who tied it, and not whose it is.

    The sign-in of somebody with a role about money opens nothing before. An administrator, the state office or payment
    staff confirm it.
    """
    await confirm_sign_in(office.facts, office.writes.sign_in, caller, sign_in, command_id(caller, key))
    return {"sign_in": sign_in}


@router.post("/sign-ins/{sign_in}/end", operation_id="sign_ins.end")
@once("EndSignIn")
async def end(sign_in: Subject, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Say that a sign-in is a person's no longer: it and its sessions end at once."""
    await end_sign_in(office.facts, office.writes.sign_in, caller, sign_in, command_id(caller, key))
    return {"sign_in": sign_in}
