"""Signing in at the provider, signing out, and staying signed in."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api_gateway.http.accept_language import language_of
from api_gateway.http.csrf import demand_own_site
from api_gateway.http.office import Parts
from api_gateway.http.provider import BACK, SIGN_IN, Provider, SignInFailed, path_after
from api_gateway.http.query import KnownQuery
from api_gateway.http.sessions import AnyVisitor, SessionFirst, cookie_name, forget_session, set_session
from api_gateway.office import Office
from api_gateway.pages.links import with_query
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.sign_in import Arrival, arrive
from workers.settings import PREFIX, Settings

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
open_pages = APIRouter(include_in_schema=False)
TO_SET: Final = ("SIGN_IN_ISSUER", "SIGN_IN_CLIENT", "SIGN_IN_CLIENT_SECRET", "COOKIE_SECRET")
_STATUS: Final = {"invitation": 403, "no_role": 403, "refused": 403, "asked": 403, "waits": 403}


def associations() -> dict[str, str]:
    """Return the associations of this installation, each with the names of its programs."""
    found: dict[str, list[str]] = {}
    for program in programs().values():
        found.setdefault(program.association, []).append(program.title)
    return {code: ", ".join(titles) for code, titles in sorted(found.items())}


@open_pages.get(SIGN_IN, operation_id="pages.sign_in", dependencies=[KnownQuery])
async def sign_in(request: Request, office: Parts, next: str = "/", invitation: str = "") -> HTMLResponse:
    """Show the way to the provider, or what to set if there is none."""
    start = with_query(
        f"{SIGN_IN}/start", next="" if path_after(next) == "/" else next, invitation=invitation
    )
    return _open(
        request,
        "sign_in/start.html",
        start=start if office.settings.sign_in_issuer else "",
        provider=office.settings.sign_in_name,
        invited=bool(invitation),
        to_set=[f"{PREFIX}{name}" for name in TO_SET],
    )


@open_pages.get(f"{SIGN_IN}/start", operation_id="pages.sign_in.start", dependencies=[KnownQuery])
async def start(request: Request, next: str = "/", invitation: str = "", hint: str = "") -> Response:
    """Send the visitor to the provider; ``hint`` tells it who the visitor may be."""
    try:
        kept = {"next": path_after(next), "invitation": invitation[:100]}
        return await _provider(request).leave(request, kept, hint[:100])
    except SignInFailed as failed:
        return _failed(request, failed)


@open_pages.get(BACK, operation_id="pages.sign_in.back")
async def back(request: Request, office: Parts) -> Response:
    """Take the visitor who comes back from the provider in, or say why not."""
    try:
        identity, kept = await _provider(request).come_back(request)
    except SignInFailed as failed:
        return _failed(request, failed)
    arrival = await arrive(
        office.writes.sign_in,
        office.writes.sessions,
        identity,
        invitation=kept.get("invitation", ""),
        associations=associations(),
    )
    if not arrival.token:
        return _not_in(request, arrival)
    await _end_former(request, office)
    answer = RedirectResponse(path_after(kept.get("next", "/")), status_code=303)
    set_session(answer, _settings(request), arrival.token)
    return answer


@open_pages.post(
    f"{SIGN_IN}/association", operation_id="pages.sign_in.association", dependencies=[KnownQuery]
)
async def association(
    request: Request,
    office: Parts,
    choice: Annotated[str, Form(max_length=100, pattern=r"^[\w-]*$")],
    association: Annotated[str, Form(max_length=60)],
) -> Response:
    """Send a request to be let in to the association that its sender names."""
    demand_own_site(request)
    if association not in associations():
        raise Problem(404, "unknown_association")
    await office.writes.sign_in.choose(choice, association)
    return _not_in(request, Arrival(why_not="asked"))


@open_pages.get("/signed-out", operation_id="pages.signed_out", dependencies=[KnownQuery])
async def signed_out(request: Request) -> HTMLResponse:
    """Say that the visitor is signed out here, and where to sign out of the provider, too."""
    provider: Provider | None = request.app.state.provider
    return _open(
        request,
        "sign_in/signed_out.html",
        elsewhere=await provider.sign_out_address() if provider else "",
        provider=_settings(request).sign_in_name,
    )


@router.post("/sign-out", operation_id="pages.sign_out")
async def sign_out(visitor: AnyVisitor, office: Parts) -> Response:
    """End the session of the visitor."""
    await office.writes.sessions.sign_out(visitor.session)
    answer = RedirectResponse("/signed-out", status_code=303)
    forget_session(answer, office.settings)
    return answer


@router.post("/session/stay", operation_id="pages.session.stay")
async def stay(visitor: AnyVisitor) -> JSONResponse:
    """Say until when the visitor is signed in, now that this request counts as use."""
    return JSONResponse({"ends_at": visitor.ends_at.isoformat()})


async def _end_former(request: Request, office: Office) -> None:
    """End the session that the browser had before, of whoever it was."""
    cookie = request.cookies.get(cookie_name(office.settings), "")
    former = await office.sessions.visitor(cookie) if cookie else None
    if former is not None:
        await office.writes.sessions.sign_out(former.id)


def _provider(request: Request) -> Provider:
    """Return the provider; without one there is no such page."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise Problem(404, "not_found")
    return provider


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.office.settings
    return settings


def _open(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page for somebody who is not signed in, in the language of the browser."""
    language = language_of("", request.headers.get("accept-language", ""))
    return page(request, template, None, status=status, language=language, **values)


def _failed(request: Request, failed: SignInFailed) -> HTMLResponse:
    why = "unreachable" if failed.unreachable else "failed"
    return _open(
        request,
        "sign_in/not_in.html",
        status=503 if failed.unreachable else 400,
        why=why,
        choice="",
        choices={},
    )


def _not_in(request: Request, arrival: Arrival) -> HTMLResponse:
    return _open(
        request,
        "sign_in/not_in.html",
        status=_STATUS[arrival.why_not],
        why=arrival.why_not,
        choice=arrival.choice,
        choices=associations(),
    )
