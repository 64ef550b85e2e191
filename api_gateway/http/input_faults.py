"""What is wrong with one value of a request, in words: never a pattern, a type's name or the text of a library."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel

from activities.adapters.files.roster.cells import PHONE
from api_gateway.http.command_bodies import marked_example
from api_gateway.http.input_hints import (
    code_instead_of,
    example_words,
    id_words,
    instead_of,
    signs_not_in_word,
)
from api_gateway.services.allowed_values import values_not_known
from api_gateway.services.input_words import OWN, json_words, sentence
from api_gateway.services.problem import error_at
from domain.rules.program import Rules

PATTERNS: Final = {
    "[0-9a-f]{32}": "id",
    "([0-9a-f]{32})?": "id",
    "[0-9a-f]{8,32}": "reference",
    "[0-9a-f]{64}": "digest",
    "(me|[0-9a-f]{32})": "someone",
    "[a-z0-9_]{1,64}": "code",
    "[a-z0-9_]{0,64}": "code",
    "[a-z0-9_]{1,32}": "code",
    "[a-z0-9_]+": "code",
    "[a-z0-9_]*": "code",
    "[a-z0-9]+(_[a-z0-9]+)*": "code",
    "[a-z0-9_, ]{0,2000}": "codes",
    "[a-z]{2,3}": "language",
    f"({PHONE})?": "phone",
    "[A-Za-z0-9._-]*": "member_number",
    "[A-Za-z0-9_-]{1,64}": "calendar_secret",
    "[A-Za-z0-9_-]{1,400}": "receipt",
    "[A-Za-z0-9._:/+-]*": "word",
}
"""What a pattern asks for; any other pattern keeps signs out of a text that nobody sees."""
_OWN_CODE: Final = "code"
"""The field for a code that the office chooses; any other code is one of a list."""
_LONGEST_QUOTED: Final = 40
"""The most characters of a value in an address that an answer repeats."""
Body = type[BaseModel] | None


def input_errors(
    request: Request, faults: Iterable[Mapping[str, Any]], *, sent: Any = None, rules: Rules | None = None
) -> list[dict[str, str]]:
    """Return the entries of ``errors`` for what the checks of a route found, and for codes that the rules do not have.

    ``sent`` is the body as it came, and ``rules`` are those of the program that the request is about, if it is known.
    """
    body = _body_of(request)
    found = [_error(request, fault, body, sent, rules) for fault in faults]
    if body is None or rules is None:
        return found
    named = {error["pointer"] for error in found}
    others = values_not_known(marked_example(body), sent, rules)
    return found + [error for error in others if error["pointer"] not in named]


def _error(
    request: Request, fault: Mapping[str, Any], body: Body, sent: Any, rules: Rules | None
) -> dict[str, str]:
    code, place = str(fault["type"]), list(fault["loc"])
    parts = place[1:]
    if code == "json_invalid":
        return error_at((), code, _of_json(fault, sent))
    if not parts and code != "value_error":
        return error_at((), code, _of_body(code, body, rules))
    in_body = place[0] == "body"
    said = _of_value(fault, code, parts, body if in_body else None, rules, _list_of(request, parts, in_body))
    return error_at(parts, code, said, place=_in_address(fault, parts) if place[0] == "path" else "")


def _in_address(fault: Mapping[str, Any], parts: Sequence[str | int]) -> str:
    """Return the place of a value in the path, and the value if it is short and can be read."""
    name, value = str(parts[0]), str(fault.get("input", ""))
    pattern = fault.get("ctx", {}).get("pattern", "").removeprefix("^").removesuffix("$")
    is_id = PATTERNS.get(pattern) in ("id", "reference", "someone")
    shown = f" (“{value}”)" if value.isprintable() and 0 < len(value) <= _LONGEST_QUOTED else ""
    return f"the {'id' if is_id else name.replace('_', ' ')} in the address{shown}"


def _list_of(request: Request, parts: Sequence[str | int], in_body: bool) -> str:
    """Return the words that say which list shows the ids that a place takes; nothing if no list does."""
    name = next((str(part) for part in reversed(parts) if isinstance(part, str)), "")
    noun = "" if in_body or name != "subject" else request.url.path.split("/")[2]
    return id_words(noun or name)


def _of_json(fault: Mapping[str, Any], sent: Any) -> str:
    """Return where a body breaks that cannot be read, and what to do about it."""
    at = int(fault["loc"][1]) if len(fault["loc"]) > 1 else 0
    text = sent if isinstance(sent, str) else ""
    return json_words(text, at, str(fault.get("ctx", {}).get("error", "")))


def _of_body(code: str, body: Body, rules: Rules | None) -> str:
    example = example_words(_marked(body, ()), rules) if body else ""
    if code == "missing":
        return sentence("body", "missing" if body else "missing_form", example=example)
    return sentence("body", "object", example=example)


def _of_value(
    fault: Mapping[str, Any],
    code: str,
    parts: Sequence[str | int],
    body: Body,
    rules: Rules | None,
    where: str,
) -> str:
    context = fault.get("ctx", {})
    name = str(parts[-1]) if parts else ""
    example = example_words(_marked(body, parts), rules, _choices_at(body, parts)) if body else ""
    if code == "string_too_short" and context["min_length"] == 1:
        return sentence("values", "string_empty")
    if code == "string_pattern_mismatch":
        form = context["pattern"].removeprefix("^").removesuffix("$")
        value = str(fault.get("input", ""))
        if PATTERNS.get(form) == "code" and name == "role_title":
            return sentence("patterns", "role_title")  # a code made of what was typed would repeat the slip
        if PATTERNS.get(form) == "code" and name == _OWN_CODE:
            return sentence("patterns", "own_code", instead=code_instead_of(value))
        meant = PATTERNS.get(form, "text")
        return sentence(
            "patterns",
            "id" if where and meant == "word" else meant,
            example=example,
            where=where,
            signs=signs_not_in_word(value),
            instead=instead_of(value),
        )
    if code == "value_error":
        return str(fault["msg"]).removeprefix(OWN)
    if code == "extra_forbidden" and (elsewhere := getattr(body, "elsewhere", {}).get(name)):
        return sentence("values", "elsewhere", how=elsewhere)
    meaning = sentence("meanings", name) if code == "missing" else ""
    said = sentence(
        "values",
        code,
        example="" if where else example,
        meaning=f": {meaning}" if meaning else "",
        known=_known(name, _fields_at(body, parts[:-1])) if body else "",
        allowed=", ".join(re.findall(r"'([^']*)'", str(context.get("expected", "")))),
        **{name: value for name, value in context.items() if isinstance(value, (int, float))},
    )
    return said + where if code in ("missing", "string_type") else said


def _known(name: str, fields: Sequence[str]) -> str:
    """Return advice about the fields that are known in the place of one that is not."""
    close = get_close_matches(name, fields, n=1, cutoff=0.7)
    meant = f". Did you mean {close[0]}?" if close else "."
    return f"{meant} The fields here are: {', '.join(fields)}" if fields else ""


def _marked(body: type[BaseModel], parts: Sequence[str | int]) -> Any:
    """Return the value of a body's example in a place, with its marks; None if it has none there."""
    example: Any = marked_example(body)
    for part in parts:
        if isinstance(example, list) and isinstance(part, int):
            example = example[0] if example else None
        else:
            example = example.get(part) if isinstance(example, Mapping) else None
    return example


