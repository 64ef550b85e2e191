"""Signs that nobody sees: one function for program files, forms, rosters and names."""

import re
import unicodedata
from typing import Final

_PLAIN: Final = re.compile(r"[ -~¡-¬®-\u024f‐-\u2027‰-⁞€™]*")
"""Texts that surely hold none; most texts are such."""
_NEVER_SEEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
_DRAWN_AS_NOTHING: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Letters and marks, by their category, of which nothing is seen."""


def hidden_sign(text: str, *, lines: bool = False) -> str:
    """Return the first sign of a text that nobody sees, as ``U+200B (zero width space)``; empty where there is none.

    Hidden are control and format characters, separators other than the blank, and what no font draws. ``lines`` allows
    line feeds.
    """
    if _PLAIN.fullmatch(text):
        return ""
    for sign in text:
        if sign == " " or (lines and sign == "\n"):
            continue
        if unicodedata.category(sign) in _NEVER_SEEN or sign in _DRAWN_AS_NOTHING:
            name = unicodedata.name(sign, "").lower() or _NAMES.get(sign, "control character")
            return f"U+{ord(sign):04X} ({name})"
    return ""


_NAMES: Final = {"\t": "tab", "\n": "line break", "\r": "line break", "\x85": "next line"}
