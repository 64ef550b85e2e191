"""`mentorflow programs`: check program files, show one, compare two, and say what this version cannot carry out yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from activities.adapters.files.program_files import (
    TWICE,
    FileFault,
    ProgramFileError,
    read_file,
    shipped_files,
)
from activities.adapters.files.toml import file_fault, shown
from activities.adapters.files.toml_lines import lines_of
from domain.codec import to_plain
from domain.payments.amounts import explained
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.money import MoneyRule
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile, not_executed
from workers.cli.programs.tables import Chosen, Value, chosen, keyed, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: lines to print, and whether every file can be used."""

    lines: tuple[str, ...]
    ok: bool


def check(paths: Iterable[Path] = ()) -> Checked:
    """Check the files, or the shipped ones where none is named.

    A fault is one line `file:line: path: what to write`; a good file is one line with its version and digest, and one
    for each thing that it asks for and this version cannot carry out yet.
    """
    given = tuple(paths)
    named = given or shipped_files()
    lines: list[str] = []
    faults: list[FileFault] = []
    read: dict[Path, ProgramFile] = {}
    for path in named:
        try:
            program = read_file(path)
        except ProgramFileError as error:
            faults.extend(error.faults)
            lines.extend(str(fault) for fault in error.faults)
            continue
        if fault := _twice(path, program, read, together=not given):
            faults.append(fault)
            lines.append(str(fault))
            continue
        read[path] = program
        digest = rules_digest(rules_text(program.rules))
        lines.append(f"{path.name}: {program.title}, version {program.version}, rules {digest[:12]}: ok")
        lines.extend(
            f"{path.name}: {where}: not executed yet: {what}" for where, what in not_executed(program)
        )
    if not named:
        lines.append("there is no program file")
    return Checked(lines=tuple(lines), ok=bool(named) and not faults)


def _twice(
    path: Path, program: ProgramFile, read: Mapping[Path, ProgramFile], *, together: bool
) -> FileFault | None:
    """A file whose program, or version of it, stands in another file already. ``together`` are loaded side by side."""
    for other, known in read.items():
        if known.program != program.program:
            continue
        if together:
            return file_fault(shown(path), 1, f"program {program.program} is in {other.name} too; {TWICE}")
        others = (known.rules, known.frame.regions) != (program.rules, program.frame.regions)
        if known.version == program.version and others:
            problem = f"other rules stand under this version in {other.name}; write another version"
            line = lines_of(path.read_text())["version"]
            return FileFault(file=shown(path), line=line, path="version", problem=problem)
    return None


def show(named: str, region: str = "") -> tuple[str, ...]:
    """The rules in force, in lines for a person: tables with citations, values with their words and their origin.

    Raises:
        NoProgram: Neither an id of a shipped program nor a file.
        ProgramFileError: The file cannot be used.
    """
    return tuple(_shown(chosen(named, region)))


def of_itself(asked: Chosen) -> Iterator[str]:
    """A line where a region is asked for of which the file says nothing: it may not be the one that was meant."""
    if asked.region and asked.region not in asked.file.frame.regions:
        yield f"region {asked.region} sets nothing of its own in {asked.file.program}"


def show_plain(named: str, region: str = "") -> dict[str, Any]:
    """The same as values, for another program to read."""
    asked = chosen(named, region)
    file = asked.file
    return {
        "program": file.program,
        "version": file.version,
        "title": file.title,
        "region": asked.region,
        "rules": rules_digest(rules_text(file.rules_for(asked.region))),
        "overridable": list(file.frame.overridable),
        "tables": [to_plain(table) for table in tables(asked)],
        "labels": dict(file.frame.labels),
    }


def _shown(asked: Chosen) -> Iterator[str]:
    file, region = asked.file, asked.region
    rules = file.rules_for(region)
    yield f"{file.title} ({file.program}), version {file.version}" + (f", region {region}" if region else "")
    yield f"rules {rules_digest(rules_text(rules))}"
    yield from of_itself(asked)
    for table in tables(asked):
        yield ""
        yield f"[{table.name}]  {', '.join(table.cites)}".rstrip()
        if table.name.startswith("money["):
            yield from (f"  {line}" for line in _owed(rules.money[int(table.name[6:-1])]))
        if table.name == "agreement":
            yield from (f"  {line}" for line in _signed(rules))
        yield from (f"  not executed yet: {what}" for what in table.not_executed)
        for value in table.values:
            yield _line(value, table.name, region)
    yield ""
    yield f"a region may set: {', '.join(file.frame.overridable) or 'nothing'}"


def _owed(rule: MoneyRule) -> Iterator[str]:
    """What a rule comes to, in words: when and by whom it is paid, and its worked figures."""
    due = f"{rule.trigger.value} + {rule.due_days} days"
    yield f"{rule.kind}: {due}, from {rule.payer_of_record} to {rule.payee_kind} by {rule.rail}"
    yield from explained(rule)


def _signed(rules: Rules) -> Iterator[str]:
    """What both sign, and what they sign for that is kept."""
    letter, periods = rules.agreement, rules.retention.documents
    pledges = (
        f"{len(letter.pledges_mentor)} pledges of the mentor and {len(letter.pledges_mentee)} of the mentee"
    )
    yield f"letter: wording {letter.text_version}, {len(letter.sections)} sections, {pledges}"
    kept = ", ".join(f"{code} ({periods[code].days} days)" for code in letter.kept_documents)
    yield f"kept, where both have signed for it: {kept or 'nothing'}"


def _line(value: Value, table: str, region: str) -> str:
    name = value.path.removeprefix(f"{table}.")
    remarks = []
    if value.ours:
        remarks.append("ours")
    if region in value.regions:
        remarks.append(f"set by region {region}; the program says {_text(value.program, {})}")
    elif not region:
        remarks.extend(f"region {code} sets {_text(own, {})}" for code, own in value.regions.items())
    told = f"  {name}: {_text(value.value, value.words)}"
    return f"{told}   <- {'; '.join(remarks)}" if remarks else told


def _text(value: Any, words: Mapping[str, str]) -> str:
    """A value as a person reads it; a code with its words behind it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(item, words) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(item, words)}" for key, item in value.items())
    told = words.get(str(value))
    return f"{value} ({told})" if told else str(value) or "none"


def diff(one: Chosen, other: Chosen) -> tuple[str, ...]:
    """Key by key what differs between two programs, files, or regions of one program; nothing where they are equal."""
    return tuple(_different(keyed(one), keyed(other)))


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            yield f"{key}: {_text(old[key], {})} -> not there"
        elif key not in old:
            yield f"{key}: not there -> {_text(new[key], {})}"
        elif old[key] != new[key]:
            yield f"{key}: {_changed(old[key], new[key])}"


def _changed(old: Any, new: Any) -> str:
    if not (isinstance(old, list) and isinstance(new, list)):
        return f"{_text(old, {})} -> {_text(new, {})}"
    less = [f"- {_text(item, {})}" for item in old if item not in new]
    more = [f"+ {_text(item, {})}" for item in new if item not in old]
    return ", ".join([*less, *more]) or f"in another order: {_text(new, {})}"
