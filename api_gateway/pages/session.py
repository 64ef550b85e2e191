"""Signing in and out, and staying signed in."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, StaffVisitor, forget_session
from api_gateway.pages.public import page

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
open_pages = APIRouter(include_in_schema=False)
_AFTER: Final = "/signed-out"


@open_pages.get("/sign-in")
async def sign_in(request: Request) -> HTMLResponse:
    """Show how to sign in."""
    return page("sign_in.html")


@open_pages.get("/signed-out")
async def signed_out() -> HTMLResponse:
    """Say that the visitor is signed out."""
    return page("signed_out.html")


@router.post("/sign-out")
async def sign_out(visitor: StaffVisitor, office: Parts) -> Response:
    """End the session of the visitor."""
    await office.writes.sessions.sign_out(visitor.session)
    answer = RedirectResponse(_AFTER, status_code=303)
    forget_session(answer, office.settings)
    return answer


@router.post("/session/stay")
async def stay(visitor: StaffVisitor) -> JSONResponse:
    """Say until when the visitor is signed in, now that this request counts as use."""
    return JSONResponse({"ends_at": visitor.ends_at.isoformat()})
