"""The examples in the API's documents: each can be sent unchanged."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from activities.adapters.files.form_files import shipped_forms
from api_gateway.app import create_app
from api_gateway.http.examples import ID, answers_to, in_program_terms, marks
from api_gateway.http.query import query_names
from api_gateway.pages.public import groups
from api_gateway.services.programs import programs
from domain.forms.model import answer_faults
from domain.messages import Command
from domain.relationship.rooms import COMMANDS
from domain.rules.form_lists import code_lists
from domain.term.decider import COMMANDS as TERM_COMMANDS
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_api import every_route
from workers.settings import REPOSITORY

SENDERS = ("admin", "coordinator", "mentee", "payment")
DEMANDED = re.compile(
    r"command\.(\w+) in rules\.([a-z_.]+)|set\(command\.(\w+)\) <= set\(rules\.([a-z_.]+)\)"
)
"""Code in which a room checks a field of a command against a list of the program."""


def operations(app: FastAPI) -> list[dict[str, Any]]:
    return [each for operations in groups(app.openapi()).values() for each in operations]


OF_NOBODY = ("unknown_mentor", "unknown_person", "unknown_region")
"""What a command is told whose example names an invented id."""


async def test_every_example_of_the_documents_is_sent_and_none_is_refused_for_its_form_or_codes(
    client: Client,
) -> None:
    examples = [each for each in operations(create_app(client.office)) if each["example"] is not None]
    assert len(examples) > 75
    for number, operation in enumerate(examples):
        path = re.sub(r"\{(code|region)\}", "r1", operation["path"])
        path = path.replace("{record}", "1").replace("{since}", "2026-11-02")
        path = re.sub(r"\{\w+\}", ID, path)
        for name in SENDERS:
            key = f"{number}-{name}"
            headers = {"If-Match": '"0"'}
            answer = await client.send(
                name, operation["method"], path, key=key, headers=headers, json=operation["example"]
            )
            if answer.status_code == 403:
                continue
            body, code = answer.json(), ""
            if answer.status_code >= 400:
                code = body["code"]
            if code == "group_refused":  # one line for each pair, and these pairs are invented
                assert {error["code"] for error in body["errors"]} == {"not_found"}
                continue
            assert answer.status_code in (200, 201, 202, 404, 409), (operation["id"], answer.text)
            if code in OF_NOBODY:
                continue
            assert answer.status_code == 404 or not code.startswith("unknown_"), (operation["id"], code)


async def test_every_body_has_an_example(client: Client) -> None:
    schema = create_app(client.office).openapi()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                model = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
                body = schema["components"]["schemas"][model]
                assert body.get("examples") or not body.get("properties"), f"{method} {path}"


@pytest.mark.parametrize("kind", [*COMMANDS, *TERM_COMMANDS], ids=lambda kind: kind.__name__)
def test_an_example_takes_its_codes_from_one_program(kind: type[Command]) -> None:
    assert list(marks(in_program_terms(kind.example))) == []


def test_every_field_that_a_room_checks_against_a_list_has_its_example_from_that_list() -> None:
    rooms = [*(REPOSITORY / "domain" / "relationship").rglob("*.py")]
    demanded = set()
    for room in rooms:
        for one, of_one, many, of_many in DEMANDED.findall(room.read_text()):
            demanded.add((one or many, (of_one or of_many).rstrip(".")))
    shown = {
        (field, mark[1:])
        for kind in COMMANDS
        for field, value in kind.example.items()
        for mark in marks(value)
    }
    assert len(demanded) > 12
    assert demanded - shown == set()


@pytest.mark.parametrize("program", sorted(programs()))
def test_answers_generated_as_examples_fit_their_form(program: str) -> None:
    rules = programs()[program].rules
    for use in rules.forms:
        form = shipped_forms()[use.form, use.version]
        answers = answers_to(form, rules)
        assert answer_faults(form, answers, lists=code_lists(rules, form)) == (), use.form


async def test_the_documents_show_the_query_parameters_of_every_route(client: Client) -> None:
    app = create_app(client.office)
    shown = {each["id"]: {row["name"] for row in each["parameters"]} for each in operations(app)}
    for route in every_route(app):
        assert shown[route.operation_id] == query_names(route.dependant)
