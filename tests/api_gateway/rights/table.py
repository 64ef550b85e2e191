"""The table of rights by route, as it is written by hand in `tests/architecture/routes.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.api_gateway.rights.asking import Route, Thing
from tests.api_gateway.rights.placed import ACTORS

TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parents[2] / "architecture" / "routes.toml").read_text(encoding="utf-8")
)
REACHES: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("own", "beside", "near"),
    "region": ("own", "beside"),
    "own": ("own",),
}
"""The scopes that each word of the table names."""


def rows() -> Mapping[str, Mapping[str, str]]:
    """Return the word of each actor by the name of each route."""
    found: dict[str, Mapping[str, str]] = {}
    for group in TABLE["rows"]:
        words = group["who"].split()
        assert len(words) == len(ACTORS), group
        for name in group["routes"]:
            assert name not in found, f"{name} stands twice"
            found[name] = dict(zip(ACTORS, words, strict=True))
    return found | dict(_act_pages(found))


def route_of(name: str) -> Route:
    """Return the route that a row of the table is about."""
    method, _, path = name.partition(" ")
    return Route(method, path, not path.startswith("/v1"))


def _act_pages(found: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the rows of the forms of acts: each lets in those whom the command of the API lets in.

    Whoever sees the subject and may not send the command is told so; ``sees`` says who sees it.
    """
    for group in TABLE["act_pages"]:
        sees = dict(zip(ACTORS, group["sees"].split(), strict=True))
        for name, words in found.items():
            api, _, act = name.rpartition("/")
            if api != f"POST {group['api']}" or act in group.get("no_acts", ()) or not _for_staff(words):
                continue
            row = {actor: _on_page(sees[actor], word) for actor, word in words.items()}
            for method in ("GET", "POST"):
                yield f"{method} {group['page']}/{act}", row


def _for_staff(words: Mapping[str, str]) -> bool:
    """Return whether anybody of the staff sends a command."""
    return any(words[actor] != "-" for actor in ("coordinator", "state_office", "payment_staff", "admin"))


def _on_page(sees: str, word: str) -> str:
    if sees == "-":
        return "-"
    return f"no:{sees}" if word == "-" else word


def expected(word: str, thing: Thing) -> str:
    """Return what a word of the table says about a thing: in, no (403) or unknown (404)."""
    if word in ("-", "none"):
        return {"-": "no", "none": "unknown"}[word]
    if word == "self":
        return "in" if thing.scope == "own" else "no"
    if word == "region:no":
        return {"far": "unknown", "near": "no"}.get(thing.scope, "in")
    refused = word.startswith("no:")
    here = thing.scope in REACHES[word.removeprefix("no:")]
    return ("no" if refused else "in") if here else "unknown"


def shown(word: str) -> set[str]:
    """Return the scopes of which a list shows something to whoever has this word."""
    return set() if word == "blank" else set(REACHES[word])
