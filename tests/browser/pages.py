"""The pages that the gateway has, and for each where it is full, where it is empty and where it shows an error.

A new page gets a line in `PAGES`: its route, who opens it, and its address with the names of `Served.things`.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api_gateway.http.auth import of_static, routes_of
from api_gateway.http.sessions import OPEN_PAGES, SessionFirst
from domain.ids import derive

UNKNOWN: Final = derive("nobody and nothing")
DOCS: Final = "/v1/docs"
NO_PAGES: Final = {
    "/sign-in/start": "leads to the provider",
    "/sign-in/back": "leads on from the provider",
    "/relationships/{subject}/scans/{scan}": "a file",
}
"""Addresses outside the API's nouns that show nothing in a browser, and why."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as one person sees it."""

    route: str
    who: str
    full: str
    """Its address in the office in the middle of its year."""
    empty: str = ""
    """Its address in the office in which nothing has happened, if it exists there."""
    error: str = ""
    """An address of it that is answered with an error; by default one that asks for what no page knows."""

    @property
    def wrong(self) -> str:
        """Return the address that is answered with an error."""
        return self.error or f"{self.full}{'&' if '?' in self.full else '?'}nonsense=1"


PAGES: Final = (
    Shown("/", "coordinator", "/", empty="/"),
    Shown("/", "coordinadora", "/?later=true", empty="/"),
    Shown("/relationships", "coordinator", "/relationships", empty="/relationships"),
    Shown("/relationships", "auditor", "/relationships?q=nobody"),
    Shown(
        "/relationships/{subject}", "coordinator", "/relationships/{pair}", error=f"/relationships/{UNKNOWN}"
    ),
    Shown("/relationships/{subject}", "auditor", "/relationships/{pair}"),
    Shown("/relationships/{subject}/at", "auditor", "/relationships/{pair}/at"),
    Shown("/relationships/{subject}/agreement", "coordinator", "/relationships/{pair}/agreement"),
    Shown(
        "/relationships/{subject}/special-application",
        "decider",
        "/relationships/{applicant}/special-application",
    ),
    Shown("/relationships/{subject}/notes", "coordinator", "/relationships/{pair}/notes"),
    Shown("/relationships/{subject}/candidates", "coordinator", "/relationships/{applicant}/candidates"),
    Shown("/relationships/{subject}/history", "auditor", "/relationships/{pair}/history"),
    Shown("/relationships/{subject}/verdict", "auditor", "/relationships/{pair}/verdict"),
    Shown("/audit", "auditor", "/audit", empty="/audit"),
    Shown("/audit/search", "auditor", "/audit/search?q=a", empty="/audit/search"),
    Shown("/audit/search", "auditor", "/audit/search?q=xyzzy"),
    Shown("/emails/{notice}", "coordinator", "/emails/{email}", error=f"/emails/{UNKNOWN}"),
    Shown("/emails/{notice}/{act}", "coordinator", "/emails/{email}/send-again"),
    Shown("/relationships/{subject}/acts", "coordinator", "/relationships/{pair}/acts"),
    Shown("/relationships/{subject}/acts/{act}", "coordinator", "/relationships/{pair}/acts/log-meeting"),
    Shown(
        "/relationships/{subject}/acts/{act}", "coordinadora", "/relationships/{pair}/acts/draft-agreement"
    ),
    Shown("/relationships/{subject}/acts/{act}", "coordinator", "/relationships/{pair}/acts/plan-meetings"),
    Shown("/tasks/{task}", "coordinator", "/tasks/{task}", error=f"/tasks/{UNKNOWN}"),
    Shown("/applications", "coordinator", "/applications", empty="/applications"),
    Shown("/applications/new", "coordinator", "/applications/new?q=Holm", empty="/applications/new"),
    Shown("/applications/new", "coordinadora", "/applications/new?person={person}"),
    Shown("/group-meetings", "coordinator", "/group-meetings", empty="/group-meetings"),
    Shown("/group-meetings/new", "coordinator", "/group-meetings/new", empty="/group-meetings/new"),
    Shown("/group-meetings/new", "coordinadora", "/group-meetings/new?pair={pair}"),
    Shown(
        "/group-meetings/{subject}",
        "coordinator",
        "/group-meetings/{group}",
        error=f"/group-meetings/{UNKNOWN}",
    ),
    Shown("/group-meetings/{subject}/{change}", "coordinator", "/group-meetings/{group}/correct"),
    Shown("/group-meetings/{subject}/{change}", "coordinadora", "/group-meetings/{group}/withdraw"),
    Shown("/log-checks", "leader", "/log-checks", empty="/log-checks"),
    Shown("/log-checks/{subject}", "leader", "/log-checks/{check}", error=f"/log-checks/{UNKNOWN}"),
    Shown("/monthly-records", "leader", "/monthly-records", empty="/monthly-records"),
    Shown(
        "/monthly-records/{subject}",
        "leader",
        "/monthly-records/{record}",
        error=f"/monthly-records/{UNKNOWN}",
    ),
    Shown("/relationships/{subject}/remind", "coordinator", "/relationships/{pair}/remind"),
    Shown("/tasks/{task}/look-into", "admin", "/tasks/{fault}/look-into"),
    Shown("/imports", "admin", "/imports", empty="/imports"),
    Shown("/imports/{id}", "admin", "/imports/{import}", error=f"/imports/{UNKNOWN}"),
    Shown("/imports/{id}", "admin", "/imports/{headings}", error=f"/imports/{UNKNOWN}"),
    Shown("/imports/{id}/operations/{operation}", "admin", "/imports/{landed}/operations/{operation}"),
    Shown("/relationships/{subject}/disclosure", "coordinator", "/relationships/{pair}/disclosure"),
    Shown("/people", "coordinator", "/people?q=a", empty="/people"),
    Shown("/people/{person}", "coordinator", "/people/{person}", error=f"/people/{UNKNOWN}"),
    Shown("/people/doubles", "coordinator", "/people/doubles", empty="/people/doubles"),
    Shown("/people/{person}/change/{change}", "coordinator", "/people/{person}/change/entry"),
    Shown("/people/{person}/change/{change}", "coordinadora", "/people/{person}/change/left"),
    Shown("/people/{person}/change/{change}", "coordinator", "/people/{person}/change/conflict?q=Dorn"),
    Shown("/people/{person}/change/{change}", "coordinator", "/people/{person}/change/membership"),
    Shown("/people/new", "coordinator", "/people/new", empty="/people/new"),
    Shown("/payments", "payment", "/payments", empty="/payments"),
    Shown("/payments", "auditor", "/payments?step=all", empty="/payments?step=all"),
    Shown("/payments/{subject}", "payment", "/payments/{payment}", error=f"/payments/{UNKNOWN}"),
    Shown("/payments/{subject}/acts", "payment", "/payments/{payment}/acts"),
    Shown("/payments/{subject}/acts/{act}", "payment", "/payments/{payment}/acts/prepare-stipend"),
    Shown("/terms/{term}/regions/{region}/acts", "leader", "/terms/{term}/regions/r3/acts"),
    Shown(
        "/terms/{term}/regions/{region}/acts/{act}",
        "leader",
        "/terms/{term}/regions/r3/acts/record-log-check",
    ),
    Shown("/me", "admin", "/me", empty="/me"),
    Shown("/admin", "admin", "/admin", empty="/admin"),
    Shown(
        "/admin/regions/{code}/seat",
        "admin",
        "/admin/regions/r1/seat?q=Jensen",
        empty="/admin/regions/r1/seat",
    ),
    Shown("/admin/regions/{code}/seats/{record}", "admin", "/admin/regions/r1/seats/{seat}"),
    Shown("/admin/people-and-rights", "admin", "/admin/people-and-rights", empty="/admin/people-and-rights"),
    Shown(
        "/admin/people-and-rights/requests/{asked}",
        "admin",
        "/admin/people-and-rights/requests/{request}",
        error=f"/admin/people-and-rights/requests/{UNKNOWN}",
    ),
    Shown("/admin/people-and-rights/give", "admin", "/admin/people-and-rights/give?q=Jensen"),
    Shown("/sign-in", "", "/sign-in?next=/relationships", empty="/sign-in"),
    Shown("/signed-out", "", "/signed-out"),
    Shown(DOCS, "", DOCS),
)


def routes_with_pages(app: FastAPI) -> set[str]:
    """Return the routes of an application that a browser shows."""
    found = set()
    for route in routes_of(app.routes):
        if not isinstance(route, APIRoute) or "GET" not in route.methods or route.path.endswith(".csv"):
            continue
        shown = isinstance(route, SessionFirst) or route.path in OPEN_PAGES or route.path == DOCS
        if shown and not of_static(route.path):
            found.add(route.path)
    return found
