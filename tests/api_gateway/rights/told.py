"""What each actor is told about things of one's own and of others, compared with the table."""

import re
from collections.abc import Iterator

import httpx2 as httpx

from tests.api_gateway.rights.asking import SAFE, Asking, Route, Thing, every_thing, said
from tests.api_gateway.rights.office import Furnished, RightsOffice, rights_office
from tests.api_gateway.rights.placed import ACTORS, SCOPES
from tests.api_gateway.rights.table import TABLE, expected, route_of, rows, shown

COMMANDS = re.compile(r"^POST (/v1)?/(relationships|obligations|payments|terms)/\{.*\}/(acts/)?[a-z-]+$")
"""Routes whose acts the stand-in for the engine takes without changing anything."""


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


async def wrong_answers(read: RightsOffice, furnished: Furnished, name: str) -> list[tuple[str, ...]]:
    """Return where anybody is told something else than the table says; what changes something has its own office."""
    route, words = route_of(name), rows()[name]
    if route.method in SAFE or COMMANDS.match(name):
        return [
            each for actor in ACTORS for each in await differences(Asking(read), route, actor, words[actor])
        ]
    async with rights_office(furnished) as office:
        return [
            each for actor in ACTORS for each in await differences(Asking(office), route, actor, words[actor])
        ]


async def without_signing_in(read: RightsOffice, name: str) -> str:
    """Return in a word what somebody who has not signed in is told."""
    outside = await Asking(read).told(route_of(name), "", Thing("own"))
    return answer_about(outside, outside, {})
