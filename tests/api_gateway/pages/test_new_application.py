"""An application that staff enter for somebody, step by step: the person, the term, what the person says."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import PROGRAM, Client, add_person, open_term
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links, plain, text_of
from tests.api_gateway.pages.sample_office import REGION, NamedPair, fill
from tests.conftest import NOW

ANN = derive("person", "ann of the applications")
REASON = load_programs()[PROGRAM].rules.eligibility.reasons[0]


@pytest_asyncio.fixture
async def carla(client: Client, sign_in: SignIn) -> Browser:
    """Sign in a coordinator of region r1, in which Ann works."""
    await add_person(client, ANN, name="Ann Aas")
    return await sign_in("Carla", Role.COORDINATOR, regions=("r1",))


async def applications(client: Client) -> list[Any]:
    async with client.office.database.transaction() as connection:
        return list(await connection.execute(select(tables.applications)))


async def test_an_application_is_entered_for_somebody(client: Client, carla: Browser) -> None:
    term = await open_term(client)
    assert "/applications/new" in (await carla.get("/applications")).text
    found = (await carla.get("/applications/new?q=aas")).text
    assert f"/applications/new?person={ANN}" in found
    page = (await carla.get(f"/applications/new?person={ANN}")).text
    form = form_to(page, "/applications")
    assert form.values["term"] == [term], "the only term is chosen"
    done = await carla.post("/applications", form.filled(reason=REASON, first_year="yes"))
    [entered] = await applications(client)
    told = done.headers["location"]
    assert done.status_code == 303
    assert re.fullmatch(r"/applications\?done=entered&about=[0-9a-f]{32}", told)
    assert (entered.person, entered.term, entered.reason, entered.first_year) == (ANN, term, REASON, True)
    again = await carla.post("/applications", form.filled(reason=REASON, first_year="yes"))
    assert again.status_code in (303, 409)
    assert len(await applications(client)) == 1
    assert "The application is entered." in (await carla.get(told)).text


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (True, "It is accepted: a mentor can be proposed now."),
        (
            False,
            "It waits for a decision, because the rules would refuse it: "
            "no membership of a kind that the program requires.",
        ),
    ],
)
async def test_the_page_after_it_names_the_person_and_says_what_became_of_the_application(
    client: Client, worker: Database, sign_in: SignIn, member: bool, told: str
) -> None:
    await fill(client, worker, [1])
    pair = NamedPair("Nia Low", "Lee Novak", NOW - timedelta(days=3))
    await add_person(client, pair.mentee.id, name="Nia Low")
    if not member:
        pair.facts = replace(pair.facts, memberships={})
    await pair.applied().store(SqlRecords(worker))
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    page = (await carla.get(f"/applications?done=entered&about={pair.id}")).text
    head = page[page.index('<p class="told"') :].partition("</p>")[0]
    assert plain(head) == f"Nia Low The application is entered. {told}"
    assert f"/relationships/{pair.id}" in links(head)
    unknown = (await carla.get(f"/applications?done=entered&about={ANN}")).text
    assert "The application is entered." in text_of(unknown), "of a pair that there is not"


async def test_a_person_who_is_not_in_the_office_can_be_entered_at_once(carla: Browser) -> None:
    page = (await carla.get("/applications/new")).text
    assert 'href="/people/new"' in page
    assert "Name, email or member number" in page


async def test_what_was_typed_stays_when_something_is_missing(client: Client, carla: Browser) -> None:
    await open_term(client)
    form = form_to((await carla.get(f"/applications/new?person={ANN}")).text, "/applications")
    bare = await carla.post("/applications", form.filled(applied_on="2026-01-05"))
    assert bare.status_code == 422
    assert "There are problems with 2 answers" in bare.text
    assert form_to(bare.text, "/applications").values["applied_on"] == ["2026-01-05"]
    late = await carla.post(
        "/applications", form.filled(reason=REASON, first_year="yes", applied_on="2031-01-05")
    )
    assert (late.status_code, "after today" in late.text) == (409, True)
    assert await applications(client) == []


async def test_without_a_term_or_in_another_region_nothing_is_entered(
    client: Client, carla: Browser, sign_in: SignIn
) -> None:
    assert "No program year is open now." in (await carla.get(f"/applications/new?person={ANN}")).text
    term = await open_term(client)
    elsa = await sign_in("Elsa", Role.COORDINATOR, regions=("r2",))
    assert "Ann Aas" not in (await elsa.get(f"/applications/new?person={ANN}")).text
    sent = {"key": "0123456789", "person": ANN, "term": term, "reason": REASON}
    assert (await elsa.post("/applications", sent)).status_code == 422
    assert (await (await sign_in("Ada", Role.AUDITOR)).get("/applications/new")).status_code == 403
    assert await applications(client) == []


async def test_whoever_is_not_found_is_entered_first_and_the_application_is_next(
    client: Client, carla: Browser
) -> None:
    page = (await carla.get("/applications/new?q=nobody+here")).text
    assert "Nobody in the office is called “nobody here”." in text_of(page)
    assert '<a class="act" href="/people/new?name=nobody+here">Enter a person</a>' in page
    blank = form_to((await carla.get("/people/new?name=nobody+here")).text, "/people/new")
    assert blank.values["name"] == ["nobody here"], "what was searched is there already"
    assert 'href="/people/new?name=nobody+here"' in (await carla.get("/people?q=nobody+here")).text
    entered = (await carla.get(f"/people/{ANN}?changed=new")).text
    link = f'<a class="act first" href="/applications/new?person={ANN}">Enter an application for Ann Aas</a>'
    assert link in entered
    assert link not in (await carla.get(f"/people/{ANN}")).text


async def test_the_form_says_which_membership_the_program_asks_for_and_where_it_is_added(
    client: Client, carla: Browser
) -> None:
    term = await open_term(client)
    page = (await carla.get(f"/applications/new?person={ANN}")).text
    assert "Ann Aas has no membership that the program accepts It requires one of these:" in text_of(page)
    [add] = [each for each in links(page) if each.startswith(f"/people/{ANN}/change/membership?")]
    form = form_to((await carla.get(add)).text, f"/people/{ANN}/change/membership")
    assert form.values["form_back"] == [f"/applications/new?person={ANN}&term={term}"]
    saved = await carla.post(form.action, form.filled(membership="active", first="2026-01-01"))
    assert saved.headers["location"] == f"/applications/new?person={ANN}&term={term}&changed=membership"
    again = text_of((await carla.get(saved.headers["location"])).text)
    assert again.startswith("The membership was added."), again
    assert "has no membership" not in again


async def test_a_form_about_a_person_leads_back_to_own_pages_only(carla: Browser) -> None:
    path = f"/people/{ANN}/change/membership"
    form = form_to((await carla.get(f"{path}?back=//elsewhere.example/")).text, path)
    assert "form_back" not in form.values
    saved = await carla.post(
        path,
        form.filled(membership="active", first="2026-01-01") | {"form_back": "https://elsewhere.example/"},
    )
    assert saved.headers["location"] == f"/people/{ANN}?changed=membership"


async def test_who_has_a_membership_is_not_asked_for_one(client: Client, carla: Browser) -> None:
    await open_term(client)
    held = {"person": ANN, "class": "active", "first": date(2020, 1, 1)}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.memberships), [held])
    page = (await carla.get(f"/applications/new?person={ANN}")).text
    assert "has no membership" not in text_of(page)
    assert "The program requires one of these memberships:" in text_of(page)
