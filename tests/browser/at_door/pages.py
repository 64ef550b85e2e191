"""The pages that the door has, and for each where it is full, where it is empty and where it shows an error.

A new page gets a line in `PAGES`: its route, who opens it, and its address with the names of `AtDoor.things`.
"""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api_gateway.http.auth import TokenFirst, of_static, routes_of
from domain.ids import derive
from tests.browser.pages import Shown

UNKNOWN: Final = derive("nobody and nothing")
NO_PAGES: Final = {"/my/download.json": "a file"}
"""Addresses of the door that show nothing in a browser, and why."""
_ACT: Final = "/my/acts/{act}/{about}"


def _act(act: str, who: str = "mentee", chosen: str = "") -> Shown:
    return Shown(_ACT, who, f"/my/acts/{act}/{{pair}}{chosen}", error=f"/my/acts/{act}/{UNKNOWN}")


PAGES: Final = (
    Shown("/t", "", "/t"),
    Shown("/t/{id}", "link", "/t/{link}", error=f"/t/{UNKNOWN}"),
    Shown("/t/{id}/done", "used", "/t/{used}/done", error=f"/t/{UNKNOWN}/done"),
    Shown("/code", "", "/code"),
    Shown("/code", "link", "/code"),
    Shown("/code/check", "asked", "/code/check"),
    Shown("/code/who", "several", "/code/who"),
    Shown("/signed-out", "", "/signed-out"),
    Shown("/my", "mentee", "/my", empty="/my"),
    Shown("/my", "mentor", "/my"),
    Shown("/my/more/{about}", "mentor", "/my/more/{pair}", error=f"/my/more/{UNKNOWN}"),
    Shown("/my/agreement/{about}", "mentee", "/my/agreement/{pair}", error=f"/my/agreement/{UNKNOWN}"),
    Shown("/my/link", "mentee", "/my/link", empty="/my/link"),
    Shown("/my/contact", "mentee", "/my/contact", empty="/my/contact"),
    Shown("/my/calendar", "mentee", "/my/calendar", empty="/my/calendar?told=revoked"),
    Shown("/my/download", "mentee", "/my/download", empty="/my/download"),
    _act("log-meeting"),
    _act("confirm-meeting", chosen="?meeting={meeting}"),
    _act("correct-meeting", "mentor"),
    _act("correct-meeting", "mentor", "?meeting={meeting}"),
    _act("withdraw-meeting", "mentor"),
    _act("plan-meetings"),
    _act("tick-checklist"),
    _act("draft-agreement", "mentor"),
    _act("sign-agreement"),
    _act("end-relationship"),
    _act("open-complaint"),
    _act("submit-form"),
    _act("resume-relationship"),
    Shown(
        f"{_ACT}/done",
        "mentee",
        "/my/acts/log-meeting/{pair}/done?reference=0123abcd",
        error=f"/my/acts/unknown/{UNKNOWN}/done?reference=0123abcd",
    ),
)


def routes_with_pages(app: FastAPI) -> set[str]:
    """Return the routes of the door that a browser shows."""
    return {
        route.path
        for route in routes_of(app.routes)
        if isinstance(route, APIRoute) and not isinstance(route, TokenFirst) and "GET" in route.methods
        if not route.path.startswith("/v1") and not of_static(route.path)
    }
