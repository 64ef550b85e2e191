"""Every route, for everybody, about things of one's own and of others, in each of their states, as the table says."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2 as httpx
import pytest
import pytest_asyncio

from api_gateway.http.auth import OPEN
from api_gateway.http.sessions import OPEN_PAGES
from api_gateway.pages.acts.parts import ACTS
from domain.actors import Role
from tests.api_gateway.rights.asking import (
    SAFE,
    Asking,
    Route,
    Thing,
    every_thing,
    routes,
    routes_at_door,
    said,
)
from tests.api_gateway.rights.office import Furnished, RightsOffice, furnished_office, rights_office
from tests.api_gateway.rights.placed import ACTORS, SCOPES
from tests.api_gateway.rights.table import TABLE, expected, rows, shown
from tests.conftest import FreshDatabase
from workers.embedded.stack.supervisor import OfficeProcesses

ROWS = rows()
COMMANDS = re.compile(r"^POST (/v1)?/(relationships|obligations|payments|terms)/\{.*\}/(acts/)?[a-z-]+$")
"""Routes whose acts the stand-in for the engine takes without changing anything."""
OPEN_ROUTES = {*OPEN, *OPEN_PAGES}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(
    database_server: OfficeProcesses, fresh_database: FreshDatabase
) -> AsyncIterator[Furnished]:
    """Yield what is in the office."""
    async with furnished_office(database_server, fresh_database) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def read(furnished: Furnished) -> AsyncIterator[RightsOffice]:
    """Yield the office that nothing changes."""
    async with rights_office(furnished) as office:
        yield office


def route_of(name: str) -> Route:
    method, _, path = name.partition(" ")
    return Route(method, path, not path.startswith("/v1"))


def answer_about(answer: httpx.Response, of_nobody: httpx.Response, known: dict[str, str]) -> str:
    """Return in a word what an answer about a thing is, compared with one about nothing."""
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in"):
        return "sign in"
    if answer.status_code >= 500:
        return f"fault {answer.status_code}"
    if answer.status_code == 403:
        return "no"
    hidden = answer.status_code == 404 or "group_refused" in answer.text
    return "unknown" if hidden and said(answer, known) == said(of_nobody, known) else "in"


async def differences(asking: Asking, route: Route, actor: str, word: str) -> list[tuple[str, ...]]:
    """Return where an actor is told something else than the table says."""
    if not route.about_something and route.method in SAFE:
        return await of_list(asking, route, actor, word)
    if word == "open":  # asked once: some of these end the session
        alone = await asking.told(route, actor, Thing("own"))
        found = answer_about(alone, alone, {})
        return [] if found == "in" else [(actor, "alone", found, "not in", alone.text[-700:])]
    of_nobody = await asking.told(route, actor, None)
    wrong = []
    nobody = answer_about(of_nobody, of_nobody, {})
    wanted = "no" if word in ("-", "self") else "unknown"
    if nobody != wanted:
        wrong.append((actor, "of nobody", nobody, f"not {wanted}", of_nobody.text[-300:]))
    for thing in things_for(route, word):
        answer = await asking.told(route, actor, thing)
        known = asking.known(thing, actor) | {f"x{k}": v for k, v in asking.known(None, actor).items()}
        found, wanted = answer_about(answer, of_nobody, known), expected(word, thing)
        if wanted == "in" and thing.state not in TABLE["states"].get(route.name, (thing.state,)):
            wanted = "unknown"
        if found != wanted:
            wrong.append((actor, f"{thing.scope} {thing.state}", found, f"not {wanted}", answer.text[-700:]))
    return wrong


def things_for(route: Route, word: str) -> Iterator[Thing]:
    """Yield the things about which an actor asks: one where a role decides, else each in each state.

    Of others' things commands and their forms ask in one state: the gateway finds them all in the same way, and the
    stand-in for the engine knows no rules.
    """
    if word == "-":
        yield Thing("own")
        return
    few = COMMANDS.match(route.name) is not None or "/acts/" in route.path
    for thing in every_thing():
        if not few or thing.scope == "own" or thing.state == "running":
            yield thing


async def of_list(asking: Asking, route: Route, actor: str, word: str) -> list[tuple[str, ...]]:
    answer = await asking.told(route, actor, Thing("own"))
    if word in ("-", "none"):
        refused = {"-": 403, "none": 404}[word]
        return [] if answer.status_code == refused else [(actor, str(answer.status_code), f"not {refused}")]
    if answer.status_code not in (200, 303):
        return [(actor, str(answer.status_code), answer.text[-300:])]
    if word == "open":
        return []
    seen = {scope for scope in SCOPES if any(mark in answer.text for mark in asking.office.marks(scope))}
    return [] if seen == shown(word) else [(actor, f"shows {sorted(seen)}", f"not {sorted(shown(word))}")]


@pytest.mark.parametrize("name", sorted(ROWS))
async def test_a_route_tells_everybody_what_the_table_says(
    read: RightsOffice, furnished: Furnished, name: str
) -> None:
    route, words = route_of(name), ROWS[name]
    if route.method in SAFE or COMMANDS.match(name):
        wrong = [
            each for actor in ACTORS for each in await differences(Asking(read), route, actor, words[actor])
        ]
    else:
        wrong = []
        async with rights_office(furnished) as office:
            for actor in ACTORS:
                wrong += await differences(Asking(office), route, actor, words[actor])
    assert wrong == []
    outside = await Asking(read).told(route, "", Thing("own"))
    assert answer_about(outside, outside, {}) == "sign in", outside.text


async def test_every_route_has_a_row_and_every_row_a_route(read: RightsOffice) -> None:
    """Untested cells: 0. A route that is not in `routes.toml` fails here."""
    there = {each.name for each in routes(read.furnished.app) if each.path not in OPEN_ROUTES}
    acts = {f"{method} {group['page']}/{{act}}" for group in TABLE["act_pages"] for method in ("GET", "POST")}
    named = {name for name in ROWS if not re.search(r"\}/acts/[a-z-]+$", name) or name.startswith("POST /v1")}
    assert acts <= there
    assert named == there - acts
    for group in TABLE["act_pages"]:
        listed = {name for name in ROWS if name.startswith(f"GET {group['page']}/")}
        assert listed == {f"GET {group['page']}/{act}" for act in ACTS[group["subject"]]}


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


def test_the_words_of_the_table_are_known() -> None:
    known: set[Any] = {"-", "none", "open", "blank", "all", "region", "own", "self", "region:no"}
    used = {word.removeprefix("no:") for row in ROWS.values() for word in row.values()}
    assert used <= known
