"""The actor of a write: an administrator everywhere, a coordinator in their own regions."""

import re
from typing import Final

from activities.adapters.postgres.facts.commands import CommandFacts
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Actor, Role

WRITERS: Final = (Role.ADMIN, Role.COORDINATOR)


def writer_in(caller: Caller, region: str | None) -> Actor:
    """Return the actor of a write in a region; 404 for a region that the caller does not serve."""
    actor = caller.acting(WRITERS)
    if region is not None and not actor.covers(region):
        raise Problem(404, "not_found")
    return actor


async def writer_about(facts: CommandFacts, caller: Caller, person: str) -> Actor:
    """Return the actor of a write about a person; 404 for an unknown one and for one that the caller may not see."""
    region = await facts.region_of(person) if re.fullmatch(r"[0-9a-f]{32}", person) else None
    if region is None:
        raise Problem(404, "unknown_person")
    return writer_in(caller, region)
