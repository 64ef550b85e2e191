"""The actor of a write: an administrator everywhere, a coordinator in their own regions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from activities.adapters.postgres.facts.commands import CommandFacts
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, broken_rule
from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.ids import is_id
from domain.people.who_may import (
    Standing,
    demand_may_change,
    demand_may_declare_conflict,
    demand_may_name_contacts,
    demand_may_withdraw_conflict,
)

WRITERS: Final = (Role.ADMIN, Role.COORDINATOR)


def writer_in(caller: Caller, region: str | None) -> Actor:
    """Return the actor of a write in a region; 404 for a region that the caller does not serve."""
    actor = _writer(caller)
    if region is not None and not actor.covers(region):
        yours = f"Your regions are: {', '.join(caller.regions)}. Leave others to their coordinators."
        raise Problem(404, "not_found", yours)
    return actor


async def writer_about(facts: CommandFacts, caller: Caller, person: str) -> Actor:
    """Return the actor of a write about a person.

    404 for an unknown person and for one outside the caller's regions, 403 if only an administrator changes the entry.
    """
    standing = await _standing(facts, person)
    actor = _writer(caller)
    with _as_problems():
        demand_may_change(actor, standing)
    return actor


async def declarer_of_conflict(facts: CommandFacts, caller: Caller, one: str, other: str) -> Actor:
    """Return the actor who declares a conflict of interest between two people."""
    actor, first, second = _writer(caller), await _standing(facts, one), await _standing(facts, other)
    with _as_problems():
        demand_may_declare_conflict(actor, first, second)
    return actor


async def withdrawer_of_conflict(facts: CommandFacts, caller: Caller, one: str, other: str) -> Actor:
    """Return the actor who withdraws a conflict of interest between two people."""
    actor, first, second = _writer(caller), await _standing(facts, one), await _standing(facts, other)
    with _as_problems():
        demand_may_withdraw_conflict(actor, first, second)
    return actor


def namer_of_contacts(caller: Caller, region: str) -> Actor:
    """Return the actor who names a contact of a region: an administrator, or the state office."""
    actor = writer_in(caller, region)
    with _as_problems():
        demand_may_name_contacts(actor)
    return actor


async def _standing(facts: CommandFacts, person: str) -> Standing:
    """Return what decides who may write about a person; 404 for an unknown one."""
    standing = await facts.standing(person) if is_id(person) else None
    if standing is None:
        raise Problem(404, "unknown_person")
    return standing


@contextmanager
def _as_problems() -> Iterator[None]:
    """Turn a broken rule into a problem, which the gateway keeps as the answer and records as a refusal."""
    try:
        yield
    except RuleViolation as broken:
        raise broken_rule(broken.code, broken.field) from None


def _writer(caller: Caller) -> Actor:
    """Return the actor in the role that may do the most."""
    return caller.acting((Role.ADMIN,) if Role.ADMIN in caller.roles else WRITERS)
