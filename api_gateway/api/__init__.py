"""The routes, one module per noun, and what they share: the office's parts and the idempotency key."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from api_gateway.http.auth import Caller
from api_gateway.http.problems import Problem
from api_gateway.services.send_command import Answered, fingerprint
from domain.ids import derive


def parts(request: Request) -> Any:
    """The office behind the application."""
    return request.app.state.office


async def idempotency_key(idempotency_key: Annotated[str, Header()] = "") -> str:
    """The client's key; required wherever something changes."""
    if not idempotency_key:
        raise Problem(
            400, "idempotency_key_missing", "Send an Idempotency-Key of your choice with each POST."
        )
    if len(idempotency_key) > 200:
        raise Problem(400, "idempotency_key_too_long")
    return idempotency_key


Key = Annotated[str, Depends(idempotency_key)]
Parts = Annotated[Any, Depends(parts)]


def command_id(caller: Caller, key: str) -> str:
    """The command that a person's key stands for."""
    return derive("command", caller.person, key)


async def printed(request: Request) -> str:
    """The fingerprint of a request."""
    return fingerprint_of(request, await request.body())


def fingerprint_of(request: Request, body: bytes) -> str:
    """The fingerprint of a request whose body is told apart by ``body``."""
    key = request.headers.get("idempotency-key", "")
    return fingerprint(key, request.method, request.url.path, body)


def answered(response: Response, answer: Answered) -> Any:
    """The body of an answer, marked where it was given before."""
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return answer.body
