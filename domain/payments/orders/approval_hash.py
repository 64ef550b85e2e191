"""The hash of what an approval covers: if one of these values changes, the approval is no longer valid."""

import hashlib

from domain.payments.state import Obligation


def hash_of(state: Obligation) -> str:
    """Return the hash of the obligation's current values."""
    fields = (state.id, str(state.amount_minor), state.currency, state.region, state.mentor)
    return hashlib.sha256("\n".join(("mentorflow/order/v1", *fields)).encode()).hexdigest()
