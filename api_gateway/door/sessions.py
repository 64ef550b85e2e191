"""The session of a mentor or mentee who signed in with a code: who it is, and the way to the code for anybody else.

``signed_in`` asks, ``InSession`` demands. From then on the process acts for this person.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from api_gateway.door.office import Door
from api_gateway.http.csrf import SAFE, demand_own_form
from api_gateway.http.sessions import Visitor
from api_gateway.services.caller import Caller, caller_of
from api_gateway.services.door_sessions import DoorSession

AUTH: Final = "sign_in_code"
"""How an event says that its person came by a code."""
MY: Final = "/my"
"""Where who signs in without another wish goes."""
CODE: Final = "/code"
_OWN_PATH: Final = re.compile(r"/my(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*(\?[A-Za-z0-9_.~%&=+:-]*)?")
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in at this browser. ``visitor`` may do what this person may do, and nothing else."""

    id: str
    person: str
    name: str
    language: str
    csrf: str
    visitor: Visitor

    @property
    def caller(self) -> Caller:
        """The person as services take it."""
        return self.visitor.caller


class NotSignedIn(Exception):
    """A page that needs a session was asked for without one; ``next`` is where the code leads back to."""

    def __init__(self, next: str) -> None:
        super().__init__(next)
        self.next = next


async def signed_in(request: Request) -> SignedIn | None:
    """Return who is signed in at this browser, and act for that person from here on; None for anybody else.

    The request counts as use of the session, so that it goes on. A form must also pass ``demand_own_form``.
    """
    door: Door = request.app.state.door
    hash = door.cookies.session(request)
    if not hash:
        return None
    ACTS_FOR.set(ActsFor(proof=hash))
    found = await door.sessions.session(hash)
    if found is None:
        return None
    ACTS_FOR.set(ActsFor(person=found.holder.person, aliases=found.holder.aliases, proof=hash))
    if found.due:
        await door.sessions.note_use(found.id)
    return _signed_in(found)


async def _demanded(request: Request) -> SignedIn:
    """Return who is signed in; a form must come from a page of this very session."""
    found = await signed_in(request)
    if found is None:
        raise NotSignedIn(next_of(request))
    if request.method not in SAFE:
        await demand_own_form(request, found.csrf)
    return found


InSession = Annotated[SignedIn, Depends(_demanded)]
"""Who is signed in, for a route that nobody else may ask for; a browser without a session goes to the code."""


def lead_to_code(app: FastAPI) -> None:
    """Have an application lead a browser without a session to the sign-in code, and from there back."""
    app.add_exception_handler(NotSignedIn, _to_code)


def own_path(text: str) -> str:
    """Return a path of the person's own pages as it is; ``/my`` for any other text."""
    return text if len(text) <= _LONGEST and _OWN_PATH.fullmatch(text) else MY


def next_of(request: Request) -> str:
    """Return where a request wanted to go; a form that was sent leads to its page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return own_path(f"{request.url.path}{query}")


def code_address(next: str, place: str = CODE) -> str:
    """Return the address of a page on the way to a session, which leads to ``next``."""
    return place if next == MY else f"{place}?next={quote(next, safe='/')}"


async def _to_code(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedIn)  # noqa: S101 - registered for this type
    return RedirectResponse(code_address(error.next), status_code=303)


def _signed_in(session: DoorSession) -> SignedIn:
    visitor = Visitor(
        caller=caller_of(session.holder, AUTH),
        name=session.name,
        language=session.language,
        csrf=session.csrf,
        session=session.id,
        ends_at=session.ends_at,
    )
    return SignedIn(
        id=session.id,
        person=session.holder.person,
        name=session.name,
        language=session.language,
        csrf=session.csrf,
        visitor=visitor,
    )
