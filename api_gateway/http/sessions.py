"""The visitor: the cookie of a signed-in browser stands for a person with their roles. Pages declare who may come.

Pages are opened by a session only, the API by a token only.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from api_gateway.http.auth import CheckedRoute, Handler, declaring, record_refusal
from api_gateway.http.csrf import OTHER_SESSION, SAFE, demand_own_form, kept_fields
from api_gateway.http.query import DONE, refuse_unknown_query
from api_gateway.http.rates import count_request
from api_gateway.office import Office
from api_gateway.services.caller import leave_to
from api_gateway.services.problem import Problem
from api_gateway.services.visitor import Visitor, visitor_of
from domain.actors import STAFF_ROLES, Role
from workers.settings import Settings

__all__ = (
    "OPEN_PAGES", "AdminVisitor", "AnyVisitor", "SessionFirst", "StaffVisitor", "Visitor", "visitor_with",
)  # fmt: skip
OPEN_PAGES: Final = {
    "/sign-in",
    "/sign-in/start",
    "/sign-in/back",
    "/sign-in/association",
    "/signed-out",
    "/static/{digest}/{name:path}",
}
"""Pages that need no session: they show nothing about any person."""


def visitor_with(*roles: Role) -> Callable[..., Any]:
    """Return a dependency that supplies the visitor, and says which roles ``SessionFirst`` lets through to the page.

    Without a role it lets through whoever is signed in, also somebody whose roles have ended.
    """

    async def visitor(request: Request) -> Visitor:
        found: Visitor = request.state.visitor
        return found

    return declaring(visitor, roles)


class SessionFirst(CheckedRoute):
    """A page that checks session, role, query and the origin of a form before anything else reads the request."""

    checks = "session"

    async def checked(self, request: Request, roles: tuple[Role, ...], handler: Handler) -> Response:
        """Answer the request of a visitor whose session is open; any other leads to the sign-in."""
        office: Office = request.app.state.office
        cookie = request.cookies.get(cookie_name(office.settings), "")
        session = await office.sessions.visitor(cookie) if cookie else None
        if session is None:
            return await _kept(request) or to_sign_in(request)
        request.state.visitor = visitor_of(session)
        try:
            await _demand_allowed(request, request.state.visitor, roles)
        except Problem as problem:
            kept = await _kept(request) if problem.code == OTHER_SESSION else None
            if kept is None:
                raise
            return kept
        answer = await handler(request)
        if session.stale and (token := await office.writes.sessions.renew(session.id)):
            set_session(answer, office.settings, token)
        return answer


StaffVisitor = Annotated[Visitor, Depends(visitor_with(*STAFF_ROLES))]
AnyVisitor = Annotated[Visitor, Depends(visitor_with())]
AdminVisitor = Annotated[Visitor, Depends(visitor_with(Role.ADMIN))]


async def _demand_allowed(request: Request, visitor: Visitor, roles: tuple[Role, ...]) -> None:
    """Refuse a visitor with too many requests, without one of the roles, or with a request that is not of our pages."""
    count_request(request, visitor.caller.person)
    held = visitor.caller.roles
    if roles and not set(held) & set(roles):
        problem = (
            Problem(403, "role_not_allowed", leave_to(roles)) if held else Problem(403, "no_role_any_more")
        )
        await record_refusal(request, request.app.state.office.intake, visitor.caller, problem.code)
        raise problem
    await refuse_unknown_query(request, DONE)
    await demand_own_form(request, visitor.csrf)


async def _kept(request: Request) -> Response | None:
    """Return the page that keeps what was written into a form whose session is over; None if nothing was."""
    written = await kept_fields(request)
    if not written:
        return None
    page: Response = request.app.state.kept_form_page(request, written)
    return page


def to_sign_in(request: Request) -> Response:
    """Return the way to the sign-in page, from where the visitor comes back to this page."""
    path = request.url.path if request.method in SAFE else "/"
    if request.method in SAFE and request.url.query:
        path += f"?{request.url.query}"
    address = "/sign-in" if path == "/" else f"/sign-in?next={quote(path, safe='/')}"
    if "hx-request" in request.headers:
        # A fragment cannot show the page of the sign-in: the whole browser goes there.
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


def cookie_name(settings: Settings) -> str:
    """Return the name of the session's cookie, whose prefix binds it to this host where there is encryption."""
    return f"{settings.prefix_of_cookies}mentorflow"


def set_session(answer: Response, settings: Settings, token: str) -> None:
    """Give the browser the token of a session, for as long as it is open; the office counts the time."""
    answer.set_cookie(
        cookie_name(settings),
        token,
        path="/",
        secure=bool(settings.prefix_of_cookies),
        httponly=True,
        samesite="lax",
    )


def forget_session(answer: Response, settings: Settings) -> None:
    """Have the browser forget the session and what it kept of this office."""
    answer.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=bool(settings.prefix_of_cookies),
        httponly=True,
        samesite="lax",
    )
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
