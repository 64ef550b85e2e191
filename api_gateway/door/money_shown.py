"""How a mentor's money stands, as the mentor reads it: its state in one word, then what happens next and who acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from activities.adapters.files.locales import opening
from api_gateway.pages.dates import Dates
from domain.relationship.parts.stipend import StipendClaim

_WORDS: Final = {"approved": "approved", "sent": "sent", "settled": "paid", "paid": "paid"} | {
    over: over for over in ("denied", "canceled")
}
"""The four words for money by the state that was heard last: what is none of these is claimed still, or is over."""
_RETURNED: Final = ("returned", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyShown:
    """One claim: its kind, its state in one word, and what comes next; ``next`` is empty when nothing does."""

    kind: str
    state: str
    next: str


def money_shown(claims: Iterable[StipendClaim], dates: Dates, contact: str) -> list[MoneyShown]:
    """Return each claim with its state and what comes next; the kinds are codes of the program."""
    return [_shown(claim, dates, contact) for claim in claims]


def _shown(claim: StipendClaim, dates: Dates, contact: str) -> MoneyShown:
    say, word = dates.say, "withdrawn" if claim.withdrawn else _WORDS.get(claim.heard, "claimed")
    key = f"my.money.{_next(claim, word, dates)}"
    next = say(key, day=dates.long(dates.due_by(claim.due_at)), contact=contact) if say.has(key) else ""
    return MoneyShown(kind=claim.kind, state=opening(say(f"relationship.money.{word}")), next=next)


def _next(claim: StipendClaim, word: str, dates: Dates) -> str:
    """Return which words about a claim fit: before its day, from then on, or for what is no longer open."""
    if word != "claimed":
        return word
    if claim.heard in _RETURNED:
        return "returned"
    return "ahead" if claim.due_at > dates.now else "due"
