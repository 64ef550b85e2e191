"""A form in a real browser: stale, sent twice, sent again after going back, and sent after the session has ended."""

from datetime import timedelta

import pytest_asyncio
from playwright.async_api import Page
from sqlalchemy import delete

from activities.adapters.postgres import tables
from api_gateway.http.csrf import FIELD, HEADER
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.pages.live import REGION, LivePair, live_pair
from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.pages import UNKNOWN
from tests.domain.builders import MENTEE, MENTOR

WORDS = "Ask how the move went."
NAME = "Carla Jensen"
BUTTON = "form.form button.govuk-button"


@pytest_asyncio.fixture
async def pair(office: Served) -> LivePair:
    """Return an application that has just arrived."""
    pair = await live_pair(office.client, office.worker)
    office.things["pair"] = pair.id
    return pair


async def _cookie(office: Served) -> dict[str, str]:
    return await office.sign_in(NAME, Role.COORDINATOR, regions=(REGION,))


async def _form(window: Open, office: Served, act: str, **options: bool) -> Page:
    path = f"/relationships/{{pair}}/acts/{act}"
    return await window(office, "", path, cookies=await _cookie(office), **options)


async def _write_note(page: Page, pair: LivePair, text: str = WORDS) -> None:
    await page.locator("[name=text]").fill(text)
    await page.locator("[name=look_on]").fill((pair.now + timedelta(days=7)).date().isoformat())


async def _sent(page: Page) -> int:
    async with page.expect_navigation() as navigation:
        await page.locator(BUTTON).click()
    answer = await navigation.value
    assert answer is not None
    return int(answer.status)


async def test_a_stale_form_shows_both_versions_and_keeps_what_was_chosen(
    window: Open, office: Served, pair: LivePair
) -> None:
    page = await _form(window, office, "pause-relationship")
    await page.locator("[name=reason][value=leave]").check()
    other = await _form(window, office, "propose-match")
    mentor = other.locator(f"[name=mentor][value='{MENTOR.id}']")
    await (
        mentor.check() if await mentor.count() else other.locator("[name=mentor]").select_option(MENTOR.id)
    )
    assert await _sent(other) == 200
    assert await _sent(page) == 409
    shown = await page.locator("main").inner_text()
    assert "Something changed while you were writing" in shown
    assert "Sam Ortiz" in await page.locator("[aria-labelledby=stale] table").first.inner_text()
    assert await page.locator("[name=reason][value=leave]").is_checked()
    assert pair.state.pause is None
    assert await _sent(page) == 200
    assert pair.state.pause is not None


async def test_two_presses_are_one_act_with_script_and_without(
    window: Open, office: Served, pair: LivePair
) -> None:
    for number, script in enumerate((True, False), start=1):
        page = await _form(window, office, "write-note", script=script)
        await _write_note(page, pair, f"{WORDS} {number}")
        await page.locator(BUTTON).dblclick(no_wait_after=True)
        await page.wait_for_url("**?done=write-note")
        assert len(pair.state.notes) == number


async def test_going_back_and_pressing_again_adds_nothing(
    window: Open, office: Served, pair: LivePair
) -> None:
    """Going back asks the office again: the form is a new one and empty, and says what is missing."""
    page = await _form(window, office, "write-note")
    await _write_note(page, pair)
    assert await _sent(page) == 200
    await page.go_back()
    assert await page.locator("[name=text]").input_value() == ""
    assert await _sent(page) == 422
    assert len(pair.state.notes) == 1


async def test_what_was_written_outlives_the_session(window: Open, office: Served, pair: LivePair) -> None:
    page = await _form(window, office, "write-note")
    await _write_note(page, pair)
    async with office.client.office.database.transaction() as connection:
        await connection.execute(delete(tables.sessions))
    assert await _sent(page) == 401
    assert WORDS in await page.locator("main").inner_text()
    office.forget(NAME)
    fresh = await _cookie(office)
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": office.url} for name, value in fresh.items()]
    )
    assert await _last_button(page) == 403
    assert WORDS in await page.locator("main").inner_text()
    assert await _last_button(page) == 200
    assert len(pair.state.notes) == 1


async def _last_button(page: Page) -> int:
    async with page.expect_navigation() as navigation:
        await page.locator("main form button").last.click()
    answer = await navigation.value
    assert answer is not None
    return int(answer.status)


async def test_json_in_place_of_a_form_changes_nothing(window: Open, office: Served, pair: LivePair) -> None:
    """Also with the secret of the session, and with values that the form itself takes."""
    page = await _form(window, office, "write-note")
    await _write_note(page, pair)
    fields = await page.evaluate("Object.fromEntries(new FormData(document.querySelector('form.form')))")
    headers = {"Sec-Fetch-Site": "same-origin", HEADER: fields[FIELD]}
    answer = await page.request.post(page.url, data=fields, headers=headers)
    assert 400 <= answer.status < 500
    assert pair.state.notes == ()
    assert await _sent(page) == 200
    assert len(pair.state.notes) == 1


async def test_what_does_not_exist_and_what_is_of_another_region_look_alike(
    window: Open, office: Served, pair: LivePair
) -> None:
    cookies = await office.sign_in("Nils Berg", Role.COORDINATOR, regions=("r2",))
    task = next(task.id for task in pair.state.tasks if task.open)
    for path, theirs in (
        ("/relationships/{}", pair.id),
        ("/relationships/{}/acts", pair.id),
        ("/relationships/{}/acts/write-note", pair.id),
        ("/relationships/{}/at", pair.id),
        ("/relationships/{}/notes", pair.id),
        ("/relationships/{}/candidates", pair.id),
        ("/tasks/{}", task),
        ("/people/{}", MENTEE.id),
    ):
        shown = []
        for id in (theirs, UNKNOWN, derive("nobody else")):
            page = await window(office, "", path.format(id), status=404, cookies=cookies)
            shown.append((await page.title(), await page.locator("main").inner_text()))
        assert shown[0] == shown[1] == shown[2], path
