"""The real door on a port of this machine, over the database of an office with one pair."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.door.app import create_door, make_door
from domain.actors import Actor
from domain.ids import derive
from domain.notices import NoticeKind
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.at_door import DOOR_SETTINGS
from tests.api_gateway.conftest import Client, add_person, office_of
from tests.api_gateway.door.codes import Codes, ask, enter
from tests.api_gateway.door.conftest import DOOR, Mail, Visit, address_of, meeting_pair
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.browser.gateway import listening
from tests.domain.builders import MENTEE, MENTOR, TERMS
from workers.embedded.stack import ports
from workers.settings import Settings

REMINDER = {"about": "meeting", "rung": "1"}
NEWCOMER = derive("somebody without a pair")
SHARED = "home@example.org"


class AtDoor:
    """A door that listens, its office, and a pair with an agreement in force."""

    def __init__(self, client: Client, app: FastAPI, url: str, worker: Database, pair: LivePair) -> None:
        self.client, self.app, self.url, self.worker, self.pair = client, app, url, worker, pair
        self.codes = Codes(client, worker)
        self.mail = Mail.of(client, worker, pair)
        self.things: dict[str, str] = {"pair": pair.id}
        """Ids of what is in the office, by what the table of pages calls it."""
        self._cookies: dict[str, dict[str, str]] = {"": {}}
        self._visits: list[Visit] = []

    def visit(self) -> Visit:
        """Return a browser without a window, which asks the same application."""
        made = Visit(httpx.ASGITransport(app=self.app))
        made.http.base_url = httpx.URL(self.url)
        self._visits.append(made)
        return made

    async def cookies(self, who: str) -> dict[str, str]:
        """Return the cookies of somebody by the name that the table of pages has; nobody has none."""
        if who not in self._cookies:
            self._cookies[who] = dict((await self._browser(who)).http.cookies)
        return self._cookies[who]

    async def _browser(self, who: str) -> Visit:
        visit = self.visit()
        match who:
            case "link" | "used":
                opened = await visit.post("/t", {"token": (await self.token("LogMeeting", MENTOR))})
                self.things[who] = opened.headers["location"].rsplit("/", 1)[-1]
                if who == "used":
                    path = f"/t/{self.things[who]}"
                    form = form_to((await visit.get(path)).text, path)
                    given = {"began_at__when": "today", "began_at__time": "08:00", "mode": "video"}
                    sent = await visit.post(path, form.filled(**given, first_name="sam"))
                    assert sent.status_code == 303, sent.text
            case "asked":
                await ask(visit, address_of(MENTEE.id))
                await self.codes.work()
            case "several":
                assert (await enter(visit, self.codes, SHARED)).startswith("/code/who")
            case _:
                addresses = {"mentee": address_of(MENTEE.id), "mentor": address_of(MENTOR.id)}
                await enter(visit, self.codes, addresses.get(who, f"{who}@example.org"))
        return visit

    async def token(self, act: str, to: Actor, kind: NoticeKind = NoticeKind.REMINDER, **data: str) -> str:
        """Return the token of a link in an email that leaves now."""
        return (await self.mail.tokens(kind, to, **(data or REMINDER)))[act]

    def link(self, token: str) -> str:
        """Return the address of a link as an email has it."""
        return f"{self.url}/t#{token}"

    def met(self, days: int, who: Actor = MENTOR, topics: Sequence[str] = ("budget",)) -> str:
        """Have one of the pair record a meeting of some days ago; return its id."""
        began = self.pair.now - timedelta(days=days)
        self.pair.do(LogMeeting, who, began_at=began, minutes=60, mode="in_person", topics=tuple(topics))
        return self.pair.state.meetings.log[-1].id

    async def close(self) -> None:
        """Close the browsers without a window."""
        for visit in self._visits:
            await visit.http.aclose()


async def furnish(office: AtDoor) -> None:
    """Give the pair two meetings and a new version of its agreement, and let three people in who have no pair."""
    confirmed = office.met(9)
    office.pair.do(ConfirmMeeting, MENTEE, meeting=confirmed)
    office.things["meeting"] = office.met(1)
    office.pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await office.pair.at(office.pair.now + timedelta(hours=1))
    people = {derive(name): name for name in ("Ada Home", "Ben Home")}
    for person, name in people.items():
        await add_person(office.client, person, name=name, email=SHARED)
    await add_person(office.client, NEWCOMER, name="Nia Newcomer", email="newcomer@example.org")
    rows = [
        {"id": derive("application", person), "person": person, "applied_on": office.pair.now.date()}
        for person in (NEWCOMER, *people)
    ]
    same = dict.fromkeys(("program", "term", "region", "reason", "relationship"), "")
    async with office.client.office.database.transaction() as connection:
        for row in rows:
            given = {**same, **row, "first_year": True, "actor": {}}
            await connection.execute(insert(tables.applications).values(**given))


@asynccontextmanager
async def door_served(settings: Settings) -> AsyncIterator[AtDoor]:
    """Yield a door that listens on a port, with the gateway's loop that does what the door leaves."""
    port = ports.pick()
    url = f"http://{ports.HOST}:{port}"
    named: dict[str, Any] = {"requests_per_minute": 6000, "cookie_prefix": "none"}
    async with office_of(settings.model_copy(update=named)) as client:
        worker = Database(client.office.settings.database_url("worker"), size=2)
        at_door = client.office.settings.model_copy(update={**DOOR_SETTINGS, "door_url": url})
        made = make_door(at_door, client.engine)
        app = create_door(made)
        left = asyncio.create_task(client.office.left_changes.run(0.02))
        office = AtDoor(client, app, url, worker, await meeting_pair(client, worker))
        try:
            async with listening(app, port):
                yield office
        finally:
            left.cancel()
            await asyncio.wait([left])
            await office.close()
            await made.office.database.close()
            await worker.close()


__all__ = ("DOOR", "AtDoor", "door_served", "furnish")
