"""What mentors and mentees change about themselves, and their applications: only the gateway writes these.

The gateway writes at once (``OwnChangesHere``). The door leaves a command row and waits for its answer
(``OwnChangesLeft``); ``LeftChanges`` carries the rows out in the gateway.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.facts.participants import ParticipantFacts
from activities.adapters.postgres.facts.tokens import hashed
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown
from activities.adapters.postgres.writes.commands import CommandIntake
from activities.adapters.postgres.writes.left_commands import LeftCommand, LeftCommands
from activities.errors import Unavailable
from api_gateway.services.caller import Caller, caller_of
from api_gateway.services.own_settings import (
    change_own_contact,
    choose_own_digest,
    choose_own_language,
    oneself,
)
from api_gateway.services.problem import Problem, writes_as_problems
from domain.digests import DigestRhythm
from domain.ids import derive
from domain.languages import Language

_LOG: Final = structlog.stdlib.get_logger(__name__)
AFTER_FAULT: Final = 5.0
"""Seconds until the next try after a fault, so that one that stays does not fill the log."""
PATIENCE: Final = 10.0
"""Seconds that the door waits for the gateway; what it left is not lost then."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.03, 0.25
Body = Mapping[str, Any]


class OwnChanges(Protocol):
    """Makes a change that somebody asks for oneself."""

    async def make(self, caller: Caller, kind: str, values: Body, command: str) -> Body | None:
        """Return the answer; None if it will be made without another request. Raise ``Problem`` if it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChangesHere:
    """Changes that this process makes at once."""

    facts: CommandFacts
    writes: OfficeWrites

    async def make(self, caller: Caller, kind: str, values: Body, command: str) -> Body:
        """Make a change."""
        match kind:
            case "OwnLanguage":
                language = Language(values["language"])
                await choose_own_language(self.facts, self.writes, caller, language, command)
            case "OwnDigest":
                rhythm = DigestRhythm(values["rhythm"])
                await choose_own_digest(self.facts, self.writes, caller, rhythm, command)
            case "OwnContact":
                await change_own_contact(self.facts, self.writes, caller, str(values["phone"]), command)
            case "OwnCalendarAddress":
                addresses = self.writes.calendar_addresses
                await addresses.make(oneself(caller), command, values["id"], values["hash"])
            case "OwnCalendarRevoked":
                await self.writes.calendar_addresses.revoke(oneself(caller), command)
            case _:
                raise ValueError(kind)
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChangesLeft:
    """Changes that this process leaves to the gateway."""

    rows: LeftCommands
    patience: float = PATIENCE

    async def make(self, caller: Caller, kind: str, values: Body, command: str) -> Body | None:
        """Leave a change and wait for its answer."""
        await self.rows.leave(command, kind, values, oneself(caller))
        pause, until = _FIRST_PAUSE, asyncio.get_running_loop().time() + self.patience
        while (found := await self.rows.answer(command)) is None:
            if asyncio.get_running_loop().time() >= until:
                return None
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        if found.status >= 400:
            problem = Problem(found.status, found.body["code"], errors=found.body.get("errors", ()))
            problem.detail = found.body.get("detail") or problem.detail
            raise problem
        answer: Body = found.body
        return answer


def new_calendar_address() -> tuple[str, str, Body]:
    """Return the id and the secret of a new calendar address, and what is asked for it, which has only the hash."""
    id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return id, secret, {"id": id, "hash": hashed(secret)}


def left(command: str, *more: str) -> str:
    """Return the id of the command row that a request leaves to the gateway."""
    return derive("left", command, *more)


class LeftChanges:
    """The changes that the door left, and the one loop of the gateway that makes them."""

    def __init__(
        self,
        rows: LeftCommands,
        participants: ParticipantFacts,
        intake: CommandIntake,
        changes: OwnChanges,
        applications: OwnChanges,
        tell: Callable[[], Any],
    ) -> None:
        """Set what makes changes; ``tell`` has what runs hear of them."""
        self._rows = rows
        self._participants = participants
        self._intake = intake
        self._by_kind = {"OwnApplication": applications}
        self._changes = changes
        self._tell = tell

    async def run(self, pause: float = 0.3) -> None:
        """Make changes as they come, and those that were left undone, until the process ends."""
        while True:
            wait = pause
            try:
                wait = 0.0 if await self.make_next() else pause
            except Unavailable:
                pass
            except Exception:
                _LOG.exception("a change that the door left could not be made")
                wait = max(pause, AFTER_FAULT)
            await asyncio.sleep(wait)

    async def make_next(self) -> bool:
        """Make the change that has waited longest; return False if none waits."""
        waiting = await self._rows.next()
        if waiting is None:
            return False
        try:
            async with self._intake.renewed(waiting.id):
                with writes_as_problems():
                    body = await self._make(waiting)
        except Problem as problem:
            if problem.status >= 500:
                await self._intake.release(waiting.id)
                raise Unavailable("database") from problem
            await self._intake.answer(waiting.id, problem.status, problem.body())
            return True
        except BaseException:
            with contextlib.suppress(Unavailable):
                await self._intake.release(waiting.id)
            raise
        await self._intake.answer(waiting.id, 200, body)
        await self._tell()
        return True

    async def _make(self, waiting: LeftCommand) -> Body:
        holder = await self._participants.holder(waiting.actor.id)
        if holder is None:
            raise Problem(404, "unknown_person")
        caller = caller_of(holder, waiting.actor.auth).standing((waiting.actor.id,))
        changes = self._by_kind.get(waiting.kind, self._changes)
        try:
            return await changes.make(caller, waiting.kind, waiting.values, waiting.id) or {}
        except (KeyError, TypeError, ValueError) as fault:
            # A row that says something else than the door writes would be tried forever.
            if isinstance(fault, (AlreadyThere, Unknown)):
                raise
            _LOG.exception("a change that the door left cannot be read")
            raise Problem(422, "invalid") from fault
