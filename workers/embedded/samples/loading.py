"""The loading of a new demo: the tour's pair first, then the other pairs while people already use the office.

What was done is kept in the data folder after each act, so a start that was interrupted goes on where it stopped, and a
later start loads nothing.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from activities.adapters.files.program_files import load_programs
from workers.embedded.clock import DemoClock
from workers.embedded.samples.driver import SampleDriver
from workers.embedded.samples.scenario import TOUR, KeyedAct, SampleOffice
from workers.embedded.stack.data_folder import DataFolder, write_private
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import ADMIN, Driver, Unexpected
from workers.embedded.year.scenario import scenarios

TOKEN_DAYS: Final = 1200
_AT_ONCE: Final = 4
"""How many pairs act at the same time."""
_FILE: Final = "samples.json"


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far the loading is. ``done`` has the keys of acts, ``failed`` what went differently than planned."""

    begins: str
    tour: str = ""
    opened: bool = False
    complete: bool = False
    acts: int = 0
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def read_progress(data: DataFolder) -> Progress | None:
    """Return how far the loading of a data folder is; None before it began."""
    file = data.path / _FILE
    return Progress(**json.loads(file.read_text())) if file.is_file() else None


class Loading:
    """The loading of one office."""

    def __init__(
        self, office: OfficeProcesses, clock: DemoClock, samples: SampleOffice | None = None
    ) -> None:
        self._office = office
        self._clock = clock
        self._samples = samples or SampleOffice()
        self._driver = SampleDriver(office, self._samples)
        self.progress = read_progress(office.data)

    async def close(self) -> None:
        """Close the connections."""
        await self._driver.close()

    async def open(self) -> None:
        """Load everybody, and have the pairs do what they did before the demo opens; safe to repeat.

        Raises:
            StartFailed: The office refused something.
        """
        try:
            await self._furnish()
            if not self._kept.opened:
                await self._act_until_opening()
        except Unexpected as refused:
            raise StartFailed(f"The sample data were refused: {refused}") from None

    async def fill(self) -> None:
        """Have the pairs do what they do from the opening on, at the clock's hour; never raises for one act."""
        if self._kept.complete:
            return
        for _, pairs in self._days(after_opening=True):
            await self._clock.rest()
            await self._all(pairs)
        await self._clock.rest()
        self._kept.complete = True
        self._keep()

    @property
    def _kept(self) -> Progress:
        if self.progress is None:
            raise RuntimeError("the people come first")
        return self.progress

    async def _furnish(self) -> None:
        tokens = self._office.data.tokens_file
        if self.progress is None:
            now = await self._clock.now()
            self.progress = Progress(begins=now.replace(microsecond=0).isoformat())
            self._days(after_opening=False)
            self._keep()
        begins = datetime.fromisoformat(self.progress.begins)
        if tokens.is_file():
            self._driver.known(begins.date(), json.loads(tokens.read_text())[self._samples.program])
            return
        until = begins + timedelta(days=TOKEN_DAYS)
        await self._driver.furnish(begins.date(), until)
        everybody = await self._administrators(until) | {self._samples.program: self._driver.kept()}
        write_private(tokens, json.dumps(everybody, indent=2) + "\n")

    async def _administrators(self, until: datetime) -> dict[str, Any]:
        """Let an administrator of each other association in, so that its program can be set up beside the demo."""
        found: dict[str, Any] = {}
        usable = load_programs()
        for scenario in scenarios():
            if scenario.program not in usable or scenario.program == self._samples.program:
                continue
            driver = Driver(self._office, scenario)
            try:
                await driver.let_administrator_in(until)
            finally:
                await driver.close()
            admin = {"person": driver.person(ADMIN), "token": driver.tokens[ADMIN]}
            found[scenario.program] = {"term": "", "people": {ADMIN: admin}}
        return found

    async def _act_until_opening(self) -> None:
        await self._clock.rest()
        for at, pairs in self._days(after_opening=False):
            await self._clock.move_to(at)
            await self._all(pairs)
            await self._clock.rest()
        await self._clock.move_to(self._samples.opens(datetime.fromisoformat(self._kept.begins)))
        tour = next(fate for fate in self._samples.fates if fate.key == TOUR)
        self._kept.tour, self._kept.opened = self._driver.subject(tour), True
        self._keep()

    def _days(self, *, after_opening: bool) -> list[tuple[datetime, list[list[KeyedAct]]]]:
        begins = datetime.fromisoformat(self._kept.begins)
        opens = self._samples.opens(begins)
        days = self._samples.days(begins)
        self._kept.acts = sum(len(acts) for _, pairs in days for acts in pairs)
        return [(at, pairs) for at, pairs in days if (at >= opens) == after_opening]

    async def _all(self, pairs: list[list[KeyedAct]]) -> None:
        """Do the acts of one day: those of a pair one after the other, and of some pairs at the same time."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(acts: list[KeyedAct]) -> None:
            async with gate:
                for keyed in acts:
                    await self._do(keyed)

        await asyncio.gather(*(one(acts) for acts in pairs))

    async def _do(self, keyed: KeyedAct) -> None:
        if keyed.key in self._kept.done:
            return
        try:
            await self._driver.act(keyed.act, key=f"sample-{keyed.key}")
        except Unexpected as refused:
            if not self._kept.opened:
                raise
            self._kept.failed.append(str(refused))
        self._kept.done.append(keyed.key)
        self._keep()

    def _keep(self) -> None:
        write_private(self._office.data.path / _FILE, json.dumps(asdict(self._kept), indent=1) + "\n")
