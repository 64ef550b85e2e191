"""How the demo is at this moment: its clock, the last move and what it caused, the worker, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request

from activities.adapters.postgres.open_work import SqlOpenWork
from api_gateway.http.sessions import cookie_name
from api_gateway.office import Office
from api_gateway.services.caller import caller_of
from api_gateway.services.programs import programs
from api_gateway.services.visitor import Visitor, visitor_of
from domain.languages import Language
from domain.visibility import Sight
from workers.embedded.control import NoAnswer, Supervisor
from workers.embedded.samples.scenario import SampleOffice
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.mail_catcher import Caught, Mailbox
from workers.embedded.tour.effects import Effects, effects
from workers.embedded.tour.steps import People

_READERS: Final = ("state_office", "maker")
"""Whose tasks a move may have caused, in their sight."""
_AUDITOR: Final = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMove:
    """The last move of the clock, and what it has caused so far. ``state`` is that of the move."""

    state: str
    why: str
    target: datetime | None
    ended: datetime | None
    effects: Effects | None
    twice: int

    @property
    def open(self) -> bool:
        """Whether the clock is still on its way."""
        return self.state not in ("done", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStanding:
    """What every page of the demo shows. ``silent`` says that the supervisor does not answer."""

    now: datetime
    zone: ZoneInfo
    worker: str = "down"
    cannot: str = ""
    pair: str = ""
    done: int = 0
    acts: int = 0
    complete: bool = False
    silent: bool = False
    waiting: int = 0
    move: LastMove | None = None

    @property
    def still(self) -> bool:
        """Whether the clock's buttons do nothing now."""
        return self.cannot != "" or self.silent or (self.move is not None and self.move.open)

    @property
    def changes(self) -> bool:
        """Whether a page shows something else soon, by itself."""
        moving = self.move is not None and self.move.open
        return moving or not self.complete or self.worker == "starting"


class Demo:
    """The demo as its pages see it."""

    def __init__(self, data: DataFolder) -> None:
        """Set its data folder."""
        self.data = data
        self.supervisor = Supervisor(data)
        self.people = People(data)
        self._program = SampleOffice().program
        self._seen: dict[tuple[datetime, datetime, Language], Effects] = {}

    def mails(self) -> list[Caught]:
        """Return all emails that have arrived."""
        return Mailbox(self.data.mails).all()

    @property
    def mailbox(self) -> str:
        """The address of the mail catcher's pages."""
        return f"http://127.0.0.1:{self.data.ports['mailbox']}"

    @property
    def door(self) -> Mapping[str, str]:
        """Where the step of the tour's pair leads: the mailbox of each of the two, and the mentor's own page."""
        mentee, mentor = (f"{self.mailbox}/?to={address}" for address in self.people.addresses_of_tour)
        return {"mentee": mentee, "mentor": mentor, "my": f"http://127.0.0.1:{self.data.ports['door']}/my"}

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in, on a page that needs nobody to be."""
        office: Office = request.app.state.office
        cookie = request.cookies.get(cookie_name(office.settings), "")
        session = await office.sessions.visitor(cookie) if cookie else None
        return visitor_of(session) if session is not None else None

    async def standing(self, office: Office, *, caused: Language | None = None) -> DemoStanding:
        """Return how the demo stands; with a language, also what the last move has caused, in its words."""
        now, zone = await office.clock.now(), self._zone()
        try:
            state = await self.supervisor.state()
        except NoAnswer:
            return DemoStanding(now=now, zone=zone, silent=True)
        waiting = await SqlOpenWork(office.database, office.clock).waiting_commands()
        return DemoStanding(
            now=now,
            zone=zone,
            worker=state["worker"],
            cannot=state["cannot"],
            pair=state["tour"],
            done=state["done"],
            acts=state["acts"],
            complete=state["complete"],
            waiting=waiting,
            move=await self._move(office, state["move"], now, caused),
        )

    def _zone(self) -> ZoneInfo:
        file = programs().get(self._program)
        return file.rules.calendar.zone if file else ZoneInfo("UTC")

    async def _move(
        self, office: Office, move: dict[str, str] | None, now: datetime, language: Language | None
    ) -> LastMove | None:
        """Return the last move; without a language, nothing of what it has caused."""
        if move is None:
            return None
        begins, target, ended = (
            datetime.fromisoformat(move[name]) if move[name] else None
            for name in ("begins", "target", "ended")
        )
        caused, twice = None, 0
        if language is not None and begins is not None:
            caused = await self._caused(office, begins, ended or now, language)
            if ended is not None:
                self._seen = {(begins, ended, language): caused}
            sent = Counter(mail.message_id for mail in self.mails())
            twice = sum(count > 1 for count in sent.values())
        return LastMove(
            state=move["state"],
            why=move["why"],
            target=target,
            ended=ended,
            effects=caused,
            twice=twice,
        )

    async def _caused(self, office: Office, begins: datetime, until: datetime, language: Language) -> Effects:
        if (begins, until, language) in self._seen:
            return self._seen[begins, until, language]
        sights = [await self._sight(office, key) for key in _READERS]
        auditor, names = await self._sight(office, _AUDITOR), self.people.by_address
        every = await effects(office, sights, auditor, self.mails(), names, begins, until, language)
        return every.first(self.people.of_tour)

    async def _sight(self, office: Office, key: str) -> Sight:
        """Return what one of the sample staff sees now."""
        holder = await office.tokens.holder(self.people.token(key))
        if holder is None:
            raise LookupError(f"the token of {key} is no longer valid")
        return caller_of(holder).sight


def newest(caught: list[Caught], names: Mapping[str, str], most: int) -> list[dict[str, Any]]:
    """Return the newest emails, the last one first; ``names`` are those of addresses."""
    shown = list(reversed(caught[-most:]))
    return [
        {
            "at": datetime.fromisoformat(mail.received),
            "to": ", ".join(names.get(address, address) for address in mail.recipients),
            "subject": mail.subject,
            "number": mail.number,
        }
        for mail in shown
    ]
