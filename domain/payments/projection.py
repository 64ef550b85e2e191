"""The rows of the tables for an obligation and its orders."""

from domain.payments.state import Obligation, Order, PaidTwice
from domain.projection_rows import Row, row, task_row
from domain.tasks import OF_MONEY


def obligation_rows(state: Obligation) -> tuple[Row, ...]:
    """Return all rows of one obligation, in a fixed order."""
    return (
        _obligation(state),
        *(_order(order, state.id) for order in state.orders),
        *(task_row(task, state.id, state.region, OF_MONEY) for task in state.tasks),
    )


def _obligation(state: Obligation) -> Row:
    return row(
        "obligations",
        state.id,
        program=state.program,
        term=state.term,
        kind=state.kind,
        unit=state.unit,
        mentor=state.mentor,
        region=state.region,
        amount_minor=state.amount_minor,
        currency=state.currency,
        rules_version=state.rules_version,
        state=state.state,
        standing=state.standing,
        claims=len(state.live_claims),
        attempts=len(state.orders),
        evidence=state.evidence,
        proven=state.proven,
        accrued_at=state.accrued_at,
        due_at=state.due_at,
        closes_at=state.closes_at,
        finished_at=state.finished_at,
        ended_at=state.ended_at,
    )


def _order(order: Order, obligation: str) -> Row:
    """Return the row of an order. A person who has not acted yet is null, so the constraints of the table can tell."""
    return row(
        "orders",
        order.id,
        obligation=obligation,
        attempt=order.attempt,
        state=order.state,
        amount_minor=order.amount_minor,
        currency=order.currency,
        region=order.region,
        mentor=order.mentor,
        hash=order.hash,
        replaces=order.replaces,
        evidence=order.evidence,
        maker=order.maker,
        prepared_at=order.prepared_at,
        approver=order.approver or None,
        approved_at=order.approved_at,
        sender=order.sender or None,
        sent_at=order.sent_at,
        reference=order.reference,
        confirmer=order.confirmer or None,
        settled_at=order.settled_at,
        held_from=order.held_from,
        reason=order.reason,
        **_twice(order.twice),
    )


def _twice(twice: PaidTwice | None) -> dict[str, str]:
    """Return the columns about money that was paid twice; none for all other orders."""
    if twice is None:
        return {}
    return {
        "resolution": twice.resolution.value if twice.resolution else "",
        "resolution_reference": twice.reference,
        "counted_for": twice.counted_for,
        "proposed_by": twice.proposed_by,
        "resolved_by": twice.resolved_by,
    }
