"""What a person sets for oneself: the language of emails and pages, the digest, tokens, and where one is signed in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.reads.tokens import TokenReads
from activities.adapters.postgres.writes import OfficeWrites
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Actor
from domain.digests import DigestRhythm
from domain.ids import derive
from domain.languages import Language

TOKEN_DAYS: Final = (7, 30, 90)
"""How many days a token of one's own may work."""


def oneself(caller: Caller) -> Actor:
    """Return the caller as the actor of what concerns oneself alone."""
    return Actor(id=caller.person, role=caller.roles[0], regions=caller.regions, auth=caller.auth)


async def choose_own_language(
    facts: CommandFacts, writes: OfficeWrites, caller: Caller, language: Language, command: str
) -> None:
    """Set the language in which the office writes to the caller."""
    await _demand_known(facts, caller)
    await writes.people.choose_language(caller.person, language.value, actor=oneself(caller), command=command)


async def choose_own_digest(
    facts: CommandFacts, writes: OfficeWrites, caller: Caller, rhythm: DigestRhythm, command: str
) -> None:
    """Set how often the caller wants the list of what waits."""
    await _demand_known(facts, caller)
    await writes.digests.choose(caller.person, rhythm, actor=oneself(caller), command=command)


async def change_own_contact(
    facts: CommandFacts, writes: OfficeWrites, caller: Caller, phone: str, command: str
) -> None:
    """Set the phone number at which the office reaches the caller; an empty one takes it out."""
    await _demand_known(facts, caller)
    await writes.people.change(caller.person, {"phone": phone}, actor=oneself(caller), command=command)


async def make_own_token(
    writes: OfficeWrites, caller: Caller, name: str, days: int, now: datetime, command: str
) -> str:
    """Make a token that stands for all roles of the caller; return it, because it is stored nowhere.

    The same command again makes none: what is returned is empty.
    """
    until, tokens = now + timedelta(days=days), writes.tokens.by(oneself(caller))
    return await tokens.issue(caller.person, (), until, name=name, id=derive("token", command)[:16])


async def revoke_own_token(
    reads: TokenReads, writes: OfficeWrites, caller: Caller, id: str, now: datetime
) -> None:
    """Revoke a token of the caller; 404 for one that is over, unknown or somebody else's."""
    own: tuple[Mapping[str, Any], ...] = await reads.own(caller.sight, now)
    if id not in {row["id"] for row in own}:
        raise Problem(404, "unknown_own_token")
    await writes.tokens.by(oneself(caller)).revoke(id)


async def _demand_known(facts: CommandFacts, caller: Caller) -> None:
    if await facts.region_of(caller.person) is None:
        raise Problem(404, "unknown_person")
