"""Everything that staff may do by the API is a form on a page, or stands in `not_on_pages.toml` with its reason."""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter
from fastapi.routing import APIRoute

import api_gateway.pages
from api_gateway.app import API
from api_gateway.http.carry_out import COMMANDS, senders, sent_by_people
from api_gateway.pages.acts.parts import ACTS, STAFF, slug
from domain.actors import Role

TABLE = tomllib.loads((Path(__file__).parent / "not_on_pages.toml").read_text())
SAFE = {"GET", "HEAD", "OPTIONS"}
PATHS = {
    "relationship": "/v1/relationships/{subject}",
    "obligation": "/v1/obligations/{subject}",
    "term": "/v1/terms/{term}/regions/{region}",
}


def unsafe(router: APIRouter, before: str = "") -> Iterator[str]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield from (f"{method} {before}{route.path}" for method in sorted(route.methods - SAFE))


def of_pages() -> set[str]:
    """Return method and path of each unsafe route of a page."""
    found: set[str] = set()
    for each in pkgutil.walk_packages(api_gateway.pages.__path__, f"{api_gateway.pages.__name__}."):
        router = getattr(importlib.import_module(each.name), "router", None)
        if isinstance(router, APIRouter):
            found.update(unsafe(router))
    return found


def test_every_command_that_staff_may_send_is_a_form_on_a_page() -> None:
    by_staff = {
        (subject, slug(kind))
        for subject, kinds in COMMANDS.items()
        for kind in kinds
        if sent_by_people(kind) and {*senders(kind)} & {*STAFF}
    }
    assert by_staff == {(subject, act) for subject, acts in ACTS.items() for act in acts}
    assert {
        "POST /relationships/{subject}/acts/{act}",
        "POST /payments/{subject}/acts/{act}",
        "POST /terms/{term}/regions/{region}/acts/{act}",
    } <= of_pages()
    assert Role.AUDITOR not in STAFF


def test_every_other_unsafe_route_of_the_api_has_a_page_or_a_reason() -> None:
    commands = {f"POST {PATHS[subject]}/{act}" for subject, acts in ACTS.items() for act in acts}
    routes = {each for part in API for each in unsafe(part.router, "/v1")} - commands
    named = [*TABLE["on_pages"], *TABLE["never"], *TABLE["to_come"]]
    assert sorted(named) == sorted(routes), "each once, and none that is gone"
    assert set(TABLE["on_pages"].values()) <= of_pages()
    assert all(TABLE["never"].values())
    assert all(TABLE["to_come"].values())
