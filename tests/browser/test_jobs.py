"""Whole jobs by mouse: a coordinator's, three hands for money, and an auditor who changes nothing."""

import itertools
from datetime import timedelta

from playwright.async_api import Page

from domain.actors import Role
from domain.payments.state import OrderState
from domain.relationship.stages.agreement.drafting import DraftAgreement
from tests.api_gateway.pages.live import REGION, LivePair, live_money, live_pair
from tests.browser.conftest import Open
from tests.browser.gateway import Served
from tests.domain.builders import MENTEE, MENTOR, TERMS


async def _choose(page: Page, name: str, value: str) -> None:
    """Choose a value of a field, whether it is a list or buttons."""
    listed = page.locator(f"select[name='{name}']")
    if await listed.count():
        await listed.select_option(value)
    else:
        await page.locator(f"[name='{name}'][value='{value}']").check()


async def _act(page: Page, place: str, act: str) -> None:
    """Go from a page to all acts, and from there to the form of one."""
    await page.goto(f"{place}/acts")
    async with page.expect_navigation():
        await page.locator(f"main a[href^='{place}/acts/{act}']").first.click()


async def _press(page: Page) -> None:
    async with page.expect_navigation() as navigation:
        await page.locator("form.form button.govuk-button").click()
    answer = await navigation.value
    assert answer is not None
    assert answer.status == 200, await page.locator("main").inner_text()
    assert await page.locator("[role=status]").first.inner_text() != ""


async def test_a_coordinator_matches_a_pair_and_enters_what_she_heard_by_phone(
    window: Open, office: Served
) -> None:
    pair = await live_pair(office.client, office.worker)
    cookies = await office.sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    page = await window(office, "", "/", cookies=cookies)
    place, today = f"/relationships/{pair.id}", pair.now.date().isoformat()
    await _act(page, place, "record-pre-match-contact")
    await page.locator("[name=contacted_on]").fill(today)
    await _choose(page, "needs", "budget")
    await _press(page)
    await _act(page, place, "propose-match")
    await _choose(page, "mentor", MENTOR.id)
    await _press(page)
    await _act(page, place, "confirm-match")
    await _press(page)
    assert pair.state.stage == "contact"
    await _by_phone(page, place, "confirm-first-contact")
    await page.locator("[name=contacted_on]").fill(today)
    await _choose(page, "mode", "phone")
    await _press(page)
    assert pair.state.stage == "agreement"
    await _to_meetings(pair)
    await _by_phone(page, place, "log-meeting")
    await page.locator("[name='began_at.day']").fill((pair.now - timedelta(days=1)).date().isoformat())
    await page.locator("[name='began_at.time']").fill("15:00")
    await page.locator("[name=minutes]").fill("60")
    await _choose(page, "mode", "in_person")
    await _choose(page, "topics", "budget")
    await _press(page)
    assert [met.minutes for met in pair.state.meetings.log] == [60]
    await page.goto(place)
    assert "1 meeting" in await page.locator("main").inner_text()


async def _by_phone(page: Page, place: str, act: str) -> None:
    await _act(page, place, act)
    await _choose(page, "acting_for", MENTEE.id)
    await _choose(page, "reason", "by_phone")


async def _to_meetings(pair: LivePair) -> None:
    """Have the two sign by themselves, and some days pass."""
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    pair.sign(MENTEE)
    pair.sign(MENTOR)
    await pair.at(pair.now + timedelta(days=3))


async def test_money_goes_through_three_hands(window: Open, office: Served) -> None:
    money = await live_money(office.client, office.payments)
    place = f"/payments/{money.id}"
    hands = (
        ("Walt Simms", "prepare-stipend", OrderState.NEEDS_APPROVAL),
        ("Priya Nair", "approve-stipend", OrderState.APPROVED),
        ("Ruth Mills", "enter-reference", OrderState.SENT),
        ("Priya Nair", "confirm-settled", OrderState.SETTLED),
    )
    for name, act, state in hands:
        cookies = await office.sign_in(name, Role.PAYMENT_STAFF)
        page = await window(office, "", "/payments", cookies=cookies)
        async with page.expect_navigation():
            await page.locator(f"main a[href^='{place}']").first.click()
        await _act(page, place, act)
        if act == "prepare-stipend":
            await _choose(page, "evidence", "match_confirmed")
        if act == "enter-reference":
            await page.locator("[name=reference]").fill("Check #1042")
        await _press(page)
        assert money.state.orders[-1].state is state
        await page.goto(f"{place}/acts")
        following = {before: after for (_, before, _), (_, after, _) in itertools.pairwise(hands)}
        if act in following:
            assert not await page.locator(f"main a[href^='{place}/acts/{following[act]}']").count()


async def test_an_auditor_reads_everything_and_changes_nothing(window: Open, full: Served) -> None:
    for path in (
        "/relationships",
        "/relationships/{pair}",
        "/relationships/{pair}/at",
        "/payments?step=all",
        "/tasks/{task}",
    ):
        page = await window(full, "auditor", path)
        assert await page.locator("main form[method=post]").count() == 0, path
        assert len(await page.locator("main").inner_text()) > 100, path
    await window(full, "auditor", "/relationships/{pair}/acts/write-note", status=403)


async def test_an_import_that_was_taken_over_leads_to_the_list_of_imports(window: Open, full: Served) -> None:
    page = await window(full, "admin", "/imports/{landed}")
    assert page.url == f"{full.url}/imports"
