"""The door of a test's office, to which its mentors and mentees send what they send."""

import asyncio
import re
from dataclasses import replace
from functools import cache
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from api_gateway.door.api import participants_api
from api_gateway.door.app import create_door, make_door
from api_gateway.http.rates import limit_rates
from api_gateway.office import Office
from tests.api_gateway.invented import (
    InventedParticipantCalendars,
    InventedParticipantTokens,
    InventedSubjects,
)

DOOR = "http://door.example.org"
DOOR_SETTINGS = {"door_url": DOOR, "door_secret": SecretStr("d" * 40), "cookie_prefix": "none"}
"""What an office with a door of its own has in its settings."""


@cache
def door_routes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the method and the form of the path of each route that the door has for tokens."""
    found = []
    for route in participants_api().routes:
        assert isinstance(route, APIRoute)
        found += [
            (method, re.compile("/v1" + route.path_regex.pattern.lstrip("^"))) for method in route.methods
        ]
    return tuple(found)


def door_has(method: str, path: str) -> bool:
    """Return whether the door has a route for a request."""
    plain = path.partition("?")[0]
    return any(method == one and form.match(plain) for one, form in door_routes())


_DOOR_APP: list[FastAPI] = []


class DoorOfTests:
    """The door of an office, on the login of participants, with the gateway's loop that does what it leaves."""

    def __init__(self, office: Office, engine: Any, *, invents: bool) -> None:
        self.made = make_door(office.settings.model_copy(update=DOOR_SETTINGS), engine)
        database = self.made.office.database
        at_door = replace(
            self.made.office,
            tokens=InventedParticipantTokens(database),
            calendar_addresses=InventedParticipantCalendars(database),
            facts=InventedSubjects(database),
        )
        at_door = at_door if invents else self.made.office
        self.made = replace(self.made, office=at_door)
        app = _DOOR_APP[0] if _DOOR_APP else create_door(self.made)
        _DOOR_APP[:] = [app]  # to make an application takes as long as a hundred requests
        self._app, self._before = app, dict(app.state._state)
        app.state.office, app.state.door = at_door, self.made
        limit_rates(app, at_door.settings.requests_per_minute)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=DOOR)
        self._left = asyncio.create_task(office.left_changes.run(0.02))

    async def close(self) -> None:
        """Close the connections."""
        self._left.cancel()
        await asyncio.wait([self._left])
        await self.http.aclose()
        await self.made.office.database.close()
        self._app.state._state.update(self._before)  # those of the office whose test this one was opened in
