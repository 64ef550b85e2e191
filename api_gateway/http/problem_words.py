"""The catalog of problems: what each stable code means, which status it comes with, and what to do about it.

The words stand in ``words/problems.toml``, and ``type`` of a problem leads to them. A test holds the catalog against
every place that raises a code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from api_gateway.services.problem import address_of, broken_rule, title_of

WORDS: Final = Path(__file__).parents[1] / "words" / "problems.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemWords:
    """One code. ``what`` says what happened, ``do`` what the reader of it can do."""

    code: str
    type: str
    title: str
    status: tuple[int, ...]
    what: str
    do: str


@cache
def catalog() -> Mapping[str, ProblemWords]:
    """All problems by code, in the order of the alphabet."""
    found = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {
        code: ProblemWords(
            code=code,
            type=address_of(code),
            title=title_of(code),
            status=tuple(found["status"].get(code, (broken_rule(code).status,))),
            what=words["what"],
            do=words["do"],
        )
        for code, words in sorted(found["words"].items())
    }
