"""The sample people at the API: they are furnished once, and known again at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workers.embedded.samples.scenario import SampleOffice
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import Driver
from workers.embedded.year.scenario import Fate


class SampleDriver(Driver):
    """The people of the demo at the API of its office."""

    def __init__(self, office: OfficeProcesses, samples: SampleOffice) -> None:
        super().__init__(office, samples)
        self._samples = samples
        self.terms: dict[str, str] = {}
        """The id of each term by its key in the scenario."""

    async def furnish(self, start: date, until: datetime) -> None:
        """Create an administrator, regions, terms, people with their applications, tokens and contacts."""
        self.start = start
        await self.let_administrator_in(until)
        await self._add_regions()
        for term in self._samples.terms:
            dates = self._samples.dates_of_term(term, start)
            self.terms[term] = await self._open_term(self._samples.name_of_term(term), dates)
            await self._import(self._samples.files_of(term, start), self.terms[term])
        self.term = self.terms[self._samples.terms[0]]
        await self._make_tokens(until)
        # A pair of any term has somebody to ask from its first day on.
        await self._name_contacts(
            min(self._samples.dates_of_term(term, start).first for term in self._samples.terms)
        )
        self._know_subjects()

    def known(self, start: date, kept: Mapping[str, Any]) -> None:
        """Take people, tokens and terms from what an earlier start has kept."""
        self.start = start
        self.term, self.terms = kept["term"], dict(kept["terms"])
        for key, row in kept["people"].items():
            self.tokens[key] = row["token"]
            self._people[key] = row["person"]
        self._know_subjects()

    def kept(self) -> dict[str, Any]:
        """Return what the next start needs to know, and what people use beside the demo."""
        people = {key: {"person": self.person(key), "token": token} for key, token in self.tokens.items()}
        return {"term": self.term, "terms": self.terms, "people": people}

    def subject(self, fate: Fate) -> str:
        """Return the id of a pair's relationship."""
        return self._subjects[fate.key]

    def _term_of(self, fate: Fate) -> str:
        return self.terms[self._samples.term_of(fate)]
