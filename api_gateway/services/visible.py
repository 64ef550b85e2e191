"""One thing that a caller may see. What is out of sight is as unknown as what does not exist: 404."""

from collections.abc import Mapping
from typing import Any

from activities.adapters.postgres.reads import OfficeReads
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.visibility import Data, of_pair


async def visible_relationship(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a relationship that the caller may see; 404 for any other."""
    found = await reads.relationships.one(caller.sight, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_obligation(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return an obligation that the caller may see; 404 for any other."""
    found = await reads.obligations.one(caller.sight, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_term_region(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a term in a region that the caller may see; 404 for any other."""
    found = await reads.term_regions.one(caller.sight, id)
    if found is None:
        raise Problem(404, "not_found")
    return found


def demand_sight(caller: Caller, found: Mapping[str, Any], data: Data) -> None:
    """Refuse a caller who sees a relationship and not this class of its data.

    A person of the pair is told so, whatever other role that person has.
    """
    record = of_pair(found)
    if caller.sight.closed(data, record):
        raise Problem(403, "own_relationship")
    if not caller.sight.sees(data, record):
        raise Problem(403, "role_not_allowed")
