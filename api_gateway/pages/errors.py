"""What a page says when it cannot be shown or something was refused: what happened, what is safe, and a way on."""

from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from api_gateway.http.accept_language import language_of
from api_gateway.http.sessions import Visitor
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem

_WORDED: Final = (403, 404, 405, 409, 413, 422, 429, 500, 503)
_SAID_ALREADY: Final = (404, 405, 429, 500, 503)
"""Where our own words say all that a reader needs."""


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Return the page that tells of a problem, with its status."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    kind = str(problem.status) if problem.status in _WORDED else "400"
    answer = page(
        request,
        "errors/problem.html",
        visitor,
        status=problem.status,
        language=language_of("", request.headers.get("accept-language", "")),
        kind=kind,
        detail="" if problem.status in _SAID_ALREADY else problem.body()["detail"],
        reference=request.state.request_id,
    )
    answer.headers.update(problem.headers or {})
    return answer
