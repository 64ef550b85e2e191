from collections.abc import Sequence

import pytest

from domain.in_words import anded


@pytest.mark.parametrize(
    ("words", "phrase"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_stand_with_commas_and_one_and(words: Sequence[str], phrase: str) -> None:
    assert anded(words) == phrase
