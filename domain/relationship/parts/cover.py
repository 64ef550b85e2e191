"""The minutes of cover of a pair, as the state keeps them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRequest:
    """Minutes for one observation or meeting. ``status`` is asked, approved, refused, used, returned or lapsed.

    ``cents_per_hour`` is the rate at which it was approved; None if no cost is counted.
    """

    id: str
    subject: str
    minutes: int
    starts_at: datetime
    status: str = "asked"
    used: int = 0
    asked_by: str
    cents_per_hour: int | None = None

    @property
    def cost(self) -> int | None:
        """The cents of the minutes that count, once they are approved; None if no cost is counted."""
        return None if self.cents_per_hour is None else cost_of(self.held, self.cents_per_hour)

    @property
    def held(self) -> int:
        """The minutes that this request takes from the allowance."""
        if self.status == "used":
            return self.used
        return self.minutes if self.status in ("asked", "approved") else 0


def cost_of(minutes: int, cents_per_hour: int) -> int:
    """Return what minutes of cover cost, in whole cents; half a cent or more is rounded up."""
    return (minutes * cents_per_hour + 30) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The allowance of the pair, in minutes, and the requests for it."""

    allotted: int = 0
    requests: tuple[CoverRequest, ...] = ()

    @property
    def left(self) -> int:
        """The minutes that can still be asked for."""
        return self.allotted - sum(request.held for request in self.requests)

    def approved_for(self, subject: str) -> bool:
        """Return whether cover for an observation or meeting was approved."""
        covered = (request for request in self.requests if request.subject == subject)
        return any(request.status in ("approved", "used") for request in covered)

    def with_status(self, status: str, ids: Collection[str]) -> Self:
        """Return the allowance with some requests in another status; how many of their minutes were used stays."""
        requests = (replace(each, status=status) if each.id in ids else each for each in self.requests)
        return replace(self, requests=tuple(requests))

    def free(self, subject: str) -> Self:
        """Return the allowance after giving back all that was reserved for a moved, canceled or withdrawn hour."""
        return self._close("returned", lambda request: request.subject == subject)

    def lapse(self) -> Self:
        """Return the allowance after the time for meetings is over: requests that nobody decided lapse."""
        return self._close("lapsed", lambda request: request.status == "asked")

    def _close(self, status: str, hit: Callable[[CoverRequest], bool]) -> Self:
        def close(request: CoverRequest) -> CoverRequest:
            is_open = request.status in ("asked", "approved")
            return replace(request, status=status) if is_open and hit(request) else request

        return replace(self, requests=tuple(close(request) for request in self.requests))
