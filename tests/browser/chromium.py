"""Debian's Chromium, driven by Playwright, and what goes wrong in it while a page is open."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    async_playwright,
)

FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOADING: Final = "Failed to load resource"
"""How Chromium's console begins about an answer of 400 and above; `Watch` looks at the answers themselves."""
_SCRIPTS: Final = re.compile(r"<script\b.*?</script>", re.DOTALL)
PATIENCE: Final = 20_000
"""Milliseconds that a step in the browser may take."""


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a running Chromium.

    Raises:
        NoBrowser: It is not installed.
    """
    program = shutil.which("chromium")
    if program is None:
        raise NoBrowser("Chromium is not on the PATH (on Debian: apt-get install chromium)")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=[*FLAGS], chromium_sandbox=False)
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """What goes wrong in one browser context: errors in its console, reports of the policy, answers, other origins."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(LOADING):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._origin}/", "data:", "about:", "blob:")):
            self.faults.append(f"request to another origin: {request.url}")

    def _response(self, response: Response) -> None:
        """Note an answer without success, unless it is the page itself, whose status its test asserts."""
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")


async def opened(
    browser: Browser,
    origin: str,
    *,
    cookies: dict[str, str] | None = None,
    width: int = 1280,
    height: int = 780,
    script: bool = True,
    own_scripts: bool = True,
    **options: Any,
) -> tuple[Page, Watch]:
    """Return an empty page in a context of its own, and what watches it.

    Without ``own_scripts`` the pages come without their scripts, but a test may run its own: axe waits forever in a
    browser without ``script``.
    """
    context = await browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        locale="en-US",
        **options,
    )
    context.set_default_timeout(PATIENCE)
    if not own_scripts:
        await context.route("**/*", _without_scripts)
    await context.add_cookies(
        [{"name": name, "value": value, "url": origin} for name, value in (cookies or {}).items()]
    )
    watch = Watch(context, origin)
    return await context.new_page(), watch


async def _without_scripts(route: Route) -> None:
    if route.request.resource_type != "document":
        await route.continue_()
        return
    answer = await route.fetch()
    await route.fulfill(response=answer, body=_SCRIPTS.sub("", await answer.text()))


async def visit(page: Page, office: Any, path: str, status: int) -> None:
    """Open a path of an office, in which its things are named, and expect a status."""
    answer = await page.goto(path.format_map(office.things))
    assert answer is not None
    assert answer.status == status, f"{path}: {answer.status}"


@asynccontextmanager
async def watching() -> AsyncIterator[list[tuple[Page, Watch]]]:
    """Yield a list of pages that are closed at the end. What went wrong in any of them fails the test."""
    watched: list[tuple[Page, Watch]] = []
    yield watched
    for page, _ in watched:
        await page.context.close()
    faults = [fault for _, watch in watched for fault in watch.faults]
    if faults:
        pytest.fail("in the browser: " + "; ".join(faults), pytrace=False)
