"""Filters of every list: a value that nothing has is refused with the known ones, whichever route has the filter."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from typer.main import get_command

from api_gateway.app import create_app
from api_gateway.http.query import query_names
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.test_examples import every_route
from workers.__main__ import app
from workers.cli.lists import LISTINGS

FREE = {
    "after": "where the next page begins",
    "q": "words to find",
}
"""Texts that are no values of a list."""
ELSEWHERE = {
    ("grants.list", "person"): "an id of a person, and no code; see test_grants",
    ("sign_ins.list", "person"): "an id of a person, and no code; see test_sign_ins",
    ("relationships.agreement", "language"): "the languages are those of the text; see test_agreement",
    ("programs.survey_results", "audience"): "asked for, and no filter; see test_surveys",
}
CODES = {"unknown_filter", "unknown_language", "unknown_association"}


def texts(dependant: Dependant) -> set[str]:
    """Return the query parameters of a route that are texts."""
    own = {field.alias for field in dependant.query_params if field.field_info.annotation is str}
    return own.union(*(texts(each) for each in dependant.dependencies))


async def test_every_filter_refuses_a_value_that_nothing_has_and_names_the_known_ones(client: Client) -> None:
    term = await open_term(client)
    await client.send(
        "admin",
        "POST",
        "/v1/people",
        json={
            "name": "Ann",
            "email": "ann@example.org",
            "role_title": "principal",
            "region": "r1",
        },
    )
    asked = set()
    for route in every_route(create_app(client.office)):
        if route.methods != {"GET"}:
            continue
        for name in sorted(texts(route.dependant) - FREE.keys()):
            if (route.operation_id, name) in ELSEWHERE:
                asked.add((route.operation_id, name))
                continue
            path = f"/v1{route.path}".format(
                program="masa",
                form="masa_survey_mentee",
                term=term,
                subject="0" * 32,
                person="0" * 32,
                kind="people",
            )
            for value in ("banana", "0" * 32):
                answer = await client.send("admin", "GET", f"{path}?{name}={value}")
                said = answer.json()
                assert said.get("code") in CODES, (path, name, said)
                assert said["detail"].partition("Write ")[2].startswith(("one of: ", "the id of a term: ")), (
                    said
                )
    assert asked == ELSEWHERE.keys()


def test_what_the_command_line_filters_by_are_filters_of_the_api(client: Client) -> None:
    routes = {
        f"/v1{route.path}": route
        for route in every_route(create_app(client.office))
        if route.methods == {"GET"}
    }
    for listing in LISTINGS.values():
        assert {*listing.filters} <= query_names(routes[f"/v1/{listing.path}"].dependant)


async def test_a_filter_with_a_known_value_lists(client: Client) -> None:
    term = await open_term(client)
    people = ("people?region=r1", "mentors?region=r2", "relationships?region=r1", "obligations?region=r1")
    terms = [
        f"{path}?term={term}" for path in ("term-regions", "monthly-records", "log-checks", "term-surveys")
    ]
    notices = [f"notices?status={each}" for each in ("pending", "sent", "refused", "parked", "overtaken")]
    for path in (*people, "term-regions?region=r1", *terms, *notices):
        answer = await client.send("admin", "GET", f"/v1/{path}")
        assert answer.status_code == 200, answer.text


async def test_a_position_that_nobody_has_is_refused_with_those_that_somebody_has(client: Client) -> None:
    body = {"name": "Ann", "email": "ann@example.org", "role_title": "dean", "region": "r2"}
    assert (await client.send("admin", "POST", "/v1/people", json=body)).status_code == 201
    assert "dean" in (await client.send("admin", "GET", "/v1/people?role=x")).json()["detail"]
    assert "dean" not in (await client.send("coordinator", "GET", "/v1/people?role=x")).json()["detail"]
    [found] = (await client.send("admin", "GET", "/v1/people?role=dean")).json()["data"]
    assert found["name"] == "Ann"


def test_the_examples_of_every_help_text_are_addresses_with_known_filters(client: Client) -> None:
    """What `mentorflow … --help` shows in the manner of an address can be asked for."""
    routes = [route for route in every_route(create_app(client.office)) if "GET" in route.methods]
    found = {example for command in commands_of(get_command(app)) for example in examples_in(command)}
    assert "tasks?open=false" in found
    for example in sorted(found):
        path, _, query = example.partition("?")
        parts = path.split("/")
        [route] = [
            each
            for each in routes
            if len(own := each.path.strip("/").split("/")) == len(parts)
            and all(one == other or one.startswith("{") for one, other in zip(own, parts, strict=True))
        ]
        assert {part.partition("=")[0] for part in query.split("&")} <= query_names(route.dependant), example


def commands_of(command: Any) -> Iterator[Any]:
    """Yield a command of the command line and those below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from commands_of(below)


def examples_in(command: Any) -> list[str]:
    """Return the addresses with filters in the help texts of a command."""
    texts = [command.help or "", *(getattr(each, "help", "") or "" for each in command.params)]
    return re.findall(r"[a-z-]+(?:/[A-Za-z-]+)*\?[a-z_]+=[a-z]+", " ".join(texts))
