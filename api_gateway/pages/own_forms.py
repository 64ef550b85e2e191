"""The short forms of pages about oneself and about people: a key of its own for each, and what was just done."""

import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import Annotated, Final

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse

from api_gateway.http.idempotency import command_id
from api_gateway.http.sessions import Visitor
from api_gateway.pages.links import with_query
from api_gateway.pages.words import Say

KEY: Final = "key"
"""The hidden field that makes a second press of the same button harmless."""
LONG_KEY: Final = "form_key"
"""The same hidden field in forms that ask for something called a key, such as a member number."""


def _key_in(field: str) -> Callable[..., Awaitable[str]]:
    """Return what takes the key of a form that was sent, which is for its own address alone, from a hidden field."""

    async def form_key(
        request: Request, key: Annotated[str, Form(alias=field, min_length=8, max_length=100)]
    ) -> str:
        return f"{request.url.path} {key}"

    return form_key


FormKey = Annotated[str, Depends(_key_in(KEY))]
LongFormKey = Annotated[str, Depends(_key_in(LONG_KEY))]


def new_key() -> str:
    """Return the key of a form."""
    return secrets.token_hex(16)


def command_of(visitor: Visitor, key: str) -> str:
    """Return the id of the command that a form's key stands for."""
    return command_id(visitor.caller, key)


def done(path: str, what: str) -> RedirectResponse:
    """Return the way back to a page that says what was just done."""
    return RedirectResponse(with_query(path, done=what), status_code=303)


def said(request: Request, say: Say, part: str, known: Collection[str]) -> str:
    """Return the words of what was just done; nothing for anything that a page does not say."""
    what = request.query_params.get("done", "")
    return say(f"{part}.done.{what}") if what in known else ""


async def _known_query(done: str = "") -> None:
    """Declare what the address of such a page may say."""


SaysDone = Depends(_known_query)
