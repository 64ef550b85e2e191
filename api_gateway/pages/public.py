"""The page that needs no sign-in and no words: the API documentation. It loads nothing from a third party."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api_gateway.http.query import KnownQuery

router = APIRouter(include_in_schema=False)
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def page(name: str, **values: Any) -> HTMLResponse:
    """Return a rendered page with its headers."""
    return HTMLResponse(_TEMPLATES.get_template(name).render(**values), headers=HEADERS)


@router.get("/v1/docs", operation_id="docs", dependencies=[KnownQuery])
async def docs(request: Request) -> HTMLResponse:
    """Show every route, who may call it, its fields and an example, from the OpenAPI description."""
    return page("docs.html", groups=groups(request.app.openapi()))


def groups(schema: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the operations of an OpenAPI description by tag, each with its path, its fields and an example."""
    models = schema.get("components", {}).get("schemas", {})
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            body = _model(operation.get("requestBody", {}).get("content", {}), models)
            examples = body.get("examples", [])
            found.setdefault(operation.get("tags", ["office"])[0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "about": operation.get("description", ""),
                    "roles": operation.get("x-roles", []),
                    "parameters": [
                        _parameter(of) for of in operation.get("parameters", []) if of["in"] == "query"
                    ],
                    "fields": [_field(name, of, body) for name, of in body.get("properties", {}).items()],
                    "example": examples[0] if examples else None,
                }
            )
    return found


def _model(content: dict[str, Any], models: dict[str, Any]) -> dict[str, Any]:
    for media in content.values():
        name = media["schema"].get("$ref", "").rsplit("/", 1)[-1]
        model: dict[str, Any] = models.get(name, {})
        return model
    return {}


def _parameter(of: dict[str, Any]) -> dict[str, str]:
    """Return a query parameter of an operation."""
    default = of["schema"].get("default")
    need = (
        "required"
        if of.get("required")
        else f"default {default}"
        if default not in (None, "")
        else "optional"
    )
    return {"name": of["name"], "kind": _kind(of["schema"]), "need": need}


def _field(name: str, of: dict[str, Any], body: dict[str, Any]) -> dict[str, str]:
    """Return a field of a request body."""
    need = "required" if name in body.get("required", []) else "optional"
    return {"name": name, "kind": _kind(of), "need": need}


def _kind(of: dict[str, Any]) -> str:
    """Return the kind of a value, by its schema; of an optional value, the kind that it has if it is given."""
    inner = next((each for each in of.get("anyOf", []) if each.get("type") != "null"), of)
    return str(
        inner.get("format") or inner.get("type") or inner.get("$ref", "").rsplit("/", 1)[-1] or "value"
    )
