"""The agreement of a pair: its exact text to read and to print, and the signatures on paper that come back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.reads.agreement import Signature, Version
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.about import About, about
from api_gateway.pages.acts.act import act_about, with_only_choices
from api_gateway.pages.acts.offered import may_send, offered
from api_gateway.pages.acts.sending import Embedded, Showing, embedded, new_key
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.parts import Link
from api_gateway.pages.view import page
from api_gateway.services.agreements import read_agreement
from api_gateway.services.problem import Problem
from api_gateway.services.scans import scan_file, scans_of
from api_gateway.services.visible import whole_id
from domain.actors import Side
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
SIGN: Final = "sign-agreement"
DRAFT: Final = "draft-agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One side's line: whose it is, since when it is signed, and the scan of the paper if there is one."""

    name: str
    side: str
    when: When | None
    scan: str


@router.get("/relationships/{subject}/agreement")
async def agreement(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    subject: Reference,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    language: Annotated[str, Query(pattern=r"^([a-z]{2,3})?$")] = "",
) -> HTMLResponse:
    """Show one version, the newest by default, as it is printed, and the form for signatures on paper."""
    id = await whole_id(office.reads.relationships.ids, visitor.caller, subject)
    here = await about(office, visitor, "relationship", id)
    read = await read_agreement(
        office.database,
        here.shown.caller,
        here.shown.row,
        version=version,
        language=language or visitor.language,
    )
    dates = await dates_of(office, visitor)
    own = read.version
    address = f"{here.href}/agreement"
    return page(
        request,
        "acts/agreement.html",
        visitor,
        place=links.RELATIONSHIPS,
        about=here,
        read=read,
        digest=own.digest_in(read.language),
        drafted=dates.on(own.drafted_at),
        in_force=dates.on(own.in_force_since) if own.in_force_since else None,
        lines=[*_lines(here, own, dates)],
        versions=[_version(address, each, read.language) for each in read.numbers],
        languages=[
            Link(links.with_query(address, version=own.version, language=each.language), each.language)
            for each in own.texts
        ],
        sign=await _sign(office, visitor, here, own, read.language, address),
        draft=here.form(DRAFT) if may_send(here.shown.caller, DraftAgreement, here.pair) else "",
    )


def _version(address: str, number: int, language: str) -> Link:
    return Link(links.with_query(address, version=number, language=language), str(number))


def _lines(here: About, version: Version, dates: Dates) -> Iterator[SignatureLine]:
    """Yield a line for each side, signed or to sign."""
    signed: dict[Side, Signature] = {each.side: each for each in version.signatures}
    for side in (Side.MENTEE, Side.MENTOR):
        person = str(here.shown.row.get(side.value) or "")
        found = signed.get(side)
        scan = f"{here.href}/scans/{found.scan}" if found and found.scan else ""
        yield SignatureLine(
            name=here.shown.person(person),
            side=side.value,
            when=dates.on(found.signed_at) if found else None,
            scan=scan,
        )


async def _sign(
    office: Office, visitor: Visitor, here: About, version: Version, language: str, address: str
) -> Embedded | None:
    """Return the form for a signature on paper of the text that is shown; none if it is not to be signed now."""
    if not may_send(here.shown.caller, SignAgreement, here.pair):
        return None
    found = await offered(office, here.shown, SIGN)
    made = act_about(office, visitor, here, found, {})
    if not found.possible or made.hidden.get("version") != version.version:
        return None
    made = replace(made, hidden={"version": version.version, "digest": version.digest_in(language)})
    known = with_only_choices(made, {"reason": ["on_paper"]})
    return embedded(made, known, {}, Showing(key=new_key(), back=address))


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
