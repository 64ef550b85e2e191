"""What every answer has: its request's id, headers that keep it out of caches, and a log line if it is a refusal.

The log line names the route as its template, the status and the code of the problem, and the request's id, which the
answer has too. It names no person, no address and nothing that was sent.
"""

import re
import secrets
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_gateway.http.auth import of_api, of_static
from api_gateway.http.problems import problem_answer
from api_gateway.services.problem import Problem
from workers.logs import logger

log = logger(__name__)
REQUEST_ID: Final = "X-Request-Id"
_KEPT_ID: Final = re.compile(r"[0-9a-f-]{8,64}")
"""An id that a proxy has made. Any other is replaced, because it could be a name."""
HEADERS: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
"""Nearly every answer is about a person: no cache keeps it, and no browser guesses what it is."""
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "HX-Request",
}
"""What a page has besides: nothing of another site's is loaded or told, and no other site shows it in a frame."""


class Answers:
    """A middleware around all others: it gives each request its id, and each answer its headers and its log line."""

    def __init__(self, app: ASGIApp, everywhere: bool = False) -> None:
        """Set whether the answers of the API have the headers of pages, too."""
        self._app = app
        self._everywhere = everywhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer 500 if nothing else answers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        sent = Headers(scope=scope).get(REQUEST_ID, "")
        state["request_id"] = sent if _KEPT_ID.fullmatch(sent) else secrets.token_hex(8)
        begun = False

        async def completed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                kept = (
                    headers.get("Cache-Control", "")
                    if message["status"] == 200 and of_static(scope["path"])
                    else ""
                )
                headers.update({**HEADERS, REQUEST_ID: state["request_id"]})
                if kept:
                    headers["Cache-Control"] = kept
                if self._everywhere or not of_api(scope["path"]):
                    headers.update(PAGE_HEADERS)
                if message["status"] >= 400 and state.get("problem") != "internal_fault":
                    _log_refusal(scope, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, completed)
        except Exception:
            answer = problem_answer(Request(scope), Problem(500, "internal_fault"))
            log.exception("request failed", status=500, **_about(scope))
            if begun:
                raise
            await answer(scope, receive, completed)


def _log_refusal(scope: Scope, status: int) -> None:
    """Write the line of an answer that is no success: what the office cannot do is a warning."""
    if status >= 500:
        log.warning("request not done", status=status, **_about(scope))
    else:
        log.info("sign-in refused" if status == 401 else "request refused", status=status, **_about(scope))


def _about(scope: Scope) -> dict[str, Any]:
    state = scope["state"]
    return {
        "method": scope["method"] if scope["method"].isalpha() else "",
        "route": route_template(scope),
        "code": state.get("problem", ""),
        "request_id": state["request_id"],
    }


def route_template(scope: Scope) -> str:
    """Return the path of a request's route with the names of its parts and no values; empty if nothing fits."""
    route = scope.get("route")
    if route is None:
        return ""
    paths = scope["app"].openapi()["paths"]
    named = (
        path
        for path, operations in paths.items()
        if any(of["operationId"] == route.operation_id for of in operations.values())
    )
    return next(named, str(route.path))
