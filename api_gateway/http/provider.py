"""The provider at which staff sign in: OpenID Connect, the code flow with PKCE, and nothing else.

What is kept between the way there and the way back is in a signed cookie of ten minutes, used for nothing else.
"""

from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import Request, Response
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api_gateway.http.own_path import own_path
from api_gateway.services.sign_in import Identity
from workers.logs import logger
from workers.settings import LOOPBACK, Settings

log = logger(__name__)
UNDER_WAY: Final = 600
"""Seconds that a person has at the provider."""
ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""How a provider may sign; whatever else it offers is refused."""
SIGN_IN: Final = "/sign-in"
BACK: Final = "/sign-in/back"
_LONGEST: Final = 200
_KEPT: Final = "kept"


class SignInFailed(Exception):
    """A sign-in that cannot go on: ``unreachable`` if the provider does not answer, else it is to be begun again."""

    def __init__(self, *, unreachable: bool = False) -> None:
        super().__init__("unreachable" if unreachable else "failed")
        self.unreachable = unreachable


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._issuer = issuer = settings.sign_in_issuer or ""
        secret = settings.sign_in_client_secret
        named = {"transport": transport} if transport else {}
        self._client: Any = OAuth().register(
            "provider",
            client_id=settings.sign_in_client,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": 10.0,
                # A proxy of the environment does not lead back to this machine.
                "trust_env": urlsplit(issuer).hostname not in LOOPBACK,
                **named,
            },
        )

    async def leave(self, request: Request, kept: dict[str, str], hint: str = "") -> Response:
        """Return the way to the provider; ``kept`` is there again when the person comes back.

        ``hint`` tells the provider who the person may be, and proves nothing.
        """
        hinted = {"login_hint": hint} if hint else {}
        request.session.clear()
        try:
            await self._metadata()
            answer: Response = await self._client.authorize_redirect(
                request, f"{self._settings.public_url}{BACK}", response_type="code", **hinted
            )
        except (httpx2.HTTPError, ValueError, RuntimeError) as error:
            log.warning("sign-in provider not reached", fault=type(error).__name__)
            raise SignInFailed(unreachable=True) from None
        request.session[_KEPT] = kept
        return answer

    async def come_back(self, request: Request) -> tuple[Identity, dict[str, str]]:
        """Return who has signed in, and what was kept; raise ``SignInFailed``."""
        kept = dict(request.session.get(_KEPT, {}))
        try:
            await self._metadata()
            options = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._settings.sign_in_client},
                "sub": {"essential": True},
                "nonce": {"essential": True},
            }
            token = await self._client.authorize_access_token(request, claims_options=options, leeway=60)
            identity = self._identity(request, token.get("userinfo") or {})
        except httpx2.HTTPError as error:
            log.warning("sign-in provider not reached", fault=type(error).__name__)
            raise SignInFailed(unreachable=True) from None
        except (OAuthError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
            log.info("sign-in failed", fault=type(error).__name__)
            raise SignInFailed from None
        finally:
            request.session.clear()
        return identity, kept

    async def sign_out_address(self) -> str:
        """Return where a person signs out of the provider itself; empty if it has no such page or does not answer."""
        try:
            metadata = await self._metadata()
        except (httpx2.HTTPError, ValueError, RuntimeError):
            return ""
        address = str(metadata.get("end_session_endpoint") or "")
        return address if address.startswith(("https://", "http://")) else ""

    async def _metadata(self) -> dict[str, Any]:
        """Return what the provider says about itself, with our algorithms in place of its own."""
        metadata: dict[str, Any] = await self._client.load_server_metadata()
        if metadata.get("issuer") != self._issuer:
            raise ValueError("the provider names another issuer")
        metadata["id_token_signing_alg_values_supported"] = list(ALGORITHMS)
        return metadata

    def _identity(self, request: Request, claims: dict[str, Any]) -> Identity:
        """Return the identity that the claims of a token name, if the person showed what the office demands."""
        if request.query_params.get("iss", self._issuer) != self._issuer:
            raise ValueError("an answer of another issuer")
        demanded = {each.strip() for each in (self._settings.sign_in_methods or "").split(",")} - {""}
        amr = claims.get("amr")
        shown = {str(each) for each in amr} if isinstance(amr, list) else set()
        if demanded and not demanded & {*shown, str(claims.get("acr"))}:
            raise ValueError("signed in by too weak a method")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ValueError("no subject")
        return Identity(
            issuer=self._issuer,
            subject=subject,
            name=_plain(claims.get("name")),
            email=_plain(claims.get("email")),
        )


def _plain(value: object) -> str:
    """Return a text from outside on one line, without what cannot be seen."""
    text = "".join(each if each.isprintable() else " " for each in str(value or "")[:_LONGEST])
    return " ".join(text.split())


def path_after(address: str) -> str:
    """Return where to go after a sign-in: a path of this office, else its first page."""
    path = own_path(address)
    return "/" if not path or path.startswith(SIGN_IN) else path


class UnderWay:
    """A middleware that gives the routes of the sign-in their cookie, and no other route."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        secret = settings.cookie_secret
        self._with_cookie = SessionMiddleware(
            app,
            secret_key=secret.get_secret_value() if secret else "",
            session_cookie=f"{settings.prefix_of_cookies}mentorflow-sign-in",
            max_age=UNDER_WAY,
            same_site="lax",
            https_only=bool(settings.prefix_of_cookies),
        )
        self._ready = secret is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        own = scope["type"] == "http" and scope["path"].startswith(f"{SIGN_IN}/") and self._ready
        await (self._with_cookie if own else self._app)(scope, receive, send)
