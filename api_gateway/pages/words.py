"""The words of pages: one folder for each part of the office, one file for each language."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.locales import isolated
from domain.languages import Language

WORDS: Final = Path(__file__).parents[1] / "words" / "pages"


@cache
def page_words(language: Language) -> Mapping[str, Any]:
    """Return all words of pages in one language by ``part.key``; a table is words by number or by case."""
    found: dict[str, Any] = {}
    for file in sorted(WORDS.glob(f"*/{language.value}.toml")):
        _flatten(file.parent.name, tomllib.loads(file.read_text(encoding="utf-8")), found)
    return found


def _flatten(name: str, words: Mapping[str, Any], found: dict[str, Any]) -> None:
    for key, value in words.items():
        inside = f"{name}.{key}"
        if isinstance(value, Mapping) and "other" not in value:
            _flatten(inside, value, found)
        else:
            found[inside] = value


_NEAR: Final = {
    "en": re.compile(r"\b[Oo]n (?=(today|yesterday|tomorrow)\b)"),
    "es": re.compile(r"(?:\b[Ee]l |(?<=\bde)l)(?=\s?(?:hoy|ayer|mañana)\b)"),
}
"""The word before a day that a near day has not: on Monday, but today; la del lunes, but la de ayer."""


_TWO_STOPS: Final = re.compile(r"(?<=\b[ap]\.m\.)([\u2068\u2069]*)\.")
"""The full stop after a time of day in Spanish that ends with one itself: a las 9:00 a.m."""


_CONTRACTED: Final = re.compile(r"\b([Aa]|[Dd]e) (\u2068?)el (?=\w)")
"""Two Spanish words that are written as one: al personal, del personal."""


def as_written(text: str, language: str) -> str:
    """Return a text with values in it as a native writes it.

    A near day stands without the word that every other day has before it, no sentence ends with two full stops, and
    Spanish words that are written as one are.
    """
    text = _TWO_STOPS.sub(r"\1", _NEAR[language].sub("", text))
    return _CONTRACTED.sub(r"\1l \2", text) if language == Language.ES else text


class Say:
    """The words of one language: ``say("today.late", count=3)``.

    A word with ``one`` and ``other`` is chosen by ``count``, which is also ``zero`` if there is such a word.
    """

    def __init__(self, language: Language) -> None:
        self._words = page_words(language)
        self.language = language.value

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return the word of a key with its values. A key without a word is a fault of the page."""
        word = self._words[key]
        if isinstance(word, Mapping):
            word = word[self._form(word, values["count"])]
        if not values:
            return str(word)
        apart = {name: isolated(each) if isinstance(each, str) else each for name, each in values.items()}
        return as_written(str(word).format_map(apart), self.language)

    def has(self, key: str) -> bool:
        """Return whether there is a word for a key that comes from data, such as a status."""
        return key in self._words

    @staticmethod
    def _form(word: Mapping[str, Any], count: int) -> str:
        if count == 0 and "zero" in word:
            return "zero"
        return "one" if count == 1 else "other"
