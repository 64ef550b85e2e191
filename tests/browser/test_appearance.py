"""How pages look to others than most: in forced colors, with text twice as large, and on paper."""

import io
from unicodedata import normalize

import pytest
from playwright.async_api import Page
from pypdf import PdfReader

from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.browser.measures import beyond, moving, too_wide
from tests.browser.pages import PAGES, Shown

ONE_OF_A_KIND = (
    "/",
    "/relationships",
    "/relationships/{pair}",
    "/relationships/{pair}/at",
    "/relationships/{pair}/acts/log-meeting",
    "/payments",
    "/payments/{payment}",
    "/admin/people-and-rights",
    "/me",
    "/people/{person}",
    "/applications",
    "/imports/{import}",
)
"""Pages that have every part of which pages are made."""
KINDS = [
    pytest.param(each, id=f"{each.who} {each.full}")
    for each in PAGES
    if each.full in ONE_OF_A_KIND and each.who
]
_WITHOUT_EDGE = """() => {
  const parts = "main a.act, main button, main input:not([type=hidden]), main select, main textarea, .tag";
  const others = ".govuk-radios, .govuk-checkboxes, .tick, .mover, .quiet-button";
  return [...document.querySelectorAll(parts)].filter((node) => {
    if (!node.checkVisibility({visibilityProperty: true, opacityProperty: true}) || node.closest(others)) return false;
    const style = getComputedStyle(node);
    return !["top", "bottom"].every((side) => style.getPropertyValue(`border-${side}-style`) === "solid"
      && style.getPropertyValue(`border-${side}-color`) !== "rgba(0, 0, 0, 0)");
  }).map((node) => node.outerHTML.slice(0, 120));
}"""
_CUT_OFF = """() => [...document.querySelectorAll("main *, .top *")].filter((node) => {
  const style = getComputedStyle(node), away = ".hidden, .govuk-visually-hidden, .skip";
  if (!node.checkVisibility({visibilityProperty: true}) || node.closest(away)) return false;
  if (node.tagName === "SELECT") return false;
  const cuts = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
  return cuts && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)
    && node.textContent.trim() && style.clipPath === "none";
}).map((node) => node.outerHTML.slice(0, 160))"""
_OVERLAPPING = """() => {
  const rows = [...document.querySelectorAll("main .row")];
  return rows.flatMap((row) => {
    const parts = [...row.children].map((node) => [node, node.getBoundingClientRect()]);
    return parts.flatMap(([one, a], at) => parts.slice(at + 1)
      .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      .map(([other]) => `${one.className} over ${other.className}`));
  });
}"""


@pytest.mark.parametrize("shown", KINDS)
async def test_in_forced_colors_every_control_and_status_has_an_edge(
    window: Open, full: Served, shown: Shown
) -> None:
    page = await window(full, shown.who, shown.full, forced_colors="active")
    assert await page.evaluate("() => matchMedia('(forced-colors: active)').matches")
    assert await page.evaluate(_WITHOUT_EDGE) == []


async def test_in_forced_colors_what_is_late_and_where_one_is_stay_marked(window: Open, full: Served) -> None:
    today = await window(full, "coordinator", "/", forced_colors="active")
    late, other = [
        await _color(today, each, "border-left-color") for each in (".row.late", ".row:not(.late)")
    ]
    assert late != other
    assert "late" in await today.locator(".row.late .when").first.inner_text()
    here, there = ".top nav a[aria-current]", ".top nav a:not([aria-current])"
    assert await _color(today, here, "border-bottom-color") != await _color(
        today, there, "border-bottom-color"
    )
    pair = await window(full, "coordinator", "/relationships/{pair}", forced_colors="active")
    done, to_come = [
        await _color(pair, f".stages {each}", "background-color", "::after")
        for each in (".past", "li:last-child")
    ]
    assert done != to_come


