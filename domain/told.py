"""Sentences that can be said in another language: English text that knows its word and its values."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

AND: Final = "and"
"""How a list is joined with commas, and with “and” before the last."""
OR: Final = "or"
"""The same with “or” between all."""


class Told(str):
    """A sentence or a part of one. In English it is itself; ``word`` and ``values`` say it in other languages.

    A value is a text that no language changes, or told itself. A list has no word, but ``parts`` and what stands
    ``between`` them.
    """

    __slots__ = ("between", "number", "parts", "values", "word")

    word: str
    values: Mapping[str, Any]
    number: int | None
    between: str
    parts: tuple["Told", ...]

    def __new__(
        cls,
        text: str,
        word: str = "",
        values: Mapping[str, Any] | None = None,
        number: int | None = None,
        between: str = "",
        parts: tuple["Told", ...] = (),
    ) -> "Told":
        """Return what is told."""
        made = super().__new__(cls, text)
        made.word, made.values, made.number = word, values or {}, number
        made.between, made.parts = between, parts
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is made again in another process."""
        return Told, (str(self), self.word, dict(self.values), self.number, self.between, self.parts)


def told(word: str, text: str, /, **values: Any) -> Told:
    """Return a sentence from its English text, in which its values are named; ``word`` names it in other languages."""
    kept = {name: value if isinstance(value, Told) else str(value) for name, value in values.items()}
    return Told(text.format_map(kept) if kept else text, word, kept)


def counted(word: str, count: int, /, *, one: str, other: str, **values: Any) -> Told:
    """Return a sentence in whose words a number of things matters; the number is its value ``count``."""
    made = told(word, one if count == 1 else other, count=count, **values)
    return Told(made, word, made.values, count)


def as_is(text: Any) -> Told:
    """Return a text that no language changes."""
    return Told(str(text))


def joined(parts: Iterable[str], between: str = " ") -> Told:
    """Return what is told one after the other; what is empty is left out."""
    found = tuple(each if isinstance(each, Told) else as_is(each) for each in parts if each)
    return Told(_together(found, between), between=between, parts=found)


def _together(parts: tuple[Told, ...], between: str) -> str:
    if between == AND and len(parts) > 1:
        return f"{', '.join(parts[:-1])} and {parts[-1]}"
    return {AND: "", OR: " or "}.get(between, between).join(parts)


def as_plain(text: str) -> dict[str, Any]:
    """Return what is told as JSON values, for whoever says it later; nothing for a text without words of its own."""
    if not isinstance(text, Told) or not (text.word or text.parts):
        return {}
    if text.parts:
        return {"between": text.between, "parts": [as_plain(each) or str(each) for each in text.parts]}
    values = {key: as_plain(each) or str(each) for key, each in text.values.items()}
    return {"word": text.word, "values": values, **({} if text.number is None else {"number": text.number})}
