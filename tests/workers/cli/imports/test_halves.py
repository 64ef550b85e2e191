"""A row of a list of people and memberships of which one part is refused or waits, and the other goes in."""

from typing import Any

from workers.cli.imports import ending
from workers.cli.imports.counts import counts
from workers.cli.imports.screen import refusal_lines


def _row(kind: str, row: int, outcome: str, file: str = "members.csv") -> dict[str, Any]:
    return {"kind": kind, "file": file, "row": row, "name": "", "outcome": outcome, "changes": []}


def _proposal(*rows: dict[str, Any], unchanged: str = "") -> dict[str, Any]:
    return {"rows": rows, "unchanged": {"members.csv": unchanged} if unchanged else {}, "questions": []}


HALF = (_row("people", 6, "changed"), _row("memberships", 6, "refused"))


def test_a_row_that_is_refused_in_part_is_counted_so() -> None:
    whole = (_row("people", 7, "refused"), _row("memberships", 7, "refused"))
    found = list(counts(_proposal(*HALF, *whole, unchanged="2-5")))
    assert found == ["6 rows in members.csv: 1 refused, 1 refused in part, 4 unchanged"]


def test_what_is_left_out_is_the_refused_part_and_the_rest_of_the_row_goes_in() -> None:
    words = "the refused membership of row 6 (what else the row says goes in)"
    assert ending.left_out(_proposal(*HALF), ["refused"]) == words
    assert (
        ending.agreement(_proposal(*HALF), ["refused"]) == f"Take this over without {words}? Write yes or no"
    )
    assert ending.totals(_proposal(*HALF)) == "This would go in: 1 person (1 changed)."
    assert ending.left_out(_proposal(*HALF), ["questions"]) == ""


def test_a_row_of_which_nothing_goes_in_is_left_out_as_a_whole() -> None:
    known = _proposal(_row("memberships", 6, "refused"), unchanged="6")
    assert ending.left_out(known, ["refused"]) == "the 1 refused row"


def test_whole_rows_and_parts_of_rows_are_told_apart_in_each_list() -> None:
    rows = (
        *HALF,
        _row("people", 8, "new"),
        _row("memberships", 8, "refused"),
        _row("people", 9, "refused"),
        _row("people", 3, "changed", "mentors.csv"),
        _row("mentors", 3, "question", "mentors.csv"),
    )
    assert ending.left_out(_proposal(*rows), ["refused", "questions"]) == (
        "the 1 refused row, the refused memberships of rows 6 and 8 of members.csv (what else these rows say goes in) "
        "and the waiting mentor of row 3 of mentors.csv (what else the row says goes in)"
    )


def test_a_row_that_is_refused_for_the_same_in_both_its_parts_is_one_line() -> None:
    refused = {
        "file": "members.csv",
        "rows": [11],
        "column": "Number",
        "cell": "Page 2?",
        "problem": "No number.",
    }
    other = {**refused, "cell": "M 3"}
    both = [{**refused, "name": ""}, {**refused, "name": "Page 2?"}, other]
    assert list(refusal_lines(both)) == [
        "members.csv, row 11, column Number: “Page 2?”: No number.",
        "members.csv, row 11, column Number: “M 3”: No number.",
    ]
