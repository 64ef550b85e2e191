"""The door behind its real server: one that no test changes, and one for each test that sends something."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.at_door.served import AtDoor, door_served, furnish
from tests.browser.chromium import opened, visit, watching
from tests.conftest import FreshDatabase

Phone = Callable[..., Awaitable[Page]]
"""Open a page of a door on a phone as somebody: `await phone(door, "mentee", "/my")`."""
PHONE = {"width": 320, "height": 700}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def door(fresh_database: FreshDatabase) -> AsyncIterator[AtDoor]:
    """Yield the door of a pair that has met. No test changes it."""
    async with fresh_database() as settings, door_served(settings) as office:
        await furnish(office)
        yield office


@pytest_asyncio.fixture
async def own_door(fresh_database: FreshDatabase) -> AsyncIterator[AtDoor]:
    """Yield the door of a pair for one test."""
    async with fresh_database() as settings, door_served(settings) as office:
        yield office


@pytest_asyncio.fixture
async def phone(browser: Browser) -> AsyncIterator[Phone]:
    """Return a function that opens a page on a phone. What goes wrong in any of them fails the test."""

    async with watching() as watched:

        async def to(office: AtDoor, who: str, path: str, *, status: int = 200, **options: Any) -> Page:
            cookies = await office.cookies(who)
            size = {**PHONE, "is_mobile": True, "has_touch": True, **options}
            page, watch = await opened(browser, office.url, cookies=cookies, **size)
            watched.append((page, watch))
            if path:
                await visit(page, office, path, status)
            return page

        yield to
