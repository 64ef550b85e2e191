"""Sentences about values that do not fit: what is wrong with one, and what to write instead (``words/inputs.toml``)."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from api_gateway.services.problem import error_at
from domain.forms.model import AnswerFault, Field, FieldType, Form, number_range

OWN: Final = "Value error, "
"""How pydantic begins the words of a check of ours."""
_LONGEST_BEFORE: Final = 24
"""The most characters that an answer repeats of what stands before a fault."""
WORDS: Final = Path(__file__).parents[1] / "words" / "inputs.toml"


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def words_of(section: str) -> Mapping[str, str]:
    """Return the words of a section by their keys."""
    return _words()[section]


def sentence(section: str, key: str, **values: Any) -> str:
    """Return the words for a fault, filled in; for one without words of its own, those of any ``other``."""
    words = _words()[section]
    return (words.get(key) or words["other"]).format(**values)


def value_words(fault: Mapping[str, Any]) -> str:
    """Return the words for what pydantic found wrong with one value; our own checks have words of their own."""
    code, limits = str(fault["type"]), fault.get("ctx", {})
    if code == "value_error":
        return str(fault["msg"]).removeprefix(OWN)
    named = {"example": "", "meaning": "", "known": "", "allowed": str(limits.get("expected", ""))}
    return sentence("values", code, **{**limits, **named})


def json_words(text: str, at: int, message: str) -> str:
    """Return where a text that is not JSON breaks, and what to do, from the place and message of the library."""
    if text[:at].rstrip().endswith(",") and text[at : at + 1] in ("}", "]", ""):
        message = "comma"
    shown = text[max(at - _LONGEST_BEFORE, 0) : at].strip()
    before = f" (after {shown})" if shown and shown.isprintable() else ""
    return sentence("json", message if text.strip() or not at else "other", at=f"{at + 1}{before}")


def answer_error(form: Form, fault: AnswerFault, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return one entry of ``errors`` for an answer that does not fit its form; ``lists`` has the program's codes."""
    parts = fault.path.replace("[", ".").replace("]", "").split(".") if fault.path else []
    field, fields = _field_at(form, parts)
    values = _values_of(field, lists) if field is not None else {}
    told = sentence("answers", fault.code, fields=", ".join(fields), **values)
    return {**error_at(("answers", *parts), fault.code, told), "path": fault.path}


def text_error(name: str, code: str, limit: int) -> dict[str, str]:
    """Return one entry of ``errors`` for a text with something in it that no text may have."""
    return error_at((name,), code, sentence("answers", code, limit=limit))


def _field_at(form: Form, parts: Sequence[str]) -> tuple[Field | None, tuple[str, ...]]:
    """Return the field of a path, if there is one, and the fields that are known at its place."""
    field: Field | None = None
    fields = form.fields
    for part in parts:
        if part.isdigit():
            fields = field.columns if field is not None else ()
            continue
        field = next((each for each in fields if each.key == part), None)
    return field, tuple(each.key for each in fields)


def _values_of(field: Field, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    allowed = [option.code for option in field.options] or list(lists.get(field.codes_of, ()))
    least, most = number_range(field)
    if field.type is FieldType.ROWS:
        most = field.most_rows
    if field.type in (FieldType.CHOICES, FieldType.CODES):
        most = field.most or len(allowed)
    return {
        "kind": _words()["kinds"][field.type.value],
        "allowed": ", ".join(allowed),
        "least": least,
        "most": most,
        "limit": field.limit,
    }
