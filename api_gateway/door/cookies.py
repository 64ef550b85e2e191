"""The cookies of the door: of an opened link, of a code that was asked for, and of a session.

That of a link stands for one form for two hours, in the browser that opened it. It holds the hash of the token, signed
under the door's own key; what the link may do is looked up at each request. The other two are random, and only their
digests are stored. To which address a code went, the asking browser alone keeps, and which link opened nothing.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from domain.ids import is_id

LIFE: Final = 2 * 60 * 60
"""Seconds of real time for which an opened form can be sent."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")
_CODE_LIFE: Final = 30 * 60
"""Seconds for which a browser keeps the cookie of a code; the office counts the life of the code itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is stored of the cookie of a browser that asks for a code: one half finds the row, one binds it."""

    browser: str
    bound: str


class Cookies:
    """Signs and reads the cookies of opened links; gives and reads those of codes and sessions."""

    def __init__(self, secret: str, prefix: str) -> None:
        self._secret = secret
        self._signer = URLSafeTimedSerializer(secret, salt="opened link")
        self._dead = URLSafeTimedSerializer(secret, salt="dead link")
        self._addresses = URLSafeTimedSerializer(secret, salt="address of a code")
        self._prefix = prefix

    def open(self, answer: Response, link: str, hash: str) -> None:
        """Give the browser the cookie of a link."""
        self._give(answer, self._name(link), self._signer.dumps(hash), LIFE)

    def opened(self, request: Request, link: str) -> str:
        """Return the hash of a link that this browser has opened; empty for any other."""
        value = request.cookies.get(self._name(link), "") if is_id(link) else ""
        return _read(self._signer, value, LIFE)

    def note_dead(self, answer: Response, hash: str) -> None:
        """Have the browser keep which link opened nothing, so that its own person is told why after a code."""
        self._give(answer, f"{self._prefix}dead", self._dead.dumps(hash), _CODE_LIFE)

    def dead(self, request: Request) -> str:
        """Return the hash of the link that opened nothing in this browser last; empty if there is none."""
        return _read(self._dead, request.cookies.get(f"{self._prefix}dead", ""), _CODE_LIFE)

    def csrf(self, request: Request, link: str) -> str:
        """Return the secret that a form of the link sends along."""
        value = request.cookies.get(self._name(link), "")
        return hashlib.sha256(f"form {value}".encode()).hexdigest()

    def links(self, request: Request) -> tuple[str, ...]:
        """Return the hashes of the links that this browser has opened."""
        start = f"{self._prefix}task-"
        values = (value for name, value in request.cookies.items() if name.startswith(start))
        return tuple(hash for value in values if (hash := _read(self._signer, value, LIFE)))

    def ask(self, answer: Response, typed: str) -> Asking:
        """Give the browser the cookie of a code that it asks for; an earlier code is no longer of use to it.

        ``typed`` is the address as this browser typed it, which nobody else keeps; empty if it typed none.
        """
        token = secrets.token_urlsafe(32)
        self._give(answer, f"{self._prefix}code", token, _CODE_LIFE)
        if typed:
            self._give(answer, f"{self._prefix}address", self._addresses.dumps(typed), _CODE_LIFE)
        else:
            self._forget(answer, f"{self._prefix}address")
        return _asking(token)

    def typed(self, request: Request) -> str:
        """Return the address that this browser typed for the code that it asked for last; empty if it typed none."""
        return _read(self._addresses, request.cookies.get(f"{self._prefix}address", ""), _CODE_LIFE)

    def asked(self, request: Request) -> Asking | None:
        """Return what is stored of the cookie of the code that this browser asked for; None if it asked for none."""
        token = request.cookies.get(f"{self._prefix}code", "")
        return _asking(token) if _TOKEN.fullmatch(token) else None

    def sign_in(self, answer: Response, token: str) -> None:
        """Give the browser the cookie of a session, for as long as it is open; the office counts the time."""
        self._give(answer, f"{self._prefix}my", token, None)
        self._forget(answer, f"{self._prefix}code")
        self._forget(answer, f"{self._prefix}address")

    def session(self, request: Request) -> str:
        """Return the hash of the session's cookie of this browser; empty if it has none."""
        token = request.cookies.get(f"{self._prefix}my", "")
        return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else ""

    def sign_out(self, answer: Response) -> None:
        """Have the browser forget the session and what it kept of these pages."""
        self._forget(answer, f"{self._prefix}my")
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'

    def form_secret(self, asking: Asking) -> str:
        """Return the secret that the forms of a code send along."""
        return hashlib.sha256(f"code {asking.bound}".encode()).hexdigest()

    def network(self, address: str) -> str:
        """Return what is stored of a network address, to count what comes from there."""
        return hmac.new(self._secret.encode(), f"network {address}".encode(), hashlib.sha256).hexdigest()

    def _give(self, answer: Response, name: str, value: str, life: int | None) -> None:
        answer.set_cookie(
            name, value, max_age=life, path="/", secure=bool(self._prefix), httponly=True, samesite="lax"
        )

    def _forget(self, answer: Response, name: str) -> None:
        answer.delete_cookie(name, path="/", secure=bool(self._prefix), httponly=True, samesite="lax")

    def _name(self, link: str) -> str:
        return f"{self._prefix}task-{link[:16]}"


def _read(signer: URLSafeTimedSerializer, value: str, life: int) -> str:
    """Return what was signed in the value of a cookie; empty if it is not ours, or older than its life in seconds."""
    try:
        return str(signer.loads(value, max_age=life))
    except BadData:
        return ""


def _asking(token: str) -> Asking:
    browser, bound = (hashlib.sha256(f"{half} {token}".encode()).hexdigest() for half in ("find", "bind"))
    return Asking(browser=browser, bound=bound)
