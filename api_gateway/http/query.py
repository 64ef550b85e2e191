"""Query parameters: a name that a route does not know is refused, because a misspelled filter would show everything."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api_gateway.services.problem import Problem, error_at

DONE: Final = "done"
"""What a page after an act is told: which act was done, for one sentence above the page."""


async def refuse_unknown_query(request: Request, *everywhere: str) -> None:
    """Refuse a request with a query parameter that its route does not declare; the answer names the known ones.

    ``everywhere`` are those that every route of a kind takes.
    """
    route: APIRoute = request.scope["route"]
    known = sorted({*query_names(route.dependant), *everywhere})
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        takes = (
            f"The filters here are: {', '.join(known)}."
            if known
            else "There are no filters here. Leave it out."
        )
        errors = [error_at((name,), "unknown_parameter", _advice(name, known)) for name in unknown]
        raise Problem(422, "unknown_parameter", takes, errors=errors)


def _advice(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"There is no such filter here. Leave it out, or correct its name.{meant}"


async def _known_query(request: Request) -> None:
    await refuse_unknown_query(request)


KnownQuery: Final[Any] = Depends(_known_query)
"""The same check for a route that needs no token; any other route makes it after token and role."""


def query_names(dependant: Dependant) -> set[str]:
    """Return the query parameters that a route and what it depends on declare."""
    names = {field.alias for field in dependant.query_params}
    return names.union(*(query_names(each) for each in dependant.dependencies))
