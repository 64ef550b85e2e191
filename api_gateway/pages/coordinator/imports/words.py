"""What an import says of rows and files, in the reader's language."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from api_gateway.pages.words import WORDS
from domain.languages import Language
from domain.told import AND, OR

_BETWEEN: Final[Mapping[str, Mapping[str, str]]] = {
    Language.ES.value: {
        AND: " y ",
        " and ": " y ",
        OR: " o ",
        "; or ": "; o ",
        " and of ": " y de ",
        "; and ": "; y ",
    },
}
"""What stands between the parts of a list that is told in English, in other languages; signs are the same."""

_OF_A_TERMINAL: Final = re.compile(r" or(?: with)? `mentorflow [^`]+`| \(on the command line with [^)]+\)")
"""What English sentences say for a terminal beside the page that does the same: a page leaves it out."""


@cache
def row_words(language: str) -> Mapping[str, Any]:
    """Return the words about rows in a language other than English, in which they stand at their places in the code."""
    file = WORDS.parent / f"import_rows_{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def in_language(text: str, said: Any, language: str) -> tuple[str, str]:
    """Return what was told in English in the reader's language, and the language in which it is then.

    ``said`` is what ``domain.told.as_plain`` made of it; nothing in a proposal from before it was kept.
    """
    if language == Language.EN or not said:
        return _OF_A_TERMINAL.sub("", text), Language.EN.value
    return _words(said, language), language


def _words(said: Any, language: str) -> str:
    if isinstance(said, str):
        return said
    if "parts" in said:
        return _joined([_words(each, language) for each in said["parts"]], said["between"], language)
    word = row_words(language)[said["word"]]
    if isinstance(word, Mapping):
        word = word["one" if said["number"] == 1 else "other"]
    values = {name: _words(each, language) for name, each in said["values"].items()}
    return str(word).format_map(values)


def _joined(parts: list[str], between: str, language: str) -> str:
    there = _BETWEEN[language].get(between, between)
    if between == AND and len(parts) > 1:
        return f"{', '.join(parts[:-1])}{there}{parts[-1]}"
    return there.join(parts)
