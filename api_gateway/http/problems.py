"""Problems as RFC 9457 defines them: a stable code, a pointer to the field, and never the text of an exception."""

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from activities.adapters.postgres.reads.rows import BadCursor
from activities.adapters.postgres.writes.documents import OtherContent
from activities.errors import Unavailable
from api_gateway.http.addresses import (
    allowed_methods,
    methods_here,
    nothing_here,
    other_methods,
    page_above,
)
from api_gateway.http.auth import of_api
from api_gateway.http.input_faults import input_errors
from api_gateway.http.program_here import rules_here
from api_gateway.services.input_words import sentence
from api_gateway.services.problem import Problem, broken_rule, key_reused, unavailable
from domain.errors import RuleViolation

MEDIA_TYPE: Final = "application/problem+json"

_CODES: Final = {400: "unreadable", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def answer_errors_as_problems(app: FastAPI) -> None:
    """Answer every error that has a meaning as a problem; ``answers`` answers all others."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(Unavailable, _on_unavailable)
    app.add_exception_handler(OtherContent, _on_other_content)
    app.add_exception_handler(BadCursor, _on_cursor)
    app.add_exception_handler(RuleViolation, _on_rule)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def problem_answer(request: Request, problem: Problem) -> Response:
    """Return the answer that tells of a problem; ``instance`` is the id of the request, which its log line has too.

    To a browser it is a page.
    """
    request.state.problem = problem.code
    if not of_api(request.url.path):
        page: Response = request.app.state.problem_page(request, problem)
        return page
    body = {**problem.body(), "instance": request.state.request_id}
    return JSONResponse(body, status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this type
    return problem_answer(request, error)


async def _on_unavailable(request: Request, error: Exception) -> Response:
    return problem_answer(request, unavailable(str(error) or "database"))


async def _on_other_content(request: Request, _: Exception) -> Response:
    return problem_answer(request, key_reused())


async def _on_cursor(request: Request, _: Exception) -> Response:
    return problem_answer(request, Problem(400, "bad_cursor"))


async def _on_rule(request: Request, error: Exception) -> Response:
    assert isinstance(error, RuleViolation)  # noqa: S101 - registered for this type
    return problem_answer(request, broken_rule(error.code, error.field))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    parsed = all(fault["type"] != "json_invalid" for fault in error.errors())
    rules = await rules_here(request, error.body)
    errors = input_errors(request, error.errors(), sent=error.body, rules=rules)
    return problem_answer(
        request, Problem(422 if parsed else 400, "invalid" if parsed else "not_json", errors=errors)
    )


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    code, headers = _CODES.get(error.status_code, "refused"), dict(error.headers or {})
    if code == "method_not_allowed" and request.method == "GET" and not of_api(request.url.path):
        above = page_above(request)
        if above:
            return RedirectResponse(above, status_code=303)
    advice = other_methods(request) if code == "method_not_allowed" else ""
    problem = Problem(error.status_code, code, advice, headers=headers)
    if code == "method_not_allowed":
        problem.for_programs = methods_here(request)
        # The framework names the methods of one route only.
        problem.headers["Allow"] = ", ".join(allowed_methods(request)) or headers.get("Allow", "")
    if code == "not_found":
        problem.detail = nothing_here(request)
        problem.for_programs = sentence("addresses", "documents")
    return problem_answer(request, problem)