async def _color(page: Page, selector: str, name: str, part: str = "") -> str:
    script = """([selector, name, part]) =>
      getComputedStyle(document.querySelector(selector), part || null).getPropertyValue(name)"""
    return str(await page.evaluate(script, [selector, name, part]))


@pytest.mark.parametrize("shown", KINDS)
async def test_text_twice_as_large_is_whole_and_needs_no_scrolling_sideways(
    window: Open, full: Served, shown: Shown
) -> None:
    page = await window(full, shown.who, shown.full)
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert await page.evaluate("() => getComputedStyle(document.body).fontSize") == "30px"
    assert await too_wide(page) == 0, await beyond(page)
    assert await page.evaluate(_CUT_OFF) == []
    assert await page.evaluate(_OVERLAPPING) == []


async def _printed(page: Page) -> list[str]:
    """Return the text of each printed sheet."""
    found = PdfReader(io.BytesIO(await page.pdf(format="Letter", prefer_css_page_size=True)))
    texts = [normalize("NFKC", sheet.extract_text()) for sheet in found.pages]  # which takes ligatures apart
    return [" ".join(text.split()) for text in texts]


async def _in_print(page: Page, selector: str) -> bool:
    """Return whether something of these parts is on paper."""
    await page.emulate_media(media="print")
    shown = [await each.is_visible() for each in await page.locator(selector).all()]
    await page.emulate_media(media="screen")
    return any(shown)


NO_PAPER = ".top, .skip, .foot, .crumb, main a.act, main button, main input, main select, .tabs"
"""What leads on in a browser and nowhere on paper."""


async def test_a_relationship_and_its_whole_timeline_are_readable_on_paper(
    window: Open, full: Served
) -> None:
    page = await window(full, "coordinator", "/relationships/{pair}?whole=true")
    sheets = await _printed(page)
    words = " ".join(sheets)
    for each in ("Ida Holm with Hal Dorn", "What happened", "Agreement", "Meetings", "Recognition"):
        assert each in words, each
    for entry in await page.locator(".timeline li bdi").all_inner_texts():
        assert "".join(entry.split()) in "".join(words.split()), entry
    for each in ("Sign out", "Carla Jensen\n", "Search", "Show"):
        assert each not in words, each
    assert not await _in_print(page, NO_PAPER)
    assert len(sheets) <= 4
    assert all(len(each) > 200 for each in sheets), "no sheet is nearly empty"


async def test_the_moment_and_the_journal_are_readable_on_paper(window: Open, full: Served) -> None:
    for path, words in (
        ("/relationships/{pair}/at", "This is the past"),
        ("/relationships/{pair}/history", ""),
    ):
        page = await window(full, "auditor", path)
        text = " ".join(await _printed(page))
        assert words in text
        assert not await _in_print(page, NO_PAPER), path
        title = (await page.locator("h1").inner_text()).split()
        assert " ".join(title) in text


async def test_an_agreement_is_printed_with_version_digest_and_two_lines_to_sign(
    window: Open, full: Served
) -> None:
    page = await window(full, "coordinator", "/relationships/{pair}/agreement")
    words = " ".join(await _printed(page))
    flat = "".join(words.split())
    assert "version 1" in words
    assert (await page.locator("p.digest").inner_text()) in flat
    for name in ("Ida Holm", "Hal Dorn"):
        assert f"{name}, signature" in words
    for line in (await page.locator(".letter").inner_text()).splitlines():
        assert "".join(line.split()) in flat, line
    assert not await _in_print(page, NO_PAPER)
    assert await _in_print(page, ".signatures")


@pytest.mark.parametrize("shown", KINDS)
async def test_nothing_moves_for_who_asks_for_less_motion(window: Open, full: Served, shown: Shown) -> None:
    page = await window(full, shown.who, shown.full, reduced_motion="reduce")
    assert await moving(page) == []


async def test_a_part_that_moves_is_seen(window: Open, full: Served) -> None:
    page = await window(full, "coordinator", "/", reduced_motion="no-preference")
    assert "probe" in await moving(page)
