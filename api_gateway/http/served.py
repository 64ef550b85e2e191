"""Whom an application serves: the office its staff, the door mentors and mentees. Each refuses the others' tokens.

Somebody may be both, and a token may be for both: each application sees only its own part of it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Request

from activities.adapters.postgres.facts.tokens import TokenHolder
from api_gateway.services.caller import leave_to
from api_gateway.services.problem import Problem
from domain.actors import STAFF_ROLES, Role
from workers.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The roles that an application serves, its address, and that of the one which serves everybody else.

    ``elsewhere`` is the code of the problem for whoever belongs there.
    """

    roles: frozenset[Role]
    address: str
    other_address: str
    elsewhere: str

    def part_of(self, holder: TokenHolder) -> TokenHolder:
        """Return the owner of a token with the roles that are served here, and no others."""
        roles = tuple(role for role in holder.roles if role in self.roles)
        return replace(holder, roles=roles, regions=holder.regions if Role.COORDINATOR in roles else ())

    def refusal(self, holder: TokenHolder, roles: Collection[Role]) -> Problem:
        """Return the problem of a token that none of ``roles`` is served for here: it may be served elsewhere."""
        if set(holder.roles) & set(roles):
            return self.turned_away()
        if holder.roles:
            return Problem(403, "role_not_allowed", leave_to(roles))
        return Problem(403, "grant_ended") if Role.PARTICIPANT not in self.roles else self.turned_away()

    def turned_away(self) -> Problem:
        """Return the problem that names the other address."""
        problem = Problem(403, self.elsewhere)
        if self.other_address:
            problem.detail = f"{problem.detail} It is {self.other_address}."
            problem.served_at = self.other_address
        return problem


def served_by_office(settings: Settings) -> Served:
    """Return whom the office serves: its staff."""
    return Served(
        roles=frozenset(STAFF_ROLES),
        address=settings.public_url,
        other_address=settings.door_url or "",
        elsewhere="served_at_door",
    )


def served_by_door(settings: Settings) -> Served:
    """Return whom the door serves: mentors and mentees."""
    return Served(
        roles=frozenset((Role.PARTICIPANT,)),
        address=settings.door_url or "",
        other_address=settings.public_url,
        elsewhere="served_at_office",
    )


def served_by(request: Request) -> Served:
    """Return whom the application of a request serves."""
    served: Served = request.app.state.served
    return served


async def _address(request: Request) -> str:
    return served_by(request).address


Here: Final = Annotated[str, Depends(_address)]
"""The address of the application that a request came to."""
