"""The steps of the tour, and who its people are: what `office.toml` says, by the keys of the sample people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from workers.embedded.samples.scenario import TOUR, SampleOffice
from workers.embedded.stack.data_folder import DataFolder

STEPS: Final = ("morning", "worker", "month", "door", "payment", "auditor")
"""The steps in order; `words/en.toml` says of each what to press and what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One of the staff whom a visitor can be."""

    key: str
    person: str
    name: str
    region: str


class People:
    """The sample people of a demo, once they are loaded."""

    def __init__(self, data: DataFolder) -> None:
        """Set the data folder whose token file names them."""
        self._data = data
        self._samples = SampleOffice()

    @property
    def loaded(self) -> bool:
        """Whether they are in the office."""
        return self._data.tokens_file.is_file()

    @cached_property
    def _known(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._data.tokens_file.read_text())[self._samples.program]
        return found

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of all people by their keys."""
        named = {row["key"]: row["name"] for row in self._samples.roster["people"]}
        return named | {
            staff["key"]: staff["name"] for staff in self._samples.data["staff"] if "name" in staff
        }

    @property
    def others(self) -> int:
        """How many mentees there are beside that of the tour."""
        return len(self._samples.fates) - 1

    @cached_property
    def by_address(self) -> Mapping[str, str]:
        """The names of all people by their addresses."""
        rows = (*self._samples.roster["people"], *self._samples.data["staff"])
        return {row["email"]: row["name"] for row in rows if "email" in row}

    @cached_property
    def of_tour(self) -> Sequence[str]:
        """The names of the tour's pair."""
        (fate,) = (fate for fate in self._samples.fates if fate.key == TOUR)
        return [self.names[fate.mentee], self.names[fate.mentor]]

    @cached_property
    def addresses_of_tour(self) -> Sequence[str]:
        """The addresses of the tour's pair."""
        at = {name: address for address, name in self.by_address.items()}
        return [at[name] for name in self.of_tour]

    def personas(self) -> Sequence[Persona]:
        """Return the staff, in the order of the scenario."""
        regions = {region["code"]: region["name"] for region in self._samples.data["regions"]}
        return [
            Persona(
                key=staff["key"],
                person=self._known["people"][staff["key"]]["person"],
                name=self.names[staff["key"]],
                region=", ".join(regions[code] for code in staff.get("regions", ())),
            )
            for staff in self._samples.data["staff"]
        ]

    def key_of(self, person: str) -> str:
        """Return the key of one of the staff; empty for anybody else."""
        return next((each.key for each in self.personas() if each.person == person), "")

    def token(self, key: str) -> str:
        """Return the token of one of them."""
        return str(self._known["people"][key]["token"])
