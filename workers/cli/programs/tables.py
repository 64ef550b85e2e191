"""A program file as a person reads it: table by table, each value with its words and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.program_files import SHIPPED, read_file, shipped_files
from activities.adapters.files.toml_lines import ours_of
from domain.codec import to_plain
from domain.money import Money
from domain.rules.overrides import override_paths
from domain.rules.program_file import WORDS, ProgramFile, not_executed

_KEYS: Final = ("kind", "id", "code", "name", "key")
_INLINE: Final = 4  # a table with at most so many single values is shown in one line
_BESIDE: Final = ("program", "version", "title", "overridable", "labels", "regions", WORDS)


class NoProgram(ValueError):
    """No shipped program has that id, and there is no file at that path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A program file that was named, the region whose rules are meant, and the text of the file."""

    file: ProgramFile
    region: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One field: its key path and value, the words for its codes, and where the value comes from."""

    path: str
    value: Any
    words: Mapping[str, str]
    ours: bool
    overridable: bool
    regions: Mapping[str, Any]
    program: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a file: requirement ids, fields, and what of it is not executed yet."""

    name: str
    cites: tuple[str, ...]
    values: tuple[Value, ...]
    not_executed: tuple[str, ...]


def chosen(named: str, region: str = "") -> Chosen:
    """Return the program named by id or path, with ``@region`` after it for the rules of one region.

    Raises:
        NoProgram: It is neither an id of a shipped program nor a file.
        ProgramFileError: The file cannot be used.
    """
    name, _, own = named.partition("@") if not Path(named).exists() else (named, "", "")
    path = Path(name)
    if not path.is_file() and "/" not in name:
        path = SHIPPED / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(each.stem for each in shipped_files())
        raise NoProgram(f"{name} is not a program; write the path of a file, or one of {known}")
    return Chosen(file=read_file(path), region=region or own, text=path.read_text())


def tables(choice: Chosen) -> tuple[Table, ...]:
    """Return the tables of a program, in the order of its schema, with the rules of the region that was chosen."""
    file = choice.file
    ours = ours_of(choice.text)
    plain, base = _plain(file, choice.region), _plain(file, "")
    late = not_executed(file)
    found = []
    for name, below in plain.items():
        if name in _BESIDE:
            continue
        for number, part in enumerate(below) if name == "money" else ((-1, below),):
            here = f"{name}[{number}]" if number >= 0 else name
            made = tuple(
                _value(file, path, value, base, ours, choice.region)
                for path, value in _leaves(part, here)
                if path != f"{here}.cites"
            )
            waits = tuple(what for where, what in late if where == here)
            cites = file.citations.get(here, ())
            found.append(Table(name=here, cites=cites, values=made, not_executed=waits))
    return tuple(found)


def keyed(choice: Chosen) -> dict[str, Any]:
    """Return every value of a file by a key that does not change when something is added before it.

    Items of a list of tables go by their own name where they have one, and by their number where not.
    """
    plain = _plain(choice.file, choice.region)
    del plain[WORDS]
    if choice.region:
        del plain["regions"]
    for name, cites in choice.file.citations.items():
        if "[" not in name:
            plain[name] = {**plain[name], "cites": list(cites)}
    return dict(_by_key(plain, ""))


def _plain(file: ProgramFile, region: str) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(file.frame) | to_plain(file.rules_for(region))
    return plain


def _by_key(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _by_key(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for name, item in zip(_names(value), value, strict=True):
            yield from _by_key(item, f"{path}[{name}]")
    else:
        yield path, value


def _names(items: list[Mapping[str, Any]]) -> list[str]:
    for key in _KEYS:
        names = [item.get(key) for item in items]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return [str(name) for name in names]
    return [str(number) for number in range(len(items))]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a table, down to what fits in one line."""
    if isinstance(value, Mapping) and not _short(value):
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}")
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    else:
        yield path, value


def _short(value: Mapping[str, Any]) -> bool:
    single = all(not isinstance(item, Mapping | list) for item in value.values())
    return single and 0 < len(value) <= _INLINE and not {"every", "after_days", "first"}.isdisjoint(value)


def _value(
    file: ProgramFile, path: str, value: Any, base: Mapping[str, Any], ours: frozenset[str], region: str
) -> Value:
    codes = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
    words = {code: file.frame.labels[code] for code in codes if code in file.frame.labels}
    if path.endswith("_minor") and value:
        currency = file.rules.money[int(path.split("[")[1].split("]")[0])].currency
        words = {str(value): Money(currency=currency, minor=value).text}
    sets = {
        code: _at(own, path)
        for code, own in file.frame.regions.items()
        if any(path == each or path.startswith(f"{each}[") for each in override_paths(own))
    }
    own_value = region in sets
    named = f"regions.{region}.{path}" if own_value else path
    inside = isinstance(value, Mapping) and all(f"{named}.{key}" in ours for key in value)
    return Value(
        path=path,
        value=value,
        words=words,
        ours=named in ours or inside,
        overridable=path in file.frame.overridable,
        regions=sets,
        program=_at(base, path) if own_value else None,
    )


def _at(plain: Mapping[str, Any], path: str) -> Any:
    """Return the value at a key path; None if there is none."""
    found: Any = plain
    for part in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def region_remark(choice: Chosen) -> Iterator[str]:
    """Yield a remark if the file sets nothing for the region, which may not be the region that was meant."""
    if choice.region and choice.region not in choice.file.frame.regions:
        yield f"region {choice.region} sets nothing of its own in {choice.file.program}"


def value_text(value: Any, words: Mapping[str, str]) -> str:
    """Return a value as a person reads it; a code is followed by its words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value_text(item, words) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {value_text(item, words)}" for key, item in value.items())
    meaning = words.get(str(value))
    return f"{value} ({meaning})" if meaning else str(value) or "none"
