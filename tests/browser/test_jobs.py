"""Whole jobs, each by mouse and by keyboard alone: a coordinator's, three hands for money, an auditor's, an
administrator's."""

import itertools
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.ids import derive
from domain.payments.state import OrderState
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from tests.api_gateway.conftest import MINE
from tests.api_gateway.pages.live import REGION, LivePair, live_money, live_pair
from tests.browser.conftest import Open
from tests.browser.gateway import ISSUER, Served
from tests.browser.hands import Hand, Keys, Mouse, done, leads
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

HANDS = [pytest.param(Mouse, id="mouse"), pytest.param(Keys, id="keys")]


async def _act(hand: Hand, place: str, act: str) -> None:
    """Go from the page of a pair or of money to all acts, and from there to the form of one."""
    if not hand.page.url.endswith(f"{place}/acts"):
        await leads(hand, f"main a[href='{place}/acts']")
    await leads(hand, f"main a[href^='{place}/acts/{act}']")


async def _by_phone(hand: Hand) -> None:
    await hand.choose("acting_for", MENTEE.id)
    await hand.choose("reason", "by_phone")


async def _to_pair(hand: Hand, place: str) -> None:
    await leads(hand, ".top nav a[href='/relationships']")
    await leads(hand, f"main a[href='{place}']")


@pytest.mark.parametrize("hands", HANDS)
async def test_a_coordinator_matches_a_pair_and_enters_what_she_heard_by_phone(
    window: Open, office: Served, hands: type[Hand]
) -> None:
    pair = await live_pair(office.client, office.worker)
    cookies = await office.sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    hand = hands(await window(office, "", "/", cookies=cookies))
    place, today = f"/relationships/{pair.id}", pair.now.date().isoformat()
    await leads(hand, "main a[href^='/tasks/']")
    await hand.day("[name=contacted_on]", today)
    await hand.choose("needs", "budget")
    await done(hand)
    await _to_pair(hand, place)
    await _act(hand, place, "propose-match")
    await hand.choose("mentor", MENTOR.id)
    await done(hand)
    await _act(hand, place, "confirm-match")
    await done(hand)
    assert pair.state.stage == "contact"
    await _act(hand, place, "confirm-first-contact")
    await _by_phone(hand)
    await hand.day("[name=contacted_on]", today)
    await hand.choose("mode", "phone")
    await done(hand)
    assert pair.state.stage == "agreement"
    await _to_meetings(pair)
    await _to_pair(hand, place)
    await _act(hand, place, "log-meeting")
    await _by_phone(hand)
    await hand.day("[name='began_at.day']", (pair.now - timedelta(days=1)).date().isoformat())
    await hand.time("[name='began_at.time']", "15:00")
    await hand.write("[name=minutes]", "60")
    await hand.choose("mode", "in_person")
    await hand.choose("topics", "budget")
    await done(hand)
    assert [met.minutes for met in pair.state.meetings.log] == [60]
    await _to_pair(hand, place)
    assert "1 meeting" in await hand.page.locator("main").inner_text()


async def _to_meetings(pair: LivePair) -> None:
    """Have the two sign by themselves, and some days pass."""
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    pair.sign(MENTEE)
    pair.sign(MENTOR)
    await pair.at(pair.now + timedelta(days=3))


@pytest.mark.parametrize("hands", HANDS)
async def test_money_goes_through_three_hands(window: Open, office: Served, hands: type[Hand]) -> None:
    money = await live_money(office.client, office.payments)
    place = f"/payments/{money.id}"
    steps = (
        ("Walt Simms", "prepare-stipend", OrderState.NEEDS_APPROVAL),
        ("Priya Nair", "approve-stipend", OrderState.APPROVED),
        ("Ruth Mills", "enter-reference", OrderState.SENT),
        ("Priya Nair", "confirm-settled", OrderState.SETTLED),
    )
    following = {before: after for (_, before, _), (_, after, _) in itertools.pairwise(steps)}
    for name, act, state in steps:
        cookies = await office.sign_in(name, Role.PAYMENT_STAFF)
        hand = hands(await window(office, "", "/payments", cookies=cookies))
        await leads(hand, f"main a[href^='{place}']")
        if act == "prepare-stipend":
            await hand.choose("evidence", "match_confirmed")
        if act == "enter-reference":
            await hand.write("[name=reference]", "Check #1042")
        await done(hand)
        assert money.state.orders[-1].state is state
        if act in following:
            await hand.page.goto(f"{place}/acts")
            offered = hand.page.locator(f"main a[href^='{place}/acts/{following[act]}']")
            assert await offered.count() == 0, "whoever did a step is not offered the next"


