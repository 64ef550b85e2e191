"""Scans of signed papers: staff send one before they enter the signature. It is sealed; each reading is an event."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Response, UploadFile

from api_gateway.http.auth import Anybody, TokenFirst, allowed
from api_gateway.http.idempotency import Key, command_id
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.scans import LARGEST_SCAN, keep_scan, scan_file, scans_of
from api_gateway.services.visible import visible_relationship
from domain.actors import Role

router = APIRouter(route_class=TokenFirst, tags=["relationships"])
Coordinators = Annotated[Caller, Depends(allowed(Role.COORDINATOR))]


@router.post("/relationships/{subject}/scans", status_code=201, operation_id="relationships.send_scan")
async def send_scan(
    subject: Subject, key: Key, office: Parts, caller: Coordinators, file: Annotated[UploadFile, File()]
) -> dict[str, str]:
    """Keep the scan of a signed paper: PDF, JPEG or PNG up to 10 MiB. Its id goes into the signature."""
    pair = await visible_relationship(office.reads, caller, subject)
    content = await file.read(LARGEST_SCAN + 1)
    scan = await keep_scan(office.documents, caller, pair, content, command_id(caller, key))
    return {"scan": scan}


@router.get(
    "/relationships/{subject}/scans/{scan}",
    operation_id="relationships.scan",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def scan(subject: Reference, scan: str, office: Parts, caller: Anybody) -> Any:
    """Return the scan of a signed paper as a file to save, for both of the pair and for staff of the region."""
    pair = await visible_relationship(office.reads, caller, subject)
    here = caller.standing((pair["mentee"], pair["mentor"]))
    reader = here.acting(here.roles)
    kept = await office.reads.documents.scan(caller.sight, pair["id"], scans_of(pair["id"]), scan, reader)
    if kept is None:
        raise Problem(404, "not_found")
    ending, content = scan_file(kept)
    headers = {"Content-Disposition": f'attachment; filename="scan-{scan[:8]}.{ending}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
