"""The roster import: people, memberships, mentors, applications as CSV. All, or nothing with every bad line."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile

from activities.adapters.postgres.writes.reference import AlreadyThere
from activities.adapters.postgres.writes.roster import Roster, RosterFault, read_roster
from api_gateway.api import Key, Parts, command_id
from api_gateway.api.applications import start
from api_gateway.http.auth import Office
from api_gateway.http.idempotency import once
from api_gateway.http.problems import Problem
from domain.actors import Role

router = APIRouter()


@router.post("/imports/roster", status_code=201, operation_id="imports.roster", tags=["imports"])
@once("ImportRoster", lambda _: "/v1/relationships")
async def import_roster(
    key: Key,
    office: Parts,
    caller: Office,
    term: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    people: Annotated[UploadFile, File()],
    memberships: Annotated[UploadFile | None, File()] = None,
    mentors: Annotated[UploadFile | None, File()] = None,
    applications: Annotated[UploadFile | None, File()] = None,
) -> dict[str, Any]:
    """Check all files, store all rows in one transaction, start one relationship per application."""
    actor = caller.acting((Role.ADMIN, Role.COORDINATOR))
    found = await office.views.term(term)
    if found is None:
        raise Problem(404, "unknown_term")
    files = {"people": people, "memberships": memberships, "mentors": mentors, "applications": applications}
    texts = {name: await file.read() for name, file in files.items() if file is not None}
    try:
        roster: Roster = read_roster(texts)
        ids = await office.roster.store(roster, term=found, actor=actor, command=command_id(caller, key))
    except RosterFault as fault:
        errors = [
            {"pointer": f"/{f.file}/{f.line}/{f.column}", "detail": f.problem, "code": f.code}
            for f in fault.faults
        ]
        raise Problem(
            422,
            "roster_refused",
            "Nothing was stored. Mend every line and send all files again.",
            errors=errors,
        ) from None
    except AlreadyThere:
        advice = "Nothing was stored. Somebody on the list has applied for this term before, in other words."
        raise Problem(409, "already_applied", advice) from None
    started = 0
    for application in ids:
        started += await start(office, application)
    return {"people": len(roster.people), "applications": len(ids), "started": started}
