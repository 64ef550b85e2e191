"""Sealing documents with keys that never enter the database (AES-256-GCM, one key for each scope and class).

The key file holds master keys by name; the key of one scope and class is derived from the current one, so that a dump
of the database shows ciphertext and nothing else. A ciphertext is bound to the record that it belongs to.
"""

import base64
import hmac
import json
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SealBroken(ValueError):
    """A ciphertext that was changed, moved to another record, or made under a key that is gone."""


class Keyring:
    """The keys of one installation, read once from the key file."""

    def __init__(self, file: Path) -> None:
        held = json.loads(file.read_text())
        self._keys = {name: base64.b64decode(key) for name, key in held["keys"].items()}
        self.current: str = held["current"]
        self._oldest = next(
            iter(self._keys)
        )  # names that people keep, such as addresses of pages, outlive a new key
        self._ciphers: dict[str, Cipher[ECB]] = {}

    def seal(self, content: bytes, *, scope: str, privacy: str, record: str) -> bytes:
        """Return nonce and ciphertext of ``content`` for one record."""
        nonce = secrets.token_bytes(_NONCE)
        key = self._key(self.current, scope, privacy)
        return nonce + AESGCM(key).encrypt(nonce, content, _bound(scope, privacy, record))

    def open(self, sealed: bytes, *, key_name: str, scope: str, privacy: str, record: str) -> bytes:
        """Return the content; raise ``SealBroken``."""
        try:
            key = self._key(key_name, scope, privacy)
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(scope, privacy, record))
        except (InvalidTag, KeyError) as error:
            raise SealBroken(record) from error

    def name(self, content: bytes, *, scope: str) -> bytes:
        """Return ciphertext that is the same for the same content (AES-SIV): a name that says nothing.

        A repeated answer is then the same as the first one.
        """
        return AESSIV(self._key(self.current, scope, "name", length=64)).encrypt(content, None)

    def named(self, name: bytes, *, scope: str) -> bytes:
        """Return the content that ``name`` was made of, under any key of the ring; raise ``SealBroken``."""
        for key in self._keys:
            try:
                return AESSIV(self._key(key, scope, "name", length=64)).decrypt(name, None)
            except (InvalidTag, ValueError):
                continue
        raise SealBroken(scope)

    def block(self, content: bytes, *, scope: str) -> bytes:
        """Return the block of 16 bytes that stands for another one; the same for the same one, whatever key is new."""
        encryptor = self._cipher(scope).encryptor()
        return encryptor.update(content) + encryptor.finalize()

    def block_of(self, block: bytes, *, scope: str) -> bytes:
        """Return the block of 16 bytes for which ``block`` stands."""
        decryptor = self._cipher(scope).decryptor()
        return decryptor.update(block) + decryptor.finalize()

    def _cipher(self, scope: str) -> Cipher[ECB]:
        if scope not in self._ciphers:
            key = self._key(self._oldest, scope, "block")
            self._ciphers[scope] = Cipher(AES(key), ECB())  # noqa: S305 - one block, so no two blocks can be compared
        return self._ciphers[scope]

    def mac(self, *parts: str, scope: str) -> bytes:
        """Return 32 bytes that follow from some texts, and that nobody can make without the current key."""
        content = json.dumps(parts, separators=(",", ":")).encode()
        return hmac.digest(self._key(self.current, scope, "mac"), content, "sha256")

    def _key(self, name: str, scope: str, privacy: str, length: int = 32) -> bytes:
        derivation = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"{scope}/{privacy}".encode())
        return derivation.derive(self._keys[name])


def _bound(scope: str, privacy: str, record: str) -> bytes:
    return json.dumps([scope, privacy, record, 1, "payload"], separators=(",", ":")).encode()
