"""Request bodies generated from command classes: what the domain needs, minus what the gateway already knows."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, Strict, create_model

from api_gateway.http.examples import in_program_terms, value_of
from api_gateway.http.fields import Answers, Day, Hour, Id, Instant, OptionalWords, Sealed, StrictBody, Words
from domain.actors import StaffReason
from domain.journal import Document
from domain.messages import By, Command

_SUPPLIED = {"id", "actor"}
_BODIES: Final[dict[type[Command], type[BaseModel]]] = {}
_EXAMPLES: Final[dict[type[BaseModel], Mapping[str, Any]]] = {}
"""The examples of the bodies of commands, with their marks."""
FOR_A_PERSON: Final[Mapping[str, Any]] = {"acting_for": Id, "reason": StaffReason}
"""What staff add to a command that they send for a person: whom they act for, and how that person told them."""
SEALED_DOCUMENT = Document | None
"""The type of a command's text that is sealed for one reader: people send text, the command holds the document."""


def body_of(kind: type[Command]) -> type[BaseModel]:
    """Return the request model of a command: its fields, strict, and no others. Documents arrive as their content."""
    if kind not in _BODIES:
        _BODIES[kind] = _made(kind)
    return _BODIES[kind]


def _made(kind: type[Command]) -> type[BaseModel]:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in _SUPPLIED:
            continue
        if hints[field.name] == SEALED_DOCUMENT:
            fields[field.name] = (Sealed, "")
            continue
        if field.name in kind.texts:
            needed = field.default is dataclasses.MISSING
            fields[field.name] = (Words, ...) if needed else (OptionalWords, field.default)
            continue
        if field.name in kind.drafted:
            fields[field.name] = (Answers | None, None)
            continue
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        default = ... if required else field.default
        fields[field.name] = (_strict(hints[field.name]), default)
    if kind.aside:
        fields[kind.aside] = (Sealed, "")
    if kind.by is By.OWN_OR_STAFF:
        fields |= {name: (of | None, None) for name, of in FOR_A_PERSON.items()}
    texts = {name: "" for name, (of, _) in fields.items() if of is Sealed}
    without = {**texts, **dict.fromkeys(name for name in FOR_A_PERSON if name not in hints)}
    given = {
        **{name: value_of(hints[name]) for name in fields if name not in without},
        **without,
        **kind.example,
    }
    example = {name: given[name] for name in fields}

    def add_example(schema: dict[str, Any]) -> None:
        schema["examples"] = [in_program_terms(example)]

    config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra=add_example)
    body = create_model(f"{kind.__name__}Body", __config__=config, __doc__=kind.__doc__, **fields)
    _EXAMPLES[body] = example
    return body


def marked_example(body: type[BaseModel]) -> Mapping[str, Any]:
    """Return the example of a body with marks for what a program's file says."""
    return body.marked_example() if issubclass(body, StrictBody) else _EXAMPLES.get(body, {})


def _strict(kind: Any) -> Any:
    if kind is Document:
        return Answers
    if kind is datetime:
        return Instant
    if kind is date:
        return Day
    if (given := _unless_left_out(kind)) is not None:
        return _strict(given) | None
    if kind is time:
        return Hour
    if kind in (int, bool):
        return Annotated[kind, Strict()]
    if kind is str:
        return Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._:/+-]*$")]
    if kind == tuple[str, ...]:
        return Annotated[
            list[Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+$")]], Field(max_length=64)
        ]
    if (row := _row_of(kind)) is not None:
        return Annotated[list[shape_of(row)], Field(max_length=64)]  # type: ignore[misc]  # made at run time
    if dataclasses.is_dataclass(kind):
        return shape_of(typing.cast(type, kind))
    return kind


def _unless_left_out(kind: Any) -> Any:
    """Return the type of a field that may be left out, such as ``int | None``; None for every other field."""
    if typing.get_origin(kind) is not types.UnionType:
        return None
    given = [each for each in typing.get_args(kind) if each is not types.NoneType]
    return given[0] if len(given) == 1 and len(typing.get_args(kind)) == 2 else None


def _row_of(kind: Any) -> type | None:
    """Return the dataclass of the rows that a field holds, else None."""
    inner = typing.get_args(kind)[:1] if typing.get_origin(kind) is tuple else ()
    return inner[0] if inner and isinstance(inner[0], type) and dataclasses.is_dataclass(inner[0]) else None


@cache
def shape_of(kind: type) -> type[BaseModel]:
    """Return the model of a value inside a command, as strict as the body around it: it refuses unknown fields."""
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {
        field.name: (
            _strict(hints[field.name]),
            ... if field.default is dataclasses.MISSING else field.default,
        )
        for field in dataclasses.fields(kind)
    }
    return create_model(
        kind.__name__,
        __config__=ConfigDict(extra="forbid", str_strip_whitespace=True),
        __doc__=kind.__doc__,
        **fields,
    )


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """Return the types of the fields of a class."""
    return typing.get_type_hints(kind)


def _value(kind: Any, parsed: Any) -> Any:
    """Return a parsed value as the command has it: lists as tuples, and inner values in their own classes."""
    if isinstance(parsed, BaseModel) and dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        names = type(parsed).model_fields
        return typing.cast(type, kind)(**{name: _value(hints[name], getattr(parsed, name)) for name in names})
    if isinstance(parsed, list):
        row = _row_of(kind)
        return tuple(each if row is None else _value(row, each) for each in parsed)
    return parsed


def command_from(kind: type[Command], body: BaseModel, **supplied: Any) -> Command:
    """Return the command made from a parsed body and what the gateway supplies."""
    beside = (kind.aside, *(FOR_A_PERSON if kind.by is By.OWN_OR_STAFF else ()))
    values = {name: getattr(body, name) for name in type(body).model_fields if name not in beside}
    hints = _hints(typing.cast(type, kind))
    values = {name: _value(hints.get(name), value) for name, value in values.items()}
    return kind(**{**values, **supplied})


def sealed_texts(kind: type[Command], body: BaseModel) -> dict[str, str]:
    """Return the texts of a body that are sealed for a reader, by the command's field; empty ones too."""
    hints = typing.get_type_hints(kind)
    return {name: getattr(body, name) for name, of in hints.items() if of == SEALED_DOCUMENT}


def kebab(name: str) -> str:
    """Return ``LogMeeting`` as ``log-meeting``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
