"""What is in view without scrolling, and names that are very long, written from right to left, or like a formula."""

import csv
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page
from sqlalchemy import update

from activities.adapters.postgres import tables
from tests.api_gateway.pages.sample_office import fill
from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.measures import too_wide

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3
TURNED = "\u202eevil\u202c اسماء"


async def _in_view(page: Page, rows: str) -> int:
    """Return how many rows are wholly in view."""
    return int(
        await page.evaluate(
            """(rows) => [...document.querySelectorAll(rows)].filter((row) => {
              const box = row.getBoundingClientRect();
              return box.height > 0 && box.bottom <= innerHeight;
            }).length""",
            rows,
        )
    )


async def test_sixteen_rows_of_a_list_and_ten_of_today_are_in_view(window: Open, full: Served) -> None:
    pairs = await window(full, "coordinator", "/relationships", width=1440)
    assert await _in_view(pairs, "main tbody tr") >= 16
    today = await window(full, "coordinator", "/", width=1440)
    assert await _in_view(today, "main section.work li") >= 10


@pytest_asyncio.fixture
async def named(office: Served) -> Served:
    """Return an office of one pair, with a very long name and one that turns the direction of what follows it."""
    [pair] = await fill(office.client, office.worker, [8])
    async with office.client.office.database.transaction() as connection:
        for person, name in ((pair.mentee.id, LONG), (pair.mentor.id, TURNED)):
            await connection.execute(
                update(tables.people).where(tables.people.c.id == person).values(name=name)
            )
    task = next(task for task in pair.state.tasks if task.open)
    office.things = {"pair": pair.id, "task": office.client.shown(task.id)}
    return office


async def test_long_and_turned_names_break_no_page(window: Open, named: Served) -> None:
    for path in (
        "/",
        "/relationships",
        "/relationships/{pair}",
        "/relationships/{pair}/acts",
        "/tasks/{task}",
    ):
        for width in (320, 1280):
            page = await window(named, "coordinator", path, width=width)
            assert await too_wide(page) == 0, (path, width)
            bare = await page.evaluate(
                """(name) => {
                  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
                  while (walk.nextNode()) {
                    const at = walk.currentNode;
                    const kept = at.data.replaceAll(`\u2068${name}\u2069`, "");
                    if (kept.includes(name) && !at.parentElement.closest("bdi, option, title, textarea, .hidden"))
                      found.push(at.parentElement.outerHTML.slice(0, 200));
                  }
                  return found;
                }""",
                TURNED,
            )
            assert bare == [], (path, width, [each[:90] for each in bare])


async def test_a_name_like_a_formula_is_text_on_the_page_and_in_its_file(window: Open, named: Served) -> None:
    formula = '=HYPERLINK("https://else.example","Ida")'
    async with named.client.office.database.transaction() as connection:
        await connection.execute(
            update(tables.people).where(tables.people.c.name == LONG).values(name=formula)
        )
    page = await window(named, "coordinator", "/relationships")
    assert await page.locator("main tbody td.name").first.inner_text() == formula
    async with page.expect_download() as download:
        await page.locator("main a[href^='/relationships.csv']").click()
    file = await (await download.value).path()
    [row] = csv.DictReader(Path(file).read_text(encoding="utf-8-sig").splitlines())
    assert formula not in row.values()
    assert f"'{formula}" in row.values()
