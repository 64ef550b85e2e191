"""The strip of the tour: it stands under the head of every page while the tour is on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import Request
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from api_gateway.http.auth import of_api
from api_gateway.pages import links
from api_gateway.pages.view import environment
from api_gateway.services.visitor import Visitor
from domain.languages import Language
from workers.embedded.clock_moves import BY_TIME
from workers.embedded.tour.standing import Demo
from workers.embedded.tour.steps import STEPS
from workers.embedded.tour.telling import TourDates, TourWords

TEMPLATES: Final = Path(__file__).parent / "templates"
COOKIE: Final = "mentorflow-tour"
"""The cookie with the number of the step; without one the tour is off."""
PATH: Final = "/demo"
SHEET: Final = f"{PATH}/tour.css"
SCRIPT: Final = f"{PATH}/tour.js"
_OWN: Final = (PATH, "/static")


def step_of(request: Request) -> int:
    """Return the number of the tour's step, from 1; 0 while the tour is off."""
    number = request.cookies.get(COOKIE, "")
    return int(number) if number.isdecimal() and 1 <= int(number) <= len(STEPS) else 0


async def strip(demo: Demo, request: Request, back: str, visitor: Visitor | None) -> Markup:
    """Return the strip of a request; empty while the tour is off. ``back`` is where its buttons come back to."""
    number, office = step_of(request), request.app.state.office
    if not number or not demo.people.loaded:
        return Markup()
    standing = await demo.standing(office)
    language = Language(visitor.language if visitor else Language.EN)
    dates = TourDates(language, standing.zone, standing.now)
    rendered = (
        environment(language, TEMPLATES)
        .get_template("strip.html")
        .render(
            tell=TourWords(language, demo.people.names),
            standing=standing,
            dates=dates,
            number=number,
            count=len(STEPS),
            step=STEPS[number - 1],
            moves=[each.value for each in BY_TIME],
            mailbox=demo.mailbox,
            door=demo.door,
            links=links,
            me=demo.people.key_of(visitor.caller.person) if visitor else "",
            back=back,
            path=PATH,
        )
    )
    return Markup(rendered)  # noqa: S704 - escaped by its own template


class AroundPages:
    """Leaves the strip in the state of each request for a page."""

    def __init__(self, app: ASGIApp, demo: Demo) -> None:
        self._app = app
        self._demo = demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the strip and pass the request on."""
        if scope["type"] == "http" and not of_api(scope["path"]) and not _own(scope["path"]):
            request = Request(scope, receive)
            if step_of(request):
                query = f"?{request.url.query}" if request.url.query else ""
                back = request.url.path + query if request.method == "GET" else PATH
                visitor = await self._demo.visitor(request)
                state = scope.setdefault("state", {})
                state["strip"] = await strip(self._demo, request, back, visitor)
                state["strip_sheet"], state["strip_script"] = SHEET, SCRIPT
        await self._app(scope, receive, send)


def _own(path: str) -> bool:
    return any(path == own or path.startswith(f"{own}/") for own in _OWN)
