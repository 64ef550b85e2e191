"""Money by forms alone: prepared, approved by another, sent by a third, confirmed, and what goes wrong on the way."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2 as httpx
import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.payments.state import OrderState
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LiveMoney, live_money
from tests.api_gateway.pages.reading import plain, rows, section, text_of
from tests.api_gateway.pages.statements import counted
from tests.conftest import set_clock


class Office:
    """Payment staff at their browsers, with one stipend that is due."""

    def __init__(self, money: LiveMoney, sign_in: SignIn) -> None:
        self.money, self._sign_in = money, sign_in
        self.page = f"/payments/{money.id}"
        self.staff: dict[str, Browser] = {}

    async def who(self, name: str) -> Browser:
        if name not in self.staff:
            self.staff[name] = await self._sign_in(name, Role.PAYMENT_STAFF)
        return self.staff[name]

    async def open(self, name: str, act: str) -> httpx.Response:
        return await (await self.who(name)).get(f"{self.page}/acts/{act}")

    async def send(self, name: str, act: str, status: int = 303, **given: str | list[str]) -> httpx.Response:
        opened = await self.open(name, act)
        assert opened.status_code == 200, opened.text
        form = form_to(opened.text, f"{self.page}/acts/{act}")
        answer = await (await self.who(name)).post(form.action, form.filled(**given))
        assert answer.status_code == status, answer.text
        return answer

    async def offers(self, name: str) -> set[str]:
        answer = await (await self.who(name)).get(f"{self.page}/acts")
        beginning = f'href="{self.page}/acts/'
        return {part.partition('"')[0] for part in answer.text.split(beginning)[1:]}

    @property
    def order(self) -> OrderState | None:
        return self.money.state.orders[-1].state if self.money.state.orders else None


@pytest_asyncio.fixture
async def office(client: Client, sign_in: SignIn) -> AsyncIterator[Office]:
    payments = Database(client.office.settings.database_url("payments"), size=2)
    yield Office(await live_money(client, payments), sign_in)
    await payments.close()


async def test_money_goes_through_three_hands_by_forms(office: Office) -> None:
    assert "prepare-stipend" in await office.offers("Walt Simms")
    assert "approve-stipend" not in await office.offers("Walt Simms")
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    assert office.order is OrderState.NEEDS_APPROVAL
    assert "approve-stipend" not in await office.offers("Walt Simms"), "the maker does not approve"
    own = await office.open("Walt Simms", "approve-stipend")
    assert "This cannot be done now" in own.text
    await office.send("Priya Nair", "approve-stipend")
    assert office.order is OrderState.APPROVED
    assert "enter-reference" not in await office.offers("Priya Nair"), "the approver does not send"
    asked = text_of((await office.open("Ruth Mills", "enter-reference")).text)
    assert "Check #1042 is kept as Check-1042" in asked
    await office.send("Ruth Mills", "enter-reference", reference="Check #1042")
    assert office.order is OrderState.SENT
    assert "confirm-settled" not in await office.offers("Ruth Mills"), "the sender does not confirm"
    known = "by Ruth Mills, reference Check-1042"
    assert known in text_of((await (await office.who("Priya Nair")).get(office.page)).text), (
        "to compare with the bank's statement"
    )
    form = text_of((await office.open("Ruth Mills", "confirm-settled")).text)
    assert "The payment is done." not in form, "it is not done yet"
    confirming = text_of((await office.open("Priya Nair", "confirm-settled")).text)
    assert "Reference Check-1042" in confirming
    assert "The payment is then done." in confirming
    await office.send("Priya Nair", "confirm-settled")
    assert office.money.state.state == "settled"
    assert (
        text_of((await (await office.who("Priya Nair")).get(office.page)).text).count("reference Check-1042")
        == 2
    ), "after it was sent, and after it was paid"


async def test_what_the_bank_refuses_is_prepared_again_and_money_paid_twice_is_settled_by_two(
    office: Office,
) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await office.send("Priya Nair", "approve-stipend")
    await office.send("Ruth Mills", "enter-reference", reference="Check #1")
    await office.send("Priya Nair", "record-failed", reason="account_closed")
    await office.send("Ruth Mills", "prepare-stipend", evidence=["match_confirmed"])
    await office.send("Walt Simms", "approve-stipend")
    await office.send("Priya Nair", "enter-reference", reference="Check #2")
    first = office.money.state.orders[0].id
    await office.send("Priya Nair", "record-arrived", order=first)
    assert office.order is OrderState.SENT
    assert office.money.state.orders[0].state is OrderState.SETTLED_TWICE
    await office.send(
        "Priya Nair",
        "propose-resolution",
        order=first,
        resolution="money_came_back",
        reference="Check #77",
    )
    assert "confirm-resolution" not in await office.offers("Priya Nair")
    await office.send("Walt Simms", "confirm-resolution", order=first, resolution="money_came_back")
    assert office.money.state.paid_twice is None


async def test_an_order_is_held_denied_or_discarded_by_forms(office: Office) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await office.send("Ruth Mills", "hold-order", reason="details_new")
    assert office.order is OrderState.HELD
    await office.send("Priya Nair", "void-order", reason="wrong_payee")
    assert office.order is OrderState.VOIDED
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    answer = await office.send("Priya Nair", "deny-stipend", status=422)
    assert "Choose one." in answer.text
    await office.send("Priya Nair", "deny-stipend", reason="no_evidence")
    assert office.money.state.state == "denied"


async def test_a_coordinator_does_nothing_about_money_and_the_contact_of_the_payee_is_told_why(
    client: Client, office: Office, sign_in: SignIn
) -> None:
    coordinator = await sign_in("Carla Jensen", Role.COORDINATOR, regions=("r3",))
    assert (await coordinator.get(f"{office.page}/acts/prepare-stipend")).status_code == 403
    contact = await office.who("Connie Tact")
    body = {"person": contact.person, "first": "2026-01-01"}
    named = await client.send("admin", "POST", "/v1/regions/r3/contacts", key="contact", json=body)
    assert named.status_code == 201, named.text
    assert "prepare-stipend" not in await office.offers("Connie Tact")


async def test_the_queue_shows_each_step_to_those_whose_it_is(office: Office) -> None:
    walt, priya = await office.who("Walt Simms"), await office.who("Priya Nair")
    page = await walt.get("/payments")
    assert page.status_code == 200, page.text
    assert f'href="{office.page}"' in page.text
    assert ">Prepare<" in page.text
    assert "500.00" in page.text
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    own, other = [(await who.get("/payments?step=approve")).text for who in (walt, priya)]
    assert "you prepared it" in own
    assert ">Approve<" not in own
    assert ">Approve<" in other
    assert "Walt Simms" in other
    assert f'href="{office.page}"' not in (await priya.get("/payments?step=prepare")).text


async def test_the_queue_takes_at_most_six_statements(office: Office, client: Client) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    ruth = await office.who("Ruth Mills")
    for query in ("", "?step=all&q=500&state=needs_approval", "?step=approve&region=r3"):
        with counted(client.office.database) as sent:
            assert "Sam Ortiz" in (await ruth.get(f"/payments{query}")).text
        assert len(sent) <= 6, sent


async def test_every_order_is_found_by_payee_mentor_reference_amount_and_day(office: Office) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await office.send("Priya Nair", "approve-stipend")
    await office.send("Ruth Mills", "enter-reference", reference="Check #1042")
    ruth = await office.who("Ruth Mills")
    day = office.money.now.date().isoformat()
    for q in ("northern", "ortiz", "1042", "500", "500.00", day):
        assert f'href="{office.page}"' in (await ruth.get(f"/payments?q={q}")).text, q
    for q in ("nobody", "501", "2020-01-01", "2026-99-99"):
        assert "No payment matches this search" in (await ruth.get(f"/payments?q={q}")).text, q
    found = await ruth.get("/payments.csv?q=1042")
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert "Check-1042" in found.text
    assert found.text.count("\r\n") == 2
    assert (await ruth.get("/payments?step=fly")).status_code == 422


async def test_a_payment_says_who_did_what_why_this_amount_and_what_it_rests_on(office: Office) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    priya, walt = await office.who("Priya Nair"), await office.who("Walt Simms")
    page = (await priya.get(office.page)).text
    assert "stipend for Sam Ortiz" in page
    assert "by Walt Simms" in page
    assert "The association pays 500.00 USD per mentor and year, once the match is confirmed." in page
    assert "MASA-18" in page
    form = form_to(page, f"{office.page}/acts/approve-stipend")
    own = (await walt.get(office.page)).text
    assert f'action="{office.page}/acts/approve-stipend"' not in own
    assert "Not for you right now" in own
    assert (await priya.post(form.action, form.filled())).headers["location"] == (
        f"{office.page}?done=approve-stipend"
    )
    after = await priya.get(f"{office.page}?done=approve-stipend")
    assert "The payment is approved. A third person sends it." in after.text
    spanish = await office._sign_in("Sol Paz", Role.PAYMENT_STAFF, language="es")
    assert "Por qué este importe" in (await spanish.get(office.page)).text
    assert (await spanish.get("/payments")).status_code == 200


async def test_work_on_money_leads_to_the_payment_says_what_it_rests_on_and_is_late_when_the_list_says_so(
    client: Client, office: Office
) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await set_clock(client.office.settings, office.money.state.due_at + timedelta(days=3, hours=1))
    priya = await office.who("Priya Nair")
    late = section((await priya.get("/")).text, "late")
    assert rows(late)[0].startswith("3 days late 500.00 USD to")
    assert f'href="{office.page}"' in late
    listed = text_of((await priya.get("/payments?step=approve")).text)
    assert "3 days late" in listed
    task = next(task for task in office.money.state.tasks if task.open)
    page = (await priya.get(f"/tasks/{client.shown(task.id)}")).text
    assert f'href="{office.page}"' in page
    assert "The match is confirmed known to the office" in plain(section(page, "rests"))
    before = plain(section(page, "before"))
    assert "Order 1 was submitted for approval." in before
    assert not re.search(r"\b[0-9a-f]{8}\b", before), "no id where there is a name"
    assert "Due 3 days late" in plain(section(page, "facts"))
    walt = text_of((await (await office.who("Walt Simms")).get("/")).text)
    assert "waiting for somebody else on the payment staff · Approve a payment" in walt
