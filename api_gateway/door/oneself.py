"""What people see and change about themselves: the phone number, and the address of their calendar."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from activities.adapters.postgres.database import ACTS_FOR
from api_gateway.door.contact_word import contact_word
from api_gateway.door.office import Door
from api_gateway.door.sessions import InSession, SignedIn
from api_gateway.door.view import door_page
from api_gateway.http.csrf import FIELD
from api_gateway.http.idempotency import command_id
from api_gateway.http.person_bodies import OwnContact
from api_gateway.http.served import Here
from api_gateway.pages.acts.sending import KEY, new_key
from api_gateway.pages.words import Say
from api_gateway.services.own_changes import left, new_calendar_address
from api_gateway.services.problem import Problem
from domain.languages import Language

router = APIRouter(include_in_schema=False)
CONTACT: Final = "/my/contact"
CALENDAR: Final = "/my/calendar"
_SAVED: Final = ("saved", "soon")
_NOT_MADE: Final = ("again", "busy")
_REVOKED: Final = ("revoked", "soon")
"""What a page says about the form that led to it."""


@router.get(CONTACT, operation_id="door.my_contact")
async def contact(request: Request, me: InSession, told: str = "") -> Response:
    """Show how the office reaches the person, and what to do if that is wrong."""
    about = await _oneself(_door(request), me)
    return await _contact_page(request, me, about, typed=str(about["phone"] or ""), told=told)


@router.post(CONTACT, operation_id="door.my_phone")
async def phone(request: Request, me: InSession) -> Response:
    """Change the phone number; an empty one takes it out."""
    form, door = await request.form(), _door(request)
    typed = str(form.get("phone", "")).strip()
    try:
        body = OwnContact.model_validate({"phone": typed or None})
    except ValidationError:
        about = await _oneself(door, me)
        return await _contact_page(request, me, about, typed=typed, fault="own.contact.fault")
    values = {"phone": body.phone or ""}
    # Another number under the same key is another change.
    command = left(command_id(me.caller, str(form.get(KEY, ""))), values["phone"])
    done = await door.office.own_changes.make(me.caller, "OwnContact", values, command)
    return RedirectResponse(f"{CONTACT}?told={'soon' if done is None else 'saved'}", status_code=303)


@router.get(CALENDAR, operation_id="door.my_calendar")
async def calendar(request: Request, me: InSession, told: str = "") -> Response:
    """Say whether the person has a calendar address, and offer one."""
    return await _calendar_page(request, me, told=told)


@router.post(CALENDAR, operation_id="door.make_calendar")
async def make_calendar(request: Request, me: InSession, here: Here) -> Response:
    """Make a calendar address and show it, once. The one before is revoked."""
    door, form = _door(request), await request.form()
    _, secret, values = new_calendar_address()
    command = left(command_id(me.caller, str(form.get(KEY, ""))))
    done = await door.office.own_changes.make(me.caller, "OwnCalendarAddress", values, command)
    if done is None:
        return await _calendar_page(request, me, told="busy", status=503)
    if not await _works(door, secret):
        # The form was sent before: what it made then was shown then.
        return await _calendar_page(request, me, told="again", status=409)
    return await _calendar_page(request, me, address=f"{here}/v1/calendar/{secret}.ics")


@router.post(f"{CALENDAR}/revoke", operation_id="door.revoke_calendar")
async def revoke_calendar(request: Request, me: InSession) -> Response:
    """Revoke the calendar address."""
    door, form = _door(request), await request.form()
    command = left(command_id(me.caller, str(form.get(KEY, ""))), "revoked")
    try:
        done = await door.office.own_changes.make(me.caller, "OwnCalendarRevoked", {}, command)
    except Problem as problem:
        if problem.status != 404:
            raise
        done = {}  # there is none any longer, as was asked
    return RedirectResponse(f"{CALENDAR}?told={'soon' if done is None else 'revoked'}", status_code=303)


async def _contact_page(
    request: Request, me: SignedIn, about: Mapping[str, Any], *, typed: str, told: str = "", fault: str = ""
) -> Response:
    page = await _door(request).office.reads.own_page.of(me.caller.sight)
    contacts = {each["id"]: each for pair in page.pairs for each in pair.contacts}
    return door_page(
        request,
        "door/contact.html",
        me.language,
        status=422 if fault else 200,
        about=about,
        typed=typed,
        told=told if told in _SAVED else "",
        fault=Say(Language(me.language))(fault) if fault else "",
        contacts=tuple(contacts.values()),
        contact_word=contact_word({pair.row["program"] for pair in page.pairs}, me.language),
        hidden=_hidden(me),
    )


async def _calendar_page(
    request: Request, me: SignedIn, *, told: str = "", address: str = "", status: int = 200
) -> Response:
    reads = _door(request).office.reads.own_page
    return door_page(
        request,
        "door/calendar.html",
        me.language,
        status=status,
        told=told if told in (*_REVOKED, *_NOT_MADE) else "",
        address=address,
        subscribe=f"webcal:{address.partition(':')[2]}",
        has=not address and await reads.calendar_since(me.caller.sight) is not None,
        hidden=_hidden(me),
    )


def _hidden(me: SignedIn) -> dict[str, str]:
    return {FIELD: me.csrf, KEY: new_key()}


async def _works(door: Door, secret: str) -> bool:
    """Return whether a calendar address is in use; the process acts for the same person afterwards."""
    acts_for = ACTS_FOR.get()
    try:
        return await door.office.calendar_addresses.holder(secret) is not None
    finally:
        ACTS_FOR.set(acts_for)


async def _oneself(door: Door, me: SignedIn) -> Mapping[str, Any]:
    about: Mapping[str, Any] | None = await door.office.reads.people.oneself(me.caller.sight)
    if about is None:
        raise Problem(404, "not_found")
    return about


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
