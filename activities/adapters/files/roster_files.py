"""The CSV files of a roster: read and checked line by line."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from domain.languages import Language

PHONE: Final = r"[0-9+().\- ]{7,32}"
"""What a phone number may look like; it is only shown to people, and the software never dials it."""
COLUMNS: Final = {
    "people": ("key", "name", "email", "role_title", "district", "region", "supervisor"),
    "memberships": ("key", "membership", "first", "last"),
    "mentors": ("key", "capacity", "trained_on"),
    "applications": ("key", "reason", "first_year", "applied_on"),
}
EXTRA: Final = {
    "people": ("phone", "language"),
    "mentors": ("serving_since", "serving_until", "credential_until"),
    "applications": ("areas",),
}
"""Columns that a file may leave out. ``language`` applies only to new people: after that it is their own choice."""
_OPTIONAL: Final = {"supervisor", "last", "trained_on", *(name for extra in EXTRA.values() for name in extra)}
_DATES: Final = (
    "first",
    "last",
    "trained_on",
    "serving_since",
    "serving_until",
    "credential_until",
    "applied_on",
)
_CODE: Final = re.compile(r"[a-z0-9_]{1,64}")
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PHONE: Final = re.compile(PHONE)
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """One error: file, line of the file (1 is the heading), column, a code, and what to write."""

    file: str
    line: int
    column: str
    code: str
    problem: str


class RosterFault(ValueError):
    """A roster that is refused as a whole; ``faults`` lists every bad line."""

    def __init__(self, faults: Iterable[LineFault]) -> None:
        super().__init__("roster refused")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a file with its line number."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The rows of all files, each with the right format."""

    people: tuple[Line, ...] = ()
    memberships: tuple[Line, ...] = ()
    mentors: tuple[Line, ...] = ()
    applications: tuple[Line, ...] = field(default=())


def read_roster(texts: Mapping[str, bytes]) -> Roster:
    """Read all files; raise ``RosterFault`` with every line that has the wrong format."""
    faults: list[LineFault] = []
    parts = {name: _read(name, raw, faults) for name, raw in texts.items()}
    keys = {line.values.get("key") for line in parts.get("people", ())}
    for name, lines in parts.items():
        if name == "people":
            continue
        faults.extend(
            LineFault(
                file=name,
                line=line.number,
                column="key",
                code="unknown_person",
                problem="no such key in people",
            )
            for line in lines
            if line.values.get("key") not in keys
        )
    for line in parts.get("people", ()):
        boss = line.values.get("supervisor")
        if boss and boss not in keys:
            faults.append(
                LineFault(
                    file="people",
                    line=line.number,
                    column="supervisor",
                    code="unknown_person",
                    problem="no such key in people",
                )
            )
    if faults:
        raise RosterFault(faults)
    return Roster(**parts)


def _read(name: str, raw: bytes, faults: list[LineFault]) -> tuple[Line, ...]:
    def fault(line: int, column: str, code: str, problem: str) -> None:
        faults.append(LineFault(file=name, line=line, column=column, code=code, problem=problem))

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = raw[: error.start].count(b"\n") + 1
        fault(bad, "", "wrong_encoding", "save the file as UTF-8")
        return ()
    reader = csv.reader(io.StringIO(text, newline=""))
    heading = next((cells for _, cells in _rows(reader, fault)), [])
    missing = [column for column in COLUMNS[name] if column not in heading]
    if missing:
        for column in missing:
            fault(1, column, "missing_column", f"add the column {column}")
        return ()
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for number, cells in _rows(reader, fault):
        if not any(cells):
            continue
        if len(cells) != len(heading):
            fault(number, "", "wrong_number_of_cells", f"write {len(heading)} cells")
            continue
        values = dict(zip(heading, (cell.strip() for cell in cells), strict=True))
        columns = (*COLUMNS[name], *EXTRA.get(name, ()))
        read = {column: _cell(column, values.get(column, ""), number, fault) for column in columns}
        once = str(read["key"]) if name != "memberships" else f"{read['key']}/{read['first']}"
        if once in seen:
            fault(number, "key", "duplicate", f"line {seen[once]} has the same key")
        seen.setdefault(once, number)
        if name == "memberships" and _backwards(read):
            fault(number, "last", "ends_before_it_begins", "write a day that is not before the first")
        lines.append(Line(number=number, values=read))
    return tuple(lines)


def _rows(reader: Any, fault: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their line numbers; at an unreadable row, add a fault and stop."""
    while True:
        try:
            cells = next(reader)
            yield reader.line_num, cells
        except StopIteration:
            return
        except csv.Error:
            fault(reader.line_num, "", "unreadable", "write short cells, and close each quotation mark")
            return


def _backwards(read: Mapping[str, Any]) -> bool:
    first, last = read["first"], read["last"]
    return isinstance(first, date) and isinstance(last, date) and last < first


def _cell(column: str, text: str, number: int, fault: Any) -> Any:
    """Return the value of one cell, or add a fault and return the text."""
    if not text:
        if column not in _OPTIONAL:
            fault(number, column, "empty", "write something here")
        return None
    try:
        return _READERS.get(column, _read_code)(text)
    except _BadCell as bad:
        fault(number, column, bad.code, bad.problem)
        return text


class _BadCell(ValueError):
    """The text of a cell that its column does not take."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem


def _read_date(text: str) -> date:
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise _BadCell("bad_date", "write a date as YYYY-MM-DD") from None


def _read_answer(text: str) -> bool:
    if text not in ("yes", "no"):
        raise _BadCell("bad_answer", "write yes or no")
    return text == "yes"


def _read_capacity(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > 50:
        raise _BadCell("bad_number", "write a whole number from 0 to 50")
    return int(text)


def _read_email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise _BadCell("bad_address", "write an email address") from None


def _read_text(text: str) -> str:
    if len(text) > 120 or _HIDDEN.search(text):
        raise _BadCell("bad_text", "write at most 120 visible characters")
    return text


def _read_phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise _BadCell("bad_phone", "write digits, spaces and + ( ) . - only, 7 to 32 in all")
    return text


def _read_language(text: str) -> str:
    if text not in list(Language):
        raise _BadCell("unknown_language", "write one of " + ", ".join(Language))
    return text


def _read_key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise _BadCell("bad_key", "write letters, digits, dot, dash or underscore")
    return text


def _read_areas(text: str) -> tuple[str, ...]:
    codes = tuple(text.split())
    if not all(_CODE.fullmatch(code) for code in codes):
        raise _BadCell("bad_code", "write codes of lower-case letters, with a space between two")
    return codes


def _read_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise _BadCell("bad_code", "write lower-case letters, digits or underscore")
    return text


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(_DATES, _read_date),
    "first_year": _read_answer,
    "capacity": _read_capacity,
    "email": _read_email,
    "name": _read_text,
    "district": _read_text,
    "phone": _read_phone,
    "language": _read_language,
    "key": _read_key,
    "supervisor": _read_key,
    "areas": _read_areas,
}
"""How the text of a cell is read, by its column; every other column holds a code."""
