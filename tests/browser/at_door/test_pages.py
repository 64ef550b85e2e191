"""Each page of the door on a phone, full, empty and with an error: WCAG 2.2 at 320 pixels, large text, no script."""

from typing import Final

import pytest
from playwright.async_api import Page

from tests.browser.at_door.conftest import Phone
from tests.browser.at_door.pages import NO_PAGES, PAGES, Shown, routes_with_pages
from tests.browser.at_door.served import AtDoor
from tests.browser.measures import beyond, broken_rules, moving, small_targets, too_wide

FULL = [pytest.param(each, id=f"{each.who or 'nobody'} {each.full}") for each in PAGES]
EMPTY = [pytest.param(each, id=each.empty) for each in PAGES if each.empty]
BY_ROUTE = {each.route: each for each in PAGES if each.error}
WRONG = [pytest.param(each, id=each.route) for each in BY_ROUTE.values()]
FORMS: Final = (
    ("", "/code", "main form"),
    ("asked", "/code/check", "main form"),
    ("several", "/code/who", "main form"),
    ("link", "/t/{link}", "main form"),
    ("mentee", "/my/contact", "main form"),
    ("mentor", "/my/acts/draft-agreement/{pair}", "main form"),
    ("mentee", "/my/acts/sign-agreement/{pair}", "main form"),
    ("mentee", "/my/acts/open-complaint/{pair}", "main form"),
)
"""Forms that are sent without what they need: who sends them, and where they are."""


def test_every_page_is_in_the_table(door: AtDoor) -> None:
    routes = routes_with_pages(door.app)
    assert routes - set(NO_PAGES) == {each.route for each in PAGES}
    assert set(NO_PAGES) <= routes


async def _looked_at(page: Page) -> None:
    """Hold a page on a phone against the rules, as it is and with text of twice the size."""
    assert await broken_rules(page) == []
    assert await too_wide(page) == 0, await beyond(page)
    assert await small_targets(page) == []
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert await too_wide(page) == 0, await beyond(page)


@pytest.mark.parametrize("shown", FULL)
async def test_a_full_page_breaks_no_rule_on_a_phone(phone: Phone, door: AtDoor, shown: Shown) -> None:
    await _looked_at(await phone(door, shown.who, shown.full))


@pytest.mark.parametrize(("who", "path"), [("mentee", "/my"), ("link", "/t/{link}"), ("", "/code")])
async def test_nothing_moves_for_who_asks_for_less_motion(
    phone: Phone, door: AtDoor, who: str, path: str
) -> None:
    assert await moving(await phone(door, who, path, reduced_motion="reduce")) == []


@pytest.mark.parametrize("shown", EMPTY)
async def test_an_empty_page_breaks_no_rule_on_a_phone(phone: Phone, door: AtDoor, shown: Shown) -> None:
    await _looked_at(await phone(door, "newcomer", shown.empty))


@pytest.mark.parametrize("shown", WRONG)
async def test_an_error_breaks_no_rule_and_leads_on(phone: Phone, door: AtDoor, shown: Shown) -> None:
    page = await phone(door, shown.who, shown.error, status=404)
    await _looked_at(page)
    assert await page.locator("main a[href='/my'], main form[action='/code']").count() == 1


@pytest.mark.parametrize(("who", "path", "form"), FORMS, ids=[path for _, path, _ in FORMS])
async def test_a_form_with_faults_names_them_and_breaks_no_rule(
    phone: Phone, door: AtDoor, who: str, path: str, form: str
) -> None:
    page = await phone(door, who, path)
    for field in await page.locator("main input[type=text]:visible, main input[type=tel]:visible").all():
        await field.fill("?!" if await field.get_attribute("name") == "phone" else "")
    async with page.expect_navigation() as navigation:
        await page.locator(f"{form} button.govuk-button").last.click()
    answer = await navigation.value
    assert answer is not None
    assert answer.status == 422
    assert (await page.title()).startswith("There is a problem: ")
    summary = page.locator(".govuk-error-summary")
    assert await summary.evaluate("(node) => node === document.activeElement")
    for link in await summary.locator("a").all():
        there = (await link.get_attribute("href") or "").removeprefix("#")
        assert await page.locator(f"[id='{there}']").count() == 1, there
    await _looked_at(page)


@pytest.mark.parametrize("shown", FULL)
async def test_a_page_has_the_same_without_script(phone: Phone, door: AtDoor, shown: Shown) -> None:
    """What a choice opens stands there without script, and a link says what to do without it."""
    without = await phone(door, shown.who, shown.full, script=False)
    with_script = await phone(door, shown.who, shown.full)
    assert await without.locator("main").inner_text() == await with_script.locator("main").inner_text()
