"""The caller: a bearer token stands for a person with their current roles. Each route declares who may call it.

The gateway determines the actor, and no client ever sends one. The gateway does not start if a route declares nothing.
"""

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final

from fastapi import Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute

from activities.adapters.postgres.writes.commands import CommandIntake
from api_gateway.http.query import refuse_unknown_query
from api_gateway.http.rates import count_request
from api_gateway.http.served import served_by
from api_gateway.office import Office
from api_gateway.services.caller import Caller, caller_of
from api_gateway.services.problem import Problem
from domain.actors import STAFF_ROLES, Actor, Role
from domain.ids import derive

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
EVERYBODY: Final = (*STAFF_ROLES, Role.PARTICIPANT)


def declaring(dependency: Callable[..., Any], roles: tuple[Role, ...]) -> Callable[..., Any]:
    """Return a dependency that says which roles may come to the routes that use it."""
    dependency.allowed_roles = roles  # type: ignore[attr-defined]  # read by `declared_roles` and by the matrix test
    return dependency


def allowed(*roles: Role) -> Callable[..., Any]:
    """Return a dependency that supplies the caller, and says which roles ``TokenFirst`` lets through to the route."""

    async def caller(request: Request, response: Response) -> Caller:
        response.headers.update(request.state.rate_limit)
        found: Caller = request.state.caller
        return found

    return declaring(caller, roles)


class CheckedRoute(APIRoute):
    """A route that checks who asks before anything reads the request, if it declares roles.

    ``checks`` says by what it knows who asks.
    """

    checks: ClassVar[str] = ""

    def get_route_handler(self) -> Handler:
        """Return the handler of a request, with the check before it."""
        handler, roles = super().get_route_handler(), declared_roles(self)
        if roles is None:
            return handler

        async def guarded(request: Request) -> Response:
            return await self.checked(request, roles, handler)

        return guarded

    async def checked(self, request: Request, roles: tuple[Role, ...], handler: Handler) -> Response:
        """Answer a request with its handler if one of ``roles`` sent it."""
        raise NotImplementedError


class TokenFirst(CheckedRoute):
    """A route that checks token, limit, role and query before anything reads the body: a stranger's is never parsed."""

    checks = "token"

    async def checked(self, request: Request, roles: tuple[Role, ...], handler: Handler) -> Response:
        """Answer the request of a caller whose token is valid."""
        request.state.caller = await _signed_in(request, roles)
        try:
            return await handler(request)
        except Problem as problem:
            if problem.code == "role_not_allowed" and request.state.also_elsewhere:
                raise served_by(request).turned_away() from problem
            raise


async def _signed_in(request: Request, roles: tuple[Role, ...]) -> Caller:
    """Return who sends a request, if the token is valid, the role is one of ``roles`` and the query is known."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    office: Office = request.app.state.office
    holder = await office.tokens.holder(token) if scheme.lower() == "bearer" and token else None
    if holder is None:
        raise Problem(
            401,
            "no_valid_token",
            _SIGN_IN_AGAIN if token else "",
            headers={"WWW-Authenticate": 'Bearer realm="mentorflow"'},
        )
    count_request(request, holder.person)
    served = served_by(request)
    found = caller_of(served.part_of(holder))
    request.state.also_elsewhere = len(found.roles) < len(holder.roles)
    if not set(found.roles) & set(roles):
        problem = served.refusal(holder, roles)
        if not problem.served_at:  # who is only at the wrong address attempted nothing
            await record_refusal(request, office.intake, found, problem.code)
        raise problem
    await refuse_unknown_query(request)
    return found


async def record_refusal(request: Request, intake: CommandIntake, caller: Caller, code: str) -> None:
    """Record a command by the wrong role in the journal, like any other refused attempt; reads are not recorded.

    A person who no longer has a role is a participant there, as everybody is.
    """
    if request.method != "POST":
        return
    key = request.headers.get("idempotency-key", "")
    await intake.refuse(
        command=derive("command", caller.person, key, request.url.path),
        kind=request.url.path.rsplit("/", 1)[-1][:64],
        code=code,
        actor=Actor(
            id=caller.person, role=next(iter(caller.roles), Role.PARTICIPANT), regions=caller.regions
        ),
        subject=request.path_params.get("subject", ""),
    )


Anybody = Annotated[Caller, Depends(allowed(*EVERYBODY))]
Participants = Annotated[Caller, Depends(allowed(Role.PARTICIPANT))]
Staff = Annotated[Caller, Depends(allowed(*STAFF_ROLES))]
Readers = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.AUDITOR, Role.ADMIN))]
Coordinators = Annotated[Caller, Depends(allowed(Role.COORDINATOR))]
Writers = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.ADMIN))]
Disclosers = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.PARTICIPANT))]
Supervisors = Annotated[Caller, Depends(allowed(Role.ADMIN, Role.AUDITOR))]
Admin = Annotated[Caller, Depends(allowed(Role.ADMIN))]

_SIGN_IN_AGAIN: Final = (
    "The access token that was sent is unknown, was revoked or has expired. "
    "Ask an administrator of your office for a new one."
)
OPEN: Final = {
    "/v1",
    "/v1/calendar/{secret}.ics",
    "/v1/health",
    "/v1/docs",
    "/v1/openapi.json",
    "/v1/problems",
    "/v1/problems/{code}",
}
"""Routes that need no token: they show nothing about any relationship, or their address has a secret."""


def declared_roles(route: APIRoute) -> tuple[Role, ...] | None:
    """Return the roles that a route allows, or None if it declares none."""
    for dependency in route.dependant.dependencies:
        roles = getattr(dependency.call, "allowed_roles", None)
        if roles is not None:
            return tuple(roles)
    return None


def routes_of(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield all routes, including those of included routers."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from routes_of(included.routes)


def demand_declarations(app: FastAPI, open_pages: Collection[str] = ()) -> None:
    """Raise if a route does not say who may call it or does not check it, so that the gateway does not start.

    A route of the API checks the token, and a page the session; ``open_pages`` need none.
    """
    for route in routes_of(app.routes):
        path = getattr(route, "path", "")
        if path in OPEN or path in open_pages:
            continue
        if not getattr(route, "checks", "") or declared_roles(route) is None:
            raise RuntimeError(f"the route {path} does not say who may call it")


def of_api(path: str) -> bool:
    """Return whether an address is one of the API; all others are pages."""
    return path == "/v1" or path.startswith("/v1/")


def of_static(path: str) -> bool:
    """Return whether an address is one of a sheet or script, which say nothing about anybody and may be kept."""
    return path.startswith("/static/")


def say_roles(app: FastAPI) -> None:
    """Write into the API's description who may call each route."""
    for route in routes_of(app.routes):
        if isinstance(route, TokenFirst) and (roles := declared_roles(route)):
            route.openapi_extra = {"x-roles": [role.value for role in roles]}