@pytest.mark.parametrize("hands", HANDS)
async def test_an_auditor_replays_a_pair_and_has_the_journal_checked(
    window: Open, office: Served, hands: type[Hand]
) -> None:
    pair = await live_pair(office.client, office.worker)
    await pair.at(pair.now + timedelta(days=1))
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=pair.now.date(), needs=("budget",))
    await pair.at(pair.now + timedelta(days=1))
    cookies = await office.sign_in("Jonas Weil", Role.AUDITOR)
    hand = hands(await window(office, "", "/audit", cookies=cookies))
    place = f"/relationships/{pair.id}"
    await leads(hand, ".top nav a[href='/relationships']")
    await hand.write(".filters [name=q]", "Robin")
    await leads(hand, ".filters button")
    await leads(hand, f"main a[href='{place}']")
    await leads(hand, f"main a[href='{place}/at']")
    assert "This is the past" in await hand.page.locator("main").inner_text()
    newest = await hand.page.locator("#step").input_value()
    await leads(hand, "main a[rel=prev]")
    assert int(await hand.page.locator("#step").input_value()) == int(newest) - 1
    await leads(hand, "main a[rel=next]")
    await leads(hand, f".crumb a[href='{place}']")
    await leads(hand, f"main a[href='{place}/history']")
    async with hand.page.expect_download() as download:
        await hand.press(f"main a[href^='{place}/history.csv']")
    assert (await download.value).suggested_filename.endswith(".csv")
    await leads(hand, f"main a[href='{place}/verdict']")
    await leads(hand, "main form button.act.first")
    assert "being checked" in await hand.page.locator("[role=status]").first.inner_text()
    assert office.client.engine.checks == ["night-check-now"]


async def test_an_auditor_finds_nothing_to_change(window: Open, full: Served) -> None:
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


@pytest.mark.parametrize("hands", HANDS)
async def test_an_administrator_lets_somebody_in_and_gives_a_role_that_another_confirms(
    window: Open, office: Served, hands: type[Hand]
) -> None:
    await office.sign_in("Jo Blake", email="jo@example.org")
    asks = office.client.office.writes.sign_in
    await asks.ask(ISSUER, "jo", name="Jo Blake", email="jo@example.org", association=MINE)
    rights = "/admin/people-and-rights"
    cookies = await office.sign_in("Eva Moreno", Role.ADMIN)
    eva = hands(await window(office, "", "/admin", cookies=cookies))
    await leads(eva, f"main a[href='{rights}']")
    await leads(eva, f"main a[href^='{rights}/requests/']")
    await done(eva, "main form[action$='/tie'] button")
    await leads(eva, f"main a[href='{rights}/give']")
    await eva.write("#find-person", "Blake")
    await leads(eva, ".filters button")
    await leads(eva, f"main a[href='{rights}/give?person={derive('p', 'Jo Blake')}']")
    await eva.choose("role", "payment_staff")
    await done(eva, "main form.form button.act.first")
    waits = eva.page.locator("section[aria-labelledby=waiting]")
    assert "Jo Blake" in await waits.inner_text()
    assert await waits.locator("form[action$='/confirm']").count() == 0, (
        "nobody confirms what she gave herself"
    )
    cookies = await office.sign_in("Ole Dahl", Role.ADMIN)
    ole = hands(await window(office, "", rights, cookies=cookies))
    await done(ole, "main form[action$='/confirm'] button")
    assert await ole.page.locator("section[aria-labelledby=waiting]").count() == 0
    await leads(ole, ".who a[href='/me']")
    await ole.write("[name=name]", "For the spreadsheet")
    await leads(ole, "form[action='/me/tokens'] button")
    assert len(await ole.page.locator("code.secret").inner_text()) > 20
    await leads(ole, "main a[href='/me']")
    await leads(ole, "form[action$='/revoke'] button")
    await leads(ole, "form[action='/sign-out'] button")
    assert ole.page.url == f"{office.url}/signed-out"


async def test_an_import_that_was_taken_over_leads_to_the_list_of_imports(window: Open, full: Served) -> None:
    page = await window(full, "admin", "/imports/{landed}")
    assert page.url == f"{full.url}/imports"
