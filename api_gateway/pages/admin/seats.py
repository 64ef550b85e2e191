"""The forms about contacts of regions: a seat is given for some days, corrected, ended, or withdrawn."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.writes.memberships import BeforeItBegan
from api_gateway.http.office import Parts
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.words import refusal_of
from api_gateway.pages.admin.index import ADMIN
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.own_forms import FormKey, command_of, done, new_key
from api_gateway.pages.people import people_found
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem, writes_as_problems
from api_gateway.services.writer import namer_of_contacts
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Words = Annotated[str, Form(max_length=100)]
RegionCode = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,32}$")]
Record = Annotated[int, Path(ge=1)]
_SEAT: Final = f"{ADMIN}/regions/{{code}}/seats/{{record}}"
_DAYS: Final = ("first", "last")


@router.get(f"{ADMIN}/regions/{{code}}/seat", operation_id="pages.admin.seats.form")
async def seat_form(
    request: Request, visitor: AdminVisitor, office: Parts, code: RegionCode, q: str = "", person: str = ""
) -> HTMLResponse:
    """Find the person who becomes a contact of a region, then choose the days."""
    dates = await dates_of(office, visitor)
    typed = {"first": dates.today.isoformat(), "last": ""}
    return await _choosing(request, visitor, office, code, person=person, q=q[:100], typed=typed)


@router.post(f"{ADMIN}/regions/{{code}}/seats", operation_id="pages.admin.seats.name")
async def name_contact(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    code: RegionCode,
    key: FormKey,
    person: Words,
    first: Words = "",
    last: Words = "",
) -> Response:
    """Name a contact of a region, for the days that are chosen: from today on without any."""
    typed, say = {"first": first, "last": last}, Say(Language(visitor.language))
    if faults := [*_faults(typed, say)]:
        return await _choosing(request, visitor, office, code, person=person, typed=typed, errors=faults)
    today = (await dates_of(office, visitor)).today
    with writes_as_problems():
        await office.writes.region_contacts.add_contact(
            code,
            person,
            _day(first) or today,
            _day(last),
            keep_last=False,
            actor=namer_of_contacts(visitor.caller, code),
            command=command_of(visitor, key),
        )
    return done(ADMIN, "seat")


@router.post(f"{_SEAT}/end", operation_id="pages.admin.seats.end")
async def end_seat(
    visitor: AdminVisitor, office: Parts, code: RegionCode, record: Record, key: FormKey
) -> Response:
    """End the seat of a contact with today."""
    today = (await dates_of(office, visitor)).today
    await _corrected(office, visitor, code, record, None, today, command_of(visitor, key))
    return done(ADMIN, "seat_ended")


@router.get(_SEAT, operation_id="pages.admin.seats.one")
async def seat(
    request: Request, visitor: AdminVisitor, office: Parts, code: RegionCode, record: Record
) -> HTMLResponse:
    """Show a seat with its days, to correct or withdraw it."""
    found = await _seat(office, visitor, code, record)
    return await _correcting(
        request, visitor, office, found, {"first": found["first"], "last": found["last"] or ""}
    )


@router.post(f"{_SEAT}/correct", operation_id="pages.admin.seats.correct")
async def correct(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    code: RegionCode,
    record: Record,
    key: FormKey,
    first: Words = "",
    last: Words = "",
) -> Response:
    """Correct the days of a seat."""
    found = await _seat(office, visitor, code, record)
    typed, say = {"first": first, "last": last}, Say(Language(visitor.language))
    faults = [*_faults(typed, say)]
    if not faults and not first:
        faults = [{"text": say("admin.give.no_day"), "field": "first"}]
    if not faults and last and last < first:
        faults = [{"text": refusal_of("ends_before_it_begins", visitor.language), "field": "last"}]
    if faults:
        return await _correcting(request, visitor, office, found, typed, errors=faults)
    await _corrected(office, visitor, code, record, _day(first), _day(last), command_of(visitor, key))
    return done(ADMIN, "seat_corrected")


@router.post(f"{_SEAT}/withdraw", operation_id="pages.admin.seats.withdraw")
async def withdraw(
    visitor: AdminVisitor, office: Parts, code: RegionCode, record: Record, key: FormKey
) -> Response:
    """Withdraw a contact who never was one; the record of it stays."""
    with writes_as_problems():
        await office.writes.region_contacts.withdraw_contact(
            code, record, actor=namer_of_contacts(visitor.caller, code), command=command_of(visitor, key)
        )
    return done(ADMIN, "seat_withdrawn")


async def _corrected(
    office: Office,
    visitor: Visitor,
    code: str,
    record: int,
    first: date | None,
    last: date | None,
    command: str,
) -> None:
    try:
        with writes_as_problems():
            await office.writes.region_contacts.correct_contact(
                code, record, first, last, actor=namer_of_contacts(visitor.caller, code), command=command
            )
    except BeforeItBegan:
        raise Problem(409, "ends_before_it_begins") from None


async def _regions(office: Office, visitor: Visitor, code: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the regions of the visitor's association by their codes; 404 if ``code`` is not among them."""
    regions = {row["code"]: row for row in (await office.reads.regions.page(visitor.caller.sight)).rows}
    if code not in regions:
        raise Problem(404, "unknown_region")
    return regions


async def _seat(office: Office, visitor: Visitor, code: str, record: int) -> Mapping[str, Any]:
    """Return a seat that counts, with the name of its region and person; 404 for any other."""
    region = (await _regions(office, visitor, code))[code]
    held = (each for each in region["contacts"] if not each.get("withdrawn_at"))
    found = next((each for each in held if each["record"] == record), None)
    if found is None:
        raise Problem(404, "unknown_record")
    entry = await office.reads.entries.one(visitor.caller.sight, found["person"])
    name = entry["name"] if entry else found["person"]
    return {**found, "code": code, "region": region["name"], "name": name}


async def _correcting(
    request: Request,
    visitor: Visitor,
    office: Office,
    found: Mapping[str, Any],
    typed: Mapping[str, str],
    *,
    errors: list[dict[str, str]] | None = None,
) -> HTMLResponse:
    return page(
        request,
        "admin/seat_days.html",
        visitor,
        status=422 if errors else 200,
        place=ADMIN,
        seat=found,
        typed=typed,
        errors=errors or [],
        new_key=new_key,
    )


async def _choosing(
    request: Request,
    visitor: Visitor,
    office: Office,
    code: str,
    *,
    person: str,
    typed: Mapping[str, str],
    q: str = "",
    errors: list[dict[str, str]] | None = None,
) -> HTMLResponse:
    regions = await _regions(office, visitor, code)
    names = {each: row["name"] for each, row in regions.items()}
    entry = await office.reads.entries.one(visitor.caller.sight, person) if person else None
    return page(
        request,
        "admin/seat.html",
        visitor,
        status=422 if errors else 200,
        place=ADMIN,
        code=code,
        region=names[code],
        q=q,
        chosen={"id": person, "name": entry["name"]} if entry else None,
        people=await people_found(office, visitor, q, names),
        typed=typed,
        errors=errors or [],
        new_key=new_key,
    )


def _faults(typed: Mapping[str, str], say: Say) -> Iterator[dict[str, str]]:
    """Yield what of the days cannot be read."""
    for name in _DAYS:
        if typed[name] and _day(typed[name]) is None:
            yield {"text": say("admin.give.no_day"), "field": name}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
