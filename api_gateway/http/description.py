"""The API's description (OpenAPI 3.1): who may call a route, and every status with which it may answer.

The framework describes parameters, bodies and successes. What every route has in common is added here: the token, the
problems, and the two headers of writes.
"""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api_gateway.http.problems import MEDIA_TYPE

_SCHEME: Final = "bearer"
_STATUS: Final = {
    304: "The object still has the version that If-None-Match names",
    400: "The request cannot be read, names another host, or lacks its Idempotency-Key",
    401: "No valid token",
    403: "The caller may not do this",
    404: "Nothing there that the caller may see",
    409: "A rule or what is there already stands against it",
    412: "What the request is about is another version by now",
    413: "The body is too large",
    422: "The values do not fit",
    428: "If-Match is missing",
    429: "Too many requests in a minute",
    500: "A fault of the office's software",
    503: "Something that the office needs does not answer; the same request may be sent again",
}


class ProblemError(BaseModel):
    """One value that does not fit: its place as a pointer, and in words what is wrong and what to do."""

    pointer: str
    detail: str
    code: str


class ProblemBody(BaseModel):
    """A problem (RFC 9457). ``type`` explains its code; ``instance`` is the id of the request.

    ``served_at`` is the address that serves the owner of the token, where this one does not.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[ProblemError] = []
    for_programs: str = ""
    served_at: str = ""


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application, which is made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        parts = schema["components"]
        parts["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": _SCHEME}}
        parts["schemas"]["ProblemBody"] = _schema_of(ProblemBody, parts["schemas"])
        for name in ("HTTPValidationError", "ValidationError"):
            parts["schemas"].pop(name, None)
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        app.openapi_schema = schema
    return app.openapi_schema


def _schema_of(body: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body, and add those that it names to the others."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schema.pop("$defs", {})
    return schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add to an operation its token and every status that it may answer."""
    operation["security"] = [{_SCHEME: []}] if operation.get("x-roles") else []
    headers = {of["name"].lower(): of for of in operation.get("parameters", ()) if of["in"] == "header"}
    for name in ("idempotency-key", "if-match"):
        if name in headers:
            headers[name] |= {"required": True, "schema": {"type": "string", "minLength": 1}}
    responses = operation["responses"]
    for status in sorted(_statuses(path, method, operation, headers)):
        responses[str(status)] = {"description": _STATUS[status], "content": _problem()}
    if "{" in path and method == "get":
        responses["304"] = {"description": _STATUS[304]}


def _problem() -> dict[str, Any]:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}


def _statuses(path: str, method: str, operation: dict[str, Any], headers: dict[str, Any]) -> Iterator[int]:
    """Yield the statuses of the problems that an operation may answer."""
    yield from (400, 413, 422, 500, 503)
    if operation.get("x-roles"):
        yield from (401, 403, 404, 429)
    elif "{" in path:
        yield 404
    if method != "get":
        yield from (409, 412)
    if "if-match" in headers:
        yield 428
