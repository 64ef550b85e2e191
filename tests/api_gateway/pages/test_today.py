"""Today: a coordinator's work in the order in which it should be done, who else is waited for, and what is new."""

import re

import pytest
import pytest_asyncio

from activities.adapters.postgres.database import Database
from api_gateway.pages.coordinator import today
from domain.actors import Role
from tests.api_gateway.conftest import PROGRAM, Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import REGION, fill, signed_on_paper
from tests.api_gateway.pages.statements import counted

HEX = re.compile(r"\b[0-9a-f]{8,}\b")


@pytest_asyncio.fixture
async def carla(client: Client, worker: Database, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    await fill(client, worker)
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_the_day_begins_with_what_is_late_and_says_whom_what_why_and_since_when(carla: Browser) -> None:
    page = (await carla.get("/")).text
    assert re.match(r"\w+day, \w+ \d+ ", text_of(page))
    late = rows(section(page, "late"))
    assert re.match(
        r"12 days late Bea Lowe – no mentor yet Propose a mentor · since [A-Z][a-z]{2} \d", late[0]
    )
    assert late[0].endswith("Choose Bea Lowe")
    assert section(page, "late").index("act first") < section(page, "late").index("Theo Hall")
    assert page[page.index("<main") :].count("act first") == 1
    assert not HEX.search(text_of(page))


async def test_what_has_no_day_is_for_this_week_and_the_rest_is_later(carla: Browser) -> None:
    page = (await carla.get("/")).text
    week = rows(section(page, "week"))
    assert week[0].startswith("today Vic Moss with Lee Novak Confirm the match")
    assert any(
        re.match(r"since [A-Z][a-z]{2} \d", row) and "Contact a pair that does not meet" in row
        for row in week
    )
    assert any(
        "Decide about a disputed meeting · meeting of yesterday, it was on another day" in row for row in week
    )
    assert len(rows(section(page, "later"))) == 8
    everything = (await carla.get("/?later=true")).text
    assert f"Later {len(rows(section(everything, 'later')))}" in plain(section(everything, "later"))


async def test_a_row_says_for_whom_it_waits(carla: Browser) -> None:
    page = (await carla.get("/")).text
    waiting = rows(section(page, "waiting"))
    assert not any("confirm the meeting" in row for row in waiting), "silence counts: nobody must do anything"
    assert any("waiting for both · sign the agreement" in row for row in waiting)
    new = rows(section(page, "new"))
    assert any("Lu Xi – no mentor yet Lu Xi applied in" in row for row in new)
    assert all(link.startswith(("/relationships/", "/tasks/")) for link in links(section(page, "new")))


async def test_a_pair_whose_two_have_signed_on_paper_waits_for_the_day_and_for_nobody(
    client: Client, worker: Database, sign_in: SignIn
) -> None:
    await fill(client, worker, range(1))
    pair = await signed_on_paper(client, worker)
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    until = max(act.until for act in pair.state.staff_acts).astimezone(pair.rules.calendar.zone)
    row = next(row for row in rows(section((await carla.get("/")).text, "waiting")) if "Nia Low" in row)
    assert f"signed by both · takes effect on {until:%b} {until.day} unless one of the two objects" in row
    assert row.endswith("View Nia Low"), "nobody is to be reminded"
    priya = await sign_in("Priya Nair", Role.PAYMENT_STAFF)
    assert "not shown to you" not in text_of((await priya.get("/")).text), "money is all that is theirs"


async def test_where_a_meeting_must_be_confirmed_the_pair_waits_for_who_has_not(
    carla: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "confirming", lambda: [PROGRAM])
    waiting = rows(section((await carla.get("/?waiting=true")).text, "waiting"))
    assert any("waiting for Lena Falk · confirm the meeting of yesterday" in row for row in waiting)


async def test_the_sentence_at_the_top_counts_what_is_there(carla: Browser) -> None:
    page = (await carla.get("/")).text
    lead = re.search(r"(\d+) things are late ?, (\d+) are due this week", text_of(page))
    assert lead is not None
    assert [int(each) for each in lead.groups()] == [
        len(rows(section(page, part))) for part in ("late", "week")
    ]


async def test_the_page_takes_six_statements_at_most(carla: Browser, client: Client) -> None:
    with counted(client.office.database) as sent:
        await carla.get("/")
    assert len(sent) <= 6, sent


async def test_a_coordinator_of_another_region_sees_nothing_of_it(
    client: Client, carla: Browser, sign_in: SignIn
) -> None:
    nils = await sign_in("Nils Berg", Role.COORDINATOR, regions=("r2",))
    page = (await nils.get("/")).text
    assert "Nothing is waiting for you." in text_of(page)
    assert "Nothing has happened since yesterday." in text_of(page)
    assert "Reyes" not in page


async def test_the_day_is_in_the_language_of_its_reader(carla: Browser, sign_in: SignIn) -> None:
    page = (
        await (await sign_in("Carlota", Role.COORDINATOR, regions=(REGION,), language="es")).get("/")
    ).text
    assert "2 asuntos están retrasados" in text_of(page)
    assert any(
        "12 días de retraso Bea Lowe – sin persona mentora" in row for row in rows(section(page, "late"))
    )
