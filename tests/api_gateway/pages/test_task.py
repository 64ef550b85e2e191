"""The page of a task: what is asked, the facts, what happened last, the act as a form, and the next task."""

from collections.abc import Mapping

import pytest_asyncio
from sqlalchemy import update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.tasks import TaskKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill


@pytest_asyncio.fixture
async def pairs(client: Client, worker: Database) -> Mapping[str, NamedPair]:
    """Record the sample office and return its pairs by the name of the mentee."""
    return dict(zip(MENTEES, await fill(client, worker), strict=True))


@pytest_asyncio.fixture
async def carla(pairs: Mapping[str, NamedPair], sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_a_task_asks_for_its_act_in_a_form(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    pair = pairs["Ida Holm"]
    page = (await carla.get(f"/tasks/{client.shown(pair.state.tasks[-1].id)}")).text
    text = text_of(page)
    assert text.startswith("Today Decide about a disputed meeting Ida Holm with Hal Dorn Since yesterday")
    assert "Ask both, and record whether it counts." in text
    assert f'action="/relationships/{pair.id}/acts/resolve-meeting"' in page
    assert "Why it was on another day" in plain(section(page, "facts"))
    assert "The mentee disputed the meeting of yesterday" in plain(section(page, "before"))
    assert section(page, "before").count("<li") == 5
    following = links(section(page, "following"))
    assert following
    assert following[0].startswith("/tasks/")


async def test_a_task_that_is_done_says_who_did_it_when_and_with_what_result(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    done = next(task for task in pairs["Ida Holm"].state.tasks if task.kind == "confirm_match")
    page = (await carla.get(f"/tasks/{client.shown(done.id)}")).text
    assert "Done by you, Aug" in text_of(page)
    assert "confirmed." in text_of(page)
    assert "<form" not in page[page.index("<main") :]
    colleague = await sign_in("Cora", Role.COORDINATOR, regions=(REGION,))
    assert "Done by Carla Jensen, Aug" in text_of(
        (await colleague.get(f"/tasks/{client.shown(done.id)}")).text
    )


async def test_who_confirms_a_match_reads_that_the_mentor_was_asked(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    pair = pairs["Ruth Mills"]
    task = next(task for task in pair.state.tasks if task.kind == "confirm_match")
    day = pair.decided["MatchProposed"].astimezone(pair.rules.calendar.zone)
    facts = plain(section((await carla.get(f"/tasks/{client.shown(task.id)}")).text, "facts"))
    assert f"Mentor asked by email, {day:%b} {day.day} Otto Reis has not answered." in facts
    assert "You can confirm the match without an answer." in facts
    closed = next(task for task in pairs["Ida Holm"].state.tasks if task.kind == "confirm_match")
    page = (await carla.get(f"/tasks/{client.shown(closed.id)}")).text
    assert "Mentor asked" not in plain(section(page, "facts"))


async def test_a_task_of_somebody_else_is_read_and_not_done(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    olga = await sign_in("Olga", Role.AUDITOR)
    page = (await olga.get(f"/tasks/{client.shown(pairs['Ida Holm'].state.tasks[-1].id)}")).text
    assert "This is waiting for the coordinator." in text_of(page)
    assert 'method="post" action="/relationships' not in page


async def test_an_unknown_task_and_one_of_another_region_look_alike(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    there = await nils.get(f"/tasks/{client.shown(pairs['Ida Holm'].state.tasks[-1].id)}")
    unknown = await nils.get(f"/tasks/{'0' * 32}")
    assert there.status_code == unknown.status_code == 404
    assert text_of(there.text) == text_of(unknown.text)


async def test_after_an_act_a_page_says_what_was_done(carla: Browser) -> None:
    page = await carla.get("/?done=resolve-meeting")
    assert '<p class="told" role="status">' in page.text
    assert '<p class="told" role="status">' not in (await carla.get("/?done=nothing-known")).text


async def test_after_a_task_the_next_one_says_whose_it_is_and_the_page_names_whom_the_last_was_about(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    last = next(task for task in pairs["Robin Reyes"].state.tasks)
    following = client.shown(pairs["Ida Holm"].state.tasks[-1].id)
    page = (
        await carla.get(f"/tasks/{following}?done=record-pre-match-contact&after={client.shown(last.id)}")
    ).text
    told = page[page.index('<p class="told"') :].partition("</p>")[0]
    assert plain(told) == "Robin Reyes with Sam Ortiz The talk with the mentee is recorded."
    assert f'href="/relationships/{pairs["Robin Reyes"].id}"' in told
    assert "<h1>Your next task: Decide about a disputed meeting, Ida Holm</h1>" in page


async def test_after_the_last_task_today_names_whom_it_was_about(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    last = client.shown(pairs["Ida Holm"].state.tasks[-1].id)
    page = (await carla.get(f"/?done=resolve-meeting&after={last}")).text
    assert "Ida Holm with Hal Dorn" in plain(page[page.index('<p class="told"') :].partition("</p>")[0])


async def test_a_task_that_the_reader_does_not_see_is_not_named(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    for after in (client.shown(pairs["Ida Holm"].state.tasks[-1].id), "0" * 32, "x" * 3000):
        page = (await nils.get(f"/?done=resolve-meeting&after={after}")).text
        assert '<p class="told" role="status">' in page
        assert "Ida Holm" not in page


async def test_a_task_that_says_to_call_somebody_shows_the_number_and_the_address_beside_it(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    robin, task = next(
        (pair, task)
        for pair in pairs.values()
        for task in pair.state.tasks
        if task.open and task.kind is TaskKind.CONTACT_PAIR
    )
    name = robin.names[robin.mentee.id]
    async with client.office.database.transaction() as connection:
        entry = update(tables.people).where(tables.people.c.id == robin.mentee.id)
        await connection.execute(entry.values(phone="+1 555 0100", email="robin@example.org"))
    facts = plain(section((await carla.get(f"/tasks/{client.shown(task.id)}")).text, "facts"))
    assert f"Reach {name} +1 555 0100 robin@example.org" in facts
    carlota = await sign_in("Carlota", Role.COORDINATOR, regions=(REGION,), language="es")
    facts = plain(section((await carlota.get(f"/tasks/{client.shown(task.id)}")).text, "facts"))
    assert f"Contactar a {name} +1 555 0100 robin@example.org" in facts
