"""The page of those who could be a pair's mentor: who can be proposed, and of the others why not."""

import re
from datetime import date
from urllib.parse import quote

import pytest_asyncio
from sqlalchemy import insert, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill
from tests.api_gateway.pages.statements import counted

MENTEE = "Marta Lind"
FULL, FREE, NO_MEMBER = "Hal Dorn", "Sam Ortiz", "Lee Novak"


async def can_mentor(client: Client, name: str, capacity: int, *, member: bool = True) -> None:
    """Record that somebody mentors, as a retired member."""
    person = derive("person", name)
    async with client.office.database.transaction() as connection:
        row = {"person": person, "capacity": capacity}
        await connection.execute(insert(tables.mentors).values(**row))
        if member:
            row = {"person": person, "class": "retired", "first": date(2020, 1, 1)}
            await connection.execute(insert(tables.memberships), [row])


@pytest_asyncio.fixture
async def pair(client: Client, worker: Database) -> NamedPair:
    """Record the sample office with three mentors, and return a pair without one."""
    pairs = await fill(client, worker)
    await can_mentor(client, FULL, 1)
    await can_mentor(client, FREE, 5)
    await can_mentor(client, NO_MEMBER, 5, member=False)
    found = pairs[MENTEES.index(MENTEE)]
    async with client.office.database.transaction() as connection:
        row = {"person": found.mentee.id, "class": "active", "first": date(2020, 1, 1)}
        await connection.execute(insert(tables.memberships), [row])
        row = {"person": derive("person", FREE), "other": found.mentee.id, "kind": "family"}
        await connection.execute(insert(tables.conflicts), [row])
    return found


