"""What several steps of an order check: that there is an order, its state, and the reason."""

import re

from domain.errors import demand, required
from domain.payments.state import Obligation, Order, OrderState
from domain.rules.program import Rules

_REASON = re.compile(r"[a-z][a-z0-9_]{1,47}")


def live_order(state: Obligation) -> Order:
    """Return the live order; refuse if there is none."""
    return required(state.order, "no_order")


def demand_state(order: Order, *states: OrderState) -> None:
    """Refuse an order that is in none of the states."""
    demand(order.state in states, f"order_{order.state.value}")


def demand_reason(reason: str, rules: Rules, name: str) -> None:
    """Refuse a reason that is not in the program's list of that name; without lists, one that is not a code."""
    if rules.order_reasons is None:
        demand(_REASON.fullmatch(reason) is not None, "reason_not_a_code", field="reason")
    else:
        demand(reason in getattr(rules.order_reasons, name), "unknown_reason", field="reason")
