"""Whether an answer answers its question, and the one form in which it is kept."""

from collections.abc import Mapping
from typing import Any, Final

from activities.adapters.files.roster.answer_form import in_form
from activities.adapters.files.roster.column_map import FORM, HEADINGS
from activities.adapters.files.roster.faults import RowFault
from domain.actors import Actor
from domain.people.proposal.questions import Answerer, answer_of, day_of, days_shown, may_answer
from domain.told import Told, joined, told

_OF_A_FIRST_DAY: Final = ("ended_memberships", "ended_membership")
"""The questions that a day answers which is the first of a membership; for others it is the last."""
_WHO: Final = {
    "importer": told("whoever_imports", "whoever imports"),
    "state_office": told("the_state_office", "the state office"),
    "admin": told("an_administrator", "an administrator"),
}


def faults_of(question: Mapping[str, Any] | None, id: str, value: str, actor: Actor) -> list[dict[str, str]]:
    """Return why a value does not answer a question; nothing if it does."""
    if question is None:
        words = told("asks_no_such_question", "The import asks no such question.")
        return [fault_of(id, "unknown_question", words)]
    if not may_answer(Answerer(question["who"]), actor):
        words = told("for_others_to_answer", "This is for {who} to answer.", who=_WHO[question["who"]])
        return [fault_of(id, "not_yours_to_answer", words)]
    if question["code"] == HEADINGS:
        empty = joined((told("answer_is_empty", "The answer is empty."), FORM))
        return [] if value else [fault_of(id, "not_an_answer", empty)]
    if not answer_of(value, question["answers"], days_shown(question.get("days"))):
        return [fault_of(id, "not_an_answer", _allowed(question, value))]
    return []


def fault_of(id: str, code: str, words: Told) -> dict[str, str]:
    """Return a fault of one answer, with the place of the answer in the request."""
    pointer = "/answers/" + id.replace("~", "~0").replace("/", "~1")
    return {
        "pointer": pointer,
        "code": code,
        "detail": told("of_answer", "{id}: {words}", id=id, words=words),
    }


def without_id(detail: str) -> str:
    """Return what is wrong with an answer, without the id of its question."""
    return detail.values["words"] if isinstance(detail, Told) and "words" in detail.values else detail


def as_kept(value: str, question: Mapping[str, Any] | None) -> str:
    """Return an answer in the one form in which it is kept; that to no question stays as it is."""
    value = value.strip()
    return (
        value if question is None else in_form(value, question["answers"], days_shown(question.get("days")))
    )


def what_is_wrong(fault: RowFault, said: str) -> Told:
    """Return what is wrong with an answer about headings, and which columns there are."""
    cannot = told("not_carried_out", "“{said}” cannot be carried out.", said=said)
    if not fault.allowed:
        return joined((cannot, fault.problem))
    columns = told("these_columns", "Columns: {columns}, nothing.", columns=", ".join(fault.allowed))
    return joined((cannot, fault.problem, columns))


def _allowed(question: Mapping[str, Any], value: str) -> Told:
    """Return what answers a question, in words."""
    words = ", ".join(question["answers"])
    days = question.get("days")
    if days is None:
        return told("no_answer", "“{said}” is no answer; one of: {answers}.", said=value, answers=words)
    if day_of(value) is None or question["code"] in _OF_A_FIRST_DAY:
        return told(
            "no_answer_and_no_day",
            "“{said}” is no answer; one of: {answers}; or a day from {first} to {last}, written as {first}.",
            said=value,
            answers=words,
            first=days["first"],
            last=days["last"],
        )
    return told(
        "cannot_be_last_day",
        "{day} cannot be the last day: the membership begins on {first}, and a day after {last} is still ahead. Write "
        "a day from {first} to {last}, or answer one of: {answers}. If it ends later, write its last day into the "
        "list.",
        day=value,
        first=days["first"],
        last=days["last"],
        answers=words,
    )
