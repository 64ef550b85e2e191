"""What to write in a field, as far as it is known: a list of codes, an example, where the ids are, allowed signs."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from api_gateway.http.examples import ID, in_terms_of, marks
from api_gateway.services.input_words import sentence
from api_gateway.services.programs import programs
from domain.rules.choices import choices
from domain.rules.program import Rules

_NOUNS: Final = {
    "person": "people",
    "other": "people",
    "supervisor": "people",
    "helper": "people",
    "against": "people",
    "mentor": "mentors",
    "term": "terms",
    "relationship": "relationships",
    "obligation": "obligations",
    **{noun: noun for noun in ("people", "mentors", "terms", "relationships", "obligations")},
}
"""The list that shows the ids which a field takes."""
_SHORTEST_CODE: Final = 32
"""The most characters that every field for a code takes."""
_REGIONS: Final = ("region", "money_region", "complete_regions")
_NOT_IN_WORD: Final = re.compile(r"[^A-Za-z0-9._:/+-]")
_ANY_CODE: Final = (
    ". `mentorflow show programs/PROGRAM/codes` shows the codes; write the program's code for PROGRAM"
)


def id_words(name: str) -> str:
    """Return which list shows the ids or codes that a field takes; nothing for a field without such a list."""
    if name in _REGIONS:
        return sentence("ids", "regions")
    return sentence("ids", "where", noun=_NOUNS[name]) if name in _NOUNS else ""


def example_words(marked: Any, rules: Rules | None, own: Sequence[str] = ()) -> str:
    """Return which values a field takes, or an example, as the end of a sentence.

    ``marked`` is the example of the field. Codes are those of ``rules`` alone: another program may not have them.
    ``own`` are the values that the type of the field lists.
    """
    if own:
        return f": one of {', '.join(own)}"
    if marked is None or marked == "":
        return ""
    if marked == "@program":
        return f": one of {', '.join(sorted(programs()))}"
    if any(marks(marked)) and rules is None:
        return _ANY_CODE if isinstance(marked, str) else ""
    if isinstance(marked, str) and rules is not None:
        allowed = choices(rules).get(marked.removeprefix("@"), ())
        if marked.startswith("@") and allowed:
            return f": one of {', '.join(allowed)}"
    if isinstance(marked, str) and re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{64}", marked):
        return sentence("ids", "whole") if len(marked) == len(ID) else ""
    value = marked if rules is None else in_terms_of(rules, marked)
    return "" if value is None else f", for example {json.dumps(value, ensure_ascii=False)}"


def code_instead_of(value: str) -> str:
    """Return a code made of a value's words, as an example, for a field that takes a code of one's own choice."""
    code = "_".join(re.findall(r"[a-z0-9]+", value.lower()))
    return f", such as {code}" if code and value.isascii() and len(code) <= _SHORTEST_CODE else ""


def signs_not_in_word(value: str) -> str:
    """Return the signs of a value that a plain word may not have, each once, as a person reads them."""
    found = dict.fromkeys(_NOT_IN_WORD.findall(value))
    names = [
        "space" if sign == " " else sign if sign.isprintable() else "a character that nobody sees"
        for sign in found
    ]
    return ", ".join(dict.fromkeys(names))


def instead_of(value: str) -> str:
    """Return a value without the signs that a plain word may not have, as an example."""
    word = _NOT_IN_WORD.sub(" ", value).strip()
    return f", such as {'-'.join(word.split())}" if word and value.isascii() and len(value) <= 64 else ""
