"""TOML files on disk: plain values, and each fault with its line.

Line numbers come from a separate scan of the text, because ``tomllib`` does not keep them. A file may be damaged, or
made to do harm: it is read up to a limit, in a time that grows with its size and no faster.
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from activities.adapters.files.toml_lines import lines_of
from domain.codec import CodecError
from domain.hidden_signs import hidden_sign

T = TypeVar("T")
LARGEST: Final = 500_000
"""Bytes of a file; a program has some 40,000."""
DEEPEST: Final = 20
"""Tables and lists inside each other; a program has five."""
MOST_SHOWN: Final = 100
"""Faults of one file that are shown; more have one cause."""
_MARK: Final = "\ufeff"
_CURLY: Final = re.compile("[\u2018-\u201f\u00ab\u00bb]")
_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY: Final = re.compile(
    rf"^[ \t\[]*{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{{DEEPEST},}}[ \t]*[\]=]", re.MULTILINE
)
_WITHIN: Final = re.compile(
    r"""\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*""", re.DOTALL
)
"""Strings and comments."""
_BRACKET: Final = re.compile(r"[\[\]{}\n]")


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
        every = sorted(faults, key=lambda fault: (fault.file, fault.line))
        if len(every) > MOST_SHOWN:
            rest = f"and {len(every) - MOST_SHOWN} more faults; correct these first"
            every[MOST_SHOWN:] = [file_fault(every[MOST_SHOWN].file, every[MOST_SHOWN].line, rest)]
        self.faults = tuple(every)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def read_toml(path: Path, read: Callable[[dict[str, Any]], T]) -> T:
    """Return what ``read`` makes of a file's plain values.

    Raises:
        ProgramFileError: The file cannot be read, is not TOML, or ``read`` raised ``CodecError``.
    """
    name = shown(path)
    text = _text_of(path, name)
    data = _values_in(text, name)
    try:
        return read(data)
    except CodecError as error:
        lines = lines_of(text)
        faults = [
            FileFault(file=name, line=_nearest(lines, fault.path), path=fault.path, problem=fault.problem)
            for fault in error.faults
        ]
        raise ProgramFileError(faults) from None


def _text_of(path: Path, name: str) -> str:
    """Return a file's text; raises ``ProgramFileError``."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise _unusable(name, 1, "not a file; write the path of one")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        why = "a link that leads back to itself" if error.errno == errno.ELOOP else error.strerror
        raise _unusable(name, 1, f"cannot be read ({why}); write its path") from None
    if len(content) > LARGEST:
        raise _unusable(name, 1, f"larger than {LARGEST:,} bytes; a program needs far less")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _unusable(name, line, "not UTF-8; save the file as UTF-8") from None
    if text.startswith(_MARK):
        raise _unusable(
            name, 1, "begins with a byte order mark, which editors hide; save it as UTF-8 without BOM"
        )
    return text


def _values_in(text: str, name: str) -> dict[str, Any]:
    """Return the plain values of a TOML text; raises ``ProgramFileError``."""
    if line := _too_deep(text):
        raise _unusable(name, line, f"more than {DEEPEST} tables or lists inside each other; write fewer")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error), text)
        raise _unusable(name, line, f"not valid TOML: {error}{_probable_cause(text, line)}") from None
    except ValueError:  # tomllib passes on what Python says of a number with thousands of digits
        raise _unusable(
            name, 1, "not valid TOML: a number has too many digits; write a smaller one"
        ) from None


def _too_deep(text: str) -> int:
    """Return the line where tables or lists are too deep inside each other, before they are read; 0 if nowhere."""
    if found := _LONG_KEY.search(text):
        return text.count("\n", 0, found.start()) + 1
    bare = _WITHIN.sub(lambda found: "\n" * found[0].count("\n"), text)
    depth, line = 0, 1
    for sign in _BRACKET.findall(bare):
        if sign == "\n":
            line += 1
        else:
            depth = depth + 1 if sign in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            return line
    return 0


def _probable_cause(text: str, line: int) -> str:
    """Return what a person does not see in a line that is not TOML: curly quotes, and signs that nobody sees."""
    there = text.split("\n")[line - 1].rstrip("\r") if line <= text.count("\n") + 1 else ""
    if curly := _CURLY.search(there):
        return f"; the line has the curly quote {curly[0]}: write straight quotes instead"
    if hidden := hidden_sign(there.replace("\t", " ")):
        return f"; the line has {hidden}, which nobody sees: remove it"
    return ""


def _unusable(name: str, line: int, problem: str) -> ProgramFileError:
    return ProgramFileError([file_fault(name, line, problem)])


def file_fault(file: str, line: int, problem: str) -> FileFault:
    """Return a fault of a whole file, at one of its lines."""
    return FileFault(file=file, line=line, path="", problem=problem)


def shown(path: Path) -> str:
    """Return the path as people type it: relative to the working folder if it is inside."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
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
