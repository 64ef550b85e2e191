"""What is wrong with the columns of a list: two that mean the same, or none that says whom its rows are about."""

from collections.abc import Collection, Mapping
from typing import Final

from activities.adapters.files.roster.columns import NAME_PARTS, RosterKind, plain_heading
from activities.adapters.files.roster.faults import RowFault
from activities.adapters.files.roster.sheet import Sheet
from domain.told import AND, Told, joined, told

NOT_READ = ""
"""What a heading means whose cells are not read."""
MISSING: Final = "missing_column"


def heading_key(sheet: Sheet, at: int) -> str:
    """Return the name of a heading in a map; a column without one is named by its place."""
    return plain_heading(sheet.headings[at]) or f"#{at + 1}"


def doubled(sheet: Sheet, columns: Mapping[str, str], several: Collection[str]) -> tuple[RowFault, ...]:
    """Return a fault for each column that two headings mean: which one counts is not for a machine to say.

    Of ``several`` a person has said that both are read.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for at, heading in enumerate(sheet.headings):
        key = heading_key(sheet, at)
        if heading:
            found.setdefault((columns[key], "" if columns[key] else key), []).append(f"“{heading}”")
    return tuple(
        RowFault(
            file=sheet.file,
            code="column_twice",
            column=column,
            problem=told(
                "columns_mean_the_same",
                "{headings} mean the same. Delete one of these columns, or give it another heading.",
                headings=joined(names, AND),
            )
            if len(set(names)) > 1
            else told(
                "heading_twice",
                "Two columns have the heading {heading}. Delete one of them, or give it another heading.",
                heading=names[0],
            ),
        )
        for (column, _), names in found.items()
        if len(names) > 1 and not (column in several and len(set(names)) > 1)
    )


def missing_columns(sheet: Sheet, kind: RosterKind, columns: Mapping[str, str]) -> tuple[RowFault, ...]:
    """Return a fault for what the list lacks to say whom its rows are about."""
    there = set(columns.values()) - {NOT_READ}
    faults: list[RowFault] = []
    parts = there.intersection(NAME_PARTS)
    if parts and "name" in there:
        names = [
            f"“{heading}”"
            for at, heading in enumerate(sheet.headings)
            if columns[heading_key(sheet, at)] in ("name", *parts)
        ]
        twice = told("names_twice", "{headings} hold names twice.", headings=joined(names, AND))
        do = told("delete_one", "Delete one or the other.")
        faults.append(lacking(sheet, "column_twice", "name", twice, do))
    if len(parts) == 1:
        lacks = (
            told("no_last_name", "A column with the last name is missing.")
            if "given_name" in parts
            else told("no_first_name", "A column with the first name is missing.")
        )
        faults.append(lacking(sheet, MISSING, "name", lacks, told("add_it", "Add it.")))
    if kind is RosterKind.PEOPLE:
        if not there & {"key", "email"}:
            faults.append(
                lacking(
                    sheet,
                    MISSING,
                    "key",
                    told("no_column_of_people", "No column says who the people are."),
                    told(
                        "add_number_or_address",
                        "Add a column with the member number (heading “key”), or at least one with the email address "
                        "(heading “email”).",
                    ),
                )
            )
    elif "key" not in there:
        faults.append(
            lacking(
                sheet,
                MISSING,
                "key",
                told("no_column_of_whom", "No column says whom the rows are about."),
                told("add_number", "Add a column with the member number (heading “key”)."),
            )
        )
    return tuple(faults)


def lacking(sheet: Sheet, code: str, column: str, lacks: Told, *do: Told) -> RowFault:
    taken = told(
        "row_taken_for_heading",
        "Row {row} was taken for the heading: {headings}. If that row is not the heading, add one above it.",
        row=sheet.heading_row,
        headings=", ".join(f"“{heading}”" for heading in sheet.headings if heading),
    )
    return RowFault(file=sheet.file, code=code, column=column, problem=joined((lacks, *do, taken)))
