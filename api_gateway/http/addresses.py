"""Words for an address that nothing has, and for a method that an address does not take."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from fastapi import Request
from fastapi.routing import APIRoute

from api_gateway.http.auth import TokenFirst, routes_of
from api_gateway.services.input_words import sentence, words_of

_MOST_NAMES: Final = 16
"""The most parts of an address that an answer lists."""
Templates = Mapping[tuple[str, ...], tuple[str, ...]]


def nothing_here(request: Request) -> str:
    """Return what to say of an address that nothing has: what may be meant, and which lists there are."""
    known = _templates(request)
    parts = _parts(request.url.path)
    depth = max((_fits(path, parts) for path in known), default=0)
    name = parts[depth] if depth < len(parts) else ""
    name = name if re.fullmatch(r"[\w-]{1,40}", name) else ""
    near = [path for path in known if _fits(path, parts) == depth and len(path) > depth]
    meant = _meant(name, (path[depth] for path in near))
    if depth > 1 and name:
        noun = parts[1].replace("-", " ")
        return sentence(
            "addresses", "below", name=name, noun=noun, meant=_address(meant, near, parts, depth)
        ).strip()
    said = sentence("addresses", "meant", meant=meant) if meant else ""
    key = "none_in_list" if depth == 1 and name else "none"
    return sentence("addresses", key, name=name, meant=said, lists=", ".join(_lists(request)))


def other_methods(request: Request) -> str:
    """Return what to do instead of what an address does not take."""
    if request.method == "DELETE":
        return sentence("addresses", "delete")
    parts = _parts(request.url.path)
    return words_of("instead").get(parts[1] if len(parts) > 1 else "", sentence("addresses", "method"))


def methods_here(request: Request) -> str:
    """Return which methods an address takes, for whoever writes a program."""
    takes = sentence("addresses", "takes", methods=", ".join(allowed_methods(request)) or "nothing")
    return f"{takes} {sentence('addresses', 'documents')}"


def allowed_methods(request: Request) -> list[str]:
    """Return the methods that an address takes, those of all its routes."""
    parts = _parts(request.url.path)
    found = {
        method
        for path, methods in _templates(request).items()
        if len(path) == len(parts) == _fits(path, parts)
        for method in methods
    }
    return sorted(found)


def page_above(request: Request) -> str:
    """Return the nearest page above an address that only takes forms; empty if there is none.

    Whoever goes back to what such an address answered asks for it.
    """
    pages = [
        each
        for each in routes_of(request.app.routes)
        if isinstance(each, APIRoute) and not isinstance(each, TokenFirst) and "GET" in (each.methods or ())
    ]
    parts = _parts(request.url.path)
    above = ("/" + "/".join(parts[:length]) for length in range(len(parts) - 1, -1, -1))
    return next((path for path in above if any(each.path_regex.match(path) for each in pages)), "")


def _address(meant: str, near: Sequence[tuple[str, ...]], parts: Sequence[str], depth: int) -> str:
    """Return which address may be meant below another, else what there is.

    It has the ids of the address that was sent, so that it can be copied.
    """
    if meant:
        whole = next(path for path in sorted(near, key=len, reverse=True) if path[depth] == meant)
        return sentence("addresses", "meant", meant=f"{meant}: {_shown(whole, parts, depth)}")
    names = sorted({path[depth] for path in near if not path[depth].startswith("{")})
    return sentence("addresses", "there_is", names=", ".join(names)) if 0 < len(names) <= _MOST_NAMES else ""


def _lists(request: Request) -> list[str]:
    """Return the names of the lists that people with a role may read."""
    paths = request.app.openapi()["paths"]
    return sorted(
        path.removeprefix("/v1/")
        for path, found in paths.items()
        if path.count("/") == 2 and found.get("get", {}).get("x-roles")
    )


def _shown(path: Sequence[str], parts: Sequence[str], depth: int) -> str:
    """Return a template as a command takes it, with the parts that were sent in its open places."""
    sent = dict(enumerate(parts))
    filled = [
        sent.get(at, each.strip("{}").upper()) if each.startswith("{") or at < depth else each
        for at, each in enumerate(path)
    ]
    return "/".join(filled[1:])


def _meant(name: str, names: Iterable[str]) -> str:
    """Return the name that may be meant: what people call it, or one that is written alike."""
    known = {each for each in names if not each.startswith("{")}
    called = words_of("synonyms").get(name.lower(), "")
    close = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.7)
    return called if called in known else close[0] if close else ""


def _templates(request: Request) -> Templates:
    """Return the addresses of the API by their parts, with the methods that each takes."""
    paths = request.app.openapi()["paths"]
    return {tuple(_parts(path)): tuple(method.upper() for method in found) for path, found in paths.items()}


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _fits(path: Sequence[str], parts: Sequence[str]) -> int:
    """Return how many first parts of an address fit a template."""
    fit = 0
    for mine, theirs in zip(path, parts, strict=False):
        if mine != theirs and not mine.startswith("{"):
            break
        fit += 1
    return fit
