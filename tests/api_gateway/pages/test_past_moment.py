"""The page of a past moment, after a whole year: no part of it tells what happened later."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import SYSTEM, Role
from domain.ids import derive
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.stipend import HearObligation
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.live import REGION, LiveMoney, LivePair, live_pair
from tests.api_gateway.pages.reading import plain, section, text_of
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS
from tests.domain.payments.payment_case import APPROVER, DUE, MAKER, THIRD

PAID = datetime(2027, 1, 28, 17, 0, tzinfo=UTC)
END = datetime(2027, 6, 1, 17, 0, tzinfo=UTC)
LATER = ("Sep ", "Oct ", "Nov ", "Dec ", "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ")


async def a_year(pair: LivePair) -> Mapping[str, datetime]:
    """Play the year of a pair until its survey is open; return when the things happened at which the tests look."""
    pair.do(RecordPreMatchContact, COORDINATOR, contacted_on=pair.now.date(), needs=("budget",))
    pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    before = pair.now + timedelta(minutes=1)
    pair.days(1)
    pair.do(ConfirmMatch, COORDINATOR)
    confirmed = pair.now
    pair.days(1)
    pair.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 4), mode="phone")
    pair.do(DraftAgreement, MENTOR, terms=TERMS)
    pair.sign(MENTEE)
    pair.days(1)
    pair.sign(MENTOR)
    signed = pair.now
    for _ in range(5):
        pair.days(28)
        pair.meet()
    pair.wait_until(PAID + timedelta(minutes=1))
    [claim] = pair.state.claims
    pair.do(HearObligation, SYSTEM, obligation=claim.obligation, state="settled")
    pair.wait_until(END)
    await pair.at(END)
    return {"proposed": before, "confirmed": confirmed, "signed": signed}


@pytest_asyncio.fixture
async def past(
    client: Client, worker: Database, sign_in: SignIn
) -> AsyncIterator[tuple[Browser, LivePair, Mapping[str, datetime]]]:
    """Give a coordinator, a pair whose money was paid in January, and moments of its August."""
    pair = await live_pair(client, worker)
    moments = await a_year(pair)
    payments = Database(client.office.settings.database_url("payments"), size=2)
    money = LiveMoney(client, payments, pair.rules)
    assert money.id == pair.state.claims[0].obligation
    money.now = moments["confirmed"]
    money.claim(pair.id)
    await money.write(derive("claim"), SYSTEM)
    money.wait_until(DUE)
    await money.write(derive("due"), SYSTEM)
    for at, command, actor, more in (
        (DUE + timedelta(hours=1), PrepareStipend, MAKER, {}),
        (DUE + timedelta(hours=2), ApproveStipend, APPROVER, {}),
        (PAID - timedelta(days=3), EnterReference, THIRD, {"reference": "BANK-1"}),
        (PAID, ConfirmSettled, APPROVER, {}),
    ):
        money.wait_until(at)
        money.do(command, actor, **more)
        await money.write(derive(command.__name__), actor)
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    yield carla, pair, moments
    await payments.close()


async def of_moment(carla: Browser, pair: LivePair, moment: datetime) -> str:
    """Return the page of a pair at a moment."""
    answer = await carla.get(f"/relationships/{pair.id}/at", params={"moment": moment.isoformat()})
    assert answer.status_code == 200
    return answer.text


async def test_no_part_of_the_page_of_a_past_moment_is_later_than_the_moment(
    past: tuple[Browser, LivePair, Mapping[str, datetime]],
) -> None:
    carla, pair, moments = past
    page = await of_moment(carla, pair, moments["signed"])
    text = text_of(page)
    frame = text[text.index("This is the past:") :]
    assert "Last event: Version 1 of the agreement is in force." in frame
    state = plain(section(page, "state"))
    assert "Stage Meetings" in state
    assert "State claimed Aug 4" in state
    assert "othing is paid yet" in frame, "what the word claimed means"
    assert "paid" not in frame.replace("othing is paid yet", "")
    assert "settled" not in frame
    stages = plain(
        page[page.index('<ol class="stages') : page.index("</ol>", page.index('<ol class="stages'))]
    )
    assert "Meetings now none yet" in stages
    assert "Stipend to come" in stages
    assert "They have not met yet." in plain(section(page, "meetings"))
    assert plain(section(page, "tasks")).endswith("No task was open.")
    # What lies ahead is a deadline, or the day from which the survey will be open: both were known then.
    told = frame.replace(plain(section(page, "deadlines")), "").replace("from May 17", "")
    assert not [month for month in LATER if month in told]


async def test_a_mentor_who_was_only_proposed_and_money_that_was_not_yet_owed_are_not_told(
    past: tuple[Browser, LivePair, Mapping[str, datetime]],
) -> None:
    carla, pair, moments = past
    page = await of_moment(carla, pair, moments["proposed"])
    assert "Robin Reyes with Sam Ortiz, proposed" in text_of(page)
    assert "500.00" not in page
    assert "tipend" not in plain(section(page, "state"))


async def test_money_is_shown_in_the_state_that_its_own_events_had_then(
    past: tuple[Browser, LivePair, Mapping[str, datetime]],
) -> None:
    carla, pair, _ = past
    for moment, told in (
        (DUE + timedelta(minutes=90), "State claimed"),
        (DUE + timedelta(hours=3), "State approved"),
        (PAID - timedelta(days=1), "State sent Jan 25"),
        (PAID + timedelta(days=1), "State paid Jan 28"),
    ):
        page = await of_moment(carla, pair, moment)
        assert told in plain(section(page, "state")), moment
        assert ("paid Jan 28" in text_of(page)) == (moment > PAID)
