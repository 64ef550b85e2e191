"""What is wrong with one value of a request, in words: never a pattern, a type's name or the text of a library."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel

from activities.adapters.files.roster.cells import PHONE
from api_gateway.services.input_words import sentence
from api_gateway.services.problem import error_at

PATTERNS: Final = {
    "[0-9a-f]{32}": "id",
    "[0-9a-f]{8,32}": "reference",
    "(me|[0-9a-f]{32})": "someone",
    "[a-z0-9_]{1,64}": "code",
    "[a-z0-9_]{1,32}": "code",
    "[a-z0-9_]+": "code",
    "[a-z0-9_]*": "code",
    "[a-z]{2,3}": "language",
    f"({PHONE})?": "phone",
    "[A-Za-z0-9._-]*": "member_number",
    "[A-Za-z0-9._:/+-]*": "word",
}
"""What a pattern asks for; any other pattern keeps signs out of a text that nobody sees."""
_SAID: Final = "Value error, "
"""How pydantic begins the words of a check of ours."""
Body = type[BaseModel] | None


def input_errors(request: Request, faults: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the entries of ``errors`` for what the checks of a route found."""
    body = _body_of(request)
    return [_error(fault, body) for fault in faults]


def _error(fault: Mapping[str, Any], body: Body) -> dict[str, str]:
    code, place = str(fault["type"]), list(fault["loc"])
    parts = place[1:]
    if code == "json_invalid":
        return error_at((), code, sentence("values", code, at=int(parts[0]) + 1 if parts else 1))
    if not parts and code != "value_error":
        return error_at((), code, _of_body(code, body))
    return error_at(parts, code, _of_value(fault, code, parts, body if place[0] == "body" else None))


def _of_body(code: str, body: Body) -> str:
    example = _as_example(_example_of(body)) if body else ""
    if code == "missing":
        return sentence("body", "missing" if body else "missing_form", example=example)
    return sentence("body", "object", example=example)


def _of_value(fault: Mapping[str, Any], code: str, parts: Sequence[str | int], body: Body) -> str:
    context = fault.get("ctx", {})
    if code == "string_too_short" and context["min_length"] == 1:
        return sentence("values", "string_empty")
    if code == "string_pattern_mismatch":
        form = context["pattern"].removeprefix("^").removesuffix("$")
        return sentence("patterns", PATTERNS.get(form, "text"))
    if code == "value_error":
        return str(fault["msg"]).removeprefix(_SAID)
    example = _at(_example_of(body), parts) if body else None
    return sentence(
        "values",
        code,
        example=_as_example(example),
        known=_known(str(parts[-1]), _fields_at(body, parts[:-1])) if body else "",
        allowed=", ".join(re.findall(r"'([^']*)'", str(context.get("expected", "")))),
        **{name: value for name, value in context.items() if isinstance(value, (int, float))},
    )


def _known(name: str, fields: Sequence[str]) -> str:
    """Return advice about the fields that are known in the place of one that is not."""
    close = get_close_matches(name, fields, n=1, cutoff=0.7)
    meant = f". Did you mean {close[0]}?" if close else "."
    return f"{meant} The fields here are: {', '.join(fields)}" if fields else ""


def _as_example(value: Any) -> str:
    return "" if value is None else f", for example {json.dumps(value, ensure_ascii=False)}"


def _at(example: Any, parts: Sequence[str | int]) -> Any:
    """Return the value of an example in a place."""
    for part in parts:
        if isinstance(example, list) and isinstance(part, int):
            example = example[0] if example else None
        else:
            example = example.get(part) if isinstance(example, Mapping) else None
    return example


def _fields_at(body: type[BaseModel], parts: Sequence[str | int]) -> tuple[str, ...]:
    """Return the names of the fields that a body knows in a place."""
    whole = _schema_of(body)
    here: Mapping[str, Any] = whole
    for part in parts:
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
        here = next((each for each in here.get("anyOf", ()) if each.get("type") != "null"), here)
        here = whole.get("$defs", {}).get(here.get("$ref", "").rpartition("/")[2], here)
    return tuple(here.get("properties", ()))


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


def _example_of(body: type[BaseModel]) -> Mapping[str, Any]:
    """Return the example of a body, as the API documents show it."""
    found: Mapping[str, Any] = (_schema_of(body).get("examples") or [{}])[0]
    return found