def _choices_at(body: type[BaseModel], parts: Sequence[str | int]) -> tuple[str, ...]:
    """Return the values that a field takes if its own type lists them."""
    return tuple(str(each) for each in _schema_at(body, parts).get("enum", ()))


def _fields_at(body: type[BaseModel], parts: Sequence[str | int]) -> tuple[str, ...]:
    """Return the names of the fields that a body knows in a place."""
    return tuple(_schema_at(body, parts).get("properties", ()))


def _schema_at(body: type[BaseModel], parts: Sequence[str | int]) -> Mapping[str, Any]:
    """Return the schema of a place in a body; an empty one for a place that it does not know."""
    whole = _schema_of(body)
    here: Mapping[str, Any] = whole
    for part in parts:
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
        here = next((each for each in here.get("anyOf", ()) if each.get("type") != "null"), here)
        here = whole.get("$defs", {}).get(here.get("$ref", "").rpartition("/")[2], here)
    return here


def _body_of(request: Request) -> Body:
    """Return the model of the body that a route takes as JSON."""
    field = getattr(request.scope.get("route"), "body_field", None)
    kind = field.field_info.annotation if field is not None else None
    json_body = (
        isinstance(kind, type) and issubclass(kind, BaseModel) and not kind.__name__.startswith("Body_")
    )
    return kind if json_body else None


@cache
def _schema_of(body: type[BaseModel]) -> Mapping[str, Any]:
    return body.model_json_schema()
