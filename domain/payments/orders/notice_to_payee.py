"""Notices to the contacts of the region that gets the money."""

from domain.notices import Notice, NoticeKind, notice
from domain.payments.state import Obligation


def to_payee(after: Obligation, seq: int, kind: NoticeKind, **more: str) -> tuple[Notice, ...]:
    """Return the notice of an event, with the mentor and the amount."""
    amount = str(after.amount_minor)
    data = {"mentor": after.mentor, "amount_minor": amount, "currency": after.currency}
    return (notice(after.id, seq, kind, region=after.region, **more, **data),)
