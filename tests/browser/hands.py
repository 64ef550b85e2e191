"""Two ways to use a page: a mouse, and a keyboard alone. A job that is written once is done with both."""

from typing import Any, Protocol

from playwright.async_api import Page, Response

MOST = 240
"""Presses of the tab key after which something cannot be reached."""
_COVERED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
  return !node.contains(top) && ![...(node.labels ?? [])].some((label) => label.contains(top));
}"""


class Hand(Protocol):
    """What a person does at a page. Selectors name the control; the first of several is meant."""

    page: Page

    async def press(self, selector: str) -> None:
        """Press a link, a button or a summary, and stay on the page."""

    async def write(self, selector: str, text: str) -> None:
        """Write into a field."""

    async def day(self, selector: str, iso: str) -> None:
        """Write a day into its field."""

    async def time(self, selector: str, hour: str) -> None:
        """Write an hour such as 15:00 into its field."""

    async def choose(self, name: str, value: str) -> None:
        """Choose a value of a field, whether it is a list, buttons or ticks."""


class Mouse:
    """Somebody who clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, selector: str) -> None:
        """Click."""
        await self.page.locator(selector).first.click()

    async def write(self, selector: str, text: str) -> None:
        """Click into a field and write."""
        await self.page.locator(selector).first.fill(text)

    async def day(self, selector: str, iso: str) -> None:
        """Write a day as a field keeps it."""
        await self.write(selector, iso)

    async def time(self, selector: str, hour: str) -> None:
        """Write an hour as a field keeps it."""
        await self.write(selector, hour)

    async def choose(self, name: str, value: str) -> None:
        """Choose from the list, or click on the button or the tick."""
        listed = self.page.locator(f"select[name='{name}']")
        if await listed.count():
            await listed.first.select_option(value)
        else:
            await self.page.locator(f"[name='{name}'][value='{value}']").first.check()


class Keys:
    """Somebody without a mouse: the tab key leads everywhere, and nothing that has the focus is covered."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def reach(self, selector: str) -> None:
        """Press the tab key until what a selector names has the focus."""
        for _ in range(MOST):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                break
        else:
            raise AssertionError(f"the keyboard does not reach {selector} on {self.page.url}")
        assert not await self.page.evaluate(_COVERED), f"{selector} has the focus and something lies over it"

    async def press(self, selector: str) -> None:
        """Reach it and press the enter key."""
        await self.reach(selector)
        await self.page.keyboard.press("Enter")

    async def write(self, selector: str, text: str) -> None:
        """Reach a field and write over what it holds."""
        await self.reach(selector)
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def day(self, selector: str, iso: str) -> None:
        """Reach a day and write it as an American does."""
        year, month, day = iso.split("-")
        await self.reach(selector)
        await self.page.keyboard.type(f"{month}{day}{year}")
        assert await self.page.locator(selector).first.input_value() == iso

    async def time(self, selector: str, hour: str) -> None:
        """Reach an hour and write it as an American does."""
        hours, minutes = map(int, hour.split(":"))
        await self.reach(selector)
        await self.page.keyboard.type(f"{hours % 12 or 12:02}{minutes:02}{'PM' if hours >= 12 else 'AM'}")
        assert await self.page.locator(selector).first.input_value() == hour

    async def choose(self, name: str, value: str) -> None:
        """Reach a list, buttons or a tick, and choose by arrows and the space key."""
        if await self.page.locator(f"select[name='{name}']").count():
            await self._from_list(f"select[name='{name}']", value)
            return
        one = f"[name='{name}'][value='{value}']"
        if await self.page.locator(f"{one}[type=checkbox]").count():
            await self.reach(one)
            await self.page.keyboard.press("Space")
        else:
            await self._from_buttons(f"[name='{name}']", one)
        assert await self.page.locator(one).first.is_checked()

    async def _from_list(self, selector: str, value: str) -> None:
        await self.reach(selector)
        listed = self.page.locator(selector).first
        await self.page.keyboard.press("Home")
        for _ in range(MOST):
            if await listed.input_value() == value:
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not choose {value} of {selector}")

    async def _from_buttons(self, selector: str, wanted: str) -> None:
        await self.reach(selector)
        await self.page.keyboard.press("Space")
        for _ in range(MOST):
            if await self.page.locator(wanted).first.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not choose {wanted}")


async def leads(hand: Hand, selector: str, status: int = 200) -> Response:
    """Press what leads to another page, and return its answer."""
    async with hand.page.expect_navigation() as navigation:
        await hand.press(selector)
    answer: Any = await navigation.value
    assert answer is not None
    assert answer.status == status, (selector, answer.status, await hand.page.locator("main").inner_text())
    return answer


async def done(
    hand: Hand, selector: str = "form.form button.govuk-button, form.form button.act.first"
) -> None:
    """Send a form, and see that the page says what was done."""
    await leads(hand, selector)
    assert await hand.page.locator("[role=status]").first.inner_text() != ""
