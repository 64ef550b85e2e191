"""What the state of money is called: one table for staff, who see every state, and for mentors, who see four words."""

from collections.abc import Mapping
from typing import Final

_FOUR: Final[Mapping[str, str]] = {
    "accrued": "claimed",
    "due": "claimed",
    "claimed": "claimed",
    "draft": "claimed",
    "needs_approval": "claimed",
    "approved": "approved",
    "sent": "sent",
    "settled": "paid",
    "paid": "paid",
}
"""The four words, by the state of the newest order, of what is owed, or as a claim has heard of it last."""
_OVER: Final = ("denied", "canceled")
"""How a claim may end without money; a mentor reads that, too."""


def word_of_money(state: str) -> str:
    """Return the word for a state as staff read it; a state outside the four words has its own."""
    return _FOUR.get(state, state)


def own_word_of_money(state: str) -> str:
    """Return the word for a state as the mentor reads it: what staff still have to sort out is claimed."""
    word = word_of_money(state)
    return word if word in (*_FOUR.values(), *_OVER) else "claimed"
