"""`mentorflow programs check`: whether program files can be used, and what this version cannot carry out yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from activities.adapters.files.program_files import (
    TWICE,
    FileFault,
    ProgramFileError,
    read_file,
    shipped_files,
)
from activities.adapters.files.toml import file_fault, shown
from activities.adapters.files.toml_lines import lines_of
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program_file import ProgramFile, not_executed


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of a check: lines to print, and whether every file can be used."""

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
    """Return the fault of a file whose program or version is in another file, too.

    ``together`` says that the files are loaded side by side.
    """
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
