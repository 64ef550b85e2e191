"""The scenario of the demo: a pair for the tour, and others that show each stage, a late task and each payment."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.roster.columns import RosterKind
from domain.rules.intake import TermDates
from workers.embedded.first_hour import DEMO_OPENS, on_a_working_day
from workers.embedded.year.scenario import Act, Fate, Scenario

FILE: Final = Path(__file__).parent / "office.toml"
TOUR: Final = "tour"
"""The key of the pair that the tour shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedAct:
    """One act of a pair, with a key that is the same at each start."""

    key: str
    act: Act


class SampleOffice(Scenario):
    """The scenario of the demo, whose days count from the first hour of an office."""

    def __init__(self, file: Path = FILE) -> None:
        """Read the file."""
        super().__init__(file)
        self._listed: dict[str, dict[str, Any]] = {fate["key"]: fate for fate in self.data["fates"]}

    @property
    def terms(self) -> tuple[str, ...]:
        """The keys of the terms; the first one has everybody's entries."""
        return tuple(self.data["terms"])

    def term_of(self, fate: Fate) -> str:
        """Return the key of the term of a pair."""
        return str(self._listed[fate.key].get("term", self.terms[0]))

    def shows(self, fate: Fate) -> tuple[str, str]:
        """Return the stage and the state of the payment that a visitor finds; empty if there is no payment."""
        listed = self._listed[fate.key]
        return str(listed["stage"]), str(listed.get("payment", ""))

    def name_of_term(self, term: str) -> str:
        """Return the name of a term."""
        return str(self.data["terms"][term]["name"])

    def dates_of_term(self, term: str, start: date) -> TermDates:
        """Return the first and last day of a term in an office that began on a day."""
        plan = self.data["terms"][term]
        first = start - timedelta(days=plan["before"])
        return TermDates(first=first, last=start + timedelta(days=plan["after"]))

    def opens(self, begins: datetime) -> datetime:
        """Return the instant at which the demo opens: a working morning, after a payment has come due."""
        latest = begins + timedelta(days=self.data["opens_on"])
        return on_a_working_day(DEMO_OPENS, self.program)(latest)

    def wanted(self) -> set[str]:
        """Return everybody of the roster: a mentor without a pair is free for a mentee who waits."""
        return {row["key"] for row in self.roster["people"]}

    def files_of(self, term: str, start: date) -> dict[str, bytes]:
        """Return the lists to import for a term: its applications, and with the first term everybody's entries."""
        fates = {fate.mentee: self.term_of(fate) for fate in self.fates}
        applied = {"applied_on": (start - timedelta(days=3)).isoformat()}
        name = RosterKind.APPLICATIONS.value
        rows = [row | applied for row in self.roster[name] if fates[row["key"]] == term]
        entries = self.files() if term == self.terms[0] else {}
        return entries | {name: _csv(rows)}

    def days(self, begins: datetime) -> list[tuple[datetime, list[list[KeyedAct]]]]:
        """Return the acts by day, in order, and of each day by pair; what is done after the opening has its hour."""
        opens, by_day = self.opens(begins), defaultdict[int, dict[str, list[KeyedAct]]](dict)
        zero = self.acts(begins.date(), 0)
        counted: dict[str, int] = defaultdict(int)
        for act in sorted(zero, key=lambda each: each.order):
            counted[act.fate.key] += 1
            day = (act.at.date() - begins.date()).days
            at = opens if day > self.data["opens_on"] else begins + timedelta(days=day)
            moved = Act(
                at=at,
                order=act.order,
                who=act.who,
                path=act.path,
                body=act.body,
                refused=act.refused,
                fate=act.fate,
            )
            of_pair = by_day[day].setdefault(act.fate.key, [])
            of_pair.append(KeyedAct(key=f"{act.fate.key}-{counted[act.fate.key]}", act=moved))
        return [
            (next(iter(by_day[day].values()))[0].act.at, list(by_day[day].values())) for day in sorted(by_day)
        ]


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, tuple(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
