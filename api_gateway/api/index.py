"""The root address of the API: where its documentation is, and every list that it has."""

from typing import Any

from fastapi import APIRouter, Request

from api_gateway.http.query import KnownQuery
from api_gateway.http.served import served_by
from domain.actors import Role

router = APIRouter(dependencies=[KnownQuery])


@router.get("/v1", operation_id="index", tags=["office"])
async def index(request: Request) -> dict[str, Any]:
    """List the documentation, the catalog of problems, the health check, and every address without an id."""
    paths = request.app.openapi()["paths"]
    links = [
        {
            "href": path,
            "about": operations["get"].get("description", "").partition("\n")[0],
            "roles": operations["get"].get("x-roles", []),
        }
        for path, operations in paths.items()
        if "get" in operations and "{" not in path and path != request.url.path
    ]
    return {
        "name": request.app.title,
        "version": request.app.version,
        "documentation": _documents(request),
        "openapi": "/v1/openapi.json",
        "problems": "/v1/problems",
        "health": "/v1/health",
        "links": links,
    }


def _documents(request: Request) -> str:
    """Return the address of the documents, which only the office has: they describe both."""
    served = served_by(request)
    return f"{served.other_address}/v1/docs" if Role.PARTICIPANT in served.roles else "/v1/docs"


@router.get("/v1/openapi.json", operation_id="openapi", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description of the API."""
    schema: dict[str, Any] = request.app.openapi()
    return schema
