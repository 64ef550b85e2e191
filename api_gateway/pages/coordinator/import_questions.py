"""The questions of an import in the reader's language, with what answers them, and what is wrong with an answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api_gateway.pages.acts.words import refusal
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem
from domain.languages import Language
from domain.people.proposal.questions import OTHER

ANSWER: Final = "answer_"
"""How the name of a control begins whose value is an answer; the rest is the id of its question."""
DAY: Final = "day_"
"""The same for a day that answers a question."""


def answers_given(given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers of a posted form by question; a day that was filled in goes before a choice."""
    chosen = {
        name.removeprefix(ANSWER): value for name, value in given.items() if name.startswith(ANSWER) and value
    }
    days = {name.removeprefix(DAY): value for name, value in given.items() if name.startswith(DAY) and value}
    return {**chosen, **days}


def question_shown(question: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Return a question as the page shows it.

    In English its own words say all. In another language the words of its code ask, and its own words, which name
    people and values, stand below.
    """
    word = f"imports.asks.{question['code']}"
    own = say.language == Language.EN or not say.has(word)
    return {
        **question,
        "asks": question["problem"] if own else say(word),
        "asks_in": Language.EN.value if own else say.language,
        "details": "" if own else question["problem"],
        "name": f"{ANSWER}{question['id']}",
        "day": f"{DAY}{question['id']}",
        "where": where(question["rows"]),
        "choices": [(value, _answer(value, say)) for value in question["answers"]],
    }


def refusal_shown(refused: Mapping[str, Any]) -> dict[str, str]:
    """Return what is refused and why, with the allowed values, and where: rows, whose the first is, column and cell."""
    allowed = f" Allowed: {', '.join(refused['allowed'])}." if refused.get("allowed") else ""
    parts = [where({refused["file"]: refused["rows"]}), refused.get("name", ""), refused.get("column", "")]
    cell = f": “{refused['cell']}”" if refused.get("cell") else ""
    return {"problem": f"{refused['problem']}{allowed}", "where": " · ".join(filter(None, parts)) + cell}


def where(rows: Mapping[str, Sequence[int]]) -> str:
    """Return files with their rows; a file as a whole has no row."""
    return "; ".join(
        f"{file}: {', '.join(str(row) for row in numbers if row)}".removesuffix(": ")
        for file, numbers in rows.items()
    )


def _answer(value: str, say: Say) -> str:
    """Return an answer in words; a name or code of the lists stays as it is."""
    kind, colon, rest = value.partition(":")
    # A table of words with a word `other` is one word, by number.
    word = f"imports.answers.{'another' if kind == OTHER else kind}"
    if not say.has(word):
        return value.replace("_", " ")
    return f"{say(word)}: {rest}" if colon else say(word)


def faults_shown(problem: Problem, language: str) -> list[str]:
    """Return what is wrong with answers, without the ids of their questions."""
    told = [error["detail"].partition(": ")[2] or error["detail"] for error in problem.errors]
    own = language == Language.EN
    return ([] if own else [refusal(problem, language)]) + (
        [*dict.fromkeys(told)] or ([problem.detail] if own else [])
    )
