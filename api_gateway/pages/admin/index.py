"""The administrators' first page: what answers, what waits, and how programs, terms and regions are set up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.coordinator.today import task_row
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import SaysDone, new_key, said
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.programs import list_of_programs, programs, zone_in
from domain.languages import Language
from domain.tasks import TaskKind

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ADMIN: Final = "/admin"
_SOON: Final = timedelta(minutes=10)
"""What waits longer than this is stuck."""


@router.get(ADMIN, operation_id="pages.admin", dependencies=[SaysDone])
async def admin(request: Request, visitor: AdminVisitor, office: Parts) -> HTMLResponse:
    """Show what answers, what waits, and how the association is set up."""
    return await admin_page(request, visitor, office)


async def admin_page(
    request: Request,
    visitor: Visitor,
    office: Office,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the administrators' first page, with what was typed into one of its forms."""
    caller, language = visitor.caller, Language(visitor.language)
    say, now = Say(language), await office.clock.now()
    dates = Dates(language, zone_in(caller.association.code), now)
    regions = (await office.reads.regions.page(caller.sight)).rows
    elsewhere = await office.reads.terms.programs_elsewhere(caller.sight)
    listed = list_of_programs(caller.association.code, elsewhere, with_faults=True)
    names = await _names(office, visitor, regions)
    return page(
        request,
        "admin/index.html",
        visitor,
        status=status,
        message=said(request, say, "admin", DONE),
        errors=errors,
        typed=typed or {},
        parts=await office.health.parts(),
        waits=[_wait(row, dates) for row in await office.reads.health.waiting(caller.sight, now)],
        asking=len(await office.reads.sign_in.requests(caller.sight)),
        programs=[await _program(row, office) for row in listed],
        own_tasks=[
            task_row(task, dates) for task in await office.reads.tasks.of_kinds(caller.sight, OWN_TASKS)
        ],
        open_to=[each for each in listed if each["opens_terms"]],
        terms=[_term(row, dates) for row in reversed((await office.reads.terms.page(caller.sight)).rows)],
        regions=[_region(row, names, dates) for row in regions],
        new_key=new_key,
    )


DONE: Final = ("region", "term", "seat", "seat_ended", "seat_corrected", "seat_withdrawn", "rules")
OWN_TASKS: Final = (
    TaskKind.LOOK_INTO_FAULT,
    TaskKind.START_RUN_AGAIN,
    TaskKind.CORRECT_PROGRAM,
    TaskKind.FIX_ADDRESS,
)
"""What the office asks about itself, and about no pair."""


async def _program(row: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """Return a program with the versions of its rules that the office keeps; of one that stands aside with why."""
    kept = await office.facts.versions_of(row["program"])
    return {**row, "kept": kept, "is_kept": row["version"] in kept}


def _wait(row: Mapping[str, Any], dates: Dates) -> dict[str, Any]:
    since = datetime.fromisoformat(row["since"]) if row["since"] else None
    return {
        "queue": row["queue"],
        "count": row["count"],
        "since": dates.at(since) if since else None,
        "stuck": since is not None and dates.now - since > _SOON,
    }


def _term(row: Mapping[str, Any], dates: Dates) -> dict[str, Any]:
    program = programs().get(row["program"])
    return {
        "name": row["name"],
        "program": program.title if program else row["program"],
        "first": dates.long(row["first"]),
        "last": dates.long(row["last"]),
        "now": row["first"] <= dates.today.isoformat() <= row["last"],
    }


def _region(row: Mapping[str, Any], names: Mapping[str, str], dates: Dates) -> dict[str, Any]:
    """Return a region with those who hold a seat in it now or later."""
    today = dates.today.isoformat()
    seats = [
        {
            "record": seat["record"],
            "name": names.get(seat["person"], seat["person"]),
            "first": dates.long(seat["first"]),
            "last": dates.long(seat["last"]) if seat["last"] else "",
        }
        for seat in row["contacts"]
        if not seat.get("withdrawn_at") and (seat["last"] is None or seat["last"] >= today)
    ]
    titles = [programs()[name].title if name in programs() else name for name in row["programs"]]
    return {"code": row["code"], "name": row["name"], "programs": ", ".join(titles), "seats": seats}


async def _names(office: Office, visitor: Visitor, regions: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the names of those who hold a seat."""
    found = {}
    for person in {seat["person"] for row in regions for seat in row["contacts"]}:
        entry = await office.reads.entries.one(visitor.caller.sight, person)
        if entry is not None:
            found[person] = entry["name"]
    return found
