"""Tasks about money: what is to be compared stands above the form, and lateness is the task's own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import plain, rows, section, text_of
from tests.api_gateway.pages.test_payment_acts import Office
from tests.api_gateway.pages.test_payment_acts import office as office  # the fixture of payment staff
from tests.conftest import set_clock
from tests.domain.payments.payment_case import DUE

SAME = "The reference is right, although it is on another order"


async def test_the_task_to_approve_shows_the_order_above_its_form(client: Client, office: Office) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    task = next(task for task in office.money.state.tasks if task.open)
    page = (await (await office.who("Priya Nair")).get(f"/tasks/{client.shown(task.id)}")).text
    before = plain(page[page.index("<main") : page.index("<form", page.index("<main"))])
    for fact in (
        "500.00 USD",
        "Northern Region, who passes it on to",
        "by Walt Simms",
        "The match is confirmed",
    ):
        assert fact in before, before


async def test_that_a_reference_is_right_is_asked_only_once_it_was_refused(office: Office) -> None:
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await office.send("Priya Nair", "approve-stipend")
    assert SAME not in (await office.open("Ruth Mills", "enter-reference")).text
    office.money.facts = replace(office.money.facts, same_reference=("f" * 32,))
    refused = await office.send("Ruth Mills", "enter-reference", status=409, reference="Check #1042")
    text = text_of(refused.text)
    assert SAME in text
    assert "If it is right anyway, tick the box below and send it again." in text
    assert "same_reference=true" not in text
    form = form_to(refused.text, f"{office.page}/acts/enter-reference")
    assert form.values["reference"] == ["Check #1042"]
    ruth = await office.who("Ruth Mills")
    sent = await ruth.post(form.action, form.filled(same_reference="yes"))
    assert sent.status_code == 303, sent.text


@pytest.mark.parametrize(("days", "kind"), [(0, "week"), (2, "late")])
async def test_a_task_that_was_opened_long_after_the_money_was_due_is_late_by_its_own_days(
    client: Client, office: Office, days: int, kind: str
) -> None:
    office.money.wait_until(DUE + timedelta(days=100))
    await set_clock(client.office.settings, office.money.now)
    await office.send("Walt Simms", "prepare-stipend", evidence=["match_confirmed"])
    await set_clock(client.office.settings, office.money.now + timedelta(days=days))
    priya = await office.who("Priya Nair")
    page = (await priya.get("/")).text
    [row] = rows(section(page, kind))
    assert row.startswith("2 days late" if days else "today"), row
    assert f"the payment was due on {DUE:%b} {DUE.day}" in row
    assert section(page, "late" if kind == "week" else "") == ""
    task = next(task for task in office.money.state.tasks if task.open)
    facts = plain(section((await priya.get(f"/tasks/{client.shown(task.id)}")).text, "facts"))
    assert f"The payment was due {DUE:%b} {DUE.day} Open since" in facts
