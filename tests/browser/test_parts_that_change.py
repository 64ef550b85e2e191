"""Parts of a page that change by themselves: the rest stays where it is, and so does the focus."""

from playwright.async_api import Page, expect

from domain.actors import Role
from tests.browser.conftest import Open
from tests.browser.gateway import Served

_MARK = "document.body.dataset.here = 'yes'"
"""A page that is loaded again has lost it."""


async def _is_same_page(page: Page) -> bool:
    return bool(await page.evaluate("document.body.dataset.here === 'yes'"))


async def test_a_choice_in_a_filter_changes_the_list_and_keeps_the_focus(window: Open, full: Served) -> None:
    page = await window(full, "coordinator", "/relationships")
    await page.evaluate(_MARK)
    stage = page.locator("#filter-stage")
    before = await page.locator("main tbody tr").count()
    await stage.focus()
    await stage.select_option("agreement")
    chip = page.locator(".chips .chip")
    await expect(chip).to_have_count(1)
    assert await _is_same_page(page)
    assert "stage=agreement" in page.url
    assert await page.locator("main tbody tr").count() < before
    assert await page.evaluate("document.activeElement.id") == "filter-stage"
    await page.reload()
    assert await stage.input_value() == "agreement", "the address says what is shown"
    await chip.click()
    await page.wait_for_url("**/relationships")
    assert await page.locator("main tbody tr").count() == before


async def test_going_back_from_a_pair_leads_to_the_list_as_it_was_filtered(
    window: Open, full: Served
) -> None:
    page = await window(full, "coordinator", "/relationships")
    await page.locator("#filter-stage").select_option("agreement")
    await expect(page.locator(".chips .chip")).to_have_count(1)
    await page.locator("main tbody a").first.click()
    await page.wait_for_url("**/relationships/*")
    await page.go_back()
    await expect(page.locator("#filter-stage")).to_have_value("agreement")
    await expect(page.locator(".chips .chip")).to_have_count(1)


async def test_a_check_that_has_ended_shows_itself(window: Open, office: Served) -> None:
    cookies = await office.sign_in("Jonas Weil", Role.AUDITOR)
    page = await window(office, "", "/audit", cookies=cookies)
    office.client.engine.asked_at = await office.client.office.clock.now()
    await page.locator("main button.act.first").click()
    await expect(page.locator("#verdict")).to_contain_text("It is not finished yet.")
    await page.evaluate(_MARK)
    await page.locator("main button.act.first").focus()
    office.client.engine.checking = False
    await expect(page.locator("#verdict")).not_to_contain_text("It is not finished yet.", timeout=20_000)
    assert await _is_same_page(page)
    assert await page.evaluate("document.activeElement.matches('main button.act.first')")
    assert await page.locator("#verdict[hx-trigger]").count() == 0, "and it stops to look"
