"""Frozen dataclasses to plain JSON values and back, with every fault named by its path.

One codec serves journal bodies, rules in start inputs, and program files, so that what can be written can be read.
Supported field types: ``str``, ``int``, ``bool``, enums of strings, ``date``, ``datetime`` (aware), ``tuple[T, ...]``,
``Mapping[str, T]`` (with ``FLAT`` its items are next to the other fields), dataclasses, and ``T | None`` (absent when
None: a value is there or it is not; null is unknown).
"""

import dataclasses
import json
import types
import typing
from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar

from domain.fault_words import NO_OBJECT, NO_TABLE, missing, unknown_keys, wrong

T = TypeVar("T")
PLAIN: Final = (str, int, bool, type(None))
"""The types of most values; what has one of them is in plain form already."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a value: where (``a.b[2].c``) and what to write instead."""

    path: str
    problem: str


class CodecError(ValueError):
    """A value that does not fit its type; ``faults`` lists all that is wrong, in the order of the fields."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.problem}" for fault in faults))
        self.faults = faults


def instant_text(value: datetime) -> str:
    """An instant as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``; a naive one is refused."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


FLAT: Final = {"flat": True}
"""Metadata of a field that is a mapping: its items are next to the other fields of the object."""


LATER: Final = {"later": True}
"""Metadata of a field that was added after runs had recorded what they pass to activities, None for all of them.

What a run passes on is compared byte for byte when it is replayed, so these fields leave no trace when they are None.
Canonical text leaves out every None; ``left_out`` says the same to the converter of payloads.
"""


def left_out(value: Any) -> dict[Any, Any]:
    """Return which fields of a value, and of the values in it, are left out of a payload, as nested keys."""
    if isinstance(value, tuple | list):
        below = {number: left_out(item) for number, item in enumerate(value)}
        return {number: found for number, found in below.items() if found}
    cls = type(value)
    if not dataclasses.is_dataclass(cls) or not _may_leave_out(cls):
        return {}
    found: dict[Any, Any] = {}
    for each in dataclasses.fields(cls):
        item = getattr(value, each.name)
        if item is None and "later" in each.metadata:
            found[each.name] = True
        elif below := left_out(item):
            found[each.name] = below
    return found


@cache
def _may_leave_out(cls: type) -> bool:
    """Return whether a dataclass, or a type that it names, has a field that was added later."""
    return any("later" in each.metadata for kind in _named_by(cls) for each in dataclasses.fields(kind))


def _named_by(cls: Any) -> set[Any]:
    """Return a dataclass and all dataclasses that the types of its fields name."""
    found: set[Any] = set()
    waiting: list[Any] = [cls]
    while waiting:
        kind = waiting.pop()
        if dataclasses.is_dataclass(kind) and kind not in found:
            found.add(kind)
            waiting.extend(typing.get_type_hints(kind).values())
        waiting.extend(typing.get_args(kind))
    return found


