"""The API's description says everything that a route answers: statuses, kinds of content, problems, who may call."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import httpx2 as httpx
from jsonschema import Draft202012Validator

from api_gateway.app import create_app
from api_gateway.http.auth import OPEN
from tests.api_gateway.conftest import Client

ID = "9f2c" * 8
SENDERS = {
    "admin": "admin",
    "coordinator": "coordinator",
    "participant": "mentee",
    "payment_staff": "payment",
    "auditor": "auditor",
}
"""Who sends, by role."""
SENT: tuple[dict[str, Any], ...] = (
    {},
    {"key": ""},
    {"params": {"nonsense": "1"}},
    {"json": {"nonsense": 1}},
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"headers": {"If-Match": '"0"'}},
    {"headers": {"Host": "evil.example"}},
    {"headers": {"Content-Length": "999999999"}},
    {"headers": {"Authorization": "Bearer wrong"}},
)
"""What is sent besides the example of a route."""


def undeclared(schema: dict[str, Any], path: str, method: str, answer: httpx.Response) -> list[str]:
    """Return what an answer has that the description of its operation does not."""
    declared = schema["paths"][path][method]["responses"].get(str(answer.status_code))
    here = f"{method.upper()} {path}: {answer.status_code}"
    if declared is None:
        return [f"{here} is not declared: {answer.text[:80]}"]
    kind = answer.headers.get("content-type", "").partition(";")[0]
    content = declared.get("content", {})
    if kind not in content and (kind or content):
        return [f"{here} comes as {kind}"]
    if kind not in ("application/json", "application/problem+json"):
        return []
    validator = Draft202012Validator({**content[kind]["schema"], "components": schema["components"]})
    return [f"{here}: {error.message[:80]}" for error in validator.iter_errors(answer.json())]


def example_of(schema: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the example of an operation's body as what a client sends."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    body = schema["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
    return {"json": body["examples"][0]} if body.get("examples") else {"json": {}}


async def test_every_answer_of_every_route_is_declared(client: Client) -> None:
    """C73."""
    settings = client.office.settings.model_copy(update={"requests_per_minute": 10**6})
    app = create_app(replace(client.office, settings=settings))
    schema = app.openapi()
    client.http._transport = httpx.ASGITransport(app=app)
    wrong: list[str] = []
    answered: Counter[int] = Counter()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            example = example_of(schema, operation)
            roles = [role for role in operation.get("x-roles", []) if role in SENDERS]
            right = SENDERS[roles[0]] if roles else ""
            others = [(name, {}) for role, name in SENDERS.items() if role not in roles][:1]
            for number, (who, sent) in enumerate([("", {}), *others, *((right, each) for each in SENT)]):
                target = re.sub(r"\{\w+\}", ID, path)
                options = {"key": f"{path}-{number}", **example, **sent}
                if "content" in sent:
                    options.pop("json", None)
                answer = await client.send(who, method.upper(), target, **options)
                answered[answer.status_code] += 1
                wrong += undeclared(schema, path, method, answer)
    assert sorted(set(wrong)) == []
    assert {200, 400, 401, 403, 404, 413, 422} <= set(answered)


async def test_every_route_names_its_token_its_roles_and_the_headers_of_a_write(client: Client) -> None:
    """C73."""
    schema = create_app(client.office).openapi()
    assert schema["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            signed_in = path not in OPEN
            assert operation["security"] == ([{"bearer": []}] if signed_in else []), path
            assert bool(operation.get("x-roles")) == signed_in, path
            needed = {of["name"] for of in operation.get("parameters", ()) if of.get("required")}
            assert method == "get" or needed & {"idempotency-key", "if-match"}, path
            assert "HTTPValidationError" not in str(operation["responses"]), path
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


async def test_a_wrong_method_is_told_all_methods_of_the_address(client: Client) -> None:
    """C73."""
    for path, methods in (("/v1/people", "GET, POST"), ("/v1/people/me", "GET"), ("/v1/docs", "GET")):
        answer = await client.send("admin", "PATCH", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, methods), path
