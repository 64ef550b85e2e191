"""The tour at `/demo`: one page, and what its buttons ask for. It needs no session, for all its people are invented.

A change comes from a page of this office only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api_gateway.http.csrf import demand_own_site
from api_gateway.http.own_path import own_path
from api_gateway.pages import links
from api_gateway.pages.view import page
from domain.languages import Language
from workers.embedded.clock_moves import BY_TIME, ClockStep, MoveRefused
from workers.embedded.control import NoAnswer
from workers.embedded.tour.effects import Effect, Effects
from workers.embedded.tour.standing import Demo, newest
from workers.embedded.tour.steps import STEPS
from workers.embedded.tour.strip import COOKIE, PATH, TEMPLATES, step_of, strip
from workers.embedded.tour.telling import TourDates, TourWords

FILES: Final = Path(__file__).parent / "static"
_TYPES: Final = {"tour.css": "text/css; charset=utf-8", "tour.js": "text/javascript; charset=utf-8"}
_MAILS: Final = 6
_SHOWN: Final = 12
"""The most effects of one kind that the page lists."""


def pages(demo: Demo) -> APIRouter:
    """Return the routes of the tour."""
    router = APIRouter(include_in_schema=False)
    own = [Depends(demand_own_site)]

    @router.get(PATH)
    async def overview(request: Request) -> HTMLResponse:
        """Show the tour, the clock, the worker, the mailbox and the people."""
        return await _overview(demo, request)

    @router.get(f"{PATH}/strip")
    async def present_strip(request: Request, back: str = PATH) -> HTMLResponse:
        """Return the strip as it is now."""
        return HTMLResponse(await strip(demo, request, way_back(back), await demo.visitor(request)))

    @router.get(f"{PATH}/as")
    async def be(key: str, to: str = "/", step: int = 0) -> RedirectResponse:
        """Begin the sign-in of one of the sample staff, as a step of the tour."""
        start = links.with_query("/sign-in/start", next=way_back(to), hint=key)
        return _with_step(RedirectResponse(start, status_code=303), step)

    @router.get(f"{PATH}/{{name}}")
    async def file(name: str) -> Response:
        """Return the sheet or the script of the tour."""
        if name not in _TYPES:
            return Response(status_code=404)
        return Response((FILES / name).read_bytes(), media_type=_TYPES[name])

    @router.post(f"{PATH}/step", dependencies=own)
    async def go_to_step(
        number: Annotated[int, Form()], back: Annotated[str, Form()] = PATH
    ) -> RedirectResponse:
        """Go to a step of the tour; step 0 ends it."""
        return _with_step(RedirectResponse(way_back(back), status_code=303), number)

    @router.post(f"{PATH}/clock", dependencies=own)
    async def move(
        request: Request, step: Annotated[ClockStep, Form()], back: Annotated[str, Form()] = PATH
    ) -> Response:
        """Move the clock."""
        return await _asked(demo, request, way_back(back), demo.supervisor.move(step))

    @router.post(f"{PATH}/worker", dependencies=own)
    async def worker(
        request: Request, up: Annotated[bool, Form()], back: Annotated[str, Form()] = PATH
    ) -> Response:
        """Start the worker, or stop it."""
        return await _asked(demo, request, way_back(back), demo.supervisor.worker(up=up))

    return router


def _with_step(answer: RedirectResponse, number: int) -> RedirectResponse:
    """Return an answer with the number of the step; any other number ends the tour."""
    if 1 <= number <= len(STEPS):
        answer.set_cookie(COOKIE, str(number), path="/", httponly=True, samesite="lax")
    else:
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


async def _asked(demo: Demo, request: Request, back: str, asked: Awaitable[Any]) -> Response:
    """Ask the supervisor, and go back; show the tour with the reason if it refuses."""
    try:
        await asked
    except (MoveRefused, NoAnswer) as refused:
        return await _overview(demo, request, message=str(refused), status=409)
    return RedirectResponse(back, status_code=303)


async def _overview(demo: Demo, request: Request, *, message: str = "", status: int = 200) -> HTMLResponse:
    visitor, office = await demo.visitor(request), request.app.state.office
    language = Language(visitor.language if visitor else Language.EN)
    standing = await demo.standing(office, caused=language)
    dates = TourDates(language, standing.zone, standing.now)
    ready = demo.people.loaded and bool(standing.pair)
    return page(
        request,
        "tour.html",
        visitor,
        status=status,
        folders=(TEMPLATES,),
        tell=TourWords(language, {**demo.people.names, "others": str(demo.people.others)}),
        standing=standing,
        dates=dates,
        ready=ready,
        number=step_of(request),
        steps=STEPS,
        moves=[each.value for each in BY_TIME],
        caused=_caused(standing.move.effects if standing.move else None),
        shown=_SHOWN,
        mails=newest(demo.mails(), demo.people.by_address, _MAILS),
        mailbox=demo.mailbox,
        door=demo.door if demo.people.loaded else {},
        personas=demo.people.personas() if demo.people.loaded else (),
        me=demo.people.key_of(visitor.caller.person) if visitor and demo.people.loaded else "",
        refused=message,
        path=PATH,
    )


def _caused(effects: Effects | None) -> Mapping[str, Sequence[Effect]]:
    """Return the effects by the word of their kind, without the kinds that have none."""
    if effects is None:
        return {}
    kinds = {"deadlines": effects.deadlines, "tasks": effects.tasks, "emails": effects.emails}
    return {kind: found for kind, found in kinds.items() if found}


def way_back(back: str) -> str:
    """Return a path of this office; for anything else, the tour."""
    return own_path(back) or PATH
