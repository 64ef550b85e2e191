"""The API for mentors and mentees: of its routes those that a participant may call, and no others."""

from fastapi import APIRouter

from api_gateway.app import API
from api_gateway.http.auth import TokenFirst, declared_roles
from domain.actors import Role


def participants_api() -> APIRouter:
    """Return the routes of the API that let participants in; they are the office's own, with the same services."""
    router = APIRouter(route_class=TokenFirst)
    for part in API:
        for route in part.router.routes:
            if isinstance(route, TokenFirst) and Role.PARTICIPANT in (declared_roles(route) or ()):
                router.routes.append(route)
    return router
