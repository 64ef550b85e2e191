"""Whether an answer answers its question, and the one form in which it is kept."""

from collections.abc import Mapping
from typing import Any, Final

from activities.adapters.files.roster.answer_form import in_form
from activities.adapters.files.roster.column_map import FORM, HEADINGS
from activities.adapters.files.roster.faults import RowFault
from domain.actors import Actor
from domain.people.proposal.questions import Answerer, answer_of, day_of, days_shown, may_answer

_OF_A_FIRST_DAY: Final = ("ended_memberships", "ended_membership")
"""The questions that a day answers which is the first of a membership; for others it is the last."""
_WHO: Final = {"importer": "whoever imports", "state_office": "the state office", "admin": "an administrator"}


def faults_of(question: Mapping[str, Any] | None, id: str, value: str, actor: Actor) -> list[dict[str, str]]:
    """Return why a value does not answer a question; nothing if it does."""
    if question is None:
        return [fault_of(id, "unknown_question", f"{id}: The import asks no such question.")]
    if not may_answer(Answerer(question["who"]), actor):
        return [fault_of(id, "not_yours_to_answer", f"{id}: This is for {_WHO[question['who']]} to answer.")]
    if question["code"] == HEADINGS:
        return [] if value else [fault_of(id, "not_an_answer", f"{id}: The answer is empty. {FORM}")]
    if not answer_of(value, question["answers"], days_shown(question.get("days"))):
        return [fault_of(id, "not_an_answer", f"{id}: {_allowed(question, value)}")]
    return []


def fault_of(id: str, code: str, detail: str) -> dict[str, str]:
    """Return a fault of one answer, with the place of the answer in the request."""
    pointer = "/answers/" + id.replace("~", "~0").replace("/", "~1")
    return {"pointer": pointer, "code": code, "detail": detail}


def as_kept(value: str, question: Mapping[str, Any] | None) -> str:
    """Return an answer in the one form in which it is kept; that to no question stays as it is."""
    value = value.strip()
    return (
        value if question is None else in_form(value, question["answers"], days_shown(question.get("days")))
    )


def what_is_wrong(fault: RowFault) -> str:
    """Return what is wrong with an answer about headings, and which columns there are."""
    return (
        f"{fault.problem} Columns: {', '.join(fault.allowed)}, nothing." if fault.allowed else fault.problem
    )


def _allowed(question: Mapping[str, Any], value: str) -> str:
    """Return what answers a question, in words."""
    words = ", ".join(question["answers"])
    days = question.get("days")
    if days is None:
        return f"“{value}” is no answer; one of: {words}."
    if day_of(value) is None or question["code"] in _OF_A_FIRST_DAY:
        return (
            f"“{value}” is no answer; one of: {words}; or a day from {days['first']} to {days['last']}, written as "
            f"{days['first']}."
        )
    return (
        f"{value} cannot be the last day: the membership begins on {days['first']}, and a day after {days['last']} is "
        f"still ahead. Write a day from {days['first']} to {days['last']}, or answer one of: {words}. If it ends "
        "later, write its last day into the list."
    )
