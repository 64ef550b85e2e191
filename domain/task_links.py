"""Which acts an email asks one of a pair to do, so that it can have a link for each.

An act is the name of a command. ``chosen`` has what the form of the act is about, such as one meeting.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from domain.notices import NoticeKind

LIFE: Final = timedelta(days=30)
"""How long a link lives at most, in the office's time."""


def token_hash(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_digest(email: str) -> str:
    """Return what is kept of the address to which a link went, to tell whether it is still its reader's."""
    return hashlib.sha256(email.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAct:
    """One act that an email asks for, and what it is about."""

    act: str
    chosen: Mapping[str, str] = field(default_factory=dict)


def acts_asked(kind: NoticeKind, data: Mapping[str, str]) -> tuple[AskedAct, ...]:
    """Return the acts for which a notice to one of a pair has a link, the one that it asks for first."""
    asks = _ASKS.get(kind)
    return asks(data) if asks else ()


def _reminder(data: Mapping[str, str]) -> tuple[AskedAct, ...]:
    acts = _OF_SUBJECT.get(data.get("about", ""), ())
    return tuple(AskedAct(act=act) for act in acts)


def _meeting(*acts: str) -> Callable[[Mapping[str, str]], tuple[AskedAct, ...]]:
    def asks(data: Mapping[str, str]) -> tuple[AskedAct, ...]:
        return tuple(AskedAct(act=act, chosen={"meeting": data["meeting"]}) for act in acts)

    return asks


_OF_SUBJECT: Final[Mapping[str, tuple[str, ...]]] = {
    "first_contact": ("ConfirmFirstContact",),
    "meeting": ("LogMeeting",),
}
_ASKS: Final[Mapping[NoticeKind, Callable[[Mapping[str, str]], tuple[AskedAct, ...]]]] = {
    NoticeKind.REMINDER: _reminder,
    NoticeKind.MEETING_TO_CONFIRM: _meeting("ConfirmMeeting", "DisputeMeeting"),
    NoticeKind.MEETING_CORRECTED: _meeting("ConfirmMeeting", "DisputeMeeting"),
    NoticeKind.WELCOME_MENTEE: lambda _: (AskedAct(act="ConfirmFirstContact"),),
    NoticeKind.WELCOME_MENTOR: lambda _: (AskedAct(act="ConfirmFirstContact"),),
}
LINKED_ACTS: Final = frozenset(("ConfirmFirstContact", "LogMeeting", "ConfirmMeeting", "DisputeMeeting"))
"""Every act for which there is a link."""
