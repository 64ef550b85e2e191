"""Each page, full, empty and with an error: the rules of WCAG 2.2, a narrow window, no script."""

import pytest

from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.measures import broken_rules, small_targets, too_wide
from tests.browser.pages import DOCS, NO_PAGES, PAGES, Shown, routes_with_pages

FULL = [pytest.param(each, id=f"{each.who or 'nobody'} {each.full}") for each in PAGES]
EMPTY = [pytest.param(each, id=f"{each.who or 'nobody'} {each.empty}") for each in PAGES if each.empty]

WRONG = [each for each in FULL if each.values[0].route != DOCS]
"""An error about the description of the API is one of the API, as JSON."""


def test_every_page_is_in_the_table(full: Served) -> None:
    routes = routes_with_pages(full.app)
    assert routes - set(NO_PAGES) == {each.route for each in PAGES}
    assert set(NO_PAGES) <= routes


async def _looked_at(window: Open, office: Served, shown: Shown, path: str, status: int = 200) -> None:
    page = await window(office, shown.who, path, status=status)
    assert await broken_rules(page) == []
    await page.set_viewport_size({"width": 320, "height": 780})
    assert await too_wide(page) == 0
    assert await small_targets(page) == []


@pytest.mark.parametrize("shown", FULL)
async def test_a_full_page_breaks_no_rule_and_fits_a_narrow_window(
    window: Open, full: Served, shown: Shown
) -> None:
    await _looked_at(window, full, shown, shown.full)


@pytest.mark.parametrize("shown", EMPTY)
async def test_an_empty_page_breaks_no_rule_and_fits_a_narrow_window(
    window: Open, empty: Served, shown: Shown
) -> None:
    await _looked_at(window, empty, shown, shown.empty)


@pytest.mark.parametrize("shown", WRONG)
async def test_an_error_breaks_no_rule_and_fits_a_narrow_window(
    window: Open, full: Served, shown: Shown
) -> None:
    await _looked_at(window, full, shown, shown.wrong, status=404 if shown.error else 422)


@pytest.mark.parametrize("shown", FULL)
async def test_a_page_says_the_same_without_script(window: Open, full: Served, shown: Shown) -> None:
    with_script = await window(full, shown.who, shown.full)
    without = await window(full, shown.who, shown.full, script=False)
    assert await without.locator("main").inner_text() == await with_script.locator("main").inner_text()
