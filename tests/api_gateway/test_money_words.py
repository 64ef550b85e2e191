"""Staff and mentors read the state of money from one table."""

import pytest

from api_gateway.pages.words import Say
from api_gateway.services.money_words import own_word_of_money, word_of_money
from domain.languages import Language


@pytest.mark.parametrize(
    ("state", "word", "own"),
    [
        ("accrued", "claimed", "claimed"),
        ("due", "claimed", "claimed"),
        ("draft", "claimed", "claimed"),
        ("needs_approval", "claimed", "claimed"),
        ("approved", "approved", "approved"),
        ("sent", "sent", "sent"),
        ("settled", "paid", "paid"),
        ("denied", "denied", "denied"),
        ("canceled", "canceled", "canceled"),
        ("held", "held", "claimed"),
        ("failed", "failed", "claimed"),
        ("returned", "returned", "claimed"),
        ("voided", "voided", "claimed"),
    ],
)
def test_a_state_of_money_has_one_word_for_staff_and_one_of_four_for_the_mentor(
    state: str, word: str, own: str
) -> None:
    assert (word_of_money(state), own_word_of_money(state)) == (word, own)
    for language in Language:
        assert Say(language).has(f"relationship.money.{word}")
        assert Say(language).has(f"relationship.money.{own}")
