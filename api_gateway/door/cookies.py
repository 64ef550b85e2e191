"""The cookie of an opened link: it stands for one form for two hours, in the browser that opened it.

It holds the hash of the token, signed under the door's own key; what the link may do is looked up at each request.
"""

import hashlib
from typing import Final

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from domain.ids import is_id

LIFE: Final = 2 * 60 * 60
"""Seconds of real time for which an opened form can be sent."""


class Cookies:
    """Signs and reads the cookies of opened links."""

    def __init__(self, secret: str, prefix: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="opened link")
        self._prefix = prefix

    def open(self, answer: Response, link: str, hash: str) -> None:
        """Give the browser the cookie of a link."""
        answer.set_cookie(
            self._name(link),
            self._signer.dumps(hash),
            max_age=LIFE,
            path="/",
            secure=bool(self._prefix),
            httponly=True,
            samesite="lax",
        )

    def opened(self, request: Request, link: str) -> str:
        """Return the hash of a link that this browser has opened; empty for any other."""
        value = request.cookies.get(self._name(link), "") if is_id(link) else ""
        try:
            hash: str = self._signer.loads(value, max_age=LIFE)
        except BadData:
            return ""
        return hash

    def csrf(self, request: Request, link: str) -> str:
        """Return the secret that a form of the link sends along."""
        value = request.cookies.get(self._name(link), "")
        return hashlib.sha256(f"form {value}".encode()).hexdigest()

    def _name(self, link: str) -> str:
        return f"{self._prefix}task-{link[:16]}"
