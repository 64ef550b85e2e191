"""What is refused of a list as a whole, and the faults of a reader as refusals of the import."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from activities.adapters.files.roster.columns import RosterKind, meaning
from activities.adapters.files.roster.faults import RowFault
from activities.adapters.files.roster.sheet import Sheet
from domain.people.proposal.lists import At, ListKind
from domain.people.proposal.outcomes import MOST_OTHERS, OutcomeKind, RefusedRow, RowOutcome, RowRefusal
from domain.people.proposal.record_rows import NO_TERM, NO_TERM_WORDS
from domain.told import AND, Told, counted, joined, told

NO_MEMBERSHIPS: Final = "complete_without_memberships"
_OF_ALL: Final[Mapping[str, Any]] = {"file": "", "column": "", "rows": ()}
WITHOUT_MEMBERSHIPS: Final = RowRefusal(
    code=NO_MEMBERSHIPS,
    problem=told(
        "complete_without_memberships",
        "None of the files is a list of memberships, so none can be complete. Add that list, or do not say that it is "
        "complete.",
    ),
    **_OF_ALL,
)
NO_ROWS: Final = RowRefusal(
    code="no_rows",
    problem=told(
        "no_rows",
        "The list has no rows below its headings; the example row of an empty list does not count. Add rows, or leave "
        "the file out.",
    ),
    **_OF_ALL,
)


def without_term(sheet: Sheet) -> tuple[RowRefusal, Iterable[RowOutcome]]:
    """Return the refusal of the applications of a list, because nobody has named their term, and that of each row."""
    own = [
        at
        for at, heading in enumerate(sheet.headings)
        if meaning(RosterKind.APPLICATIONS, heading) not in ("", "key", "name")
    ]
    rows = tuple(row.number for row in sheet.rows if any(row.cells[at] for at in own))
    refusal = RowRefusal(code=NO_TERM, problem=NO_TERM_WORDS, file=sheet.file, column="", rows=rows)
    outcomes = (
        RowOutcome(
            kind=ListKind.APPLICATIONS, at=At(sheet.file, number), name="", outcome=OutcomeKind.REFUSED
        )
        for number in rows
    )
    return refusal, outcomes


def refusal_of(fault: RowFault) -> RowRefusal:
    """Return the fault of a reader as a refusal."""
    return RowRefusal(
        code=fault.code,
        problem=fault.problem,
        file=fault.file,
        column=fault.heading or fault.column,
        rows=fault.rows,
        cell=fault.cell,
        name=fault.person,
        allowed=fault.allowed,
        others=tuple(
            RefusedRow(row=each.row, cell=each.cell, name=each.person)
            for each in fault.places[1 : MOST_OTHERS + 1]
        ),
    )


def example_words(file: str, row: int) -> Told:
    """Return that the example row of an empty list is left out."""
    return told(
        "example_left_out",
        "{file}, row {row}: this is the example row of the empty list, about nobody. It is left out.",
        file=file,
        row=row,
    )


def check_words(file: str, headings: Sequence[str]) -> Told:
    """Return which columns of a list are only compared with the names that the office has."""
    return counted(
        "used_to_check",
        len(headings),
        one="{file}: {headings} is used to check that a number is that of the person who is meant; nothing else is "
        "read from it.",
        other="{file}: {headings} are used to check that a number is that of the person who is meant; nothing else is "
        "read from them.",
        file=file,
        headings=joined(headings, AND),
    )
