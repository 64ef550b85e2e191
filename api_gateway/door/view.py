"""How a page of the door is made: the templates of all pages, in a frame of its own."""

from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from api_gateway.door.own_address import ACTS
from api_gateway.http.accept_language import language_of
from api_gateway.pages.view import environment
from api_gateway.services.problem import Problem
from domain.languages import Language

_FORMS: Final = (f"{ACTS}/", "/t/")
"""Where forms are: one that is not there is no wrong address, but a form that is not open to its reader."""


def door_page(
    request: Request, template: str, language: str, *, status: int = 200, program: str = "", **values: Any
) -> HTMLResponse:
    """Return a rendered page; ``program`` is the name of the program that it is about."""
    settings = request.app.state.office.settings
    frame = {"language": language, "program": program, "contact": settings.mail_from}
    rendered = environment(Language(language)).get_template(template).render(frame | values)
    return HTMLResponse(rendered, status_code=status)


def browser_language(request: Request) -> str:
    """Return the language in which a stranger reads, as the browser says it."""
    return language_of("", request.headers.get("accept-language", ""))


def problem_page(request: Request, problem: Problem) -> HTMLResponse:
    """Return the page that tells of a problem, with its status."""
    missing = "no_form" if request.url.path.startswith(_FORMS) else "missing"
    kind = "busy" if problem.status >= 500 else missing if problem.status == 404 else "refused"
    answer = door_page(
        request, "door/problem.html", browser_language(request), status=problem.status, kind=kind
    )
    answer.headers.update(problem.headers or {})
    return answer
