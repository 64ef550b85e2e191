"""The visitor: who is signed in at a browser, and what a page needs to know of the session."""

from dataclasses import dataclass
from datetime import datetime

from activities.adapters.postgres.facts.sessions import SessionHolder
from api_gateway.services.caller import Caller, caller_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is signed in.

    ``csrf`` goes into each form, ``session`` is the id of the session, and ``ends_at`` the instant at which it ends if
    nothing else is asked for.
    """

    caller: Caller
    name: str
    language: str
    csrf: str
    session: str
    ends_at: datetime


def visitor_of(session: SessionHolder) -> Visitor:
    """Return the visitor whom a session stands for."""
    return Visitor(
        caller=caller_of(session.holder, "session"),
        name=session.name,
        language=session.language,
        csrf=session.csrf,
        session=session.id,
        ends_at=session.ends_at,
    )
