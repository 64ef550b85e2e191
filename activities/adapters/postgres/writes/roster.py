"""A roster of several CSV files: read, checked line by line, and stored as a whole or not at all."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.reference import PHONE, NewApplication, Reference
from domain.actors import Actor
from domain.ids import derive
from domain.languages import Language

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
    """Return the value of one cell, or add a fault."""
    if not text:
        if column not in _OPTIONAL:
            fault(number, column, "empty", "write something here")
        return None
    if column in _DATES:
        try:
            if len(text) != len("YYYY-MM-DD"):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            fault(number, column, "bad_date", "write a date as YYYY-MM-DD")
    elif column == "first_year":
        if text not in ("yes", "no"):
            fault(number, column, "bad_answer", "write yes or no")
        return text == "yes"
    elif column == "capacity":
        if not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > 50:
            fault(number, column, "bad_number", "write a whole number from 0 to 50")
            return 0
        return int(text)
    elif column == "email":
        try:
            return validate_email(text, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError:
            fault(number, column, "bad_address", "write an email address")
    elif column in ("name", "district"):
        if len(text) > 120 or _HIDDEN.search(text):
            fault(number, column, "bad_text", "write at most 120 visible characters")
        return text
    elif column == "phone":
        if not _PHONE.fullmatch(text):
            fault(number, column, "bad_phone", "write digits, spaces and + ( ) . - only, 7 to 32 in all")
        return text
    elif column == "language":
        if text not in list(Language):
            fault(number, column, "unknown_language", "write one of " + ", ".join(Language))
        return text
    elif column in ("key", "supervisor"):
        if not _KEY.fullmatch(text):
            fault(number, column, "bad_key", "write letters, digits, dot, dash or underscore")
        return text
    elif column == "areas":
        codes = tuple(text.split())
        if not all(_CODE.fullmatch(code) for code in codes):
            fault(number, column, "bad_code", "write codes of lower-case letters, with a space between two")
        return codes
    elif not _CODE.fullmatch(text):
        fault(number, column, "bad_code", "write lower-case letters, digits or underscore")
    return text


def person_id(region: str, key: str) -> str:
    """Return the id of the person with this key in a roster; the same file again names the same people."""
    return derive("roster", region, key)


class RosterIntake:
    """The write of a whole roster in one transaction."""

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database = database
        self._reference = reference

    async def store(
        self, roster: Roster, *, term: Mapping[str, Any], actor: Actor, command: str
    ) -> tuple[str, ...]:
        """Store everything and return the applications to start; raise ``RosterFault`` and store nothing."""
        async with self._database.transaction() as connection:
            regions = set(
                await connection.scalars(
                    select(tables.regions.c.code).where(tables.regions.c.program == term["program"])
                )
            )
            faults = list(_unknown_regions(roster, regions, actor))
            if faults:
                raise RosterFault(faults)
            by_key = {line.values["key"]: line.values for line in roster.people}
            ids = {key: person_id(values["region"], key) for key, values in by_key.items()}
            await self._store_people(connection, roster, ids)
            applications = [
                NewApplication(
                    id=derive("application", ids[line.values["key"]], term["id"]),
                    relationship=derive(
                        "relationship", derive("application", ids[line.values["key"]], term["id"])
                    ),
                    person=ids[line.values["key"]],
                    program=term["program"],
                    term=term["id"],
                    region=by_key[line.values["key"]]["region"],
                    reason=line.values["reason"],
                    first_year=line.values["first_year"],
                    applied_on=line.values["applied_on"],
                    areas=line.values["areas"] or (),
                )
                for line in roster.applications
            ]
            for new in applications:
                await self._reference.add_application_in(connection, new, actor=actor)
            counts = {"people": len(ids), "applications": len(applications)}
            await self._reference.note_import(connection, counts, actor=actor, command=command)
        return tuple(new.id for new in applications)

    async def _store_people(
        self, connection: AsyncConnection, roster: Roster, ids: Mapping[str, str]
    ) -> None:
        """Store people, memberships and mentors; a person who exists already is kept and updated."""
        called = any(line.values["phone"] for line in roster.people)
        people = [
            {
                "id": ids[line.values["key"]],
                "name": line.values["name"],
                "email": line.values["email"],
                "role_title": line.values["role_title"],
                "district": line.values["district"],
                "region": line.values["region"],
                "supervisor": ids.get(line.values["supervisor"] or ""),
                **({"phone": line.values["phone"] or ""} if called else {}),
                "language": line.values["language"] or Language.EN.value,
            }
            for line in roster.people
        ]
        await _upsert(connection, tables.people, people, "id", keep="language")
        known = tables.memberships
        for line in roster.memberships:
            values = line.values
            person = ids[values["key"]]
            there = select(known.c.id).where(known.c.person == person, known.c.first == values["first"])
            if await connection.scalar(there) is None:
                row = {
                    "person": person,
                    "class": values["membership"],
                    "first": values["first"],
                    "last": values["last"],
                }
                await connection.execute(insert(known), [row])
        mentors = [
            {
                "person": ids[line.values["key"]],
                "capacity": line.values["capacity"],
                "trained_on": line.values["trained_on"],
                "serving_since": line.values["serving_since"],
                "serving_until": line.values["serving_until"],
                "credential_until": line.values["credential_until"],
            }
            for line in roster.mentors
        ]
        await _upsert(connection, tables.mentors, mentors, "person")


async def _upsert(
    connection: AsyncConnection, table: Any, rows: Sequence[Mapping[str, Any]], key: str, keep: str = ""
) -> None:
    """Insert or update the rows; ``keep`` names the column that an update leaves unchanged."""
    if not rows:
        return
    statement = upsert(table)
    columns = {name: statement.excluded[name] for name in rows[0] if name not in (key, keep)}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[key], set_=columns), [dict(row) for row in rows]
    )


def _unknown_regions(roster: Roster, regions: set[str], actor: Actor) -> Iterable[LineFault]:
    for line in roster.people:
        region = line.values["region"]
        if region not in regions or not actor.covers(region):
            yield LineFault(
                file="people",
                line=line.number,
                column="region",
                code="unknown_region",
                problem="no region of the program that you may write to",
            )
