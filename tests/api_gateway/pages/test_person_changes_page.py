"""The forms that correct an entry: contact and position, and that somebody left or died."""

import pytest_asyncio
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links, plain, section, text_of
from tests.api_gateway.pages.sample_office import REGION, fill

HAL = f"/people/{derive('person', 'Hal Dorn')}"


@pytest_asyncio.fixture
async def carla(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    await fill(client, worker, (8,))
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_contact_and_position_are_corrected_and_the_rest_stays(carla: Browser, client: Client) -> None:
    assert f"{HAL}/change/entry" in links((await carla.get(HAL)).text)
    form = form_to((await carla.get(f"{HAL}/change/entry")).text, f"{HAL}/change/entry")
    sent = form.filled() | {"phone": "555 0100", "district": "Lake", "role_title": "principal"}
    answer = await carla.post(form.action, sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HAL}?changed=entry")
    page = (await carla.get(answer.headers["location"])).text
    assert "The entry was changed." in page
    assert "hal@district.example" in plain(section(page, "contact"))
    assert "555" in plain(section(page, "contact"))
    again = await carla.post(form.action, sent)
    assert again.status_code in (303, 409), "nothing is left to change"


async def test_what_does_not_fit_comes_back_with_what_was_typed(carla: Browser) -> None:
    form = form_to((await carla.get(f"{HAL}/change/entry")).text, f"{HAL}/change/entry")
    answer = await carla.post(form.action, form.filled() | {"email": "no address", "name": ""})
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert answer.text.count("govuk-error-message") >= 2


async def test_somebody_left_on_a_day_and_a_day_to_come_is_refused(carla: Browser, client: Client) -> None:
    form = form_to((await carla.get(f"{HAL}/change/left")).text, f"{HAL}/change/left")
    refused = await carla.post(form.action, form.filled() | {"day": "2099-01-01"})
    assert refused.status_code == 409
    assert 'value="2099-01-01"' in refused.text
    form = form_to(refused.text, f"{HAL}/change/left")
    answer = await carla.post(form.action, form.filled() | {"day": "2026-06-30"})
    assert answer.status_code == 303
    assert "Left on" in text_of((await carla.get(HAL)).text)
    async with client.office.database.transaction() as connection:
        people = tables.people.c
        found = await connection.scalar(
            select(people.left_on).where(people.id == derive("person", "Hal Dorn"))
        )
    assert str(found) == "2026-06-30"


async def test_only_those_who_write_about_people_change_entries(carla: Browser, sign_in: SignIn) -> None:
    olga = await sign_in("Olga", Role.AUDITOR)
    assert (await olga.get(f"{HAL}/change/died")).status_code == 403
    assert f"{HAL}/change/died" not in links((await olga.get(HAL)).text)
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    assert (await nils.get(f"{HAL}/change/died")).status_code == 404
