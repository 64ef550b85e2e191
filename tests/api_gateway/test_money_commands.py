"""Commands about money as payment staff send them: decided by the obligation itself, answered in statuses and words."""

from dataclasses import fields, replace
from typing import Any

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.messages import Command, Receipt
from tests.api_gateway.conftest import Client, broken
from tests.domain.builders import COORDINATOR, person
from tests.domain.payments.orders.test_late_news import failed, first, states
from tests.domain.payments.orders.test_one_human import PAID, hear, paid_twice, sent
from tests.domain.payments.payment_case import APPROVER, FACTS, MAKER, THIRD, Payment

FOURTH = Actor(id=person("fourth"), role=Role.PAYMENT_STAFF)
STAFF = {"maker": MAKER, "approver": APPROVER, "third": THIRD, "fourth": FOURTH, "contact": COORDINATOR}
LOOKED = {"limit": "paid_to_one_human", "reason": "nothing_to_change"}


async def at(client: Client, payment: Payment) -> str:
    """Let commands to an obligation be decided by it; return its address. Everybody who acts has a token."""

    async def decide(command: Command) -> Receipt:
        given = {each.name: getattr(command, each.name) for each in fields(command)}
        actor = given.pop("actor")
        del given["id"]
        refused = None
        try:
            payment.do(type(command), actor, **given)
        except RuleViolation as violation:
            refused = broken(violation.code, violation.field)
        if refused is not None:
            raise refused
        seq, state = payment.state.applied_seq, payment.state.standing
        return Receipt(command=command.id, stream=payment.id, seq=seq, hash="b" * 64, state=state)

    for name, actor in STAFF.items():
        await client.token_of(name, actor.id, (Role.PAYMENT_STAFF,))
    client.engine.deciding[f"obligation/{payment.id}"] = decide
    return f"/v1/obligations/{payment.id}"


async def send(client: Client, who: str, path: str, status: int, /, **body: Any) -> Any:
    answer = await client.send(who, "POST", path, key=f"{who}{path}{body}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def acted_twice() -> Payment:
    """Return money that was sent, whose maker and approver turn out to be one human."""
    payment = sent()
    payment.facts = replace(
        FACTS, **{**PAID, "same_as": {MAKER.id: (APPROVER.id,), APPROVER.id: (MAKER.id,)}}
    )
    hear(payment)
    return payment


async def test_payment_staff_settle_a_limit_and_its_task_is_closed(client: Client) -> None:
    """C60."""
    payment = paid_twice()
    path = await at(client, payment)
    receipt = await send(client, "third", f"{path}/settle-limit", 200, **LOOKED)
    assert (sorted(receipt), receipt["state"]) == (["command", "receipt", "state"], "sent")
    assert payment.open_tasks() == ["confirm_settlement"]
    event, limit = payment.events[-1], payment.state.tasks[-1]
    assert (type(event).__name__, limit.kind.value, limit.outcome) == (
        "LimitSettled",
        "check_one_human",
        "looked_at",
    )
    refused = await send(client, "fourth", f"{path}/settle-limit", 409, **LOOKED)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("no_limit_to_look_at", "/limit")


async def test_who_may_have_acted_twice_or_is_a_contact_of_the_payee_does_not_settle_a_limit(
    client: Client,
) -> None:
    """C60."""
    payment = acted_twice()
    path = f"{await at(client, payment)}/settle-limit"
    acted = {"limit": "order_acted_on_twice", "reason": "allowed_as_an_exception"}
    for who in ("maker", "approver"):
        refused = await send(client, who, path, 403, **acted)
        assert refused["code"] == "acted_twice_yourself"
    assert (await send(client, "contact", path, 403, **acted))["code"] == "contact_of_the_payee"
    await send(client, "third", path, 200, **acted)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": "paid_too_much", "reason": "nothing_to_change"}, "/limit"),
        ({"limit": "paid_to_one_human", "reason": "it was fine"}, "/reason"),
        ({"limit": "paid_to_one_human"}, "/reason"),
        ({**LOOKED, "note": "looked"}, "/note"),
    ],
)
async def test_what_was_found_about_a_limit_is_one_of_the_known_answers(
    client: Client, body: dict[str, Any], pointer: str
) -> None:
    path = await at(client, paid_twice())
    refused = await send(client, "third", f"{path}/settle-limit", 422, **body)
    assert [each["pointer"] for each in refused["errors"]] == [pointer]
    assert client.engine.sent == []


async def test_nobody_but_payment_staff_settles_a_limit(client: Client) -> None:
    path = await at(client, paid_twice())
    for who, status in (("coordinator", 403), ("mentee", 403), ("auditor", 403), ("admin", 403)):
        await send(client, who, f"{path}/settle-limit", status, **LOOKED)
    answer = await client.send("", "POST", f"{path}/settle-limit", json=LOOKED)
    assert (answer.status_code, client.engine.sent) == (401, [])


async def test_an_order_is_withdrawn_put_on_hold_and_made_void(client: Client) -> None:
    payment = Payment().prepared()
    path = await at(client, payment)
    await send(client, "maker", f"{path}/withdraw-order", 200)
    assert (payment.state.state, payment.open_tasks()) == ("due", ["prepare_stipend"])
    again = await client.send("maker", "POST", f"{path}/withdraw-order", key="again", json={})
    assert (again.status_code, again.json()["code"]) == (409, "order_draft")
    payment = Payment().approved()
    path = await at(client, payment)
    assert (await send(client, "third", f"{path}/hold-order", 422, reason="rain"))["errors"]
    await send(client, "third", f"{path}/hold-order", 200, reason="details_bad")
    assert states(payment) == ["held"]
    await send(client, "third", f"{path}/void-order", 200, reason="details_bad")
    assert (payment.state.state, states(payment)) == ("due", ["voided"])


async def test_memberships_are_checked_again_and_a_failed_payment_is_reported_by_who_did_not_send_it(
    client: Client,
) -> None:
    payment = Payment().due()
    await send(client, "maker", f"{await at(client, payment)}/check-memberships", 200)
    assert type(payment.events[-1]).__name__ == "MembershipsChecked"
    payment = Payment().sent()
    path = await at(client, payment)
    own = await send(client, "third", f"{path}/record-failed", 403, reason="refused")
    assert own["code"] == "settles_own_order"
    await send(client, "approver", f"{path}/record-failed", 200, reason="refused")
    assert states(payment) == ["failed"]


async def test_c29_late_news_of_the_bank_and_its_resolution_by_two_people(client: Client) -> None:
    payment = failed(3)
    path, order = await at(client, payment), first(payment)
    unknown = await send(client, "approver", f"{path}/record-arrived", 409, order="e" * 32)
    assert unknown["errors"][0]["pointer"] == "/order"
    await send(client, "approver", f"{path}/record-arrived", 200, order=order)
    assert states(payment) == ["settled_twice", "sent"]
    back = {"order": order, "resolution": "money_came_back"}
    propose, confirm = f"{path}/propose-resolution", f"{path}/confirm-resolution"
    assert (await send(client, "maker", propose, 422, **back | {"resolution": "forget_it"}))["errors"]
    await send(client, "maker", propose, 200, **back, reference="Check #77")
    own = await send(client, "maker", confirm, 403, **back)
    assert own["code"] == "confirms_own_proposal"
    await send(client, "third", confirm, 200, **back)
    assert payment.state.orders[0].twice is not None
    assert payment.state.orders[0].twice.resolved_by == THIRD.id
