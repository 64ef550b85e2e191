"""The address of a person's calendar: a calendar program subscribes to it without a token."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.mail.icalendar import CONTENT_TYPE
from activities.adapters.postgres.facts.tokens import hashed
from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.idempotency import Key, command_id, made_soon, once
from api_gateway.http.office import Parts
from api_gateway.http.query import KnownQuery
from api_gateway.http.served import Here, served_by
from api_gateway.office import Office
from api_gateway.services.calendar_feed import Agenda
from api_gateway.services.caller import Caller, caller_of
from api_gateway.services.own_changes import left
from api_gateway.services.problem import Problem

router = APIRouter(route_class=TokenFirst, tags=["people"])
public = APIRouter(tags=["people"], dependencies=[KnownQuery])
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


async def _shown_once(office: Office, caller: Caller, id: str) -> dict[str, str | None]:
    """Return a repeated answer: the secret is kept nowhere, so it has no address."""
    return {"id": id, "address": None}


@router.post("/people/me/calendar-address", status_code=201, operation_id="people.make_calendar_address")
@once("MakeCalendarAddress", again=_shown_once)
async def make_address(key: Key, office: Parts, caller: Anybody, here: Here) -> Any:
    """Make an address at which a calendar program reads the caller's calendar without a token.

    It is shown only once, and whoever has it sees the calendar. The address that the caller had before is revoked.
    """
    id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    values = {"id": id, "hash": hashed(secret)}
    command = left(command_id(caller, key), id)
    done = await office.own_changes.make(caller, "OwnCalendarAddress", values, command)
    return made_soon({"id": id, "address": f"{here}/v1/calendar/{secret}.ics"}, done, status=201)


@router.delete("/people/me/calendar-address", operation_id="people.revoke_calendar_address")
@once("RevokeCalendarAddress")
async def revoke_address(key: Key, office: Parts, caller: Anybody) -> Any:
    """Revoke the caller's calendar address at once."""
    done = await office.own_changes.make(caller, "OwnCalendarRevoked", {}, left(command_id(caller, key)))
    return made_soon({"person": caller.person}, done)


@public.get(
    "/v1/calendar/{secret}.ics",
    operation_id="calendar.read",
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "An iCalendar object (RFC 5545)"}},
)
async def read_calendar(secret: Secret, request: Request, office: Parts, here: Here) -> Response:
    """Return the calendar whose address this is. An address that is unknown or revoked is not found.

    That of a mentor or mentee which the office gave before leads to the address that serves it now.
    """
    holder = await office.calendar_addresses.holder(secret)
    if holder is None:
        raise Problem(404, "not_found")
    served = served_by(request)
    if not served.part_of(holder).roles:
        if not served.other_address:
            raise Problem(404, "not_found")
        return RedirectResponse(f"{served.other_address}/v1/calendar/{secret}.ics", status_code=308)
    agenda = Agenda(office.reads, caller_of(holder), now=await office.clock.now(), office=here)
    return Response(await agenda.text(), media_type=f"{CONTENT_TYPE}; charset=utf-8")
