"""Rows that are about nobody: the heading again at each page or region, and notes below the table (C39)."""

import pytest

from tests.activities.files.roster.lists import read, sheet_and_map, values

LIST = """Member ID,Name,Email,Region
NORTH REGION,,,
member id,Name,Email,Region
M-1,Ann,ann@post.example,north
Member ID,Name,,
M-2,Bo,bo@post.example,north
Subtotal north,2,,
* new member,,,
Page 2,,,
"Source: office, 1/4/2027",,,
"""


def test_headings_and_notes_between_rows_are_left_out_and_named() -> None:
    sheet, _ = sheet_and_map(LIST)
    assert [row.number for row in sheet.rows] == [4, 6]
    assert sheet.remarks == (
        "list.csv, rows 3, 5: left out, since each repeats the heading.",
        "list.csv, rows 2 (“NORTH REGION”), 8 (“* new member”), 9 (“Page 2”), 10 (“Source: office, 1/4/2027”): left "
        "out, since each holds a note and nothing about anybody.",
        "list.csv, row 7 (“Subtotal north”): left out, since it holds totals and is about nobody.",
    )
    assert [each["key"] for each in values(read(LIST))] == ["M-1", "M-2"]


@pytest.mark.parametrize("row", ["M 1001,,,", "M-1001,,,", "M/1001,,,", "* new member,Ann,,", ",Ann,,"])
def test_what_may_be_about_somebody_is_read(row: str) -> None:
    sheet, _ = sheet_and_map(f"Member ID,Name,Email,Region\n{row}\nM-2,Bo,bo@post.example,north\n")
    assert ([each.number for each in sheet.rows], sheet.remarks) == ([2, 3], ())


@pytest.mark.parametrize("row", ["North,13,,", "north,,,13", ",,13,North", "Northern,13,,"])
def test_a_group_and_a_number_between_the_rows_are_a_total_and_named(row: str) -> None:
    below = "M-2,Bo,bo@post.example,south\n"
    sheet, _ = sheet_and_map(
        f"Member ID,Name,Email,Region\nM-1,Ann,ann@post.example,north\n{row}\n{below}South,4,,\n{below[:-1]}\n"
    )
    assert [each.number for each in sheet.rows] == [2, 4, 6]
    word = next(cell for cell in row.split(",") if cell.isalpha())
    assert sheet.remarks == (
        f"list.csv, rows 3 (“{word}”), 5 (“South”): left out, since each holds totals and is about nobody.",
    )


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Member ID,Name,Email,Region", "13,,,north"),
        ("Member ID,Name,Email,Region", "anna,,,13"),
        ("Name,Email,Region,District", "Anna,,,13"),
        ("Member ID,Capacity,Trained on,Note", "anna,3,,"),
    ],
)
def test_a_number_beside_what_may_be_somebody_is_read(headings: str, row: str) -> None:
    sheet, _ = sheet_and_map(f"{headings}\n{row}\nM-2,Bo,bo@post.example,north\n")
    assert ([each.number for each in sheet.rows], sheet.remarks) == ([2, 3], ())
