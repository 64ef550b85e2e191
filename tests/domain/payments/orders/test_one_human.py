"""One human with two entries is one person for an order: nobody acts twice, nobody is paid twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor
from domain.messages import Command
from domain.payments import obligation
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.holds import LiftHold
from domain.payments.orders.limits import Limit, LimitFinding, SettleLimit
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled, RecordReturned
from domain.person_changes import ChangeKind, HearPersonChange
from tests.domain.builders import COORDINATOR, MENTOR, START, person
from tests.domain.payments.payment_case import APPROVER, DUE, FACTS, MAKER, THIRD, Payment, refused

AGAIN = Actor(id=person("the maker again"), role=MAKER.role)


def one(*ids: str) -> Any:
    same = {id: tuple(other for other in ids if other != id) for id in ids}
    return replace(FACTS, same_as=same, elsewhere=())


def prepared(engine: int = 2) -> Payment:
    payment = Payment(engine=engine)
    payment.claim()
    payment.wait_until(DUE)
    payment.do(PrepareStipend, MAKER)
    return payment


def sent() -> Payment:
    payment = prepared()
    payment.do(ApproveStipend, APPROVER)
    payment.do(EnterReference, THIRD, reference="pay-1")
    return payment


def test_only_the_newest_engine_asks_about_the_people_who_act() -> None:
    for engine, asks in ((1, False), (2, True)):
        payment = prepared(engine)
        command = EnterReference(id="c" * 32, actor=THIRD, reference="pay-1")
        asked = obligation.question(payment.state, command, START)
        assert (asked is not None) == asks
        approval = obligation.question(payment.state, ApproveStipend(id="d" * 32, actor=APPROVER), START)
        assert approval is not None
        assert (approval.compared is not None) == asks
    assert asked is not None
    assert asked.compared is not None
    assert {MAKER.id, THIRD.id, MENTOR.id} <= set(asked.compared)


def test_another_entry_of_the_maker_does_not_approve_or_settle() -> None:
    payment = prepared()
    payment.facts = one(MAKER.id, AGAIN.id)
    assert refused(payment, ApproveStipend, AGAIN) == "approves_own_order"
    payment = sent()
    payment.facts = one(MAKER.id, AGAIN.id)
    assert refused(payment, ConfirmSettled, AGAIN) == "settles_own_order"


def test_another_entry_of_the_approver_does_not_send() -> None:
    payment = prepared()
    payment.do(ApproveStipend, APPROVER)
    payment.facts = one(APPROVER.id, AGAIN.id)
    assert refused(payment, EnterReference, AGAIN, reference="pay-1") == "approver_sends"


def test_another_entry_of_somebody_in_the_pair_takes_no_part() -> None:
    payment = prepared()
    payment.facts = one(MENTOR.id, APPROVER.id)
    assert refused(payment, ApproveStipend, APPROVER) == "on_the_pair"


def test_an_approved_order_is_not_sent_once_the_human_is_paid_under_another_entry() -> None:
    payment = prepared()
    payment.do(ApproveStipend, APPROVER)
    payment.facts = replace(FACTS, same_as={}, elsewhere=("f" * 32,))
    assert refused(payment, EnterReference, THIRD, reference="pay-1") == "paid_to_one_human"
    payment.facts = FACTS
    payment.do(EnterReference, THIRD, reference="pay-1")


@pytest.mark.parametrize("kind", [PrepareStipend, ApproveStipend])
def test_a_human_who_is_paid_under_another_entry_is_not_paid_again(kind: type[Command]) -> None:
    payment = Payment()
    payment.claim()
    payment.wait_until(DUE)
    if kind is ApproveStipend:
        payment.do(PrepareStipend, MAKER)
    payment.facts = replace(FACTS, same_as={}, elsewhere=("f" * 32,))
    actor = APPROVER if kind is ApproveStipend else MAKER
    assert refused(payment, kind, actor) == "paid_to_one_human"


def test_a_merge_that_breaks_a_limit_holds_an_unsent_order_until_it_is_answered() -> None:
    payment = prepared()
    change = {"person": MENTOR.id, "kind": ChangeKind.SAME_AS, "day": START.date()}
    assert payment.do(HearPersonChange, SYSTEM, **change) == ()
    payment.facts = replace(FACTS, same_as={}, elsewhere=("f" * 32,))
    payment.do(HearPersonChange, SYSTEM, **change)
    assert payment.state.order is not None
    assert (payment.state.order.state.value, payment.state.order.reason) == ("held", "one_human")
    assert "check_one_human" in payment.open_tasks()
    assert refused(payment, LiftHold, APPROVER, reason="answered") == "paid_to_one_human"
    payment.facts = FACTS
    payment.do(LiftHold, APPROVER, reason="answered")
    assert "check_one_human" not in payment.open_tasks()
    already = sent()
    already.facts = replace(FACTS, same_as={}, elsewhere=("f" * 32,))
    assert already.do(HearPersonChange, SYSTEM, **change) == ()


CHANGE: dict[str, Any] = {"kind": ChangeKind.SAME_AS, "day": START.date()}


def hear(payment: Payment, person: str = MENTOR.id) -> list[str]:
    events = payment.do(HearPersonChange, SYSTEM, person=person, **CHANGE)
    return [type(event).__name__ for event in events]


def limits(payment: Payment) -> list[str]:
    kind = "check_one_human"
    return [task.subject for task in payment.state.tasks if task.open and task.kind.value == kind]


PAID = {"same_as": {}, "elsewhere": ("f" * 32,), "sent_before": ("f" * 32,)}
BOTH: list[tuple[dict[str, Any], str]] = [
    (PAID, "paid_to_one_human"),
    ({"same_as": {MAKER.id: (APPROVER.id,), APPROVER.id: (MAKER.id,)}}, "order_acted_on_twice"),
    ({"same_as": {THIRD.id: (MENTOR.id,), MENTOR.id: (THIRD.id,)}}, "order_acted_on_twice"),
]


@pytest.mark.parametrize(("facts", "limit"), BOTH)
def test_a_limit_that_is_broken_after_the_money_was_sent_is_one_task_and_ends_nothing(
    facts: dict[str, Any], limit: str
) -> None:
    """C60: the second entry is found after both were paid."""
    payment = sent()
    payment.facts = replace(FACTS, **facts)
    assert hear(payment) == ["LimitBroken"]
    assert hear(payment, MAKER.id) == [], "it is known"
    assert limits(payment) == [limit]
    assert payment.state.standing == "sent"
    confirmer = Actor(id=person("confirmer"), role=MAKER.role)
    payment.do(ConfirmSettled, confirmer)
    assert limits(payment) == [limit], "that the money has arrived settles no limit"
    payment.facts = replace(FACTS, same_as={}, elsewhere=(), sent_before=())
    assert hear(payment) == ["LimitKept"]
    assert limits(payment) == []
    assert payment.refold() == payment.state


def test_of_two_that_were_paid_to_one_human_the_one_sent_first_has_no_task() -> None:
    payment = sent()
    payment.facts = replace(FACTS, **{**PAID, "sent_before": ()})
    assert hear(payment) == []


def test_both_limits_have_a_task_each() -> None:
    payment = sent()
    payment.facts = replace(
        FACTS, **{**PAID, "same_as": {MAKER.id: (APPROVER.id,), APPROVER.id: (MAKER.id,)}}
    )
    assert hear(payment) == ["LimitBroken", "LimitBroken"]
    assert limits(payment) == ["paid_to_one_human", "order_acted_on_twice"]


def test_an_order_on_which_one_human_acted_twice_is_held_until_two_are_two() -> None:
    payment = prepared()
    payment.do(ApproveStipend, APPROVER)
    payment.facts = one(MAKER.id, APPROVER.id)
    assert hear(payment, APPROVER.id) == ["OrderHeld"]
    assert hear(payment, APPROVER.id) == []
    assert limits(payment) == [""], "the hold has its own task"
    assert refused(payment, LiftHold, THIRD, reason="answered") == "order_acted_on_twice"
    payment.facts = FACTS
    payment.do(LiftHold, THIRD, reason="answered")
    assert payment.state.order is not None
    assert payment.state.order.state.value == "approved"


def test_a_change_asks_also_about_who_confirmed() -> None:
    payment = sent()
    confirmer = Actor(id=person("confirmer"), role=MAKER.role)
    payment.do(ConfirmSettled, confirmer)
    asked = obligation.question(
        payment.state, HearPersonChange(id="c" * 32, actor=SYSTEM, person=MENTOR.id, **CHANGE), START
    )
    assert asked is not None
    assert asked.compared is not None
    assert confirmer.id in asked.compared


LOOKED: dict[str, Any] = {"limit": Limit.PAID_TWICE, "reason": LimitFinding.NOTHING_TO_CHANGE}
CONFIRMER = Actor(id=person("confirmer"), role=MAKER.role)


def paid_twice() -> Payment:
    payment = sent()
    payment.facts = replace(FACTS, **PAID)
    hear(payment)
    return payment


def test_payment_staff_say_what_they_found_about_a_broken_limit_and_its_task_is_closed() -> None:
    """C60: the money was sent, and somebody has looked at it."""
    payment = paid_twice()
    [event] = payment.do(SettleLimit, THIRD, **LOOKED)
    assert type(event).__name__ == "LimitSettled"
    assert limits(payment) == []
    [task] = [task for task in payment.state.tasks if task.kind.value == "check_one_human"]
    assert (task.outcome, task.closed_by) == ("looked_at", THIRD.id)
    assert payment.state.standing == "sent"
    assert hear(payment) == [], "what was looked at is not asked about again"
    assert refused(payment, SettleLimit, THIRD, **LOOKED) == "no_limit_to_look_at"
    assert payment.refold() == payment.state == payment.through_codec()


def test_a_limit_that_was_looked_at_is_broken_again_by_the_next_order() -> None:
    payment = paid_twice()
    payment.do(SettleLimit, THIRD, **LOOKED)
    payment.do(RecordReturned, CONFIRMER, reason="account_closed")
    payment.facts = FACTS
    payment.now += timedelta(days=1)
    payment.do(PrepareStipend, THIRD)
    payment.do(ApproveStipend, MAKER)
    payment.do(EnterReference, APPROVER, reference="pay-2")
    payment.facts = replace(FACTS, **PAID)
    assert hear(payment) == ["LimitBroken"]


def test_each_limit_is_looked_at_by_itself_and_not_by_who_may_have_acted_twice() -> None:
    payment = sent()
    same = {MAKER.id: (APPROVER.id, AGAIN.id), APPROVER.id: (MAKER.id, AGAIN.id)}
    same[AGAIN.id] = (MAKER.id, APPROVER.id)
    payment.facts = replace(FACTS, **{**PAID, "same_as": same})
    hear(payment)
    acted: dict[str, Any] = {"limit": Limit.ACTED_TWICE, "reason": LimitFinding.EXCEPTION}
    for actor in (MAKER, APPROVER, AGAIN):
        assert refused(payment, SettleLimit, actor, **acted) == "acted_twice_yourself"
    contact = Actor(id=COORDINATOR.id, role=MAKER.role)
    assert refused(payment, SettleLimit, contact, **acted) == "contact_of_the_payee"
    payment.do(SettleLimit, THIRD, **acted)
    assert limits(payment) == ["paid_to_one_human"]


def test_an_order_on_hold_is_looked_at_by_lifting_the_hold() -> None:
    payment = prepared()
    payment.facts = replace(FACTS, same_as={}, elsewhere=("f" * 32,))
    hear(payment)
    assert limits(payment) == [""]
    assert refused(payment, SettleLimit, THIRD, **LOOKED) == "no_limit_to_look_at"


def test_who_says_what_they_found_is_compared_with_everybody_who_acted() -> None:
    payment = paid_twice()
    payment.do(ConfirmSettled, CONFIRMER)
    asked = obligation.question(payment.state, SettleLimit(id="c" * 32, actor=THIRD, **LOOKED), START)
    assert asked is not None
    assert asked.compared is not None
    assert {THIRD.id, CONFIRMER.id, MAKER.id} <= set(asked.compared)
