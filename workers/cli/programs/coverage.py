"""`mentorflow programs coverage`: where each requirement is met, which test shows it, and what comes later.

The list is `tests/requirements.toml`, beside the source tree; an installation without tests has none. A test checks
that the places and tests in it exist.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from workers.file_words import unreadable
from workers.settings import REPOSITORY

LIST: Final = REPOSITORY / "tests" / "requirements.toml"
_FIELDS: Final = ("line", "where", "test", "later", "open")


class NoList(ValueError):
    """There is no list of requirements, or it cannot be read; the text says what to do."""


class CoverageStanding(StrEnum):
    """The status of a requirement. ``missing`` is an id that is not in the list, or a row that says nothing."""

    COVERED = "covered"
    LATER = "later"
    OPEN = "open"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One requirement in our own words: places and tests, or the capability it waits for, or the part that is open."""

    id: str
    line: str = ""
    where: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    later: str = ""
    open: str = ""

    @property
    def standing(self) -> CoverageStanding:
        """The status: covered with a place and a test; an open part comes before everything else."""
        if self.open:
            return CoverageStanding.OPEN
        if self.later:
            return CoverageStanding.LATER
        return (
            CoverageStanding.COVERED if self.where and self.test and self.line else CoverageStanding.MISSING
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All rows in the order of the sources, the cases from practice, the acceptance points of the pages, ids that no
    source has, and the capabilities.
    """

    rows: tuple[CoverageRow, ...]
    cases: tuple[CoverageRow, ...]
    acceptance: tuple[CoverageRow, ...]
    unknown: tuple[str, ...]
    capabilities: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no id is missing, open or unknown."""
        return not self.unknown and all(
            row.standing in (CoverageStanding.COVERED, CoverageStanding.LATER) for row in self.every
        )

    @property
    def every(self) -> tuple[CoverageRow, ...]:
        """All rows of all three lists."""
        return (*self.rows, *self.cases, *self.acceptance)


def read(path: Path = LIST) -> Coverage:
    """Read the list of requirements.

    Raises:
        NoList: It does not exist, is not TOML, or has a row with an unknown field.
    """
    try:
        data = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise NoList(
            f"there is no {path}: the list is part of the source and is not installed; run the command in a checkout"
        ) from None
    except OSError as fault:
        raise NoList(unreadable(path, fault)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoList(f"{path} is not TOML: {error}") from None
    entries = {**data["requirements"], **data["conflicts"]}
    known = [f"{name}{number}" for name, count in data["ids"].items() for number in range(1, count + 1)]
    return Coverage(
        rows=tuple(_row(id, entries.get(id, {})) for id in known),
        cases=tuple(_row(id, entry) for id, entry in data.get("cases", {}).items()),
        acceptance=tuple(_row(id, entry) for id, entry in data.get("acceptance", {}).items()),
        unknown=tuple(id for id in entries if id not in known),
        capabilities=tuple(data["capabilities"]),
    )


def _row(id: str, entry: Mapping[str, Any]) -> CoverageRow:
    if unknown := [name for name in entry if name not in _FIELDS]:
        raise NoList(f"{id} has the field {unknown[0]}; write {', '.join(_FIELDS)}")
    return CoverageRow(
        id=id,
        line=entry.get("line", ""),
        where=_many(entry.get("where", [])),
        test=_many(entry.get("test", [])),
        later=entry.get("later", ""),
        open=entry.get("open", ""),
    )


def _many(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def lines(coverage: Coverage) -> Iterator[str]:
    """Yield the table as readable lines, and the counts."""
    for row in coverage.every:
        yield f"{row.id:<10}{row.standing.value:<9}{row.line}"
        reason = row.open or row.later
        if reason:
            yield f"{'':19}waits for: {reason}"
        if row.where:
            yield f"{'':19}where: {', '.join(row.where)}"
        if row.test:
            yield f"{'':19}test: {', '.join(row.test)}"
    yield from (f"{id:<10}unknown  no requirement has this id" for id in coverage.unknown)
    counts = {each: sum(row.standing is each for row in coverage.rows) for each in CoverageStanding}
    yield f"{len(coverage.cases)} cases from practice, {len(coverage.acceptance)} acceptance points of the pages"
    yield f"{len(coverage.rows)} rows: " + ", ".join(
        f"{count} {each.value}" for each, count in counts.items()
    )