def to_plain(value: Any) -> Any:
    """Return the JSON form of a value: dataclasses become objects, None fields are left out."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        return [item if type(item) in PLAIN else to_plain(item) for item in value]
    if names := _names(typing.cast(Hashable, kind)):
        plain: dict[str, Any] = {}
        for name, flat in names:
            item = getattr(value, name)
            if flat:
                plain.update(to_plain(item))
            elif item is not None:
                plain[name] = item if type(item) in PLAIN else to_plain(item)
        return plain
    if kind is not type and dataclasses.is_dataclass(kind):
        return {}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(cls: type[T], data: Any, *, strict: bool = False, path: str = "") -> T:
    """Read ``data`` as an instance of the dataclass ``cls``.

    ``strict`` refuses unknown keys (program files); otherwise they are ignored (messages may grow).
    Raises ``CodecError`` with all faults.
    """
    faults: list[Fault] = []
    value = _read(cls, data, path, faults, strict)
    if faults:
        raise CodecError(tuple(faults))
    return typing.cast(T, value)


@cache
def _names(cls: Hashable) -> tuple[tuple[str, bool], ...]:
    """Return the names of a dataclass's fields, and of each whether its items are next to the others.

    Another class has none.
    """
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        return ()
    return tuple((field.name, bool(field.metadata.get("flat"))) for field in dataclasses.fields(cls))


def _flat_field(cls: type) -> str:
    """Return the name of the field whose items are next to the others; an empty text for none."""
    return next((name for name, flat in _names(cls) if flat), "")


@cache
def _fields(cls: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = typing.get_type_hints(cls)
    return tuple(
        (
            field.name,
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(cls)
    )


@cache
def _field_names(cls: type) -> frozenset[str]:
    return frozenset(name for name, _, _ in _fields(cls))


@cache
def _shape(kind: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """Return the origin and arguments of a type, and whether it is a dataclass."""
    return typing.get_origin(kind), typing.get_args(kind), dataclasses.is_dataclass(kind)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _read_object(cls: type, data: Any, path: str, faults: list[Fault], strict: bool) -> Any:
    if not isinstance(data, Mapping):
        faults.append(Fault(path, NO_OBJECT))
        return None
    known = _field_names(cls)
    if flat := _flat_field(cls):
        beside = {key: item for key, item in data.items() if key not in known}
        data = {**{key: item for key, item in data.items() if key in known}, flat: beside}
    elif strict and (unknown := [key for key in data if key not in known]):
        words = unknown_keys(unknown, known - data.keys())
        faults.extend(Fault(_join(path, key), problem) for key, problem in words)
    values = {}
    before = len(faults)
    for name, kind, required in _fields(cls):
        if name in data:
            here = path if name == flat else _join(path, name)
            values[name] = _read(kind, data[name], here, faults, strict)
        elif required:
            if type(None) in typing.get_args(kind):
                values[name] = None
            else:
                faults.append(Fault(_join(path, name), missing(kind)))
    if len(faults) > before:
        return None
    try:
        return cls(**values)
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None


def _read(kind: Any, data: Any, path: str, faults: list[Fault], strict: bool) -> Any:
    if kind is Any:
        return data
    origin, args, has_fields = _shape(kind)
    if origin in (typing.Union, types.UnionType):
        kind = next(arg for arg in args if arg is not type(None))
        return _read(kind, data, path, faults, strict)
    if origin is tuple:
        if not isinstance(data, list | tuple):
            faults.append(Fault(path, wrong(kind)))
            return ()
        return tuple(_read(args[0], item, f"{path}[{n}]", faults, strict) for n, item in enumerate(data))
    if origin is not None:
        if not isinstance(data, Mapping):
            faults.append(Fault(path, NO_TABLE))
            return {}
        return {key: _read(args[1], item, _join(path, key), faults, strict) for key, item in data.items()}
    if has_fields:
        return _read_object(typing.cast(type, kind), data, path, faults, strict)
    return _read_scalar(kind, data, path, faults)


def _read_scalar(kind: Any, data: Any, path: str, faults: list[Fault]) -> Any:
    try:
        if issubclass(kind, Enum):
            return kind(data)
        if kind is datetime:
            value = datetime.fromisoformat(data) if isinstance(data, str) else data
            if isinstance(value, datetime) and value.tzinfo is not None:
                return value.astimezone(UTC)
        elif kind is date:
            value = date.fromisoformat(data) if isinstance(data, str) else data
            if type(value) is date:
                return value
        elif kind is time:
            value = time.fromisoformat(data) if isinstance(data, str) else data
            if isinstance(value, time):
                return value
        elif type(data) is kind:
            return data
    except ValueError:
        pass
    faults.append(Fault(path, wrong(kind)))
    return None


def text_of(value: Any) -> str:
    """Return a value's plain form as text that is the same everywhere: sorted keys, no spaces, ASCII."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def value_of(cls: type[T], text: str) -> T:
    """Return the value that ``text_of`` wrote."""
    return from_plain(cls, json.loads(text))
