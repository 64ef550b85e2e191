"""The page of a relationship: what is next, where it stands, what happened, and what holds."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest_asyncio

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.services.advice import advice_in_case
from domain.actors import Role
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill, signed_on_paper
from tests.api_gateway.pages.statements import counted
from tests.conftest import NOW

HEX = re.compile(r"\b[0-9a-f]{8,}\b")


@pytest_asyncio.fixture
async def pairs(client: Client, worker: Database) -> Mapping[str, NamedPair]:
    """Record the sample office and return its pairs by the name of the mentee."""
    return dict(zip(MENTEES, await fill(client, worker), strict=True))


@pytest_asyncio.fixture
async def carla(pairs: Mapping[str, NamedPair], sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def shown(browser: Browser, pair: NamedPair, query: str = "") -> str:
    """Return the page of a pair."""
    answer = await browser.get(f"/relationships/{pair.id}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_pair_reads_from_the_top(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    page = await shown(carla, pairs["Ida Holm"])
    text = text_of(page)
    assert (
        "Ida Holm with Hal Dorn MASA Mentor Program · R1 Decide about a disputed meeting – since yesterday"
        in text
    )
    assert page[page.index("<main") :].count("act first") == 1
    assert f"/tasks/{client.shown(pairs['Ida Holm'].state.tasks[-1].id)}" in links(page)
    stages = rows(page[page.index('<ol class="stages">') : page.index('<div class="cols">')])
    assert len(stages) == 8
    assert stages[4] == "Meetings now 3 meetings"
    assert stages[5].startswith("Survey to come from")
    assert not HEX.search(text)


async def test_a_pair_without_a_task_says_for_whom_it_waits(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    text = text_of(await shown(carla, pairs["Kim Dao"]))
    assert "Waiting for Lee Novak: agreement to be signed" in text
    assert "To sign version 1 signed by Kim Dao" in text
    text = text_of(await shown(carla, pairs["Olaf Berg"]))
    assert "Waiting for Olaf Berg and Ines Vega: first contact" in text


async def test_a_pair_that_is_waited_for_can_be_entered_for_by_phone_or_on_paper(
    carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    drafted, found = pairs["Kim Dao"], pairs["Olaf Berg"]
    for pair, act, text in (
        (drafted, "sign-agreement", "Enter a signature on paper"),
        (found, "confirm-first-contact", "Enter it for them"),
    ):
        page = await shown(carla, pair)
        assert re.search(rf'href="/relationships/{pair.id}/acts/{act}[^"]*">{text}', page)
    form = (await carla.get(f"/relationships/{drafted.id}/acts/sign-agreement")).text
    assert "Only from paper: it must be possible to show later, word for word, what was signed" in text_of(
        form
    )
    assert f'<a href="/relationships/{drafted.id}/agreement">Read and print the text to sign</a>' in form
    draft = text_of((await carla.get(f"/relationships/{drafted.id}/acts/draft-agreement")).text)
    least = drafted.rules.meetings.minimum_face_to_face
    assert f"The minimum over the whole time. The program requires {least}." in draft
    olga = await sign_in("Olga", Role.AUDITOR)
    assert "Enter a signature on paper" not in await shown(olga, drafted)


async def test_meetings_stand_against_the_promise(carla: Browser, pairs: Mapping[str, NamedPair]) -> None:
    page = await shown(carla, pairs["Jo Park"])
    met = section(page, "meetings")
    assert "3 meetings, 3 hours together · 2 in person, 1 by video" in plain(met)
    months = rows(met[: met.index("</ol>")])
    assert months[0].startswith("Aug")
    assert "Sep 1 met" in months
    assert months[-1] == "Jun – open"
    assert "every month, 60 minutes in person, by video" in plain(section(page, "agreement"))


async def test_no_month_is_missed_once_the_pair_has_met_as_often_as_the_program_asks(
    client: Client, worker: Database, sign_in: SignIn
) -> None:
    await fill(client, worker, range(1))
    few, enough = (
        NamedPair(f"Nia {name}", f"Lee {name}", NOW - timedelta(days=150)).signed() for name in ("Ax", "Bo")
    )
    for _ in range(4):
        enough.days(1)
        enough.meet()
    few.days(4)
    for pair in (few, enough):
        pair.wait_until(NOW)
        await pair.store(SqlRecords(worker))
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    assert 'class="missed"' in await shown(carla, few)
    assert 'class="missed"' not in await shown(carla, enough)


async def test_a_disputed_meeting_does_not_count_today_or_at_a_moment(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    ida = pairs["Ida Holm"]
    assert [each.status for each in ida.state.meetings.log].count("disputed") == 1
    many = len(ida.state.meetings.log) - 1
    page = await shown(carla, ida)
    met = plain(section(page, "meetings"))
    assert f"{many} meetings, " in met
    assert "1 meeting does not count while it is disputed." in met
    assert plain(page).count(f"{many} meetings") == 2, "the line of stages counts the same"
    form = text_of((await carla.get(f"/relationships/{ida.id}/acts/log-meeting")).text)
    assert f"Meetings that count {many}" in form
    newest = f"/relationships/{ida.id}/at"
    assert "1 meeting does not count while it is disputed." in text_of((await carla.get(newest)).text)


async def test_a_meeting_counts_while_nobody_objects_where_silence_counts(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    page = await shown(carla, pairs["Lena Falk"])
    assert "Eva Lang logged it, Lena Falk has not objected counted" in plain(section(page, "meetings"))


async def test_the_timeline_has_two_depths_and_no_numbers_of_the_journal(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    page = await shown(carla, pairs["Ida Holm"])
    told = plain(section(page, "history"))
    assert "The mentee disputed the meeting of yesterday: it was on another day." in told
    assert "Ahead" in plain(section(await shown(carla, pairs["Olaf Berg"]), "history"))
    assert "Version 1 of the agreement is in force." in told
    assert "The mentor signed version 1 of the agreement." in told
    assert "The mentor wrote version 1 of the agreement." in told
    assert "MASA-" not in told
    acts = plain(section(await shown(carla, pairs["Ida Holm"], "?depth=acts&whole=true"), "history"))
    assert "The mentor signed version 1 of the agreement." in acts
    assert "Carla Jensen, coordinator · rule MASA-" in acts
    assert not HEX.search(acts)


async def test_every_email_has_its_state_in_words(carla: Browser, pairs: Mapping[str, NamedPair]) -> None:
    emails = rows(section(await shown(carla, pairs["Ida Holm"]), "emails"))
    told = "To Hal Dorn: a disputed meeting"
    assert emails[0] == f"{told} Send now : {told} · Do not send : {told} going out soon"


async def test_the_page_takes_twelve_statements_at_most(
    carla: Browser, pairs: Mapping[str, NamedPair], client: Client
) -> None:
    with counted(client.office.database) as sent:
        await shown(carla, pairs["Ida Holm"], "?depth=acts&whole=true")
    assert len(sent) <= 12, "\n".join(sent)


async def test_what_another_region_has_is_not_there(
    carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    nils = await sign_in("Nils Berg", Role.COORDINATOR, regions=("r2",))
    answer = await nils.get(f"/relationships/{pairs['Ida Holm'].id}")
    unknown = await nils.get(f"/relationships/{'0' * 32}")
    assert answer.status_code == unknown.status_code == 404
    assert text_of(answer.text) == text_of(unknown.text)


async def test_payment_staff_see_the_facts_and_no_name_and_no_history(
    carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    pam = await sign_in("Pam", Role.PAYMENT_STAFF)
    page = await shown(pam, pairs["Ida Holm"])
    assert "Ida" not in page
    assert section(page, "history") == ""
    assert "3 meetings" in page


async def test_it_is_in_the_language_of_its_reader(
    carla: Browser, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    lola = await sign_in("Lola", Role.COORDINATOR, regions=(REGION,), language="es")
    text = text_of(await shown(lola, pairs["Ida Holm"]))
    assert "Ida Holm con Hal Dorn" in text
    assert "Reuniones: acordadas y hechas" in text


async def test_two_signatures_on_paper_wait_for_the_days_to_object_and_for_nobody_to_act(
    client: Client, worker: Database, sign_in: SignIn
) -> None:
    await fill(client, worker, range(1))
    pair = await signed_on_paper(client, worker)
    until = max(act.until for act in pair.state.staff_acts)
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    text = text_of(await shown(carla, pair))
    assert "Signed by both The agreement takes effect once the time to object is over" in text
    day = until.astimezone(pair.rules.calendar.zone)
    assert f"objects by {day:%B} {day.day}, {day.year} to what the office entered" in text
    assert "They are reminded by email" not in text
    assert "done, unless somebody objects by" in text
    assert "Last day to object," in text
    acts = (await carla.get(f"/relationships/{pair.id}/acts")).text
    assert f'href="/relationships/{pair.id}/acts/sign-agreement"' not in acts, "both have signed"
    local = until.astimezone(pair.rules.calendar.zone)
    takes_effect = f"takes effect on {local:%B} {local.day}, {local.year} unless one of the two objects"
    assert f"Signed by both version 1 {takes_effect}" in text
    assert "To sign version 1" not in text
    said = f"It takes effect on {local:%A, %B} {local.day}, {local.year} unless one of the two objects"
    assert f"Both have signed, so there is nothing left to sign. {said}" in text_of(acts)
    assert "Wait for the other side" not in text_of(acts)
    letter = text_of((await carla.get(f"/relationships/{pair.id}/agreement")).text)
    assert f"Status signed by both, {takes_effect}" in letter
    twice = await advice_in_case(client.office.facts, pair.id, "already_signed", "", None)
    assert twice.startswith("Both have signed, so there is nothing left to sign.")
    told = await advice_in_case(client.office.facts, pair.id, "meeting_before_agreement", "", None)
    day = pair.rules.calendar.local_date(until)
    assert told.startswith(
        f"Both have signed. It takes effect on {day:%A, %B} {day.day}, {day.year} unless one"
    )
