"""Every page of a session, for a pair that has applied, runs, or has ended: for its two, for strangers, for nobody.

To somebody of another pair, what is of the pair looks like what does not exist.
"""

from datetime import date
from typing import Final

import httpx2 as httpx
import pytest

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.door.acts import OF_PAIR
from api_gateway.http.command_bodies import kebab
from api_gateway.http.csrf import FIELD
from domain.actors import Actor
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship
from tests.api_gateway.conftest import Client, add_person
from tests.api_gateway.door.codes import Codes, enter
from tests.api_gateway.door.conftest import Visit, address_of, meeting_pair
from tests.api_gateway.door.test_every_page import PART, UNKNOWN, asked, pages
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair, live_pair
from tests.api_gateway.pages.reading import text_of
from tests.domain.builders import MENTEE, MENTOR

STATES: Final = ("applied", "runs", "ended")
STRANGER: Final = derive("somebody of another pair")
ABOUT: Final = tuple(name for name in pages("session") if "{about}" in name)
OF_ONESELF: Final = tuple(name for name in pages("session") if "{about}" not in name)
LEAVE: Final = ("POST /my/sign-out", "POST /my/calendar/revoke")
"""What ends the session of this test, or an address that it does not have."""


async def pair_that(state: str, client: Client, worker: Database) -> LivePair:
    """Return a pair in a state."""
    if state == "applied":
        return await live_pair(client, worker)
    pair = await meeting_pair(client, worker)
    if state == "ended":
        pair.do(EndRelationship, MENTEE, reason="retired")
        await pair.at(pair.now)
    return pair


async def stranger_of(client: Client) -> None:
    """Add somebody who has applied for another pair."""
    await add_person(client, STRANGER, name="Yrsa Holt", email="stranger@example.org")
    row = {"id": STRANGER, "person": STRANGER, "program": "masa", "term": "t", "region": "r1", "actor": {}}
    row |= {"reason": "new", "first_year": True, "applied_on": date(2026, 8, 1), "relationship": STRANGER}
    async with client.office.database.transaction() as connection:
        await connection.execute(tables.applications.insert(), [row])


def addresses(name: str, subject: str) -> list[str]:
    """Return the addresses of a page about a subject: one for each act, if it is about an act."""
    acts = [kebab(act) for act in OF_PAIR] if "{act}" in name else [""]
    path = name.partition(" ")[2].replace("/done", f"/done?reference={'a' * 8}")
    values = ({"act": act, "about": subject} for act in acts)
    return [PART.sub(lambda part, of=value: of[part[1]], path) for value in values]


async def answers(visit: Visit, name: str, subject: str, csrf: str) -> list[tuple[int, str]]:
    """Return what a page answers for a subject, at each of its addresses."""
    found = []
    for path in addresses(name, subject):
        post = name.startswith("POST")
        answer = await (visit.post(path, {FIELD: csrf}) if post else visit.get(path))
        found.append((answer.status_code, text_of(answer.text)))
    return found


async def csrf_of(visit: Visit) -> str:
    """Return the secret of a session."""
    return str(form_to((await visit.get("/my")).text, "/my/sign-out").filled()[FIELD])


async def browser(transport: httpx.ASGITransport, codes: Codes, address: str) -> Visit:
    """Return the browser of somebody who is signed in."""
    visit = Visit(transport)
    assert await enter(visit, codes, address) == "/my"
    return visit


@pytest.mark.parametrize("state", STATES)
async def test_what_is_of_a_pair_does_not_exist_for_others(
    state: str, client: Client, worker: Database, transport: httpx.ASGITransport
) -> None:
    pair, codes = await pair_that(state, client, worker), Codes(client, worker)
    await stranger_of(client)
    visit = await browser(transport, codes, "stranger@example.org")
    csrf = await csrf_of(visit)
    for name in ABOUT:
        theirs = await answers(visit, name, pair.id, csrf)
        assert theirs == await answers(visit, name, UNKNOWN, csrf), name
        # What an act did is found by its reference alone: whoever sent none reads that there is nothing.
        assert {status for status, _ in theirs} == {200 if name.endswith("/done") else 404}, name
        assert not [text for _, text in theirs if "Robin" in text or "Ortiz" in text], name
    for name in OF_ONESELF:
        if name not in LEAVE:
            shown = await asked(visit.http, name, "")
            assert shown.status_code < 500, name
            for word in (pair.id, "Robin", "Reyes", "Ortiz", address_of(MENTEE.id), address_of(MENTOR.id)):
                assert word not in shown.text, (name, word)
    assert client.engine.sent == []
    nobody = Visit(transport)
    for name in (*ABOUT, *OF_ONESELF):
        for path in addresses(name, pair.id):
            answer = await asked(nobody.http, f"{name.partition(' ')[0]} {path}", "")
            assert answer.status_code == 303, name
            assert answer.headers["location"].startswith("/code"), name


@pytest.mark.parametrize(
    ("state", "who"),
    [(state, who) for state in STATES for who in (MENTEE, MENTOR) if state != "applied" or who is MENTEE],
    ids=lambda each: each if isinstance(each, str) else each.id[:4],
)
async def test_each_of_a_pair_opens_what_is_of_it(
    state: str, who: Actor, client: Client, worker: Database, transport: httpx.ASGITransport
) -> None:
    pair, codes = await pair_that(state, client, worker), Codes(client, worker)
    visit = await browser(transport, codes, address_of(who.id))
    csrf = await csrf_of(visit)
    assert (await visit.get(f"/my/more/{pair.id}")).status_code == 200
    agreement = await visit.get(f"/my/agreement/{pair.id}")
    assert agreement.status_code == (404 if state == "applied" else 200)
    possible = {status for status, _ in await answers(visit, "GET /my/acts/{act}/{about}", pair.id, csrf)}
    assert 200 in possible
    assert possible <= {200, 404}
    for name in ABOUT:
        for status, _ in await answers(visit, name, pair.id, csrf):
            assert status < 500, name
            assert not (name.startswith("POST") and status == 303), name
    assert client.engine.sent == []
    for name in (each for each in OF_ONESELF if each.startswith("GET")):
        assert (await asked(visit.http, name, "")).status_code in (200, 303, 404), name
