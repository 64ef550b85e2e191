"""The line of every key and list item of a TOML text that ``tomllib`` has accepted.

``tomllib`` gives values without their positions. This scan follows the same grammar just far enough to know where keys
are; it skips values without reading them.
"""

import re
from bisect import bisect_left
from typing import Final

_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r'[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')[ \t]*')
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_OURS: Final = re.compile(r"\bours\b")
_SCALAR: Final = re.compile(r"[^,\]\}#\r\n]+")


def lines_of(text: str) -> dict[str, int]:
    """Return line numbers from 1 by key path, such as ``money[0].amount_minor`` or ``ladders.meeting[1].to``."""
    return _Scan(text).lines


def ours_of(text: str) -> frozenset[str]:
    """Return the key paths whose line ends with a comment that has the word ``ours``: values not from the sources."""
    by_line: dict[int, list[str]] = {}
    for path, number in lines_of(text).items():
        by_line.setdefault(number, []).append(path)
    numbers, lists = sorted(by_line), set[str]()
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        before, sign, remark = line.rpartition("#")
        quoted = before.count('"') % 2 == 1
        if not sign or quoted or not before.strip() or not _OURS.search(remark):
            continue
        if number in by_line:
            found.extend(by_line[number])
        elif above := bisect_left(numbers, number):
            # The last line of a list has no key: the comment is about the whole list.
            whole = min(by_line[numbers[above - 1]], key=len).rpartition("[")[0]
            if whole not in lists:
                lists.add(whole)
                found.extend(path for paths in by_line.values() for path in paths if path.startswith(whole))
    return frozenset(found)


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._at = 0
        self._arrays: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        table = ""
        self._skip()
        while self._at < len(text):
            if text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _mark(self, path: str) -> None:
        self.lines.setdefault(path, bisect_left(self._ends, self._at) + 1)

    def _header(self) -> str:
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        path = ""
        parts = self._key_parts()
        for number, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            last = number == len(parts) - 1
            if many and last:
                self._arrays[path] = self._arrays.get(path, -1) + 1
                self._mark(path)
            if path in self._arrays:
                path = f"{path}[{self._arrays[path]}]"
        self._mark(path)
        self._at = self._text.index("]", self._at) + (2 if many else 1)
        return path

    def _key_parts(self) -> list[str]:
        parts = []
        while True:
            match = _KEY.match(self._text, self._at)
            if match is None:
                raise ValueError(f"no key at position {self._at}")
            parts.append(match[1].strip("\"'"))
            self._at = match.end()
            if self._text[self._at : self._at + 1] != ".":
                return parts
            self._at += 1

    def _pair(self, table: str) -> None:
        start = self._at
        path = table
        for part in self._key_parts():
            path = f"{path}.{part}" if path else part
            end, self._at = self._at, start
            self._mark(path)
            self._at = end
        self._at = self._text.index("=", self._at) + 1
        self._skip()
        self._value(path)

    def _value(self, path: str) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._items("]", path)
        elif opening == "{":
            self._items("}", path)
        else:
            match = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            if match is None:
                raise ValueError(f"no value at position {self._at}")
            self._at = match.end()

    def _items(self, closing: str, path: str) -> None:
        """Scan the items of a list, or the pairs of an inline table."""
        self._at += 1
        number = 0
        self._skip()
        while self._text[self._at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._mark(f"{path}[{number}]")
                self._value(f"{path}[{number}]")
                number += 1
            self._skip()
            if self._text[self._at] == ",":
                self._at += 1
                self._skip()
        self._at += 1
