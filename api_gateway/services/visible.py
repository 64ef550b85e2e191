"""One thing that a caller may see. What is out of sight is as unknown as what does not exist: 404."""

from collections.abc import Mapping
from typing import Any

from activities.adapters.postgres.reads.lists import Views
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem


async def visible_relationship(views: Views, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a relationship that the caller may see; 404 for any other."""
    found = await views.relationship(caller.scope, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_obligation(views: Views, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return an obligation that the caller may see; 404 for any other."""
    found = await views.obligation(caller.scope, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_term_region(views: Views, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a term in a region that the caller may see; 404 for any other."""
    found = await views.term_region(caller.scope, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


def demand_outside(caller: Caller, found: Mapping[str, Any]) -> None:
    """Refuse a person of the pair, whatever other role that person has: who asked or complained stays unknown there."""
    if caller.person in (found["mentee"], found["mentor"]):
        raise Problem(403, "own_relationship")


def demand_quiet(caller: Caller, found: Mapping[str, Any]) -> None:
    """Refuse a caller who may not know of quiet matters: a person of the pair, and payment staff."""
    demand_outside(caller, found)
    if not caller.sees_quiet_of(found["region"]):
        raise Problem(403, "role_not_allowed")
