"""Roles given, confirmed and ended, sign-ins tied and ended: by an administrator, within their own association."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes.base import Unknown
from activities.adapters.postgres.writes.grants import GrantWrites
from activities.adapters.postgres.writes.sessions import SessionWrites
from activities.adapters.postgres.writes.sign_in import SignInWrites
from api_gateway.services.caller import Caller
from api_gateway.services.programs import zone_of
from api_gateway.services.writer import demand_grant
from domain.actors import Role
from domain.visibility import Data

CONFIRMERS: Final = (Role.ADMIN, Role.PAYMENT_STAFF, Role.COORDINATOR)


async def give_role(
    facts: CommandFacts,
    writes: GrantWrites,
    caller: Caller,
    person: str,
    role: Role,
    regions: Sequence[str],
    *,
    first: date | None,
    last: date | None,
    command: str,
) -> str:
    """Give a person a role; return the id of the grant. Raises ``Unknown`` for what is of another association."""
    await _demand_own(facts, caller, person)
    if not set(regions) <= set(caller.association.regions):
        raise Unknown("region")
    return await writes.give(
        person,
        role,
        tuple(regions),
        first=first,
        last=last,
        zone=zone_of(caller.association.code),
        actor=caller.acting((Role.ADMIN,)),
        command=command,
    )


async def confirm_role(
    facts: CommandFacts, writes: GrantWrites, caller: Caller, grant: str, command: str
) -> None:
    """Confirm a role about money as a second person."""
    actor = caller.acting(CONFIRMERS)
    await demand_grant(facts, caller, grant)
    await writes.confirm(grant, actor=actor, command=command)


async def end_role(
    facts: CommandFacts, writes: GrantWrites, caller: Caller, grant: str, command: str
) -> None:
    """End a role at once."""
    await demand_grant(facts, caller, grant)
    await writes.end(grant, actor=caller.acting((Role.ADMIN,)), command=command)


async def tie_sign_in(
    facts: CommandFacts, writes: SignInWrites, caller: Caller, request: str, person: str, command: str
) -> bool:
    """Say whose sign-in a request is; return whether a second person must confirm it."""
    await _demand_own(facts, caller, person)
    actor = caller.acting((Role.ADMIN,))
    return await writes.tie(request, person, caller.association.code, actor, command)


async def confirm_sign_in(
    facts: CommandFacts, writes: SignInWrites, caller: Caller, tie: str, command: str
) -> None:
    """Confirm, as a second person, whose sign-in this is."""
    actor = caller.acting(CONFIRMERS)
    await _demand_own_tie(facts, caller, tie)
    await writes.confirm(tie, actor=actor, command=command)


async def end_sign_in(
    facts: CommandFacts, writes: SignInWrites, caller: Caller, tie: str, command: str
) -> None:
    """Say that a sign-in is a person's no longer: its sessions end at once."""
    await _demand_own_tie(facts, caller, tie)
    await writes.end(tie, actor=caller.acting((Role.ADMIN,)), command=command)


async def refuse_sign_in(writes: SignInWrites, caller: Caller, request: str, command: str) -> None:
    """Say that a sign-in is nobody's."""
    await writes.refuse(request, caller.association.code, caller.acting((Role.ADMIN,)), command)


async def end_sign_ins(
    facts: CommandFacts, writes: SessionWrites, caller: Caller, person: str, command: str
) -> None:
    """End all sign-ins of a person at once."""
    await _demand_own(facts, caller, person)
    await writes.end_all(person, caller.acting((Role.ADMIN,)), command)


def is_confirmer(caller: Caller) -> bool:
    """Return whether somebody may confirm what others gave at all: a coordinator of single regions may not."""
    statewide = Role.COORDINATOR not in caller.roles or not caller.regions
    return any(role in CONFIRMERS for role in caller.roles) and (statewide or len(caller.roles) > 1)


def may_confirm(caller: Caller, row: Mapping[str, Any], giver: str = "given_by") -> bool:
    """Return whether to offer the confirmation of a waiting role or sign-in: to neither who gave it nor who has it.

    The rule itself is that of the write, which also knows who is one human.
    """
    return is_confirmer(caller) and row[giver] not in caller.ids and row["person"] not in caller.ids


async def _demand_own(facts: CommandFacts, caller: Caller, person: str) -> None:
    if await facts.association_of(person) != caller.association.code:
        raise Unknown("person")


async def _demand_own_tie(facts: CommandFacts, caller: Caller, tie: str) -> None:
    """Refuse what is about a sign-in that the caller does not see, as one that nobody knows."""
    _, association = await facts.holder_of_sign_in(tie)
    if association != caller.association.code or not caller.sight.sees(Data.GRANTS):
        raise Unknown("sign_in")
