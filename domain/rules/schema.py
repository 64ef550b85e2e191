"""The JSON Schema (2020-12) of a program file, made from the dataclasses that read it, so the two cannot differ.

It says what each field is: its type, whether it is required, and the values it may have. Only `programs check` knows
the rules between fields and the meaning of a code. Dates are TOML dates in the file and strings in the schema.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from domain.calendar import Rhythm
from domain.languages import Language
from domain.money import CURRENCIES
from domain.rules.checks import codes, ladders, matching, money, values
from domain.rules.frame import Frame
from domain.rules.program import DeadlineKind, Rules
from domain.rules.program_file import CITING, NONE, OR_NONE, SAID, WORDS
from domain.rules.term import REGION_AUDIENCES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[Any, dict[str, Any]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    time: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"},
    Any: {},
}
_DAYS: Final = {"minimum": 1, "maximum": values.LONGEST_DAYS}
_MONTH_DAY: Final = {"pattern": "^[0-1][0-9]-[0-3][0-9]$"}
_YEARS: Final = {"minimum": 0, "maximum": 40}
_RHYTHM: Final = {"minimum": 1, "maximum": 365}
# By key path: the limits of a value beyond its type. The path of list items ends in [].
_LIMITS: Final[dict[str, dict[str, Any]]] = {
    "cycle.first": _MONTH_DAY,
    "cycle.last": _MONTH_DAY,
    "agreement.slowest_rhythm.every": _RHYTHM,
    "agreement.suggested_rhythm.every": _RHYTHM,
    "matching.still_looking_weeks": {"minimum": 1, "maximum": matching.MOST_WEEKS},
    "meetings.shortest_minutes": {"minimum": 1},
    "meetings.longest_minutes": {"minimum": 1},
    "meetings.minimum": {"minimum": 1},
    "meetings.minimum_face_to_face": {"minimum": 0},
    "intake.window_days": {"minimum": 0, "maximum": values.LONGEST_DAYS},
    "endings.forms_close_days": {"minimum": 0, "maximum": values.LONGEST_DAYS},
    "intake.course_months": {"minimum": 0, "maximum": 36},
    "matching.training_valid_years": _YEARS,
    "matching.mentor_years": _YEARS,
    "matching.mentor_away_years": _YEARS,
    "policies.mentor_capacity": {"minimum": 1, "maximum": 20},
    "money[].currency": {"enum": list(CURRENCIES)},
    "money[].payer_of_record": {"enum": list(money.PAYERS)},
    "money[].payee_kind": {"enum": list(money.PAYEES)},
    "money[].amount_minor": {"minimum": 0},
    "money[].installments[].percent": {"minimum": 1, "maximum": 100},
    "money[].tiers[].from_minutes": {"minimum": 0},
    "money[].pool_minor": {"minimum": 0},
    "money[].second_mentee_minor": {"minimum": 0},
    "money[].closes": {"pattern": "^([0-1][0-9]-[0-3][0-9])?$"},
    "money[].due_days": {"minimum": 0, "maximum": values.LONGEST_DAYS},
    "money[].evidence[]": {"enum": list(money.EVIDENCE)},
    "money[].proration_late_start": {"enum": list(money.PRORATIONS)},
    "money[].proration_early_end": {"enum": list(money.PRORATIONS)},
    "money[].rail": {"enum": list(money.RAILS)},
}

_OR_NONE: Final = frozenset((*OR_NONE, *(f"term_surveys.{audience}" for audience in REGION_AUDIENCES)))
"""Tables that a file must have, or set to ``none`` if the program has none."""


def schema() -> dict[str, Any]:
    """Return the schema of a program file."""
    made = _Maker()
    both = _both()
    properties = {name: made.table(name, kind) for name, (kind, _) in both.items()}
    properties["regions"] = {
        "type": "object",
        "description": "What a region sets for itself, by region code: only fields listed in overridable.",
        "additionalProperties": _Maker(partial=True, defs=made.defs).regional(),
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:mentorflow:program-file",
        "title": "A program file of mentorflow",
        "description": "One version of one program of an association: its rules, its words and its year.",
        "type": "object",
        "properties": properties,
        "required": [name for name, (_, required) in both.items() if required],
        "additionalProperties": False,
        "$defs": dict(sorted(made.defs.items())),
    }


def _both() -> dict[str, tuple[Any, bool]]:
    """Return the fields of a file, frame first: the type, and whether the field is required."""
    typed = (*_typed(Frame), *_typed(Rules))
    must = (*_OR_NONE, *SAID)
    both = {each.name: (kind, _required(each) or each.name in must) for each, kind in typed}
    # The schema of regions is made separately; the words of the Letter come from the labels and are not in the file.
    del both["regions"], both[WORDS]
    return both


def _typed(cls: type) -> Iterator[tuple[Field[Any], Any]]:
    hints = typing.get_type_hints(cls)
    return ((each, hints[each.name]) for each in fields(cls))


def _required(each: Field[Any]) -> bool:
    optional = each.default is not MISSING or each.default_factory is not MISSING
    return not optional


def _description(kind: type) -> str:
    """Return the docstring as one line; empty for a dataclass without one, which has only its signature."""
    text = " ".join((kind.__doc__ or "").split())
    return "" if text.startswith(f"{kind.__name__}(") else text


def _of_rules(path: str) -> bool:
    return path.split(".")[0].split("[")[0] in {each.name for each in fields(Rules)}


class _Maker:
    """A maker of schemas for types; enums become definitions."""

    def __init__(self, *, partial: bool = False, defs: dict[str, Any] | None = None) -> None:
        self.partial = partial
        self.defs: dict[str, Any] = {} if defs is None else defs

    def table(self, name: str, kind: Any) -> dict[str, Any]:
        """Return the schema of a field of the file; a table that cites has its requirement ids beside its fields."""
        made = self._cited(self.of(kind, name), name) if name in CITING else self.of(kind, name)
        return _or_none(made) if name in _OR_NONE else made

    def _cited(self, made: dict[str, Any], name: str) -> dict[str, Any]:
        cites = self.of(tuple[str, ...], "cites")
        if "additionalProperties" in made and made["additionalProperties"] is not False:
            return {
                **made,
                "properties": {**made.get("properties", {}), "cites": cites},
                "required": ["cites"],
            }
        return {
            **made,
            "properties": {"cites": cites, **made["properties"]},
            "required": ["cites", *made["required"]],
        }

    def regional(self) -> dict[str, Any]:
        """Return the schema of the rules with every field optional, without fields that no region may set."""
        whole = self.of(Rules, "")
        for name in ("program", "version", "money", WORDS):
            del whole["properties"][name]
        return whole

    def of(self, kind: Any, path: str) -> dict[str, Any]:
        """Return the schema of a type at a key path."""
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            made = self.of(next(arg for arg in args if arg is not type(None)), path)
            return _or_none(made) if path in _OR_NONE and path not in CITING else made
        if origin is tuple:
            return {"type": "array", "items": self.of(args[0], f"{path}[]"), **_list_limits(path, args[0])}
        if origin is not None:
            return self._mapping(args[1], path)
        if is_dataclass(kind):
            return self._object(typing.cast(type, kind), path)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._values(kind)
        return {**_TYPES[kind], **_value_limits(path, kind)}

    def _mapping(self, kind: Any, path: str) -> dict[str, Any]:
        made: dict[str, Any] = {"type": "object"}
        if path == "ladders":
            subjects = [each for each in DeadlineKind if each not in ladders.ACTS_ITSELF]
            made["description"] = "The rungs of each deadline that needs people to act, by its subject."
            made["properties"] = {each.value: self.of(kind, f"{path}.*") for each in subjects}
            made["additionalProperties"] = False
            needed = [each.value for each in subjects if each not in ladders.MAY_LACK_A_LADDER]
            made["required"] = [] if self.partial else needed
            return made
        if path == "aims.*":
            made["properties"] = {language.value: self.of(kind, f"{path}.*") for language in Language}
            return {**made, "required": [Language.EN.value], "additionalProperties": False}
        return {**made, "additionalProperties": self.of(kind, f"{path}.*")}

    def _object(self, cls: type, path: str) -> dict[str, Any]:
        partial = self.partial and cls is not Rhythm and "[]" not in path
        typed = tuple(_typed(cls))
        made: dict[str, Any] = {"type": "object"}
        if description := _description(cls):
            made["description"] = description
        join = f"{path}." if path else ""
        made["properties"] = {each.name: self.of(kind, join + each.name) for each, kind in typed}
        needed = [
            each.name
            for each, kind in typed
            if not partial
            and (
                join + each.name in _OR_NONE or (_required(each) and type(None) not in typing.get_args(kind))
            )
        ]
        return {**made, "required": needed, "additionalProperties": False}

    def _values(self, kind: type[Enum]) -> dict[str, Any]:
        name = f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}"
        made = {"description": _description(kind), "enum": [member.value for member in kind]}
        self.defs[name] = {key: value for key, value in made.items() if value}
        return {"$ref": f"#/$defs/{name}"}


def _or_none(made: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"const": NONE}, made]}


def _value_limits(path: str, kind: Any) -> Mapping[str, Any]:
    """Return the limits of a single value beyond its type, as the checks have them."""
    name = path.rsplit(".", 1)[-1]
    if name in ("program", "association", "version") and name == path:
        return {"pattern": _anchored(values.PATTERNS[name])}
    if name == "cites[]":
        return {"pattern": _anchored(values.PATTERNS["cite"])}
    if path in _LIMITS:
        return _LIMITS[path]
    if kind is int and name == "after_days":
        return {"minimum": 0, "maximum": values.LONGEST_DAYS}
    if kind is int and _of_rules(path) and "[]" not in path and name.endswith(("_days", "_days_before_end")):
        return _DAYS
    if kind is str and (
        (_is_code_list(path.removesuffix("[]")) and path.endswith("[]")) or path == "money[].kind"
    ):
        return {"pattern": _anchored(values.PATTERNS["code"])}
    return {}


def _list_limits(path: str, item: Any) -> dict[str, Any]:
    if path.rsplit(".", 1)[-1] == "cites":
        return {"minItems": 1}
    if item is not str or not _is_code_list(path):
        return {}
    return {"uniqueItems": True} if path in codes.MAY_BE_EMPTY else {"uniqueItems": True, "minItems": 1}


def _is_code_list(path: str) -> bool:
    """Return whether a list of texts at that path is a list of codes, as in the checks."""
    return _of_rules(path) and not path.startswith(("ladders", "money", "calendar"))


def _anchored(pattern: re.Pattern[str]) -> str:
    return f"^(?:{pattern.pattern})$"
