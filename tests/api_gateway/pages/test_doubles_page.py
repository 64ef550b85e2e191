"""The page of entries that may be one human."""

import pytest_asyncio
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links, text_of
from tests.api_gateway.pages.sample_office import REGION, fill

ONE, OTHER = derive("person", "Hal Dorn"), derive("person", "Ida Holm")


@pytest_asyncio.fixture
async def carla(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office, where two entries have one address."""
    await fill(client, worker, (8,))
    people = tables.people
    async with client.office.database.transaction() as connection:
        both = people.c.id.in_((ONE, OTHER))
        await connection.execute(update(people).where(both).values(email="hal@district.example"))
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_two_entries_are_told_apart_on_the_page(carla: Browser, client: Client) -> None:
    assert "/people/doubles" in links((await carla.get("/people")).text)
    page = await carla.get("/people/doubles")
    assert "Alike: the same email address" in text_of(page.text)
    form = form_to(page.text, "/people/doubles/answer")
    sent = form.filled() | {"answer": "different"}
    answer = await carla.post(form.action, sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people/doubles?done=different")
    after = text_of((await carla.get(answer.headers["location"])).text)
    assert "They are now two people." in (await carla.get(answer.headers["location"])).text
    assert "No entries are waiting for an answer." in after
    async with client.office.database.transaction() as connection:
        answers = tables.person_answers.c
        assert await connection.scalar(select(answers.answer)) == "two"


async def test_one_person_is_one_entry_from_then_on(carla: Browser, client: Client) -> None:
    form = form_to((await carla.get("/people/doubles")).text, "/people/doubles/answer")
    assert (await carla.post(form.action, form.filled() | {"answer": "same"})).status_code == 303
    async with client.office.database.transaction() as connection:
        people = tables.people.c
        found = await connection.scalars(select(people.alias_of).where(people.id.in_((ONE, OTHER))))
        assert sum(each is not None for each in found) == 1


async def test_only_those_who_write_about_people_answer(carla: Browser, sign_in: SignIn) -> None:
    olga = await sign_in("Olga", Role.AUDITOR)
    assert (await olga.get("/people/doubles")).status_code == 403
    assert "/people/doubles" not in links((await olga.get("/people")).text)
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    assert "Hal Dorn" not in (await nils.get("/people/doubles")).text
    sent = {"key": "a" * 16, "one": ONE, "other": OTHER, "answer": "same"}
    assert (await nils.post("/people/doubles/answer", sent)).status_code == 404