@pytest_asyncio.fixture
async def carla(pair: NamedPair, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_who_can_be_proposed_stands_apart_from_who_cannot(
    carla: Browser, pair: NamedPair, client: Client
) -> None:
    address = f"/relationships/{pair.id}/candidates"
    with counted(client.office.database) as sent:
        page = (await carla.get(address)).text
    assert len([each for each in sent if "unnest" in each]) == 1, "one statement for all mentors"
    possible, others = section(page, "possible"), section(page, "others")
    assert "Sam Ortiz" in plain(possible)
    assert "of 5 taken" in plain(possible)
    assert "Conflict of interest: Family" in plain(possible)
    mentor = derive("person", FREE)
    assert f"/relationships/{pair.id}/acts/propose-match?mentor={mentor}" in links(possible)
    no_member, full = sorted(rows(others)[1:], key=lambda row: "Hal" in row)
    assert "The mentor does not have a kind of membership that the program requires." in no_member
    assert "The program requires one of these memberships: Active member, Retired." in no_member, "which ones"
    assert full.endswith("taken This mentor has no free place.")
    assert "/acts/" not in others
    assert "Needs" in text_of(page)
    found = (await carla.get(f"{address}?q=novak")).text
    assert section(found, "possible") == ""
    assert "Nobody here can be proposed now." in text_of(found)


async def test_the_task_leads_to_the_candidates_and_offers_nobody_who_is_full(
    client: Client, carla: Browser, pair: NamedPair
) -> None:
    task = next(each for each in pair.state.tasks if each.kind == "propose_mentor" and each.open)
    async with client.office.database.transaction() as connection:
        here = {"role_title": "vice_principal", "district": "Lake"}
        full = tables.people.c.id == derive("person", FULL)
        await connection.execute(update(tables.people).where(full).values(**here))
        there = {"role_title": "business_manager", "district": "-"}
        mentee = tables.people.c.id == pair.mentee.id
        await connection.execute(update(tables.people).where(mentee).values(**there))
    page = (await carla.get(f"/tasks/{client.shown(task.id)}")).text
    assert f"/relationships/{pair.id}/candidates?task={client.shown(task.id)}" in links(page)
    field = page[page.index(f'value="{derive("person", FULL)}"') :]
    field = field[: field.index("</div>")]
    assert "disabled" in field[: field.index(">")]
    assert "This mentor has no free place." in page
    told = r"vice principal · Lake · \d of 1 places taken"
    assert re.search(told, text_of(page)), text_of(page)
    assert plain(section(page, "facts")).startswith("Facts The mentee business manager Needs Budget")
    form = (await carla.get(f"/relationships/{pair.id}/acts/propose-match")).text
    assert "Needs Budget and finance" in plain(section(form, "facts"))
    assert re.search(told, text_of(form))
    after = (await carla.get(f"/relationships/{pair.id}/candidates?task={client.shown(task.id)}")).text
    assert any(f"task={client.shown(task.id)}" in link for link in links(section(after, "possible")))


async def test_whoever_enters_a_mentor_for_a_pair_is_led_to_what_is_missing_and_back_to_the_pair(
    client: Client, carla: Browser, pair: NamedPair
) -> None:
    task = next(each for each in pair.state.tasks if each.kind == "propose_mentor" and each.open)
    choose = f"/relationships/{pair.id}/candidates?task={client.shown(task.id)}"
    form = form_to((await carla.get(f"/people/new?pair={pair.id}")).text, "/people/new")
    given = {"name": "Nora Neu", "email": "nora@post.example", "role_title": "principal", "region": REGION}
    entered = (await carla.post(form.action, form.filled(**given))).headers["location"]
    here = entered.partition("&")[0]
    assert here.endswith(f"?pair={pair.id}")
    person, back = here.partition("?")[0], quote(here, safe="")

    page = (await carla.get(entered)).text
    assert steps(page) == [
        "Nora Neu is not a mentor yet Make Nora Neu a mentor",
        "Marta Lind still needs a mentor Choose a mentor Marta Lind",
    ]
    assert f"{person}/change/mentor?back={back}" in links(page)
    form = form_to((await carla.get(f"{person}/change/mentor?back={back}")).text, f"{person}/change/mentor")
    saved = (await carla.post(form.action, form.filled())).headers["location"]
    assert saved == f"{here}&changed=mentor"

    page = (await carla.get(saved)).text
    assert steps(page)[0] == (
        "Nora Neu cannot be proposed: there is no membership that the program accepts "
        "It requires one of these of a mentor: Active member, Retired. Add the membership"
    )
    assert f"{person}/change/membership?back={back}" in links(page)
    assert steps((await carla.get(person)).text) == steps(page)[:1], "also where no pair is named"
    form = form_to(
        (await carla.get(f"{person}/change/membership?back={back}")).text, f"{person}/change/membership"
    )
    member = (await carla.post(form.action, form.filled(membership="retired"))).headers["location"]

    page = (await carla.get(member)).text
    assert steps(page) == ["Marta Lind still needs a mentor Choose a mentor Marta Lind"]
    assert choose in links(page)
    assert "Nora Neu" in plain(section((await carla.get(choose)).text, "possible"))
    other = (await carla.get(f"{person}?pair={derive('relationship', 'of nobody')}")).text
    assert steps(other) == [], "a pair that there is not"


def steps(page: str) -> list[str]:
    """Return what a page says is to be done next."""
    above = page.partition('<div class="cols')[0]
    return [unmarked(plain(each.partition(">")[2])) for each in above.split('<div class="next')[1:]]


def unmarked(text: str) -> str:
    """Return a text without the marks that keep the direction of names apart."""
    return re.sub("[\u2066-\u2069]", "", text)


async def test_what_is_in_the_way_of_every_mentor_is_said_once_and_nobody_is_listed(
    client: Client, worker: Database, carla: Browser
) -> None:
    matched = derive("relationship", "Kim Dao")
    page = (await carla.get(f"/relationships/{matched}/candidates")).text
    assert text_of(page).count("The relationship is not at the matching stage.") == 1, text_of(page)
    assert "Sam Ortiz" not in text_of(page)
    assert "/people/new" not in page


async def test_candidates_are_for_coordinators_of_the_region(
    carla: Browser, pair: NamedPair, sign_in: SignIn
) -> None:
    nils = await sign_in("Nils", Role.COORDINATOR, regions=("r2",))
    assert (await nils.get(f"/relationships/{pair.id}/candidates")).status_code == 404
    olga = await sign_in("Olga", Role.AUDITOR)
    assert (await olga.get(f"/relationships/{pair.id}/candidates")).status_code == 403


async def test_who_may_not_look_further_reads_who_can_and_what_is_left_to_do(
    carla: Browser, pair: NamedPair, sign_in: SignIn
) -> None:
    address = f"/relationships/{pair.id}/candidates?q=novak"
    alone = (await carla.get(address)).text
    assert "The state office can propose a mentor from any region." in text_of(alone)
    olga = await sign_in("Olga Frost", Role.COORDINATOR, email="olga.frost@example.org")
    page = (await carla.get(address)).text
    assert "Nobody here can be proposed now. Each reason is below." in text_of(page)
    told = plain(page[page.index('<div class="elsewhere">') :].partition("</p>")[0])
    assert told == (
        "You can look only where you coordinate. The state office can propose a mentor from any region; ask there: "
        "Olga Frost , olga.frost@example.org ."
    )
    new = f"/people/new?pair={pair.id}"
    assert {new, "/people?mentors=yes", "mailto:olga.frost@example.org"} <= {*links(page)}
    assert not [link for link in links(page) if "region=every" in link]
    nora = await sign_in("Nora Two", Role.COORDINATOR, regions=(REGION, "r2"))
    both = (await nora.get(address)).text
    assert f"/relationships/{pair.id}/candidates?region=every" in links(both)
    wide = (await olga.get(address)).text
    assert "You can look only where you coordinate." not in text_of(wide)
    assert f"/relationships/{pair.id}/candidates?region=every" in links(wide)


async def test_a_form_with_nobody_to_propose_names_each_mentor_once_and_asks_for_nothing(
    client: Client, carla: Browser, pair: NamedPair
) -> None:
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.mentors).values(capacity=0))
    task = next(each for each in pair.state.tasks if each.kind == "propose_mentor" and each.open)
    for path in (f"/tasks/{client.shown(task.id)}", f"/relationships/{pair.id}/acts/propose-match"):
        page = (await carla.get(path)).text
        form = page[page.index('<form class="form"') :].partition("</form>")[0]
        assert plain(form).count("Sam Ortiz") == 1, path
        assert "None of these mentors can be proposed now." in text_of(page)
        assert 'type="radio"' not in form
        assert f"/people/new?pair={pair.id}" in links(page)
        assert f"/people/{derive('person', FREE)}?pair={pair.id}" in links(page)
        assert "The state office can propose a mentor from any region." in text_of(page)
