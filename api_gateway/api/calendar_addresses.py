"""The address of a person's calendar: a calendar program subscribes to it without a token."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from activities.adapters.mail.icalendar import CONTENT_TYPE
from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.query import KnownQuery
from api_gateway.office import Office
from api_gateway.services.calendar_feed import Agenda
from api_gateway.services.caller import Caller, caller_of
from api_gateway.services.problem import Problem
from domain.actors import Actor

router = APIRouter(route_class=TokenFirst, tags=["people"])
public = APIRouter(tags=["people"], dependencies=[KnownQuery])
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


async def _shown_once(office: Office, caller: Caller, id: str) -> dict[str, str | None]:
    """Return a repeated answer: the secret is kept nowhere, so it has no address."""
    return {"id": id, "address": None}


@router.post("/people/me/calendar-address", status_code=201, operation_id="people.make_calendar_address")
@once("MakeCalendarAddress", again=_shown_once)
async def make_address(key: Key, office: Parts, caller: Anybody) -> dict[str, str | None]:
    """Make an address at which a calendar program reads the caller's calendar without a token.

    It is shown only once, and whoever has it sees the calendar. The address that the caller had before is revoked.
    """
    id, secret = await office.writes.calendar_addresses.make(_oneself(caller), command_id(caller, key))
    return {"id": id, "address": f"{office.settings.public_url}/v1/calendar/{secret}.ics"}


@router.delete("/people/me/calendar-address", operation_id="people.revoke_calendar_address")
@once("RevokeCalendarAddress")
async def revoke_address(key: Key, office: Parts, caller: Anybody) -> dict[str, str]:
    """Revoke the caller's calendar address at once."""
    await office.writes.calendar_addresses.revoke(_oneself(caller), command_id(caller, key))
    return {"person": caller.person}


@public.get(
    "/v1/calendar/{secret}.ics",
    operation_id="calendar.read",
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "An iCalendar object (RFC 5545)"}},
)
async def read_calendar(secret: Secret, office: Parts) -> Response:
    """Return the calendar whose address this is. An address that is unknown or revoked is not found."""
    holder = await office.calendar_addresses.holder(secret)
    if holder is None:
        raise Problem(404, "not_found")
    now, office_url = await office.clock.now(), office.settings.public_url
    agenda = Agenda(office.reads, caller_of(holder), now=now, office=office_url)
    return Response(await agenda.text(), media_type=f"{CONTENT_TYPE}; charset=utf-8")


def _oneself(caller: Caller) -> Actor:
    return Actor(id=caller.person, role=caller.roles[0], regions=caller.regions)
