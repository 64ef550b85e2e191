"""Program files on disk: TOML read into plain values, and the line of each fault.

The shipped files are package data of ``domain``. A file of the office is named for its program. One that is faulty, or
that names a form whose file is faulty, stands aside: the office runs without it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

import domain
from activities.adapters.files.form_files import FormFiles, forms_for
from activities.adapters.files.toml import FileFault, ProgramFileError, file_fault, read_toml, shown
from domain.calendar import Calendar
from domain.rules.program_file import ProgramFile, read_program

__all__ = ["SHIPPED", "FileFault", "ProgramFileError", "load_programs", "read_file", "shipped_files"]

_LOG: Final = structlog.stdlib.get_logger(__name__)
SHIPPED: Final = Path(domain.__file__).resolve().parent / "programs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFiles:
    """The programs that can be used, by id, and the faults of those that stand aside, by the names of their files."""

    usable: Mapping[str, ProgramFile]
    aside: Mapping[str, tuple[FileFault, ...]]

    def lines(self) -> Iterator[str]:
        """Yield a line for each program that stands aside: its first fault with file and line, and how many more."""
        for program, faults in self.aside.items():
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            yield f"{program} stands aside: {faults[0]}{more}"

    def log(self) -> None:
        """Log each program that stands aside, so that the console of a process shows it at start."""
        for program, faults in self.aside.items():
            first = faults[0]
            where, reason = f"{first.file}:{first.line}", ": ".join(filter(None, (first.path, first.problem)))
            _LOG.error("program stands aside", program=program, where=where, reason=reason, count=len(faults))


def shipped_files() -> tuple[Path, ...]:
    """Return the program files that come with the software, by name."""
    return tuple(sorted(SHIPPED.glob("*.toml")))


def read_file(path: Path) -> ProgramFile:
    """Read and check one program file.

    Raises:
        ProgramFileError: It cannot be read, is not TOML, or contains something that schema or rules do not allow; or
            the file of a form that it names is faulty.
    """
    return read_toml(path, lambda data: _program_of(data, forms_for(path)))


def _program_of(data: dict[str, Any], known: FormFiles) -> ProgramFile:
    if faults := list(_faults_of_forms(data.get("forms"), known)):
        raise ProgramFileError(faults)
    return read_program(data, known.forms)


def _faults_of_forms(uses: Any, known: FormFiles) -> Iterator[FileFault]:
    """Yield the faults in the files of the forms that a program names and that cannot be used."""
    for use in uses if isinstance(uses, list) else ():
        form = use.get("form") if isinstance(use, dict) else None
        if isinstance(form, str) and (form, use.get("version")) not in known.forms:
            yield from known.faulty.get(form, ())


def read_office_file(path: Path) -> ProgramFile:
    """Read and check one program file of the office, which is named for its program: so no program is in two files.

    Raises:
        ProgramFileError: As for ``read_file``, or it holds another program than its name says.
    """
    program = read_file(path)
    if program.program != path.stem:
        named = f"holds the program {program.program}; name the file {program.program}.toml, or remove it"
        raise ProgramFileError([file_fault(shown(path), 1, named)])
    return program


def read_programs(paths: Iterable[Path] | None = None) -> ProgramFiles:
    """Return what the office's program files hold: the shipped ones, or those of ``paths``."""
    usable: dict[str, ProgramFile] = {}
    aside: dict[str, tuple[FileFault, ...]] = {}
    for path in shipped_files() if paths is None else paths:
        try:
            usable[path.stem] = read_office_file(path)
        except ProgramFileError as error:
            aside[path.stem] = error.faults
    return ProgramFiles(usable=usable, aside=aside)


def load_programs() -> Mapping[str, ProgramFile]:
    """Return all shipped programs that can be used, by id."""
    return read_programs().usable


def calendars_of_associations(programs: Mapping[str, ProgramFile]) -> Mapping[str, Calendar]:
    """Return the calendar of each association's first program, by the association's code. All have one time zone."""
    return {file.association: file.rules.calendar for file in reversed(tuple(programs.values()))}
