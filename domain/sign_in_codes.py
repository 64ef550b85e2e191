"""What a sign-in code is: eight digits that show who holds a mailbox now, for one browser, for a short real time."""

import hashlib
from datetime import timedelta
from typing import Final

DIGITS: Final = 8
LIFE: Final = timedelta(minutes=10)
"""How long a code can be typed after it was asked for."""
TRIES: Final = 5
"""How often a code can be typed."""
WITHIN: Final = timedelta(hours=1)
"""The time within which emails with codes are counted."""
A_MAILBOX: Final = 5
"""The most of them to one mailbox."""
A_NETWORK: Final = 20
"""The most of them that one network address asks for."""


def digits_of(mac: bytes) -> str:
    """Return the digits that follow from a keyed digest of a code's row."""
    return f"{int.from_bytes(mac) % 10**DIGITS:0{DIGITS}d}"


def proof_of(bound: str, digits: str) -> str:
    """Return what is kept of a code: its digits together with the secret of the browser that asked for it."""
    return hashlib.sha256(f"{bound} {digits}".encode()).hexdigest()


def typed_digits(text: str) -> str:
    """Return the digits of a code as somebody typed or pasted it, without blanks, hyphens and the like."""
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())[: DIGITS + 1]
