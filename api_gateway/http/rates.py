"""How many requests a person may send: a window of one minute, counted in this process, stated in every answer.

Every request with a valid token counts against the one limit of its person (``requests_per_minute`` of the settings),
whatever its answer will be; all tokens of a person share that limit. A request without a valid token counts nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

from fastapi import FastAPI, Request

from api_gateway.services.problem import Problem

WINDOW: Final = 60.0


@dataclass(slots=True)
class _Window:
    began: float
    used: int = 0


class Rates:
    """A counter of requests by person. Each process counts for itself; several share a limit at the proxy."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def spend(self, person: str) -> dict[str, str]:
        """Count one request, and return the headers that say what is left; raise the problem 429 if nothing is."""
        now = self._clock()
        window = self._windows.get(person)
        if window is None or now - window.began >= WINDOW:
            self._forget(now)
            window = self._windows[person] = _Window(began=now)
        window.used += 1
        left, reset = max(0, self._a_minute - window.used), ceil(WINDOW - (now - window.began))
        headers = {
            "RateLimit-Policy": f'"token";q={self._a_minute};w={WINDOW:.0f}',
            "RateLimit": f'"token";r={left};t={reset}',
        }
        if window.used > self._a_minute:
            raise Problem(429, "too_many_requests", headers={**headers, "Retry-After": str(reset)})
        return headers

    def _forget(self, now: float) -> None:
        """Drop the windows that are over, so that the table has only people who are active."""
        self._windows = {one: window for one, window in self._windows.items() if now - window.began < WINDOW}


def limit_rates(app: FastAPI, a_minute: int) -> None:
    """Give an application its limit of requests per person."""
    app.state.rates = Rates(a_minute)


def count_request(request: Request, person: str) -> None:
    """Count a request whose token is valid; refuse it with 429 if its person has sent too many."""
    rates: Rates = request.app.state.rates
    request.state.rate_limit = rates.spend(person)
