"""The tour's page takes over only what differs, and nothing moves under the pointer. It needs no office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, Route, expect

from workers.embedded.tour.pages import FILES
from workers.settings import REPOSITORY

ORIGIN = "http://tour.test"
FILLER = "<p>" + "<br>" * 80 + "</p>"
WHERE = "document.querySelector('#stop').getBoundingClientRect().top"
BEFORE = """
<p id="told" role="status">1 of 9 steps done</p>
<section aria-labelledby="c"><h2 id="c">Clock</h2><button id="stop" disabled>Stop</button>
<a href="/demo#c">Link</a></section>
<section aria-labelledby="m"><h2 id="m">Mail</h2><details><summary>More</summary><p>one</p></details></section>
"""
LOADED = BEFORE.replace("1 of 9 steps done", "All loaded").replace(" disabled", "")
CLOCK = '<section aria-labelledby="c">'
GROWN = LOADED.replace(
    CLOCK, f'<section aria-labelledby="n"><h2 id="n">New</h2><p>It came.</p></section>\n{CLOCK}'
)


def whole(content: str, changes: str, after: str = "") -> str:
    """Return a page like that of the tour."""
    return (
        f'<!doctype html><html lang="en"><title>Tour</title><main><div data-tour="/demo" data-changes="{changes}">'
        f'{content}</div>{after}</main><script type="module" src="/demo/tour.js"></script></html>'
    )


@asynccontextmanager
async def tour(browser: Browser, *answers: str) -> AsyncIterator[Page]:
    """Yield a page of the tour; each time that it is asked for, the next answer comes, the last one again and again."""
    context = await browser.new_context(viewport={"width": 900, "height": 500})
    left = list(answers)

    async def answer(route: Route) -> None:
        if route.request.url.endswith("tour.js"):
            await route.fulfill(path=FILES / "tour.js", content_type="text/javascript")
        else:
            await route.fulfill(body=left.pop(0) if len(left) > 1 else left[0], content_type="text/html")

    await context.route(f"{ORIGIN}/**", answer)
    page = await context.new_page()
    try:
        await page.goto(f"{ORIGIN}/demo")
        yield page
    finally:
        await context.close()


async def test_only_what_differs_changes_and_focus_place_and_open_parts_stay(browser: Browser) -> None:
    async with tour(browser, whole(BEFORE, "yes", FILLER), whole(GROWN, "no", FILLER)) as page:
        await page.click("summary")
        await page.focus("a")
        await page.mouse.move(800, 450)
        await page.evaluate(
            "scrollTo(0, 40); window.same = true; document.querySelector('#stop').same = true"
        )
        await expect(page.locator("#told")).to_have_text("All loaded")
        assert await page.evaluate("window.same && document.querySelector('#stop').same"), (
            "nothing is loaded again"
        )
        assert await page.evaluate("document.activeElement.textContent") == "Link"
        assert await page.evaluate("document.querySelector('details').open")
        assert await page.evaluate("[...document.querySelectorAll('h2')].map(each => each.textContent)") == [
            "New",
            "Clock",
            "Mail",
        ]
        await expect(page.locator("#stop")).to_be_enabled()


async def test_the_button_beside_a_long_name_stays_on_one_line(browser: Browser) -> None:
    sheets = "".join(
        sheet.read_text() for sheet in (REPOSITORY / "api_gateway/static/own/office.css", FILES / "tour.css")
    )
    people = ("Ann", "María José Fernández de la Vega y Ñáñez-Montgomery")
    rows = "".join(
        f"<li><span>{name}<small>Coordinator of the Northern Region</small></span>"
        '<a class="act" href="#">Sign in</a></li>'
        for name in people
    )
    page = await browser.new_page(viewport={"width": 300, "height": 500})
    try:
        await page.set_content(f'<style>{sheets}</style><aside><ul class="tour-people">{rows}</ul></aside>')
        short, long = await page.locator("a").evaluate_all("all => all.map(each => each.clientHeight)")
        assert short == long < 40
    finally:
        await page.close()


@pytest.mark.parametrize("scrolled", [0, 40])
async def test_nothing_moves_under_the_pointer_until_it_has_left_its_control(
    browser: Browser, scrolled: int
) -> None:
    shrunk = LOADED.replace('<p id="told" role="status">All loaded</p>', "")
    async with tour(browser, whole(BEFORE, "yes", FILLER), whole(shrunk, "no", FILLER)) as page:
        await page.evaluate(f"scrollTo(0, {scrolled})")
        await page.hover("a")
        before = await page.evaluate(WHERE)
        await page.wait_for_timeout(3500)
        assert await page.evaluate(WHERE) == before
        assert await page.locator("#told").count() == (0 if scrolled else 1), (
            "scrolling makes up for it, if there is room"
        )
        await page.mouse.move(800, 450)
        await expect(page.locator("#told")).to_have_count(0)


async def test_a_control_under_the_pointer_becomes_usable_where_it_is(browser: Browser) -> None:
    async with tour(browser, whole(BEFORE, "yes"), whole(LOADED, "no")) as page:
        await page.hover("#stop", force=True)
        await expect(page.locator("#stop")).to_be_enabled()
