"""Mentors and mentees are served by the door alone and staff by the gateway alone, by every route."""

import pytest

from domain.actors import Role
from tests.api_gateway.rights.asking import Asking, routes_at_door
from tests.api_gateway.rights.office import RightsOffice
from tests.api_gateway.rights.placed import ACTORS
from tests.api_gateway.rights.table import route_of, rows

ROWS = rows()
PARTICIPANTS = {name for name, (roles, _) in ACTORS.items() if Role.PARTICIPANT in roles}


def test_the_door_has_those_routes_that_let_a_participant_in() -> None:
    open_to_them = {
        name for name, words in ROWS.items() if any(words[actor] != "-" for actor in PARTICIPANTS)
    }
    assert routes_at_door() == {name for name in open_to_them if "/v1/" in name}


@pytest.mark.parametrize("actor", sorted(ACTORS))
async def test_no_route_serves_an_actor_at_the_other_application(read: RightsOffice, actor: str) -> None:
    """Seven actors on both: the gateway refuses mentors and mentees, the door staff, and each names the other."""
    asking, at_door, here = Asking(read), actor not in PARTICIPANTS, routes_at_door()
    wrong = []
    for name in ROWS:
        route = route_of(name)
        if route.page or (at_door and name not in here):
            continue
        answer = await asking.elsewhere(route, actor, at_door=at_door)
        code = "served_at_office" if at_door else "served_at_door"
        expected = code if name in here else "role_not_allowed"
        if (answer.status_code, answer.json()["code"]) != (403, expected):
            wrong.append((name, answer.status_code, answer.text[:200]))
        elif expected == code:
            settings = read.client.door.made.office.settings
            other = settings.public_url if at_door else settings.door_url
            assert answer.json()["served_at"] == other
    assert wrong == []


async def test_the_door_has_no_other_route_of_the_office(read: RightsOffice) -> None:
    """A path of staff alone is nothing at the door, also for staff."""
    asking = Asking(read)
    for name in sorted({name for name in ROWS if "/v1/" in name} - routes_at_door()):
        for actor in ("mentee", "admin"):
            answer = await asking.elsewhere(route_of(name), actor, at_door=True)
            assert answer.status_code in (404, 405), (name, actor, answer.text[:200])
