"""What a page says when it cannot be shown or something was refused: what happened, what is safe, and a way on."""

from collections.abc import Sequence
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from api_gateway.http.accept_language import language_of
from api_gateway.http.sessions import Visitor
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem
from domain.languages import Language

_WORDED: Final = (403, 404, 405, 409, 413, 422, 429, 500, 503)
_SHOWN: Final = 40
"""A text of more signs, or of several words, was written by a person and is shown to be copied."""
_SAID_ALREADY: Final = (404, 405, 429, 500, 503)
"""Where our own words say all that a reader needs."""
_OF_ADDRESS: Final = "unknown_parameter"
"""The end of the address asks for what the page does not have: the way on is the page without it."""


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Return the page that tells of a problem, with its status."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    kind = str(problem.status) if problem.status in _WORDED else "400"
    asked = language_of("", request.headers.get("accept-language", ""))
    language = visitor.language if visitor else asked or Language.EN
    kind = "address" if problem.code == _OF_ADDRESS else kind
    answer = page(
        request,
        "errors/problem.html",
        visitor,
        status=problem.status,
        language=asked,
        kind=kind,
        detail="" if problem.status in _SAID_ALREADY or kind == "address" else refusal(problem, language),
        reference=request.state.request_id,
    )
    answer.headers.update(problem.headers or {})
    return answer


def kept_form_page(request: Request, written: Sequence[tuple[str, str]]) -> HTMLResponse:
    """Return the page that keeps what was written into a form whose session is over, so that it is sent again.

    Without a session its reader signs in first, in another tab; with a new one, the form only needs its secret.
    """
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    shown = [value for name, value in written if len(value) > _SHOWN or " " in value]
    return page(
        request,
        "errors/kept_form.html",
        visitor,
        status=403 if visitor else 401,
        language=language_of("", request.headers.get("accept-language", "")),
        action=request.url.path,
        written=written,
        shown=shown,
        sign_in="/sign-in",
    )
