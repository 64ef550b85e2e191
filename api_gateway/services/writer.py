"""The actor of a write: an administrator in the whole association, a coordinator in their own regions.

What belongs to another association is unknown to the caller, whatever the caller's roles are.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes.base import Unknown
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, broken_rule
from api_gateway.services.programs import own_program
from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.ids import is_id
from domain.messages import Command
from domain.people.who_may import (
    Standing,
    demand_may_change,
    demand_may_declare_conflict,
    demand_may_name_contacts,
    demand_may_withdraw_conflict,
)
from domain.rules.program_file import ProgramFile
from domain.visibility import Data, Record

WRITERS: Final = (Role.ADMIN, Role.COORDINATOR)


def writer_in(caller: Caller, region: str | None) -> Actor:
    """Return the actor of a write in a region; 404 for a region that the caller does not serve.

    Raises:
        Unknown: The caller's association has no such region.
    """
    actor = _writer(caller)
    if region is not None and not actor.covers(region):
        yours = f"Your regions are: {', '.join(caller.regions)}. Leave others to their coordinators."
        raise Problem(404, "not_found", yours)
    if region is not None and region not in caller.association.regions:
        raise Unknown("region")
    return actor


async def writer_about(facts: CommandFacts, caller: Caller, person: str) -> Actor:
    """Return the actor of a write about a person.

    404 for an unknown person and for one outside the caller's regions or association, 403 if only an administrator
    changes the entry.
    """
    actor = _writer(caller)  # before anybody is looked up: to whoever writes about nobody, all are alike
    standing = await _standing(facts, caller, person)
    with _as_problems():
        demand_may_change(actor, standing)
    return actor


async def writer_of_counting(facts: CommandFacts, caller: Caller, person: str) -> Actor:
    """Return the actor of a write of what an entry says; one for which another entry counts is not changed."""
    actor = await writer_about(facts, caller, person)
    counts = (await _standing(facts, caller, person)).alias_of
    if counts:
        two = f"mentorflow send people/{person}/same-as --body '{_two(counts)}'"
        advice = f"Send this to people/{counts}, or say first that they are two: {two}."
        raise Problem(409, "another_entry_counts", advice)
    return actor


def _two(other: str) -> str:
    return json.dumps({"other": other, "answer": "different"})


async def declarer_of_conflict(facts: CommandFacts, caller: Caller, one: str, other: str) -> Actor:
    """Return the actor who declares a conflict of interest between two people."""
    actor, first, second = (
        _writer(caller),
        await _standing(facts, caller, one),
        await _standing(facts, caller, other),
    )
    with _as_problems():
        demand_may_declare_conflict(actor, first, second)
    return actor


async def withdrawer_of_conflict(facts: CommandFacts, caller: Caller, one: str, other: str) -> Actor:
    """Return the actor who withdraws a conflict of interest between two people."""
    actor, first, second = (
        _writer(caller),
        await _standing(facts, caller, one),
        await _standing(facts, caller, other),
    )
    with _as_problems():
        demand_may_withdraw_conflict(actor, first, second)
    return actor


def namer_of_contacts(caller: Caller, region: str) -> Actor:
    """Return the actor who names a contact of a region: an administrator, or the state office."""
    actor = writer_in(caller, region)
    with _as_problems():
        demand_may_name_contacts(actor)
    return actor


async def program_to_write(facts: CommandFacts, caller: Caller, name: str) -> ProgramFile:
    """Return a program as its file is now, for what the office keeps; 404 for one of another association."""
    return await own_program(facts, caller.association.code, name, now=True)


async def demand_grant(facts: CommandFacts, caller: Caller, grant: str) -> None:
    """Refuse to change a grant that the caller does not see, as one that nobody knows."""
    holder, association = await facts.holder_of_grant(grant)
    own = holder in caller.ids
    if association != caller.association.code or not (own or caller.sight.sees(Data.GRANTS)):
        raise Unknown("grant")


async def demand_subject(facts: CommandFacts, caller: Caller, actor: Actor, subject: str) -> None:
    """Refuse a command about something that its sender does not see, before any rule could tell that it is there.

    A pair's own may send. That a term runs in a region, everybody in the association knows. Whatever else the sender
    does not see is as unknown as what nobody knows.
    """
    place = await facts.place_of(subject)
    if place is not None and any(id in place.pair for id in caller.ids):
        return
    if place is None or place.region not in caller.association.regions:
        raise Problem(404, "not_found")
    own = actor.role is Role.PARTICIPANT
    known = own and place.data is Data.TERM
    if not known and not caller.sight.sees(place.data, Record(region=place.region)):
        raise Problem(404, "not_found", recorded="not_a_participant" if own else "other_region")


async def demand_named(facts: CommandFacts, caller: Caller, kind: type[Command], body: object) -> None:
    """Refuse a command that names a person or a region of another association, as one that names an unknown one."""
    own = caller.association
    for field, code in kind.regions.items():
        if (region := getattr(body, field)) and region not in own.regions:
            raise broken_rule(code, field)
    for field, code in kind.people.items():
        if (person := getattr(body, field)) and await facts.association_of(person) not in {own.code} - {""}:
            raise broken_rule(code, field)


async def _standing(facts: CommandFacts, caller: Caller, person: str) -> Standing:
    """Return what decides who may write about a person; 404 for one whom the caller's association does not know."""
    standing = await facts.standing(person) if is_id(person) else None
    if standing is None or standing.association != caller.association.code:
        raise Problem(404, "unknown_person")
    return standing


@contextmanager
def _as_problems() -> Iterator[None]:
    """Turn a broken rule into a problem, which the gateway keeps as the answer and records as a refusal.

    Somebody of another region is as unknown as nobody.
    """
    try:
        yield
    except RuleViolation as broken:
        if broken.code == "other_region":
            raise Problem(404, "unknown_person", recorded=broken.code) from None
        raise broken_rule(broken.code, broken.field) from None


def _writer(caller: Caller) -> Actor:
    """Return the actor in the role that may do the most."""
    return caller.acting((Role.ADMIN,) if Role.ADMIN in caller.roles else WRITERS)
