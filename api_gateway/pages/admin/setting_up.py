"""The forms by which an administrator sets up an association: regions, terms, and the rules that it keeps."""

import re
from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse

from api_gateway.http.fields import NEW_CODE
from api_gateway.http.office import Parts
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.words import refusal_of
from api_gateway.pages.admin.index import ADMIN, admin_page
from api_gateway.pages.own_forms import FormKey, command_of, done
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem, writes_as_problems
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Words = Annotated[str, Form(max_length=100)]
ProgramName = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")]


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


@router.post(f"{ADMIN}/programs/{{name}}/rules", operation_id="pages.admin.programs.keep_rules")
async def keep_rules(
    request: Request, visitor: AdminVisitor, office: Parts, name: ProgramName, key: FormKey
) -> Response:
    """Store the rules of a program as they are now, so that pairs can move to them."""
    keeping = office.setting_up.keep_rules(visitor.caller, name, command_of(visitor, key))
    return await _tried(request, visitor, office, {}, keeping, "rules")


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
            request,
            visitor,
            office,
            typed,
            refusal_of(refused.code, visitor.language),
            "",
            status=refused.status,
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
