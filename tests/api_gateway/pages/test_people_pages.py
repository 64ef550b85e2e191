"""People as pages: a search, and everything that the office has about one person."""

from datetime import timedelta

import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import REGION, fill
from tests.api_gateway.pages.statements import counted
from tests.conftest import NOW


@pytest_asyncio.fixture
async def carla(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    await fill(client, worker)
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_people_are_found_by_name_and_each_has_a_page(carla: Browser) -> None:
    page = (await carla.get("/people?q=dorn")).text
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert rows(body) == ["Hal Dorn hal@district.example 1"]
    (link,) = links(body)
    assert link == f"/people/{derive('person', 'Hal Dorn')}"
    person = (await carla.get(link)).text
    assert text_of(person).startswith("People Hal Dorn R1")
    assert "Mentor Ida Holm with Hal Dorn MASA Mentor Program · Meetings" in plain(section(person, "pairs"))
    assert "Email hal@district.example" in plain(section(person, "contact"))
    assert "No membership is known." in plain(section(person, "memberships"))


async def test_a_membership_that_is_still_to_begin_is_shown_with_its_first_day(
    carla: Browser, client: Client
) -> None:
    hal, ahead = derive("person", "Hal Dorn"), NOW.date() + timedelta(days=40)
    body = {"membership": "active", "first": ahead.isoformat()}
    made = await client.send("coordinator", "POST", f"/v1/people/{hal}/memberships", key="ahead", json=body)
    assert made.status_code == 201, made.text
    page = (await carla.get("/people?q=dorn")).text
    assert f"Active member from {ahead:%b} {ahead.day}" in text_of(page)


async def test_a_search_without_result_says_what_to_do(carla: Browser) -> None:
    assert "Nobody matches this search." in text_of((await carla.get("/people?q=nobody")).text)


async def test_the_list_of_people_takes_six_statements_at_most(carla: Browser, client: Client) -> None:
    with counted(client.office.database) as sent:
        await carla.get("/people?q=a&region=r1&mentors=yes")
    assert len(sent) <= 6, sent


async def test_people_of_another_region_are_not_there(carla: Browser, sign_in: SignIn) -> None:
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    assert "Hal Dorn" not in (await nils.get("/people")).text
    there = await nils.get(f"/people/{derive('person', 'Hal Dorn')}")
    unknown = await nils.get(f"/people/{'0' * 32}")
    assert there.status_code == unknown.status_code == 404
    assert text_of(there.text) == text_of(unknown.text)


async def test_payment_staff_have_no_page_of_people(carla: Browser, sign_in: SignIn) -> None:
    pam = await sign_in("Pam", Role.PAYMENT_STAFF)
    answer = await pam.get("/people")
    assert answer.status_code == 403
    assert "You may not do this" in text_of(answer.text)
    assert "/people" not in links((await pam.get("/")).text)
