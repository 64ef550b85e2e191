"""The codes and tokens of the demo's identity provider: a code is used once, by whoever holds what it was made for."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from workers.embedded.identity_provider.personas import DemoIdentity

ALGORITHM: Final = "ES256"
_CODE_SECONDS: Final = 60
_TOKEN_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCode:
    """What a code was made for."""

    identity: DemoIdentity
    redirect_uri: str
    nonce: str
    challenge: str
    until: float


class DemoCodes:
    """The codes that are open now, and the key that signs tokens. Each start makes new ones."""

    def __init__(self, issuer: str, client: str) -> None:
        """Set whose tokens these are, and for whom."""
        self._issuer, self._client = issuer, client
        self._open: dict[str, OpenCode] = {}
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)

    @property
    def keys(self) -> dict[str, Any]:
        """The public half of the key."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def make(self, identity: DemoIdentity, *, redirect_uri: str, nonce: str, challenge: str) -> str:
        """Return a new code."""
        now = time.monotonic()
        self._open = {code: grant for code, grant in self._open.items() if grant.until > now}
        code = secrets.token_urlsafe(32)
        self._open[code] = OpenCode(
            identity=identity,
            redirect_uri=redirect_uri,
            nonce=nonce,
            challenge=challenge,
            until=now + _CODE_SECONDS,
        )
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any] | None:
        """Return the tokens for a code; None if it is over, or was made for somebody else."""
        grant = self._open.pop(code, None)
        if grant is None or grant.until <= time.monotonic() or grant.redirect_uri != redirect_uri:
            return None
        if not secrets.compare_digest(challenge_of(verifier), grant.challenge):
            return None
        access = secrets.token_urlsafe(32)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
            "id_token": self._id_token(grant, access),
        }

    def _id_token(self, grant: OpenCode, access: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "sub": grant.identity.key,
            "aud": self._client,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "nonce": grant.nonce,
            "at_hash": _encoded(hashlib.sha256(access.encode()).digest()[:16]),
            "name": grant.identity.name,
            "email": grant.identity.email,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, claims, self._key)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
