"""Answers of an earlier import that hold for a corrected list: a question that is the same is asked once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from api_gateway.services.imports.file_questions import SETTLED
from domain.people.proposal.questions import BY_CONTENT, MANY_MISSING

_ROWS: Final = re.compile(r"\brows? [0-9]+(?:, [0-9]+)*")
Question = Mapping[str, Any]


def carried_answers(
    now: Mapping[str, Any], answered: Iterable[str], before: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers ``given`` to the proposal ``before`` that answer open questions of the proposal ``now``.

    A question is the same if it says the same, whatever the file is called and wherever the rows are in it. Whether
    somebody has lapsed is asked again of each list. ``answered`` are the questions that have an answer already.
    """
    old = [each for each in before.get("questions", ()) if each["answer"] and each["id"] in given]
    new = [each for each in now["questions"] if not each["answer"] and each["id"] not in {*answered}]
    known = _once(old)
    found = {
        each["id"]: (each, given[known[cause]["id"]]) for cause, each in _once(new).items() if cause in known
    }
    return {
        id: answer
        for id, (each, answer) in found.items()
        if each["code"] != "kind" or answer["value"] in each["answers"]
    }


def answers_about_rows(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to questions whose ids name rows by what these say: they hold wherever the rows stand."""
    return {id: each for id, each in given.items() if id.startswith(BY_CONTENT)}


def used_answers(proposal: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that a proposal asks for, or that say something about one of several that it asks about."""
    asked = {id for each in proposal["questions"] for id in (each["id"], *each["covers"])}
    return {id: each for id, each in given.items() if not asked.isdisjoint((id, *each.get("covers", ())))}


def _once(questions: Iterable[Question]) -> dict[str, Question]:
    """Return by its cause each question that no other one is like."""
    found = [(_cause(each), each) for each in questions if not _is_lapse(each)]
    counts = Counter(cause for cause, _ in found)
    return {cause: each for cause, each in found if counts[cause] == 1}


def _is_lapse(question: Question) -> bool:
    return question["days"] is not None or question["code"] == MANY_MISSING


def _cause(question: Question) -> str:
    """Return what a question is about, without the names of files and the numbers of rows."""
    parts = [question["code"], question["id"]]
    if question["code"] not in SETTLED:  # an answered one of these has other words
        parts += [question["problem"], question["who"], *question["answers"], *question["about"]]
        parts += question["headings"]
    text = "\n".join(parts)
    for file in question["rows"]:
        text = text.replace(file, "")
    return _ROWS.sub("row", text)
