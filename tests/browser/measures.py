"""What is measured on an open page: rules of WCAG 2.2, width, targets, the focus ring, rows in view."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Locator, Page

from workers.settings import REPOSITORY

AXE: Final[Path] = REPOSITORY / ".mentorflow" / "axe" / "axe.min.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LEAST_TARGET: Final = 24
_IS_THERE: Final = "() => typeof axe !== 'undefined'"
_RUN: Final = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map((v) => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map((n) => n.target.join(" ")
    + " [" + n.failureSummary.split("\\n").slice(1).join("; ").trim() + "]").join(" | "));
}"""
_WIDTHS: Final = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
_BEYOND: Final = """() => [...document.querySelectorAll("body *")].filter((node) =>
  node.checkVisibility() && !node.closest(".hidden, .scroll > *") && node.getBoundingClientRect().right > innerWidth + 1
).map((node) => `${node.tagName} ${node.className} ${Math.round(node.getBoundingClientRect().right)}`).slice(0, 6)"""
_TARGETS: Final = """(least) => {
  const inline = (node) => getComputedStyle(node).display === "inline";
  const controls = document.querySelectorAll("a[href], button, input, select, textarea, summary");
  const boxes = [...controls].filter((node) => {
    if (node.type === "hidden" || !node.checkVisibility({visibilityProperty: true})) return false;
    return !(node.tagName === "A" && inline(node));
  }).map((node) => {
    const label = node.labels?.[0], own = node.getBoundingClientRect();
    const box = (node.type === "radio" || node.type === "checkbox") && label ? label.getBoundingClientRect() : own;
    return {node, box: {x: Math.min(own.x, box.x), y: Math.min(own.y, box.y),
      width: Math.max(own.width, box.width), height: Math.max(own.height, box.height)}};
  }).filter(({box}) => box.width > 1 && box.height > 1);
  return boxes.filter(({box}) => box.width < least || box.height < least).map(({node, box}) =>
    `${node.tagName} ${node.className} "${node.textContent.trim().slice(0, 30)}" ${box.width}×${box.height}`);
}"""
_DIFFERENT: Final = """async ([before, after]) => {
  const read = async (text) => {
    const image = new Image();
    image.src = "data:image/png;base64," + text;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), to = canvas.getContext("2d");
    to.drawImage(image, 0, 0);
    return to.getImageData(0, 0, image.width, image.height).data;
  };
  const light = (data, at) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, each) => {
    const value = data[at + each] / 255;
    return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const [a, b] = [await read(before), await read(after)];
  let strong = 0;
  for (let at = 0; at < a.length; at += 4) {
    const [one, two] = [light(a, at), light(b, at)];
    if ((Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05) >= 3) strong += 1;
  }
  return strong;
}"""


_MOVING: Final = """() => {
  const probe = document.createElement("p");
  Object.assign(probe.style, {transition: "color 2s", animation: "2s probe"});
  document.body.append(probe);
  const found = [...document.querySelectorAll("*")].filter((node) => ["", "::before", "::after"].some((part) => {
    const style = getComputedStyle(node, part);
    return style.animationName !== "none" || style.transitionDuration.split(", ").some((each) => each !== "0s");
  })).map((node) => node === probe ? "probe" : `${node.tagName} ${node.className}`);
  probe.remove();
  return found;
}"""


async def moving(page: Page) -> list[str]:
    """Return what on an open page moves by itself or changes little by little; ``probe`` is a part that asks for it."""
    return list(await page.evaluate(_MOVING))


async def broken_rules(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Return which rules of WCAG 2.2, A and AA, an open page breaks, as axe sees it; the page's policy stays on."""
    if not await page.evaluate(_IS_THERE):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(await page.evaluate(_RUN, list(rules)))


async def too_wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    scrolled, shown = await page.evaluate(_WIDTHS)
    return max(0, scrolled - shown)


async def beyond(page: Page) -> list[str]:
    """Return what reaches beyond the right edge of the window, to be named where a page is too wide."""
    return list(await page.evaluate(_BEYOND))


async def small_targets(page: Page) -> list[str]:
    """Return what can be pressed and is smaller than 24 pixels; a link within a sentence may be."""
    return list(await page.evaluate(_TARGETS, LEAST_TARGET))


async def ring(browser: Browser, page: Page, control: Locator) -> int:
    """Return how many pixels around a control change by 3:1 or more when the keyboard reaches it."""
    await control.scroll_into_view_if_needed()
    box = await control.bounding_box()
    assert box is not None
    clip: Any = {"x": max(0, box["x"] - 6), "y": max(0, box["y"] - 6)}
    clip |= {"width": box["width"] + 12, "height": box["height"] + 12}
    await page.evaluate("() => document.activeElement?.blur()")
    before = await page.screenshot(clip=clip, animations="disabled", caret="hide")
    await control.focus()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Tab")
    after = await page.screenshot(clip=clip, animations="disabled", caret="hide")
    beside = await browser.new_page()
    try:
        texts = [base64.b64encode(each).decode() for each in (before, after)]
        return int(await beside.evaluate(_DIFFERENT, texts))
    finally:
        await beside.close()
