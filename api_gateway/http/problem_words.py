"""The catalog of problems: what each stable code means, which status it comes with, and what to do about it.

The words are in ``words/problems.toml``, and the ``type`` of a problem is their address. A test compares the catalog
with every place that raises a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from api_gateway.services.problem import address_of, broken_rule, title_of, words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemWords:
    """The words for one code: ``what`` says what happened, ``do`` what the reader can do."""

    code: str
    type: str
    title: str
    status: tuple[int, ...]
    what: str
    do: str


@cache
def catalog() -> Mapping[str, ProblemWords]:
    """Return all problems by code, in alphabetical order."""
    found = words()
    return {
        code: ProblemWords(
            code=code,
            type=address_of(code),
            title=title_of(code),
            status=tuple(found["status"].get(code, (broken_rule(code).status,))),
            what=said["what"],
            do=said["do"],
        )
        for code, said in sorted(found["words"].items())
    }
