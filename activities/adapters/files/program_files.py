"""Program files on disk: TOML read into plain values, and the line of each fault.

The shipped files are package data of ``domain``.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import domain
from activities.adapters.files.form_files import forms_for
from activities.adapters.files.toml import FileFault, ProgramFileError, file_fault, read_toml, shown
from domain.rules.program_file import ProgramFile, read_program

__all__ = ["SHIPPED", "TWICE", "FileFault", "ProgramFileError", "load_programs", "read_file", "shipped_files"]

TWICE: Final = "write another name into program, or remove one of the two"
SHIPPED: Final = Path(domain.__file__).resolve().parent / "programs"


def shipped_files() -> tuple[Path, ...]:
    """Return the program files that come with the software, by name."""
    return tuple(sorted(SHIPPED.glob("*.toml")))


def read_file(path: Path) -> ProgramFile:
    """Read and check one program file.

    Raises:
        ProgramFileError: It cannot be read, is not TOML, or contains something that schema or rules do not allow.
    """
    return read_toml(path, lambda data: read_program(data, forms_for(path)))


def load_programs(paths: Iterable[Path] | None = None) -> dict[str, ProgramFile]:
    """Return all programs by id: the shipped ones, or those of ``paths``.

    Raises:
        ProgramFileError: A file is wrong, or two files hold the same program.
    """
    programs: dict[str, ProgramFile] = {}
    for path in shipped_files() if paths is None else paths:
        program = read_file(path)
        if program.program in programs:
            raise ProgramFileError(
                [file_fault(shown(path), 1, f"program {program.program} is in another file too; {TWICE}")]
            )
        programs[program.program] = program
    return programs
