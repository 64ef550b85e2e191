"""One Chromium for each test process, a context of its own for each test, and offices behind the real gateway."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.chromium import NoBrowser, chromium, opened, visit, watching
from tests.browser.gateway import Served, served
from tests.browser.offices import cookie_of, furnish
from tests.conftest import FreshDatabase, no_program

Open = Callable[..., Awaitable[Page]]
"""Open a page of an office as one of the staff: `await window(full, "coordinator", "/relationships")`."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Yield a running Chromium."""
    async with AsyncExitStack() as held:
        try:
            found = await held.enter_async_context(chromium())
        except NoBrowser as obstacle:
            no_program("browser", obstacle)
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def full(fresh_database: FreshDatabase) -> AsyncIterator[Served]:
    """Yield the office in the middle of its year. No test changes it."""
    async with fresh_database() as settings, served(settings) as office:
        await furnish(office)
        yield office


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def empty(fresh_database: FreshDatabase) -> AsyncIterator[Served]:
    """Yield the office in which nothing has happened. No test changes it."""
    async with fresh_database() as settings, served(settings) as office:
        yield office


@pytest_asyncio.fixture
async def office(fresh_database: FreshDatabase) -> AsyncIterator[Served]:
    """Yield an empty office for one test."""
    async with fresh_database() as settings, served(settings) as office:
        yield office


@pytest_asyncio.fixture
async def window(browser: Browser) -> AsyncIterator[Open]:
    """Return a function that opens a page. What goes wrong in any of them fails the test."""

    async with watching() as watched:

        async def to(office: Served, who: str, path: str, *, status: int = 200, **options: Any) -> Page:
            cookies = options.pop("cookies", None)
            if cookies is None:
                cookies = await cookie_of(office, who)
            page, watch = await opened(browser, office.url, cookies=cookies, **options)
            watched.append((page, watch))
            await visit(page, office, path, status)
            return page

        yield to
