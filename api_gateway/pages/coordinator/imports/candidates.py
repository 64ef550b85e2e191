"""Whom an answer “the same person” means where a row is like several people: a page names them, not their numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from api_gateway.pages.coordinator.imports.words import in_language
from domain.languages import Language
from domain.people.proposal.questions import SAME

_SAME: Final = f"{SAME}:"
_LIKE: Final = "like_with_answer"
_BEFORE: Final = ("is like ", "; or ")
"""What stands before somebody in an English question."""
_HOW: Final = " (same: and what stands after “answer”)"


def candidates(asks: str, said: Any, answers: Sequence[str], language: str) -> dict[str, str]:
    """Return in words whom each answer means that names one of several people."""
    if language == Language.EN:
        return dict(_in_english(asks, answers))
    return {
        f"{_SAME}{each['values']['id']}": in_language("", each["values"]["candidate"], language)[0]
        for each in _likes(said)
    }


def without_answers(asks: str, answers: Sequence[str]) -> str:
    """Return an English question without the answers that a terminal takes: a page has a button for each person."""
    for each in answers:
        if each.startswith(_SAME):
            asks = asks.replace(f", answer {each}", "")
    return asks.replace(_HOW, "")


def _in_english(asks: str, answers: Sequence[str]) -> Iterator[tuple[str, str]]:
    for each in answers:
        before, answer, _ = asks.partition(f", answer {each}")
        if each.startswith(_SAME) and answer:
            yield each, before[max(before.rfind(word) + len(word) for word in _BEFORE if word in before) :]


def _likes(said: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what was told of each of several people, wherever it is in a sentence."""
    if not isinstance(said, Mapping):
        return
    if said.get("word") == _LIKE:
        yield said
    for part in (*said.get("parts", ()), *said.get("values", {}).values()):
        yield from _likes(part)
