"""Rows of people that are refused for what they say, or do not say, about one person alone."""

from typing import Final

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.by_command import command
from domain.people.proposal.gone import ENDS
from domain.people.proposal.lists import ListRow
from domain.told import Told, told

_RECORDED: Final = {"left_on": "people/NUMBER/left", "died_on": "people/NUMBER/died"}
"""What records the day on which somebody left or died."""


def refuse_lacking(builder: ProposalBuilder, row: ListRow) -> None:
    """Refuse a row about somebody new that lacks what a new person needs; cells that cannot be read are not empty."""
    if missing := builder.missing(row):
        columns = ", ".join(builder.heading(row, each) for each in missing)
        builder.refuse(row, missing[0], "missing_value", needs_words(row, columns))


def needs_words(row: ListRow, columns: str) -> Told:
    """Return what to say of a row about a person whom nobody knows, and which lacks some columns."""
    if not row.key:
        return told(
            "nobody_needs",
            "Nobody is known as this person, and a new person needs {columns}. Fill it in, or delete the row.",
            columns=columns,
        )
    return told(
        "person_needs",
        "Nobody is known under this number, and a new person needs {columns}. Fill it in.",
        columns=columns,
    )


def refuse_ends(builder: ProposalBuilder, row: ListRow, entry: Entry | None) -> None:
    """Refuse a row that says another day of leaving or of death than the office knows: exports alone say it."""
    for name in ENDS:
        if name in row.values and (entry is None or row.values[name] != getattr(entry, name)):
            day = None if entry is None else getattr(entry, name)
            problem = told(
                "end_of_person",
                "The office knows {day} for this person, and a list does not change it. Record the day on the person's "
                "page or with {command}; or leave the cell blank.",
                day=day or told("knows_no_day", "no such day"),
                command=command(_RECORDED[name], {"day": "YEAR-MONTH-DAY"}),
            )
            builder.refuse(row, name, "end_of_person", problem, cell=str(row.values[name]))


def new_title_words(row: ListRow, title: str) -> Told:
    """Return that a row which must be corrected has a role title that nobody has: it may be a slip too."""
    return told(
        "title_of_refused_row",
        "{file}, row {row}: nobody has the role title “{title}” yet. If it is a slip, correct it in the file too, with "
        "what is refused in this row.",
        file=row.at.file,
        row=row.at.row,
        title=row.text("role_title", title),
    )
