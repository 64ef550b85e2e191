"""A problem: an unsuccessful answer, with a stable code and words for a person. ``http/problems`` makes the response.

The words of each code are in ``words/problems.toml``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import domain.payments.obligation
import domain.people.grants
import domain.people.who_may
import domain.relationship.rooms
import domain.term.decider  # noqa: F401 - the rooms say which codes forbid, once they are imported
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown
from api_gateway.services.advice_words import Advice
from domain.errors import RuleViolation, is_forbidden
from domain.languages import Language

RETRY_AFTER: Final = "2"
"""Seconds after which a client may send the same request again."""
WORDS: Final = Path(__file__).parents[1] / "words"


@cache
def words() -> Mapping[str, Any]:
    """Return the file of words: ``words`` by code (what happened, what to do), and ``status`` where it is not 409."""
    return tomllib.loads((WORDS / "problems.toml").read_text(encoding="utf-8"))


@cache
def words_in(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return what happened and what to do, by code, in a language; English is the API's, the others are for pages."""
    if language == Language.EN:
        english: Mapping[str, Mapping[str, str]] = words()["words"]
        return english
    return tomllib.loads((WORDS / f"problems_{language}.toml").read_text(encoding="utf-8"))


def in_words(code: str, advice: str = "", language: str = Language.EN) -> str:
    """Return what happened and what to do; ``advice`` replaces what the file says to do for any case of the code."""
    known = words_in(language).get(code)
    if known is None:
        return advice or f"{title_of(code)}."
    return f"{known['what']} {advice or known['do']}".rstrip()


def for_programs(code: str) -> str:
    """Return what only whoever writes a program needs to know about a code; a person does not read it."""
    return str(words()["words"].get(code, {}).get("program", ""))


def title_of(code: str) -> str:
    """Return the heading of a code: its own words, or the code as words."""
    if own := words()["words"].get(code, {}).get("title"):
        return str(own)
    title = code.replace("_", " ")
    return title[:1].upper() + title[1:]


def address_of(code: str) -> str:
    """Return where a code is explained: ``type`` of its problem (RFC 9457)."""
    return f"/v1/problems/{code}"


class Problem(Exception):
    """An unsuccessful answer. Its ``detail`` says what happened and what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        advice: str = "",
        *,
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
        recorded: str = "",
    ) -> None:
        """Set the parts.

        ``advice`` says what to do in this very case, instead of what the words of the code say. ``recorded`` is the
        journal's code if the caller is told less, as with another region. ``served_at`` is the address of the
        application that serves the caller, where this one does not.
        """
        super().__init__(code)
        self.recorded = recorded or code
        self.status = status
        self.code = code
        self.advice = advice
        self.detail = in_words(code, advice)
        self.for_programs = for_programs(code)
        self.errors = list(errors)
        self.headers = headers or {}
        self.served_at = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a problem pass from one process to another with all its parts."""
        return _with_parts, (vars(self),)

    def body(self) -> dict[str, Any]:
        """Return the JSON form, without the request's id."""
        body: dict[str, Any] = {
            "type": address_of(self.code),
            "title": title_of(self.code),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            body["errors"] = self.errors
        if self.for_programs:
            body["for_programs"] = self.for_programs
        if self.served_at:
            body["served_at"] = self.served_at
        return body


def _with_parts(parts: Mapping[str, Any]) -> Problem:
    problem = Problem.__new__(Problem, parts["code"])
    vars(problem).update(parts)
    return problem


_NUMBER: Final = re.compile(r"[0-9]{1,6}")
"""How a place in a list is written; any other text is the name of a field, whatever a client calls it."""


def place_in_words(parts: Sequence[str | int]) -> str:
    """Return the place of a value as a person reads it: ``terms.minutes``, or ``entry 2 of rows, place``."""
    words = ""
    for part in map(str, parts):
        if _NUMBER.fullmatch(part):
            words = f"entry {int(part) + 1} of {words}"
        else:
            words += ("" if not words else ", " if words.startswith("entry ") else ".") + part
    return words


def error_at(parts: Sequence[str | int], code: str, sentences: str, *, place: str = "") -> dict[str, str]:
    """Return one entry of ``errors``: where, and in sentences what is wrong there and what to do."""
    place = place or place_in_words(parts)
    return {
        "pointer": "/" + "/".join(map(str, parts)),
        "detail": f"{place}: {sentences}" if place else sentences,
        "code": code,
    }


def one_of(allowed: Sequence[str]) -> Advice:
    """Return the advice to write one of some values."""
    return Advice("one_of", allowed=", ".join(allowed))


def broken_rule(code: str, field: str = "", advice: str = "") -> Problem:
    """Return the problem of a broken rule: 404 outside the region, 403 for the wrong person, else 409."""
    if code in ("other_region", "not_found"):
        return Problem(404, "not_found", recorded=code)
    status = 403 if is_forbidden(code) else 409
    errors = [error_at(field.split("."), code, in_words(code, advice))] if field else ()
    return Problem(status, code, advice, errors=errors)


@contextmanager
def writes_as_problems() -> Iterator[None]:
    """Turn the refusal of a write, by a rule or because of what exists already or does not, into a problem."""
    try:
        yield
    except RuleViolation as broken:
        raise broken_rule(broken.code, broken.field) from None
    except AlreadyThere as there:
        raise Problem(409, there.code, there.advice) from None
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None


def unavailable(what: str) -> Problem:
    """Return the problem of a database or engine that does not answer; the same key may be sent again."""
    return Problem(503, f"{what}_unavailable", headers={"Retry-After": RETRY_AFTER})


def key_reused() -> Problem:
    """Return the problem of a key that the caller has used for something else; nothing was done."""
    return Problem(422, "key_reused")
