"""The roster import from CSV: people, memberships, mentors, applications. All, or nothing and a list of bad lines."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile

from api_gateway.http.auth import Writers
from api_gateway.http.idempotency import ACCEPTED, Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.services.writer import WRITERS

router = APIRouter()


@router.post(
    "/imports/roster",
    status_code=201,
    operation_id="imports.roster",
    tags=["imports"],
    responses=ACCEPTED,
)
@once("ImportRoster", lambda _: "/v1/relationships")
async def import_roster(
    key: Key,
    office: Parts,
    caller: Writers,
    term: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    people: Annotated[UploadFile, File()],
    memberships: Annotated[UploadFile | None, File()] = None,
    mentors: Annotated[UploadFile | None, File()] = None,
    applications: Annotated[UploadFile | None, File()] = None,
) -> Any:
    """Check all files, store all rows in one transaction, start one relationship per application.

    202 means that all is stored but some relationships are not open yet. They will open without another request.
    """
    files = {"people": people, "memberships": memberships, "mentors": mentors, "applications": applications}
    texts = {name: await file.read() for name, file in files.items() if file is not None}
    actor, command = caller.acting(WRITERS), command_id(caller, key)
    return await office.roster_import.run(texts, term=term, actor=actor, command=command)
