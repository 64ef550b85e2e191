"""Advice about one case: a sentence by its code, with what the office knows filled in, in each language."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.locales import day_in_words
from domain.languages import Language

_FILE: Final = Path(__file__).parents[1] / "words" / "advice.toml"


class Advice(str):
    """What to do in one case. As a text it is English, as the API speaks; ``said`` gives it in another language.

    A value that is several stands with “or” between them, a day is said in words.
    """

    __slots__ = ("code", "values")
    code: str
    values: Mapping[str, Any]

    def __new__(cls, code: str, **values: Any) -> "Advice":
        """Make the advice from its code and its values."""
        made = super().__new__(cls, _filled(code, values, Language.EN))
        made.code, made.values = code, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Let advice pass from one process to another with its parts."""
        return _again, (self.code, dict(self.values))

    def said(self, language: str) -> str:
        """Return the advice in a language."""
        return _filled(self.code, self.values, language)


def advice_in(advice: str, language: str) -> str:
    """Return advice in a language; nothing for a text that has only English words."""
    if isinstance(advice, Advice):
        return advice.said(language)
    return advice if language == Language.EN else ""


def names_codes(said: str) -> bool:
    """Return whether English words of a refusal end with a list of codes, which only whoever writes a program knows."""
    return words()[Language.EN]["advice"]["one_of"].partition("{")[0] in said


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the sentences and the words of values, by language."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _again(code: str, values: Mapping[str, Any]) -> Advice:
    return Advice(code, **values)


def _filled(code: str, values: Mapping[str, Any], language: str) -> str:
    known = words()[language]
    named = known["values"]

    def word(value: Any) -> str:
        if isinstance(value, date):
            return day_in_words(value, Language(language))
        return named.get(str(value), str(value))

    said = {
        name: f" {named['or']} ".join(map(word, value)) if isinstance(value, tuple) else word(value)
        for name, value in values.items()
    }
    return known["advice"][code].format(**said)
