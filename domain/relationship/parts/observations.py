"""The observations of a pair, as the state keeps them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from domain.relationship.invitation import PlanChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One observation. ``status`` is booked, done, canceled, or lapsed (nobody said in time that it took place)."""

    id: str
    starts_at: datetime
    minutes: int
    status: str = "booked"
    booked_by: str
    change: PlanChange | None = field(default=None, compare=False)
    """The last change of its hour; None if a run of an earlier engine made it and did not keep this."""

    @property
    def ends_at(self) -> datetime:
        """The instant when it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """How many observations the pair owes, and all that were ever booked."""

    required: int = 0
    booked: tuple[Observation, ...] = ()

    @property
    def done(self) -> int:
        """How many took place."""
        return sum(each.status == "done" for each in self.booked)

    def open(self, id: str) -> Observation | None:
        """Return the observation of that id, if it is still to come or to be reported."""
        return next((each for each in self.booked if each.id == id and each.status == "booked"), None)

    def lapse(self) -> Self:
        """Return the observations after the time for them is over: those still booked lapse."""
        return self.put(*(replace(each, status="lapsed") for each in self.booked if each.status == "booked"))

    def put(self, *changed: Observation) -> Self:
        """Return the observations with changed ones in their places, and new ones at the end."""
        by_id = {each.id: each for each in (*self.booked, *changed)}
        return replace(self, booked=tuple(by_id.values()))
