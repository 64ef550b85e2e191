"""What a region is asked in a term stands on the day of whoever answers it, with the form, and is counted there."""

from dataclasses import replace
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import Role
from domain.ids import derive
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.intake import TermDates
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import SignIn
from tests.api_gateway.pages.reading import links, rows, section, text_of
from tests.api_gateway.pages.sample_office import RULES
from tests.api_gateway.pages.statements import counted
from tests.conftest import NOW, set_clock
from tests.domain.term.term_case import TERM_RULES, TermCase

_ASKED_TEN_DAYS_AGO = TermDates(first=NOW.date() - timedelta(days=265), last=NOW.date() + timedelta(days=35))
FORM = f"/terms/{derive('term', 'sample')}/regions/r3/acts/submit-term-survey"


@pytest_asyncio.fixture(autouse=True)
async def asked(client: Client, worker: Database) -> None:
    """Have the surveys of a region be open since ten days, and due in four."""
    body = {"code": "r3", "name": "Northern Region", "program": RULES.program}
    await client.send("admin", "POST", "/v1/regions", key="r3", json=body)
    # The questions are those of a shipped program, which asks no district.
    surveys = TERM_RULES.term_surveys
    plain = replace(RULES.calendar, holidays=(), breaks=())
    own = replace(RULES, monthly_record=None, log_check=None, term_surveys=surveys, calendar=plain)
    case = TermCase(rules=own, now=NOW - timedelta(days=265), dates=_ASKED_TEN_DAYS_AGO)
    text = rules_text(case.rules)
    case.digest = rules_digest(text)
    shipped = {"program": "sample", "version": "1", "digest": case.digest, "region": "", "text": text}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.rule_sets).values(**shipped))
    case.open()
    case.wait_until(NOW)
    for record in case.records:
        done = await SqlRecords(worker).record(record)
        assert not done.refused, done.refused


async def seat(client: Client, person: str) -> None:
    """Name somebody a contact of the region."""
    row = {"region": "r3", "person": person, "first": NOW.date(), "last": None}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.region_contacts).values(**row))


async def test_the_contact_finds_the_question_with_its_form_and_its_day(
    client: Client, sign_in: SignIn
) -> None:
    lea = await sign_in("Lea Hart", Role.COORDINATOR, regions=("r3",))
    await seat(client, lea.person)
    with counted(client.office.database) as sent:
        page = (await lea.get("/")).text
    assert len(sent) <= 6, sent
    week = rows(section(page, "week"))
    assert len(week) == 2
    since = (NOW - timedelta(days=10)).strftime("%b %-d")
    why = f"one answer is enough for the whole region, since {since}"
    assert any(f"Northern Region Say how the program went this year · {why} Answer" in row for row in week)
    assert any(f"Northern Region Send the yearly report · {why} Answer" in row for row in week)
    assert "Nothing is late , 2 are due this week" in text_of(page)
    assert f"{FORM}?audience=contact&back=%2F" in links(section(page, "week"))
    assert not section(page, "waiting")


async def test_a_coordinator_who_is_no_contact_sends_the_report_and_reads_for_whom_the_rest_waits(
    client: Client, sign_in: SignIn
) -> None:
    lea = await sign_in("Lea Hart", Role.COORDINATOR, regions=("r3",))
    await seat(client, derive("p", "somebody else"))
    page = (await lea.get("/")).text
    [report] = rows(section(page, "week"))
    assert "Northern Region Send the yearly report" in report
    [waits] = rows(section(page, "waiting"))
    assert "Northern Region waiting for the region's contact · say how the program went this year" in waits


async def test_who_is_not_asked_finds_nothing_of_it(client: Client, sign_in: SignIn) -> None:
    await seat(client, derive("p", "somebody else"))
    for name, role, regions in (
        ("Nils Berg", Role.COORDINATOR, ("r2",)),
        ("Stella Orr", Role.COORDINATOR, ()),
        ("Priya Nair", Role.PAYMENT_STAFF, ()),
        ("Ada Brandt", Role.AUDITOR, ()),
    ):
        page = (await (await sign_in(name, role, regions=regions)).get("/")).text
        assert "Northern Region" not in page, name


async def test_the_state_office_has_the_report_of_a_region_without_a_contact(sign_in: SignIn) -> None:
    page = (await (await sign_in("Stella Orr", Role.COORDINATOR)).get("/")).text
    [report] = [row for row in rows(section(page, "week")) if "Northern Region" in row]
    assert "Send the yearly report" in report


async def test_the_question_is_late_once_its_day_is_over_and_asked_in_the_language_of_its_reader(
    client: Client, sign_in: SignIn
) -> None:
    carlota = await sign_in("Carlota", Role.COORDINATOR, regions=("r3",), language="es")
    await seat(client, carlota.person)
    await set_clock(client.office.settings, NOW + timedelta(days=7))
    page = (await carlota.get("/")).text
    late = rows(section(page, "late"))
    assert any("3 días de retraso Northern Region Decir cómo fue el programa este año" in row for row in late)
    assert "2 asuntos están retrasados" in text_of(page)


async def test_its_form_has_the_questions_and_the_day_says_that_it_was_answered(
    client: Client, sign_in: SignIn
) -> None:
    lea = await sign_in("Lea Hart", Role.COORDINATOR, regions=("r3",))
    await seat(client, lea.person)
    form = await lea.get(f"{FORM}?audience=contact&back=%2F")
    assert form.status_code == 200
    assert "Every newcomer had somebody experienced to turn to." in text_of(form.text)
    assert "Whose answers" not in text_of(form.text), "the row of the day says it"
    done = text_of((await lea.get("/?done=submit-term-survey")).text)
    assert "The survey of the term is answered." in done
