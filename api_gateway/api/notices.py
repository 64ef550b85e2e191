"""Notices: what the office wrote, to whom, and whether it was sent."""

from typing import Any, ClassVar, Final

from fastapi import APIRouter, Response

from api_gateway.http.auth import Anybody, Coordinators, Staff, TokenFirst
from api_gateway.http.fields import StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import Limit, page_body
from api_gateway.http.path_ids import Subject
from api_gateway.services.kept_emails import words_as_sent
from api_gateway.services.known_codes import demand_known
from domain.staff_on_emails import EmailAct, WhyHeldBack

router = APIRouter(route_class=TokenFirst)
STATUSES: Final = ("pending", "sent", "refused", "parked", "in_digest", "overtaken")


class HeldBack(StrictBody):
    """Why an email is not sent."""

    example: ClassVar = {"why": "told_already"}

    why: WhyHeldBack


@router.get("/notices", operation_id="notices.list", tags=["notices"])
async def notices(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, status: str = ""
) -> dict[str, Any]:
    """List what the office wrote to whom, and whether it was sent."""
    demand_known("status", status, STATUSES)
    page = await office.reads.notices.page(caller.sight, after=after, limit=limit, status=status)
    return page_body(page, response, "/v1/notices")


@router.get("/notices/{notice}/words", operation_id="notices.words", tags=["notices"])
async def words(notice: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Return the words of an email as they were sent, with names in place of secrets. Each reading is an event."""
    reader = caller.acting(caller.roles)
    return words_as_sent(await office.reads.kept_emails.notice(caller.sight, notice, reader))


@router.post("/notices/{notice}/send-now", operation_id="notices.send_now", tags=["notices"])
@once("SendEmailNow")
async def send_now(notice: Subject, key: Key, office: Parts, caller: Coordinators) -> dict[str, str]:
    """Send an email that waits now, whatever the hour, if what it says still holds."""
    await office.staff_on_emails.act(caller, notice, EmailAct.SEND_NOW, command_id(caller, key))
    return {"notice": notice}


@router.post("/notices/{notice}/do-not-send", operation_id="notices.do_not_send", tags=["notices"])
@once("HoldEmailBack")
async def do_not_send(
    notice: Subject, body: HeldBack, key: Key, office: Parts, caller: Coordinators
) -> dict[str, str]:
    """Do not send an email that waits, and say why."""
    command = command_id(caller, key)
    await office.staff_on_emails.act(caller, notice, EmailAct.DO_NOT_SEND, command, body.why)
    return {"notice": notice}


@router.post("/notices/{notice}/send-again", operation_id="notices.send_again", tags=["notices"])
@once("SendEmailAgain")
async def send_again(notice: Subject, key: Key, office: Parts, caller: Coordinators) -> dict[str, str]:
    """Send an email again that has left, to the address of today, at most once an hour; or one that was held back."""
    await office.staff_on_emails.act(caller, notice, EmailAct.SEND_AGAIN, command_id(caller, key))
    return {"notice": notice}
