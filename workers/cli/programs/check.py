"""`mentorflow programs check`: whether program files can be used, and what this version cannot do yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from activities.adapters.files.program_files import (
    FileFault,
    ProgramFileError,
    read_file,
    read_office_file,
    shipped_files,
)
from activities.adapters.files.toml import shown
from activities.adapters.files.toml_lines import lines_of
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program_file import ProgramFile, not_executed
from domain.term.opening import open_to_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of a check: lines to print, and whether every file can be used."""

    lines: tuple[str, ...]
    ok: bool


def check(paths: Iterable[Path] = ()) -> Checked:
    """Check the files, or the shipped ones if none is named.

    A fault is one line `file:line: path: what to write`; a good file is one line with its version and digest, one for
    each thing that it needs and this version cannot do yet, and one that says whether a term opens under it.
    """
    given = tuple(paths)
    named = given or shipped_files()
    lines: list[str] = []
    faults: list[FileFault] = []
    read: dict[Path, ProgramFile] = {}
    for path in named:
        try:
            program = read_file(path) if given else read_office_file(path)
        except ProgramFileError as error:
            faults.extend(error.faults)
            lines.extend(str(fault) for fault in error.faults)
            continue
        if fault := _version_twice(path, program, read) or _other_zone(path, program, read):
            faults.append(fault)
            lines.append(str(fault))
            continue
        read[path] = program
        digest = rules_digest(rules_text(program.rules))
        lines.append(f"{path.name}: {program.title}, version {program.version}, rules {digest[:12]}: ok")
        lines.extend(
            f"{path.name}: {where}: not executed yet: {what}" for where, what in not_executed(program)
        )
        lines.append(f"{path.name}: {_terms(program)}")
    if not named:
        lines.append("there is no program file")
    return Checked(lines=tuple(lines), ok=bool(named) and not faults)


def _terms(program: ProgramFile) -> str:
    """Return whether a term opens under a program outside a demo, and why not."""
    unpaid = [what for where, what in not_executed(program) if where.startswith("money")]
    if not open_to_terms(program):
        return f"no term opens under it, because this version cannot carry out {'; '.join(unpaid)}"
    years = program.rules.calendar.years
    if years is None:
        return "no term opens under it, because its calendar lists no holiday; write those of each year"
    return f"terms open under it from {years[0]} to {years[1]}, the years whose holidays it lists"


def _version_twice(path: Path, program: ProgramFile, read: Mapping[Path, ProgramFile]) -> FileFault | None:
    """Return the fault of a file whose program has other rules under the same version in a file before it."""
    for other, known in read.items():
        if known.program != program.program:
            continue
        others = (known.rules, known.frame.regions) != (program.rules, program.frame.regions)
        if known.version == program.version and others:
            problem = f"this version has other rules in {other.name}; write another version"
            line = lines_of(path.read_text())["version"]
            return FileFault(file=shown(path), line=line, path="version", problem=problem)
    return None


def _other_zone(path: Path, program: ProgramFile, read: Mapping[Path, ProgramFile]) -> FileFault | None:
    """Return the fault of a file whose time zone is not that of its association in a file before it."""
    zone = program.rules.calendar.timezone
    for other, known in read.items():
        if known.association == program.association and known.rules.calendar.timezone != zone:
            problem = (
                f"{other.name} names {known.rules.calendar.timezone} for the same association, whose staff get one "
                "list a morning for all programs; write one time zone in both"
            )
            line = lines_of(path.read_text())["calendar.timezone"]
            return FileFault(file=shown(path), line=line, path="calendar.timezone", problem=problem)
    return None
