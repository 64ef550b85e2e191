"""The places in the head of every page: which there are, and whom each is for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from api_gateway.pages.logs.lists import place_of_logs
from api_gateway.services.caller import Caller
from api_gateway.services.roles_given import is_confirmer
from domain.actors import STAFF_ROLES, Role


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """A place: its address, the key of its word, and the roles that have it."""

    path: str
    word: str
    roles: tuple[Role, ...]


SEARCH: Final = "/audit/search"
"""The search of auditors, which finds more than names of pairs."""
CONFIRMING: Final = "/admin/people-and-rights"
"""Where whoever confirms roles and accounts as a second person finds them; administrators have it below their own."""
PLACES: Final = (
    HeadPlace("/", "frame.places.today", STAFF_ROLES),
    HeadPlace("/relationships", "frame.places.relationships", STAFF_ROLES),
    HeadPlace("/applications", "frame.places.applications", (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR)),
    HeadPlace("/people", "frame.places.people", (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR)),
    HeadPlace("", "frame.places.logs", (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR)),
    HeadPlace("/imports", "frame.places.imports", (Role.COORDINATOR, Role.ADMIN)),
    HeadPlace("/payments", "frame.places.payments", (Role.PAYMENT_STAFF, Role.AUDITOR)),
    HeadPlace(SEARCH, "frame.places.search", (Role.AUDITOR,)),
    HeadPlace("/audit", "frame.places.audit", (Role.AUDITOR,)),
    HeadPlace(CONFIRMING, "frame.places.rights", (Role.PAYMENT_STAFF, Role.COORDINATOR)),
    HeadPlace("/admin", "frame.places.admin", (Role.ADMIN,)),
)
"""In the order in which they stand. A page that is no place of its own names its place as ``place``.

The place of logs begins at the first list that the programs of an association fill, and is none without any.
"""


def places_for(caller: Caller) -> tuple[HeadPlace, ...]:
    """Return the places of somebody with these roles, in this association."""
    own = (place for place in PLACES if set(place.roles) & set(caller.roles))
    found = (place if place.path else replace(place, path=place_of_logs(caller)) for place in own)
    rights = is_confirmer(caller) and Role.ADMIN not in caller.roles
    return tuple(place for place in found if place.path and (rights or place.path != CONFIRMING))


def search_for(roles: Sequence[Role]) -> HeadPlace:
    """Return where the box in the head searches for somebody with these roles, and what it says."""
    if Role.AUDITOR in roles:
        return HeadPlace(SEARCH, "frame.find_all", (Role.AUDITOR,))
    return HeadPlace("/relationships", "frame.find", STAFF_ROLES)
