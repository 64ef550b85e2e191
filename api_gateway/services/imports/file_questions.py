"""Questions about a file as a whole or about its columns: as the import asks them, and once they are answered."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from activities.adapters.files.roster.column_map import HEADINGS
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.dates import DateOrder
from activities.adapters.files.roster.delimited import SEPARATORS
from activities.adapters.files.roster.encoding import PAGES
from activities.adapters.files.roster.faults import ColumnQuestion
from activities.adapters.files.roster.member_numbers import KEEP, PUT_BACK, WHOLE
from activities.adapters.files.roster.sheet import BOTH
from domain.people.proposal.choices import to_keep as rows_to_keep
from domain.people.proposal.codes import KEPT as KEPT_ANSWERS
from domain.people.proposal.gone import to_keep
from domain.people.proposal.lists import At
from domain.people.proposal.questions import Answered, ImportQuestion, KeptAnswer
from domain.told import Told, told

CODES: Final = "codes"
"""The kind of the row of column maps that holds what codes mean in every list of an association."""
KEPT_OF_COLUMNS: Final = ("date_order", "zeros_lost", "saved_as_amounts")
SETTLED: Final[Mapping[str, tuple[Told, tuple[str, ...]]]] = {
    "date_order": (
        told("settled_date_order", "Which is first in these dates, the day or the month?"),
        tuple(order.value for order in DateOrder),
    ),
    "zeros_lost": (told("settled_zeros", "Do zeros go back before member numbers?"), (PUT_BACK, KEEP)),
    "saved_as_amounts": (
        told("settled_amounts", "Are member numbers that are written as amounts read as whole numbers?"),
        (WHOLE, KEEP),
    ),
    "kind": (told("settled_kind", "What is this list?"), tuple(kind.value for kind in RosterKind)),
    "encoding": (told("settled_encoding", "In which code are the letters of this file saved?"), tuple(PAGES)),
    "separator": (told("settled_separator", "Which character stands between two cells?"), tuple(SEPARATORS)),
}
"""What is no longer asked of a file once it is answered: its words, and its answers."""


def settled_question(file: str, id: str, given: tuple[str, ...] = (), heading: str = "") -> ColumnQuestion:
    """Return a question that is no longer asked, with its answers, among them those that were or can be ``given``."""
    code, _, column = id.partition(":")
    words, choices = SETTLED[code]
    return ColumnQuestion(
        file=file,
        code=code,
        problem=told("settled_column", "{asks} (column {column})", asks=words, column=heading or column)
        if column
        else words,
        answers=tuple(dict.fromkeys((*choices, *given))),
        column=column,
        heading=heading,
    )


def kept_answers(row: Mapping[str, Any]) -> dict[str, KeptAnswer]:
    """Return the answers in a row of column maps; one from before answers had a giver is that of whoever confirmed."""
    by, at = row["confirmed_by"], row["confirmed_at"].isoformat()
    found = {
        id: KeptAnswer(value=each, by=by, at=at)
        if isinstance(each, str)
        else KeptAnswer(value=each["value"], by=each["by"], at=each["at"])
        for id, each in row["answers"].items()
    }
    return found if row["file"] == CODES else {HEADINGS: KeptAnswer(value="yes", by=by, at=at), **found}


def answers_to_keep(id: str, answer: Answered) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the questions about words and people for which an answer holds in later lists, each with what is kept."""
    of_people = (*to_keep(id, answer), *rows_to_keep(id, answer))
    for each in (id,) if id.startswith(KEPT_ANSWERS) else of_people:
        yield each, {"value": answer.value, "by": answer.actor.id}


def import_question(id: str, file: str, question: ColumnQuestion, answer: str) -> ImportQuestion:
    """Return a question about a file as one of the import, with its answer."""
    return ImportQuestion(
        id=id,
        code=question.code,
        problem=told("of_file", "{file}: {asks}", file=file, asks=question.problem),
        answers=question.answers,
        at=tuple(At(file, number) for number in question.rows) or (At(file, 0),),
        proposal=question.proposal,
        answer=answer,
        headings=question.headings,
        heading=question.heading,
        never_by_itself=question.never_by_itself,
    )


def may_be_people(question: ColumnQuestion) -> bool:
    """Return whether the answer to a question about a whole file may be that it is a list of people."""
    return question.code != "kind" or any(RosterKind.PEOPLE in each.split(BOTH) for each in question.answers)
