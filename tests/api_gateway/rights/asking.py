"""What an actor is told by a route about a thing: let in, refused for the role, unknown, or asked to sign in."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2 as httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api_gateway.door.api import participants_api
from api_gateway.http.auth import TokenFirst, routes_of
from api_gateway.http.carry_out import COMMANDS
from api_gateway.http.command_bodies import kebab
from api_gateway.http.csrf import FIELD
from api_gateway.http.sessions import SessionFirst
from domain.ids import derive
from domain.messages import By
from tests.api_gateway.pages.reading import text_of
from tests.api_gateway.rights.office import RightsOffice
from tests.api_gateway.rights.placed import NOBODY, SCOPES, STATES

SAFE: Final = ("GET", "HEAD")
FOR_A_PERSON: Final = {
    kebab(kind.__name__) for kinds in COMMANDS.values() for kind in kinds if kind.by is By.OWN_OR_STAFF
}
"""Acts that staff enter for a person who told them."""
_LOGS: Final = ("group-meetings", "log-checks", "monthly-records")
_SUBJECTS: Final = ("relationships", "obligations", "payments", "term-regions", *_LOGS)
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_FIXED: Final = {
    "form": "meeting_schedule",
    "kind": "people",
    "record": "1",
    "since": "2026-11-02",
    "change": "entry",
    "act": "send-again",
}
QUERIES: Final = {
    "GET /v1/tasks": "?open=false&own=false&limit=100",
    "GET /v1/notices": "?limit=100",
    "GET /v1/relationships": "?limit=100",
    "GET /v1/people": "?limit=100",
    "GET /applications/new": "?q=Mia",
    "GET /v1/programs/{program}/terms/{term}/survey-results": "?audience=mentor",
}
"""What a list is asked for beside its address, so that it shows everything."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of a scope in a state."""

    scope: str
    state: str = "running"


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the gateway with its method; ``page`` says whether it is opened by a session."""

    method: str
    path: str
    page: bool

    @property
    def name(self) -> str:
        """The name of the route in the table."""
        return f"{self.method} {self.path}"

    @property
    def about_something(self) -> bool:
        """Whether the address names a thing, and not only a kind of list."""
        return bool({*_PARAMETER.findall(self.path)} - {"kind"})


def routes(app: FastAPI) -> Iterator[Route]:
    """Yield every route of an application with each of its methods."""
    for route in routes_of(app.routes):
        path = getattr(route, "path", "")
        if isinstance(route, TokenFirst) and not path.startswith("/v1"):
            path = f"/v1{path}"
        methods = route.methods - {"HEAD"} if isinstance(route, APIRoute) else {"MOUNT"}
        for method in sorted(methods):
            yield Route(method, path, isinstance(route, SessionFirst))


def routes_at_door() -> set[str]:
    """Return the names of the routes that the door has for tokens."""
    return {
        f"{method} /v1{route.path}"
        for route in participants_api().routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


class Asking:
    """Somebody who asks an office about its things by its routes."""

    def __init__(self, office: RightsOffice) -> None:
        """Set the office."""
        self.office = office
        self._sent = 0

    async def elsewhere(self, route: Route, actor: str, *, at_door: bool) -> httpx.Response:
        """Send a request of the API to the application that does not serve the actor."""
        client = self.office.client
        http = client.door.http if at_door else client.http
        path = _filled(route.path, self.known(Thing("own"), actor))
        return await client.ask(http, actor, route.method, path, key=self._next())

    async def told(self, route: Route, actor: str, thing: Thing | None) -> httpx.Response:
        """Send a request about a thing, about nobody's without one, and return the answer."""
        known = self.known(thing, actor)
        path = _filled(route.path, known) + QUERIES.get(route.name, "")
        if route.page:
            return await self._by_session(route, actor, path, known)
        return await self._by_token(route, actor, path, known)

    def known(self, thing: Thing | None, actor: str) -> dict[str, str]:
        """Return what stands in an address and a body for each name."""
        if thing is not None:
            session = self.office.browsers[actor].session if actor else NOBODY
            return {**_FIXED, **self.office.things[thing.scope, thing.state], "session": session}
        own = self.office.things["own", "running"]
        unknown = dict.fromkeys(own, NOBODY)
        other = {
            "region": "r7",
            "code": "r7",
            "program": "nothing",
            "name": "nothing",
            "seat": "99999",
            "membership": "99999",
        }
        return {**_FIXED, **unknown, **other}

    async def _by_session(
        self, route: Route, actor: str, path: str, known: Mapping[str, str]
    ) -> httpx.Response:
        if not actor:
            return await self.office.client.http.request(route.method, path)
        browser = self.office.browsers[actor]
        if route.method in SAFE:
            return await browser.get(path)
        own, key = self.office.things["own", "running"], f"form-{self._next()}"
        form = {
            **{"key": key, "form_key": key, "role": "auditor", "first": "2026-01-01", "last": "2027-06-30"},
            **{"name": "New", "code": key[-8:], "region": known["region"], "program": known["program"]},
            **{"person": own["staff"] if route.about_something else known["person"], "term": known["term"]},
            **{"one": known["person"], "other": own["mentor"], "answer": "different", "language": "en"},
            **{"rhythm": "daily", "days": "5", "digest": "0" * 64, "answer_x": "yes", FIELD: browser.csrf},
            **{"question": known["question"]},
        }
        return await browser.post(path, form)

    async def _by_token(
        self, route: Route, actor: str, path: str, known: Mapping[str, str]
    ) -> httpx.Response:
        options: dict[str, Any] = {"headers": {"If-Match": '"0"'}}
        if route.method not in SAFE:
            example = self.office.furnished.examples.get(route.name)
            if route.path.endswith("/scans"):
                options["files"] = {"file": ("scan.pdf", b"%PDF-1.4 %%EOF", "application/pdf")}
            elif route.name == "POST /v1/imports":
                options["files"] = {"people": ("p.csv", b"key,name\nk1,Ann\n", "text/csv")}
                options["data"] = {"term": known["term"]}
            elif example is not None:
                options["json"] = self._body(route, actor, example, known)
        return await self.office.client.send(actor, route.method, path, key=self._next(), **options)

    def _body(
        self, route: Route, actor: str, example: Mapping[str, Any], known: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the example of a body about the thing; staff say for whom they enter something."""
        own = self.office.things["own", "running"]
        named = {
            "person": known["person"] if "{person}" not in route.path else own["mentor"],
            "other": own["mentor"] if "{person}" in route.path else own["person"],
            "supervisor": None, "mentor": own["mentor"], "helper": own["mentor"], "against": own["mentor"],
            "term": known["term"], "region": known["region"], "regions": [], "money_region": "r1",
            "program": known["program"], "relationships": [known["relationships"], "cd" * 16], "role": "auditor",
        }  # fmt: skip
        body = {
            name: value if isinstance(value, bool) else named.get(name, value)
            for name, value in example.items()
        }
        if "/group-meetings/" in route.path:
            body |= {"relationships": None}  # all of the group
        act = route.path.rsplit("/", 1)[-1]
        if act in FOR_A_PERSON and actor not in ("stranger", "mentee"):
            body |= {"acting_for": known.get("person", own["person"]), "reason": "by_phone"}
        return body

    def _next(self) -> str:
        self._sent += 1
        return derive("sent", str(self._sent))


def _filled(path: str, known: Mapping[str, str]) -> str:
    if "{record}" in path:
        known = {**known, "record": known["membership" if "/memberships/" in path else "seat"]}
    if path.endswith("/look-into"):
        known = {**known, "task": known["fault"]}
    if "/group-meetings/" in path:
        known = {**known, "change": "correct"}
    if "/operations/" in path:
        known = {**known, "id": known["operation" if "/v1/" in path else "landed"]}
    subject = next((known[noun] for noun in _SUBJECTS if f"/{noun}/" in path), NOBODY)
    return _PARAMETER.sub(lambda found: known.get(found[1], subject), path)


def said(answer: httpx.Response, known: Mapping[str, str]) -> str:
    """Return what an answer says, without the values that were sent and what every answer has of its own."""
    try:
        body = json.dumps({k: v for k, v in answer.json().items() if k != "instance"}, sort_keys=True)
    except (ValueError, AttributeError):
        body = text_of(answer.text)
    for value in sorted(known.values(), key=len, reverse=True):
        if len(value) > 7:
            body = body.replace(value, "X").replace(value[:8], "X")
    return f"{answer.status_code} {body}"


def every_thing(states: tuple[str, ...] = STATES) -> Iterator[Thing]:
    """Yield each thing of the office, in each of its states."""
    for scope in SCOPES:
        for state in states:
            yield Thing(scope, state)
