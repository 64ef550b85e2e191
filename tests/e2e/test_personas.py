"""The staff of the demo sign in by one click, through the flow of every provider; a stranger asks to be let in."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest_asyncio
from sqlalchemy import insert

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.tokens import TokenWrites
from domain.actors import Role
from domain.ids import derive
from tests.conftest import LET_IN, TEN, office_at_ten, unavailable
from workers.embedded.identity_provider.personas import STRANGER, introduce, read_personas
from workers.embedded.samples.scenario import SampleOffice
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office() -> AsyncIterator[OfficeProcesses]:
    """Yield a gateway with the provider of the demo and the demo's staff; nothing else of the office works."""
    try:
        async with office_at_ten(personas=True, workers=False, mail=False) as office:
            await load_staff(office)
            await introduce(office)
            yield office
    except StartFailed as obstacle:
        unavailable(obstacle)


async def load_staff(office: OfficeProcesses) -> None:
    """Add the staff of the demo with their roles, and write their tokens where the demo keeps them."""
    samples = SampleOffice()
    names = {row["key"]: row["name"] for row in samples.roster["people"]}
    database, people = Database(office.settings.database_url("gateway"), size=1), {}
    texts = dict.fromkeys(("email", "role_title", "district", "region"), "")
    association = load_programs()[samples.program].association
    until = TEN(datetime.now(UTC)) + timedelta(days=2)  # the machine's clock: the office has just begun
    for staff in samples.data["staff"]:
        person = derive("p", staff["key"])
        entry = {"id": person, "name": staff.get("name") or names[staff["key"]], "association": association}
        async with database.transaction() as connection:
            await connection.execute(insert(tables.people).values(**texts, **entry))
        roles = tuple(Role(role) for role in staff["roles"])
        regions = tuple(staff.get("regions", ()))
        token = await TokenWrites(database).let_in(person, roles, regions, until, **LET_IN)
        people[staff["key"]] = {"person": person, "token": token}
    await database.close()
    office.data.tokens_file.write_text(json.dumps({samples.program: {"people": people}}))


def browser(office: OfficeProcesses) -> httpx.AsyncClient:
    """Return a browser that follows where it is sent."""
    return httpx.AsyncClient(base_url=office.gateway_url, follow_redirects=True, timeout=30)


def links(text: str) -> Sequence[tuple[str, str]]:
    """Return the links of a page with their texts."""
    return [(unescape(href), words) for href, words in re.findall(r'<a href="([^"]+)">([^<]+)</a>', text)]


async def test_each_persona_signs_in_by_one_click(office: OfficeProcesses) -> None:
    people = read_personas(office.data)
    own = [each for each in people if "." not in each.key and each.key != STRANGER]
    assert [each.key for each in own] == [
        "coordinator_north",
        "coordinator_south",
        "state_office",
        "maker",
        "approver",
        "sender",
        "auditor",
        "admin",
    ]
    async with browser(office) as shown:
        choice = await shown.get("/sign-in/start?next=/me")
        assert urlsplit(str(choice.url)).netloc == urlsplit(office.identity_url).netloc
        clicks = {words: href for href, words in links(choice.text)}
    for each in own:
        async with browser(office) as theirs:
            start = await theirs.get("/sign-in/start?next=/me")
            click = {words: href for href, words in links(start.text)}[each.name]
            page = await theirs.get(f"{office.identity_url}{click}")
            assert (page.status_code, page.url.path) == (200, "/me"), page.text
            assert f"<h1><bdi>{each.name}</bdi></h1>" in page.text
    assert {each.name for each in people} <= set(clicks)


async def test_a_link_of_the_tour_needs_no_further_click(office: OfficeProcesses) -> None:
    async with browser(office) as theirs:
        page = await theirs.get("/sign-in/start?next=/me&hint=maker")
        assert page.url.path == "/me"
        secret = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
        out = await theirs.post("/sign-out", data={"csrf": secret}, headers=OWN)
        assert (out.status_code, out.url.path) == (200, "/signed-out")
        assert (await theirs.get("/me")).url.path == "/sign-in"


async def test_somebody_new_asks_and_is_let_in_by_the_administrator(office: OfficeProcesses) -> None:
    async with browser(office) as new, browser(office) as admin:
        asked = await new.get(f"/sign-in/start?hint={STRANGER}")
        assert asked.status_code == 403
        [choice] = re.findall(r'name="choice" value="([^"]+)"', asked.text)
        sent = await new.post(
            "/sign-in/association", data={"choice": choice, "association": "masa"}, headers=OWN
        )
        assert "An administrator has been asked" in sent.text
        page = await admin.get("/sign-in/start?hint=admin&next=/admin/people-and-rights")
        assert "Jordan Blake" in page.text
        [decide] = re.findall(r'href="(/admin/people-and-rights/requests/[0-9a-f]{32})"', page.text)
        shown = await admin.get(f"{decide}?q=Pia Rask")
        secret = re.findall(r'name="csrf" value="([^"]+)"', shown.text)[0]
        [person] = re.findall(r'name="person" value="(\w+)"', shown.text)
        key = re.findall(r'name="key" value="(\w+)"', shown.text)[0]
        form = {"csrf": secret, "key": key, "person": person}
        tied = await admin.post(f"{decide}/tie", data=form, headers=OWN)
        assert "The account is connected." in tied.text
        let_in = await new.get(f"/sign-in/start?hint={STRANGER}&next=/me")
        assert "<h1><bdi>Pia Rask</bdi></h1>" in let_in.text
