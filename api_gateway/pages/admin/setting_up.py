"""The forms by which an administrator sets up an association: regions, their seats, and terms."""

import re
from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.writes.memberships import BeforeItBegan
from api_gateway.http.fields import NEW_CODE
from api_gateway.http.office import Parts
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.admin.index import ADMIN, admin_page
from api_gateway.pages.own_forms import FormKey, command_of, done, new_key
from api_gateway.pages.people import people_found
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem, in_words, writes_as_problems
from api_gateway.services.writer import namer_of_contacts
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Words = Annotated[str, Form(max_length=100)]
RegionCode = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,32}$")]
Record = Annotated[int, Path(ge=1)]


@router.post(f"{ADMIN}/regions", operation_id="pages.admin.regions.add")
async def add_region(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    key: FormKey,
    code: Words = "",
    name: Words = "",
    program: Words = "",
) -> Response:
    """Add a region."""
    typed = {"code": code.strip().lower(), "region_name": " ".join(name.split()), "region_program": program}
    say = Say(Language(visitor.language))
    if not _is_code(typed["code"]):
        return await _again(request, visitor, office, typed, say("admin.regions.no_code"), "code")
    if not typed["region_name"] or not typed["region_name"].isprintable():
        return await _again(request, visitor, office, typed, say("admin.regions.no_name"), "region_name")
    adding = office.setting_up.add_region(
        visitor.caller, typed["code"], typed["region_name"], program, command_of(visitor, key)
    )
    return await _tried(request, visitor, office, typed, adding, "region")


@router.post(f"{ADMIN}/terms", operation_id="pages.admin.terms.open")
async def open_term(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    key: FormKey,
    program: Words = "",
    name: Words = "",
    first: Words = "",
    last: Words = "",
) -> Response:
    """Open a term of a program."""
    called = " ".join(name.split())
    typed = {"term_program": program, "term_name": called, "first": first, "last": last}
    say = Say(Language(visitor.language))
    if not called or not called.isprintable():
        return await _again(request, visitor, office, typed, say("admin.terms.no_name"), "term_name")
    for field in ("first", "last"):
        if _day(typed[field]) is None:
            return await _again(request, visitor, office, typed, say("admin.give.no_day"), field)
    opening = office.setting_up.open_term(
        visitor.caller,
        program,
        called,
        date.fromisoformat(first),
        date.fromisoformat(last),
        command_of(visitor, key),
    )
    return await _tried(request, visitor, office, typed, opening, "term")


@router.get(f"{ADMIN}/regions/{{code}}/seat", operation_id="pages.admin.seats.form")
async def seat_form(
    request: Request, visitor: AdminVisitor, office: Parts, code: RegionCode, q: str = ""
) -> HTMLResponse:
    """Find the person who becomes a contact of a region."""
    return await _seat(request, visitor, office, code, q=q[:100])


@router.post(f"{ADMIN}/regions/{{code}}/seats", operation_id="pages.admin.seats.name")
async def name_contact(
    visitor: AdminVisitor, office: Parts, code: RegionCode, key: FormKey, person: Words
) -> Response:
    """Name a contact of a region, from today on."""
    today = (await office.clock.now()).date()
    with writes_as_problems():
        await office.writes.region_contacts.add_contact(
            code,
            person,
            today,
            None,
            keep_last=False,
            actor=namer_of_contacts(visitor.caller, code),
            command=command_of(visitor, key),
        )
    return done(ADMIN, "seat")


@router.post(f"{ADMIN}/regions/{{code}}/seats/{{record}}/end", operation_id="pages.admin.seats.end")
async def end_seat(
    visitor: AdminVisitor, office: Parts, code: RegionCode, record: Record, key: FormKey
) -> Response:
    """End the seat of a contact with today."""
    today = (await office.clock.now()).date()
    try:
        with writes_as_problems():
            await office.writes.region_contacts.correct_contact(
                code,
                record,
                None,
                today,
                actor=namer_of_contacts(visitor.caller, code),
                command=command_of(visitor, key),
            )
    except BeforeItBegan:
        raise Problem(409, "ends_before_it_begins") from None
    return done(ADMIN, "seat_ended")


async def _seat(request: Request, visitor: Visitor, office: Office, code: str, *, q: str) -> HTMLResponse:
    regions = {
        row["code"]: row["name"] for row in (await office.reads.regions.page(visitor.caller.sight)).rows
    }
    if code not in regions:
        raise Problem(404, "unknown_region")
    return page(
        request,
        "admin/seat.html",
        visitor,
        place=ADMIN,
        code=code,
        region=regions[code],
        q=q,
        people=await people_found(office, visitor, q, regions),
        new_key=new_key,
    )


async def _tried(
    request: Request,
    visitor: Visitor,
    office: Office,
    typed: Mapping[str, str],
    act: Awaitable[Any],
    what: str,
) -> Response:
    """Do what a form asks for; show the page again with what was typed if it is refused."""
    try:
        with writes_as_problems():
            await act
    except Problem as refused:
        return await _again(
            request, visitor, office, typed, in_words(refused.code), "", status=refused.status
        )
    return done(ADMIN, what)


async def _again(
    request: Request,
    visitor: Visitor,
    office: Office,
    typed: Mapping[str, str],
    fault: str,
    field: str,
    *,
    status: int = 422,
) -> HTMLResponse:
    errors = [{"text": fault, "field": field}]
    return await admin_page(request, visitor, office, errors=errors, typed=typed, status=status)


def _is_code(code: str) -> bool:
    return len(code) <= 32 and re.fullmatch(NEW_CODE, code) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
