"""Receipts: the answer to a command names its event in the journal, in a token that only auditors can open (C58).

A number would tell the pair that events exist which they may not see, such as those of a complaint.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from api_gateway.services.problem import Problem

_SCOPE: Final = "receipts"
_LENGTH: Final = 192  # bytes, so that no length tells a number; a stream's name has 64 signs at most
_OF_JOURNAL: Final = ("stream", "seq", "hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReceipt:
    """The answer to a command that was accepted. ``state`` is the stage of a relationship, or the state of money.

    ``receipt`` is a token that says nothing; an auditor learns from it which event the command left in the journal.
    """

    command: str
    state: str
    receipt: str


class Keys(Protocol):
    """The keys of the installation: they make names that say nothing, and open them."""

    def name(self, content: bytes, *, scope: str) -> bytes:
        """Return a name for the content, the same for the same content."""

    def named(self, name: bytes, *, scope: str) -> bytes:
        """Return the content that a name was made of; raise ``ValueError`` for another's name."""


class Receipts:
    """Makes receipts and opens them, with the keys of the installation."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def shown(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to a command as people get it; one without an event of the journal is as it was."""
        if not all(name in answer for name in _OF_JOURNAL):
            return answer
        place = json.dumps([answer[name] for name in _OF_JOURNAL]).encode().ljust(_LENGTH)
        token = base64.urlsafe_b64encode(self._keys.name(place, scope=_SCOPE)).decode().rstrip("=")
        return asdict(ShownReceipt(command=answer["command"], state=answer["state"], receipt=token))

    def opened(self, token: str) -> dict[str, Any]:
        """Return stream, number and hash of the event that a receipt is for; 404 for one that is not ours."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            place = json.loads(self._keys.named(sealed, scope=_SCOPE))
        except ValueError:
            raise Problem(404, "not_found") from None
        return dict(zip(_OF_JOURNAL, place, strict=True))
