"""The questions of an import in the reader's language, with what answers them, and what is wrong with an answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api_gateway.pages.acts.words import refusal
from api_gateway.pages.coordinator.imports.candidates import candidates, without_answers
from api_gateway.pages.coordinator.imports.words import in_language
from api_gateway.pages.words import Say
from api_gateway.services.imports.answer_checks import without_id
from api_gateway.services.problem import Problem
from domain.people.proposal.questions import OTHER
from domain.told import as_plain

ANSWER: Final = "answer_"
"""How the name of a control begins whose value is an answer; the rest is the id of its question."""
DAY: Final = "day_"
"""The same for a day that answers a question."""


_NUMBERS: Final = ("rows_differ", "which_number")
"""The questions whose answers are member numbers, which stay as they are."""


def answers_given(given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers of a posted form by question; a day that was filled in goes before a choice."""
    chosen = {
        name.removeprefix(ANSWER): value for name, value in given.items() if name.startswith(ANSWER) and value
    }
    days = {name.removeprefix(DAY): value for name, value in given.items() if name.startswith(DAY) and value}
    return {**chosen, **days}


def question_shown(question: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Return a question as the page shows it."""
    asks, asks_in = in_language(question["problem"], question.get("said"), say.language)
    people = candidates(asks, question.get("said"), question["answers"], asks_in)
    said = question.get("about_said") or [{}] * len(question["about"])
    return {
        **question,
        "asks": _without_codes(asks, question["answers"]),
        "asks_in": asks_in,
        "about": [in_language(*each, say.language) for each in zip(question["about"], said, strict=True)],
        "name": f"{ANSWER}{question['id']}",
        "day": f"{DAY}{question['id']}",
        "where": where(question["rows"]),
        "of_rows": any(row for rows in question["rows"].values() for row in rows),
        "choices": [
            (value, value if question["code"] in _NUMBERS else _answer(value, say, people.get(value, "")))
            for value in question["answers"]
        ],
    }


def _without_codes(asks: str, answers: Sequence[str]) -> str:
    """Return a question without the words that a command line takes for its answers: a page has buttons."""
    for each in answers:
        asks = asks.replace(f" ({each})", "")
    return without_answers(asks, answers)


_NEEDS: Final = ("record_needs", "person_needs", "nobody_needs")
"""The refusals that name the columns which a row lacks."""


def refusal_shown(refusal: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Return why rows are refused as the page shows it: the reason, what is allowed, the cell, and where."""
    said = refusal.get("said")
    words, said_in = in_language(refusal["problem"], said, say.language)
    if said and said.get("word") in _NEEDS:
        columns = said["values"]["columns"]
        named = (say("imports.column_named", name=column_word(each, say)) for each in columns.split(", "))
        words = words.replace(columns, ", ".join(named), 1)
    return {
        **refusal,
        "words": words,
        "said_in": said_in,
        "others": [_other_row(each, refusal["cell"], say) for each in refusal.get("others", ())],
        "where": " · ".join(
            filter(
                None,
                (
                    where({refusal["file"]: refusal["rows"]}),
                    refusal["name"],
                    column_word(refusal["column"], say),
                ),
            )
        ),
    }


def _other_row(row: Mapping[str, Any], cell: str, say: Say) -> str:
    """Return one more row that is refused for the same: where it stands, whose it is, and what it says otherwise."""
    said = f"“{row['cell']}”" if row["cell"] != cell else ""
    return " · ".join(filter(None, (say("imports.of_row", row=row["row"]), row["name"], said)))


def column_word(column: str, say: Say) -> str:
    """Return what pages call a column of ours; a heading of the list stays as it is."""
    word = f"imports.columns.{column}"
    return say(word) if say.has(word) else column


def remarks_shown(found: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return what a proposal remarks about its lists, each with the language in which it is said."""
    said = found.get("remarks_said") or [None] * len(found["remarks"])
    return [in_language(text, each, language) for text, each in zip(found["remarks"], said, strict=True)]


def where(rows: Mapping[str, Sequence[int]]) -> str:
    """Return files with their rows; a file as a whole has no row."""
    return "; ".join(
        f"{file}: {', '.join(str(row) for row in numbers if row)}".removesuffix(": ")
        for file, numbers in rows.items()
    )


def _answer(value: str, say: Say, person: str = "") -> str:
    """Return an answer in words; a name or code of the lists stays as it is. It may mean a ``person``."""
    kind, colon, rest = value.partition(":")
    # A table of words with a word `other` is one word, by number.
    word = f"imports.answers.{'another' if kind == OTHER else kind}"
    if not say.has(word):
        return value.replace("_", " ")
    return f"{say(word)}: {person or rest}" if colon else say(word)


NOT_LEFT_OUT: Final = {"rows_refused": "without_refused", "questions_open": "without_questions"}
"""Why lists cannot be taken over as they are, and the box of the page that leaves these rows out."""


def errors_shown(problem: Problem | None, say: Say) -> list[dict[str, str]]:
    """Return what is wrong as the page lists it: with answers, or a box that was not chosen at the take-over."""
    if problem is None:
        return []
    if box := NOT_LEFT_OUT.get(problem.code):
        said = say(f"imports.{problem.code}", box=say(f"imports.{box}"))
        return [{"text": said, "field": box}]
    return [{"text": text, "field": ""} for text in faults_shown(problem, say.language)]


def faults_shown(problem: Problem, language: str) -> list[str]:
    """Return what is wrong with answers, without the ids of their questions."""
    details = [without_id(error["detail"]) for error in problem.errors]
    told = [in_language(each, as_plain(each), language)[0] for each in details]
    return [*dict.fromkeys(told)] or [refusal(problem, language)]
