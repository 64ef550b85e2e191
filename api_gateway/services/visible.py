"""Single objects that a caller may see. What the caller may not see is 404, like what does not exist.

An id may be shortened to its first digits, as the reference in an email is. Only what the caller may see is searched,
so that a reference tells nothing about anything else.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from activities.adapters.postgres.reads import OfficeReads
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.visibility import Data, Sight, of_pair

_WHOLE: Final = 32


async def visible_relationship(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a relationship that the caller may see; 404 for any other."""
    found = await reads.relationships.one(caller.sight, await whole_id(reads.relationships.ids, caller, id))
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_obligation(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return an obligation that the caller may see; 404 for any other."""
    found = await reads.obligations.one(caller.sight, await whole_id(reads.obligations.ids, caller, id))
    if found is None:
        raise Problem(404, "not_found")
    return found


async def visible_term_region(reads: OfficeReads, caller: Caller, id: str) -> Mapping[str, Any]:
    """Return a term in a region that the caller may see; 404 for any other."""
    found = await reads.term_regions.one(caller.sight, await whole_id(reads.term_regions.ids, caller, id))
    if found is None:
        raise Problem(404, "not_found")
    return found


async def whole_id(
    search: Callable[[Sight, str], Awaitable[tuple[str, ...]]], caller: Caller, id: str
) -> str:
    """Return the id that begins with some digits; the digits themselves if there is none."""
    if len(id) == _WHOLE:
        return id
    found = await search(caller.sight, id)
    if len(found) > 1:
        raise Problem(404, "ambiguous_reference")
    return found[0] if found else id


def demand_sight(caller: Caller, found: Mapping[str, Any], data: Data) -> None:
    """Refuse a caller who sees a relationship but not this class of its data.

    A person of the pair is told so, whatever other role that person has.
    """
    record = of_pair(found)
    if caller.sight.closed(data, record):
        raise Problem(403, "own_relationship")
    if not caller.sight.sees(data, record):
        raise Problem(403, "role_not_allowed")
