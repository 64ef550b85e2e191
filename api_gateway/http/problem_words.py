"""The catalog of problems: what each stable code means, which status it comes with, and what to do about it.

The words are in ``words/problems.toml``, and the ``type`` of a problem is their address. A test compares the catalog
with every place that raises a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from api_gateway.services.problem import address_of, broken_rule, for_programs, title_of, words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemWords:
    """The words for one code: ``what`` happened, what the reader can ``do``, and what a ``program`` needs to know."""

    code: str
    type: str
    title: str
    status: tuple[int, ...]
    what: str
    do: str
    program: str = ""


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
            program=for_programs(code),
        )
        for code, said in sorted(found["words"].items())
    }
