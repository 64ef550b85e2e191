"""Requests refused before a route sees them: for another host, with too large a body, or with a NUL in the address."""

import re
from collections.abc import Collection
from typing import Final

from fastapi import Request
from fastapi.exceptions import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api_gateway.http.problems import problem_answer
from api_gateway.services.problem import Problem
from api_gateway.services.scans import LARGEST_SCAN

LARGEST: Final = 1024 * 1024
LARGEST_IMPORT: Final = 20 * 1024 * 1024
_SCANS: Final = re.compile(r"/v1/relationships/[^/]+/scans|/relationships/[^/]+/acts/sign-agreement")


class Limits:
    """A middleware that counts a body while it arrives, because a client need not state its length beforehand."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, within its limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = _refusal(scope, self._hosts)
        if problem is not None:
            await problem_answer(Request(scope), problem)(scope, receive, send)
            return
        largest, arrived = _largest(scope), 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > largest:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _host(scope: Scope) -> str:
    """Return the host that a request names, without its port."""
    named = Headers(scope=scope).get("host", "")
    return re.sub(r":\d*$", "", named).strip("[]").lower()


def _largest(scope: Scope) -> int:
    if _SCANS.fullmatch(scope["path"]):
        return LARGEST_SCAN + LARGEST  # and what the form around the file needs
    return LARGEST_IMPORT if scope["path"].startswith(("/v1/imports", "/imports")) else LARGEST


def _refusal(scope: Scope, hosts: Collection[str]) -> Problem | None:
    if _host(scope) not in hosts:
        return Problem(400, "unknown_host")
    # PostgreSQL allows no NUL in text, and no name, code or id of ours has one.
    if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
        return Problem(400, "bad_character")
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length[:12]) > _largest(scope):
        return Problem(413, "too_large")
    return None
