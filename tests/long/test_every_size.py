"""Every page in every state at every size: the rules of WCAG 2.2, the width, and what can be pressed."""

import pytest

from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.measures import beyond, broken_rules, small_targets, too_wide
from tests.browser.pages import DOCS, PAGES, Shown

WIDTHS = (320, 480, 641, 768, 1001, 1280, 1920)
"""Beside the usual sizes, the first ones after those at which the layout changes."""
STATES = [
    pytest.param(shown, state, id=f"{state} {shown.who or 'nobody'} {shown.full}")
    for shown in PAGES
    for state in ("full", "empty", "wrong")
    if getattr(shown, state) and not (state == "wrong" and shown.route == DOCS)
]
LOOKS = (
    pytest.param({}, id="plain"),
    pytest.param({"forced_colors": "active"}, id="forced colors"),
    pytest.param({"own_scripts": False}, id="no script"),
)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("shown", "state"), STATES)
async def test_a_page_breaks_no_rule_at_any_size(
    window: Open, full: Served, empty: Served, shown: Shown, state: str, look: dict[str, object]
) -> None:
    status = 200 if state != "wrong" else 404 if shown.error else 422
    office = empty if state == "empty" else full
    page = await window(office, shown.who, getattr(shown, state), status=status, **look)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await too_wide(page) == 0, (width, await beyond(page))
        assert await small_targets(page) == [], width
        assert await broken_rules(page) == [], width


@pytest.mark.parametrize(("shown", "state"), STATES)
async def test_a_page_with_large_text_needs_no_scrolling_sideways_at_any_size(
    window: Open, full: Served, empty: Served, shown: Shown, state: str
) -> None:
    if shown.route == DOCS:
        return
    office = empty if state == "empty" else full
    status = 200 if state != "wrong" else 404 if shown.error else 422
    page = await window(office, shown.who, getattr(shown, state), status=status)
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    for width in WIDTHS[2:]:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await too_wide(page) == 0, (width, await beyond(page))
