"""A coordinator without a mouse: from Today to a task, its act, and the message that it is done; and the focus."""

import pytest
from playwright.async_api import Browser, Page

from domain.actors import Role
from tests.api_gateway.pages.live import REGION, live_pair
from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.measures import ring

MOST = 120
"""Presses of the tab key after which something cannot be reached."""


async def _to(page: Page, selector: str) -> None:
    """Press the tab key until what a selector names has the focus, and say if the focus gets lost or is covered."""
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"the keyboard does not reach {selector}")
    assert await page.evaluate(
        """() => {
          const node = document.activeElement, box = node.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return node.contains(top) || [...(node.labels ?? [])].some((label) => label.contains(top));
        }"""
    ), f"{selector} has the focus and something lies over it"


async def test_a_task_is_done_by_keys_alone(window: Open, office: Served) -> None:
    pair = await live_pair(office.client, office.worker)
    cookies = await office.sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    page = await window(office, "", "/", cookies=cookies)
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    await _to(page, "main a[href^='/tasks/']")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await _to(page, "[name=contacted_on]")
    day = pair.now.date()
    await page.keyboard.type(f"{day:%m%d%Y}")
    assert await page.locator("[name=contacted_on]").input_value() == day.isoformat()
    await _to(page, "[name=needs]")
    await page.keyboard.press("Space")
    await _to(page, "form.form button")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert len(pair.state.matching.needs) == 1
    assert await page.locator("[role=status]").inner_text() != ""


KINDS = (
    ("coordinator", "/", ".top nav a:not([aria-current])", "a place"),
    ("coordinator", "/", ".top .find input", "the search"),
    ("coordinator", "/relationships", "main tbody a", "a link in a list"),
    ("coordinator", "/relationships", ".filters select", "a list of choices"),
    ("coordinator", "/relationships", ".filters input[type=checkbox]", "a tick of a filter"),
    ("coordinator", "/relationships/{pair}/acts/write-note", "form.form textarea", "a long text"),
    ("coordinator", "/relationships/{pair}/acts/write-note", "form.form button", "a button"),
    ("coordinator", "/relationships/{pair}/acts/log-meeting", "form.form input[type=date]", "a day"),
    (
        "coordinator",
        "/relationships/{pair}/acts/log-meeting",
        "form.form input[type=radio]",
        "one of several",
    ),
    ("coordinator", "/relationships/{pair}/acts/log-meeting", "form.form input[type=checkbox]", "a tick"),
    ("coordinator", "/", "main a.act", "an act"),
    ("admin", "/me", "summary, main button", "a button of one's own page"),
)


@pytest.mark.parametrize(("who", "path", "selector", "kind"), KINDS, ids=[kind for *_, kind in KINDS])
async def test_the_focus_is_seen(
    window: Open, full: Served, browser: Browser, who: str, path: str, selector: str, kind: str
) -> None:
    """At least as many pixels change by 3:1 as a line of one pixel along two sides would have."""
    page = await window(full, who, path)
    control = page.locator(selector).first
    box = await control.bounding_box()
    assert box is not None
    assert await ring(browser, page, control) >= box["width"] + box["height"], kind
