"""A scenario: a data file that says who acts in a simulated year, on which day, and what the office must answer.

The code names no program: everything a program needs is in its file and in the roster in the folder of its name. When
its term begins and ends, and how long mentoring lasts, the program's own file says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Final

from activities.adapters.files.program_files import load_programs
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.toml import read_toml
from domain.rules.intake import TermDates
from domain.rules.program_file import ProgramFile

FOLDER: Final = Path(__file__).parent / "data"
_HOUR: Final = time(16, 0, tzinfo=UTC)
_BESIDE_ACTS: Final = timedelta(hours=1)
AFTERWARD: Final = timedelta(days=365)
"""How long it may take after the last mentoring until surveys, stipends and recognition are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One request: when, by whom, where to, with what; ``refused`` is the code of the expected refusal."""

    at: datetime
    order: int
    who: str
    path: str
    body: Mapping[str, Any]
    refused: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One mentee's year: the people in it by their roster keys, and the outcome that it must have."""

    key: str
    mentee: str
    mentor: str
    second_mentor: str
    supervisor: str
    region: str
    outcome: str
    script: tuple[Mapping[str, Any], ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The keys of all people in it: the pair, a second mentor, and the one to whom the mentee reports."""
        return tuple(key for key in (self.mentee, self.mentor, self.second_mentor, self.supervisor) if key)


class Scenario:
    """A scenario file with its roster, cut or repeated to a number of relationships."""

    def __init__(self, file: Path, relationships: int | None = None) -> None:
        """Read the file; raises ``ProgramFileError`` if it is not TOML."""
        self.path = file
        self.data: dict[str, Any] = read_toml(file, dict)
        self.program: str = self.data.get("program", "")
        self._relationships = relationships
        self._regions: dict[str, str] = {}
        self._supervisors: dict[str, str] = {}

    @cached_property
    def roster(self) -> dict[str, list[dict[str, str]]]:
        """The rows of each list of the roster, with those of repeated people once ``fates`` is known."""
        folder = self.path.with_suffix("")
        return {kind.value: _lines(folder / f"{kind.value}.csv") for kind in RosterKind}

    @cached_property
    def fates(self) -> tuple[Fate, ...]:
        """The fates, as many as were asked for."""
        self._regions = {row["key"]: row["region"] for row in self.roster["people"]}
        self._supervisors = {row["key"]: row.get("supervisor", "") for row in self.roster["people"]}
        return self._fates(self._relationships or len(self.data["fates"]))

    @cached_property
    def program_file(self) -> ProgramFile:
        """The file of the program; raises ``KeyError`` if no file that can be used has it."""
        return load_programs()[self.program]

    def term(self, start: date) -> TermDates:
        """Return the term that begins on ``start``."""
        return self.program_file.frame.cycle.term(start.year)

    def length(self, start: date) -> timedelta:
        """Return how long everything that begins in a term can take, by the program's rules."""
        return self.program_file.rules.answers_end(self.term(start)) - start + AFTERWARD

    def outage(self, start: date) -> tuple[datetime, datetime] | None:
        """Return from when until when no mail server answers: from before the acts of a day until after those of one.

        None if the scenario has no such days.
        """
        days = self.data.get("mail_outage")
        if days is None:
            return None
        begins = datetime.combine(start, _HOUR) + timedelta(days=days["day"])
        return begins - _BESIDE_ACTS, begins + timedelta(days=days["days"]) + _BESIDE_ACTS

    def start_after(self, day: date) -> date:
        """Return the next day on which a term begins."""
        start = self.program_file.frame.cycle.term(day.year).first
        return start if start >= day else self.program_file.frame.cycle.term(day.year + 1).first

    def start_before(self, day: date) -> date:
        """Return the first day of the term that is running on ``day``, or else of the last one before it."""
        start = self.start_after(day)
        return start if start == day else self.program_file.frame.cycle.term(start.year - 1).first

    def acts(self, start: date, seed: int) -> list[Act]:
        """Return all acts of the year in order. The seed shifts each fate, and each act a little within it."""
        found: list[Act] = []
        grid = self.data["grid_days"]
        for fate in self.fates:
            vary = Random(f"{seed}/{fate.key}")  # noqa: S311 - a reproducible scenario, no secret
            latest = 0
            for step in _steps(fate.script):
                day = -(-(step["day"] + vary.randint(0, self.data["jitter_days"])) // grid) * grid
                latest = max(latest, day)  # jitter never changes the order
                act = Act(
                    at=datetime.combine(start, _HOUR) + timedelta(days=latest),
                    order=len(found),
                    who=self._who(step["who"], fate),
                    path=step.get("path")
                    or f"{step.get('on', 'relationship')}s/@{step.get('on', 'self')}/{step['do']}",
                    body=step.get("body", {}),
                    refused=step.get("refused", ""),
                    fate=fate,
                )
                found.append(act)
        return sorted(found, key=lambda act: (act.at, act.order))

    def wanted(self) -> set[str]:
        """Return whose rows of the roster a run imports: the people of its fates, and the staff."""
        people = {key for fate in self.fates for key in fate.people}
        return people | {staff["key"] for staff in self.data["staff"]}

    def files(self) -> dict[str, bytes]:
        """Return the roster as files to import, with the rows of those whom this run wants."""
        wanted, files = self.wanted(), {}
        for name, rows in self.roster.items():
            kept = [row for row in rows if row["key"] in wanted]
            if not kept:
                continue
            text = io.StringIO()
            columns = dict.fromkeys(column for row in rows for column in row)
            writer = csv.DictWriter(text, tuple(columns))
            writer.writeheader()
            writer.writerows(kept)
            files[name] = text.getvalue().encode()
        return files

    def _who(self, who: str, fate: Fate) -> str:
        places = {name: getattr(fate, name) for name in ("mentee", "mentor", "second_mentor", "supervisor")}
        return places.get(who) or (f"{who}_{fate.region}" if who == "coordinator" else who)

    def _fates(self, count: int) -> tuple[Fate, ...]:
        found: list[Fate] = []
        listed = self.data["fates"]
        for number in range(count):
            listed_fate = listed[number % len(listed)]
            turn = number // len(listed)
            again = f"_{turn + 1}" if turn else ""
            keys = {place: listed_fate.get(place, "") for place in ("mentee", "mentor", "second_mentor")}
            keys = {place: key and key + again for place, key in keys.items()}
            if turn:
                self._repeat(again, [listed_fate.get(place, "") for place in keys])
            script = [step for name in listed_fate["scripts"] for step in self.data["scripts"][name]]
            fate = Fate(
                key=listed_fate["key"] + again,
                region=self._regions[keys["mentee"]],
                supervisor=self._supervisors[listed_fate["mentee"]],
                outcome=listed_fate.get("outcome", ""),
                script=tuple(sorted([*script, *listed_fate.get("acts", [])], key=lambda step: step["day"])),
                **keys,
            )
            found.append(fate)
        return tuple(found)

    def _repeat(self, again: str, keys: list[str]) -> None:
        """Add more people of the same kind, if more relationships are wanted than the file has."""
        for name, rows in self.roster.items():
            there = {row["key"] for row in rows} if name != "memberships" else set()
            for row in [row for row in rows if row["key"] in keys and row["key"] + again not in there]:
                copy = row | {"key": row["key"] + again}
                if name == "people":
                    copy |= {
                        "name": row["name"] + again.replace("_", " "),
                        "email": row["email"].replace("@", f"{again}@"),
                    }
                    self._regions[copy["key"]] = copy["region"]
                if copy not in rows:
                    rows.append(copy)


def scenarios(relationships: int | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios of all programs, each cut or repeated to a number of relationships.

    Raises:
        ProgramFileError: A file cannot be read or is not TOML.
    """
    return tuple(Scenario(file, relationships) for file in sorted(FOLDER.glob("*.toml")))


def _lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _steps(script: tuple[Mapping[str, Any], ...]) -> list[Mapping[str, Any]]:
    steps = [
        {**step, "day": step["day"] + number * step.get("every", 0)}
        for step in script
        for number in range(step.get("times", 1))
    ]
    return sorted(steps, key=lambda step: step["day"])
