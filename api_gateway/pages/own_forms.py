"""The short forms of pages about oneself and about people: a key of its own for each, and what was just done."""

import secrets
from collections.abc import Collection
from typing import Annotated, Final

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse

from api_gateway.http.idempotency import command_id
from api_gateway.http.sessions import Visitor
from api_gateway.pages.links import with_query
from api_gateway.pages.words import Say

KEY: Final = "key"
"""The hidden field that makes a second press of the same button harmless."""


async def form_key(
    request: Request, key: Annotated[str, Form(alias=KEY, min_length=8, max_length=100)]
) -> str:
    """Return the key of a form that was sent, which is for its own address alone."""
    return f"{request.url.path} {key}"


LONG_KEY: Final = "form_key"
"""The same hidden field in forms that ask for something called a key, such as a member number."""


async def long_form_key(
    request: Request, key: Annotated[str, Form(alias=LONG_KEY, min_length=8, max_length=100)]
) -> str:
    """Return the key of such a form."""
    return f"{request.url.path} {key}"


LongFormKey = Annotated[str, Depends(long_form_key)]
FormKey = Annotated[str, Depends(form_key)]


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
