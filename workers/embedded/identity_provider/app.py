"""The pages of the demo's identity provider: what it says about itself, whom a visitor can be, and its tokens."""

from __future__ import annotations

import base64
import html
import secrets
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from workers.embedded.identity_provider.codes import ALGORITHM, DemoCodes
from workers.embedded.identity_provider.personas import DemoIdentity

_SHEET: Final = (Path(__file__).parent / "style.css").read_bytes()
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_NEEDED: Final = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge")


class IdentityProvider:
    """A provider with one client, whose people sign in by one click."""

    def __init__(
        self,
        *,
        issuer: str,
        client: str,
        secret: str,
        back: str,
        people: Callable[[], Sequence[DemoIdentity]],
    ) -> None:
        """Set the one client, with its secret and the one address that it comes back to."""
        self._issuer, self._client, self._secret, self._back = issuer, client, secret, back
        self._people = people
        self._codes = DemoCodes(issuer, client)

    def app(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._about),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/style.css", self._style),
            ]
        )

    async def _about(self, request: Request) -> Response:
        """Say what the provider can do (OpenID Connect Discovery)."""
        return JSONResponse(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "jwks_uri": f"{self._issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "scopes_supported": ["openid", "profile", "email"],
            }
        )

    async def _keys(self, request: Request) -> Response:
        return JSONResponse(self._codes.keys)

    async def _style(self, request: Request) -> Response:
        return Response(_SHEET, media_type="text/css")

    async def _authorize(self, request: Request) -> Response:
        """Ask who the visitor is; with a name of the hint or of a click, go back with a code."""
        asked = request.query_params
        sent = {name: asked.get(name, "") for name in (*_NEEDED, "code_challenge_method")}
        if sent["client_id"] != self._client or sent["redirect_uri"] != self._back:
            return _page("This is not for you", "<p>Another application sent you here.</p>", 400)
        if not self._fits(sent):
            return _page("This cannot be read", "<p>Go back to the office and begin again.</p>", 400)
        people = self._people()
        chosen = next((each for each in people if each.key == asked.get("login_hint")), None)
        if chosen is None:
            return _page("Who do you want to be?", _choice(people, sent), 200)
        code = self._codes.make(
            chosen, redirect_uri=self._back, nonce=sent["nonce"], challenge=sent["code_challenge"]
        )
        answer = urlencode({"code": code, "state": sent["state"], "iss": self._issuer})
        return RedirectResponse(f"{self._back}?{answer}", status_code=303, headers=_HEADERS)

    @staticmethod
    def _fits(sent: Mapping[str, str]) -> bool:
        """Return whether a request is one of the code flow with PKCE."""
        code = sent["response_type"] == "code" and "openid" in sent["scope"].split()
        proof = sent["code_challenge_method"] == "S256" and bool(sent["code_challenge"])
        return code and proof and bool(sent["state"]) and bool(sent["nonce"])

    async def _token(self, request: Request) -> Response:
        """Exchange a code for tokens (RFC 6749, 4.1.3)."""
        if not self._is_client(request.headers.get("authorization", "")):
            refused = {"WWW-Authenticate": 'Basic realm="identity provider"'} | _HEADERS
            return JSONResponse({"error": "invalid_client"}, status_code=401, headers=refused)
        async with request.form() as form:
            sent = {name: str(value) for name, value in form.items()}
        if sent.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400, headers=_HEADERS)
        found = self._codes.exchange(
            sent.get("code", ""), sent.get("redirect_uri", ""), sent.get("code_verifier", "")
        )
        if found is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400, headers=_HEADERS)
        return JSONResponse(found, headers=_HEADERS)

    def _is_client(self, header: str) -> bool:
        scheme, _, value = header.partition(" ")
        try:
            name, _, secret = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return False
        own = secrets.compare_digest(unquote(secret).encode(), self._secret.encode())
        return scheme.lower() == "basic" and unquote(name) == self._client and own


def _choice(people: Sequence[DemoIdentity], sent: Mapping[str, str]) -> str:
    """Return the list of people as links, each of which is a sign-in."""
    if not people:
        return "<p>The people of the demo are being loaded. Open this page again in a minute.</p>"
    parts = [
        "<p>These are invented people. In a real office you would sign in at your organization here.</p>"
    ]
    for group, members in groupby(people, key=lambda each: each.group):
        parts.append(f"<h2>{_safe(group)}</h2><ul>")
        for each in members:
            href = f"/authorize?{urlencode({**sent, 'login_hint': each.key})}"
            parts.append(
                f'<li><a href="{_safe(href)}">{_safe(each.name)}</a><span>{_safe(each.what)}</span></li>'
            )
        parts.append("</ul>")
    return "".join(parts)


def _page(title: str, body: str, status: int) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_safe(title)}</title><link rel="stylesheet" href="/style.css"></head>'
        f"<body><main><h1>{_safe(title)}</h1>{body}</main></body></html>",
        status_code=status,
        headers=_HEADERS,
    )


def _safe(value: Any) -> str:
    return html.escape(str(value), quote=True)
