"""Signatures on paper: the form that enters one with its scan, and the scan as a file to save."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Response

from activities.adapters.postgres.reads.agreement import Version
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.about import About, about
from api_gateway.pages.acts.act import act_about, with_only_choices
from api_gateway.pages.acts.offered import may_send, offered
from api_gateway.pages.acts.sending import Embedded, Showing, embedded, new_key
from api_gateway.services.problem import Problem
from api_gateway.services.scans import scan_file, scans_of
from api_gateway.services.visible import whole_id
from domain.relationship.stages.agreement.signing import SignAgreement

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
SIGN: Final = "sign-agreement"


async def signature_on_paper(
    office: Office, visitor: Visitor, here: About, version: Version, language: str
) -> Embedded | None:
    """Return the form for a signature on paper of a text of the agreement; none if it is not to be signed now."""
    if not may_send(here.shown.caller, SignAgreement, here.pair):
        return None
    found = await offered(office, here.shown, SIGN)
    made = act_about(office, visitor, here, found, {})
    if not found.possible or made.hidden.get("version") != version.version:
        return None
    made = replace(made, hidden={"version": version.version, "digest": version.digest_in(language)})
    known = with_only_choices(made, {"reason": ["on_paper"]})
    return embedded(made, known, {}, Showing(key=new_key(), back=f"{here.href}/agreement"))


@router.get("/relationships/{subject}/scans/{scan}")
async def scan(visitor: StaffVisitor, office: Parts, subject: Reference, scan: str) -> Response:
    """Return the scan of a signed paper as a file to save; the reading is an event."""
    id = await whole_id(office.reads.relationships.ids, visitor.caller, subject)
    here = await about(office, visitor, "relationship", id)
    caller = here.shown.caller
    reader = caller.acting(caller.roles)
    kept = await office.reads.documents.scan(caller.sight, id, scans_of(id), scan, reader)
    if kept is None:
        raise Problem(404, "not_found")
    ending, content = scan_file(kept)
    headers = {"Content-Disposition": f'attachment; filename="scan-{scan[:8]}.{ending}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
