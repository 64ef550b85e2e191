"""How a mentor's money stands, as the mentor reads it: its state in one word, then what happens next and who acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from activities.adapters.files.locales import opening
from api_gateway.pages.dates import Dates
from api_gateway.services.money_words import own_word_of_money
from domain.relationship.parts.stipend import StipendClaim
from domain.rules.program import Rules

_RETURNED: Final = ("returned", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyShown:
    """One claim: its kind, its state in one word, and what comes next; ``next`` is empty when nothing does."""

    kind: str
    state: str
    next: str


def money_shown(
    claims: Iterable[StipendClaim], rules: Rules, dates: Dates, *, contact: str, region: str
) -> list[MoneyShown]:
    """Return each claim with its state and what comes next; the kinds are codes of the program.

    ``contact`` and ``region`` are what the program calls these.
    """
    payees = {rule.kind: rule.payee_kind for rule in rules.money}
    words = {"contact": contact, "region": region}
    return [_shown(claim, payees.get(claim.kind, ""), dates, words) for claim in claims]


def _shown(claim: StipendClaim, payee: str, dates: Dates, words: Mapping[str, str]) -> MoneyShown:
    say, word = dates.say, "withdrawn" if claim.withdrawn else own_word_of_money(claim.heard)
    fits = _next(claim, word, dates)
    key = next((key for key in (f"my.money.{fits}_{payee}", f"my.money.{fits}") if say.has(key)), "")
    follows = say(key, day=dates.long(dates.due_by(claim.due_at)), **words) if key else ""
    return MoneyShown(kind=claim.kind, state=opening(say(f"relationship.money.{word}")), next=follows)


def _next(claim: StipendClaim, word: str, dates: Dates) -> str:
    """Return which words about a claim fit: before its day, from then on, or for what is no longer open."""
    if word != "claimed":
        return word
    if claim.heard in _RETURNED:
        return "returned"
    return "ahead" if claim.due_at > dates.now else "due"
