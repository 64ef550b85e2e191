"""TOML files on disk: plain values, and each fault with its line.

Line numbers come from a separate scan of the text, because ``tomllib`` does not keep them.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from activities.adapters.files.toml_lines import lines_of
from domain.codec import CodecError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """One thing wrong with a file. ``path`` is a key path like ``ladders.meeting[1].to``, or empty for the file."""

    file: str
    line: int
    path: str
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.path}: {self.problem}" if self.path else f"{where}: {self.problem}"


class ProgramFileError(ValueError):
    """A file that cannot be used; ``faults`` lists everything that is wrong, by line."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def read_toml(path: Path, read: Callable[[dict[str, Any]], T]) -> T:
    """Return what ``read`` makes of a file's plain values.

    Raises:
        ProgramFileError: The file cannot be read, is not TOML, or ``read`` raised ``CodecError``.
    """
    name = shown(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ProgramFileError(
            [file_fault(name, 1, f"cannot be read ({error.strerror}); write its path")]
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProgramFileError([file_fault(name, line, "not UTF-8; save the file as UTF-8")]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error), text)
        raise ProgramFileError([file_fault(name, line, f"not valid TOML: {error}")]) from None
    try:
        return read(data)
    except CodecError as error:
        lines = lines_of(text)
        faults = [
            FileFault(file=name, line=_nearest(lines, fault.path), path=fault.path, problem=fault.problem)
            for fault in error.faults
        ]
        raise ProgramFileError(faults) from None


def file_fault(file: str, line: int, problem: str) -> FileFault:
    """Return a fault of a whole file, at one of its lines."""
    return FileFault(file=file, line=line, path="", problem=problem)


def shown(path: Path) -> str:
    """Return the path as people type it: relative to the working folder if it is inside."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _line_in(message: str, text: str) -> int:
    """Return the line that ``tomllib`` names at the end of its message, else the last line of the text."""
    for word, following in zip(message.split(), message.split()[1:], strict=False):
        if word == "line" and following.rstrip(",)").isdigit():
            return int(following.rstrip(",)"))
    return text.count("\n") + 1


def _nearest(lines: dict[str, int], path: str) -> int:
    """Return the line of a key path, or of the nearest enclosing table in the file; 1 for the file itself."""
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path, 1)
