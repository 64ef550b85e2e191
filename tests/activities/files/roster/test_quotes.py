"""Quotation marks in the wrong places, other lists below a list, and headings said twice (C34, C36, C38)."""

import pytest

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import MEMBERSHIPS, PEOPLE, codes, read, values, workbook

ROWS = [
    f"M-{at},{name},{name.lower()}@post.example,principal,Lake,north,\n"
    for at, name in enumerate(("Ann", "Bo", "Cy", "Di"), 1)
]
HELD = [f"M-{at},active,2020-07-01,\n" for at in range(1, 5)]


@pytest.mark.parametrize(
    ("text", "row", "lost"),
    [
        (PEOPLE + "".join(ROWS).replace("Bo,", '"Bo,'), 3, "the 2 rows below it"),
        (PEOPLE + "".join(ROWS).replace("Cy,", '"Cy,'), 4, "the row below it"),
        (PEOPLE + "".join(ROWS).replace("Bo,", '"Bo,').replace("Di,", '"Di,'), 3, "the 2 rows below it"),
        (PEOPLE + "".join(ROWS).replace("Bo,", '"Bo,').replace("Cy,", '"Cy,'), 3, "the row below it"),
        (MEMBERSHIPS + "".join(HELD).replace("M-2", '"M-2'), 3, "the 2 rows below it"),
        (MEMBERSHIPS + HELD[0] + HELD[1][:-1] + '"late\n' + "".join(HELD[2:]), 3, "the 2 rows below it"),
        ('key,capacity\nM-1,2\nM-2,"2\nM-3,2\nM-4,2\n', 3, "the 2 rows below it"),
        (
            "name;email;key;notes\n" + 'A;a@x.example;1;"call\nB;b@x.example;2;\nC;c@x.example;3;\n',
            2,
            "the 2",
        ),
    ],
)
def test_a_quotation_mark_without_a_partner_is_named_with_the_rows_that_it_took(
    text: str, row: int, lost: str
) -> None:
    file = read(text, name="list.csv")
    assert (codes(file), values(file)) == ([("unclosed_quote", "", ())], [])
    assert (
        file.faults[0].line().startswith(f"list.csv: A quotation mark in row {row} has no partner, so {lost}")
    )


@pytest.mark.parametrize(
    "note",
    [
        "Called on Monday, twice, and wrote\nwill call back",
        "Lake, Hill, Bay\nann@post.example, 12 Main Street",
        "a, b, c\nd, e, f\ng, h, i",
    ],
)
def test_a_note_of_several_lines_is_no_lost_row(note: str) -> None:
    file = read(f'key,name,email,notes,region\nM-1,Ann,ann@post.example,"{note}",north\n', name="people.csv")
    assert codes(file) == []
    assert [row["key"] for row in values(file)] == ["M-1"]


def test_rows_that_are_one_cell_each_are_taken_apart() -> None:
    """A list that was pasted into one column, and saved as csv with all of each row in quotation marks."""
    lines = (PEOPLE + ROWS[0] + 'M-2,"Berg, Bo",bo@post.example,principal,Lake,north,\n').splitlines()
    wanted = ["Ann", "Berg, Bo"]
    quoted = "\n".join('"' + line.replace('"', '""') + '"' for line in ["Members 2027", *lines])
    assert [row["name"] for row in values(read(quoted))] == wanted
    book = workbook(List=[[line] for line in lines])
    assert [row["name"] for row in values(read(book, name="list.xlsx"))] == wanted


def test_a_second_heading_in_other_words_is_no_person() -> None:
    words = "Number,Full Name,Mail,Position,School District,Area,Boss\n"
    for above, below in ((PEOPLE, words), (words, PEOPLE)):
        sheet = read_sheet("people.csv", (above + below + "".join(ROWS)).encode())
        assert [row.number for row in sheet.rows] == [3, 4, 5, 6]
        assert sheet.remarks == ("people.csv, row 2: left out, since it repeats the heading.",)


def test_another_list_below_a_list_is_refused_and_nobody_in_it_is_missing() -> None:
    text = PEOPLE + "".join(ROWS[:2]) + "\n" + MEMBERSHIPS + "".join(HELD)
    file = read(text, name="people.csv", kind=RosterKind.PEOPLE, known={"M-1", "M-3"})
    assert [row["key"] for row in values(file)] == ["M-1", "M-2"]
    assert [fault.line() for fault in file.faults] == [
        "people.csv, row 5: “key, membership, first, last”: Another list begins here: this row is a heading. It and "
        "the 4 rows below it are not read. Put that list into a file or a sheet of its own, and send both."
    ]
    assert file.faulty_numbers == {"M-1", "M-3"}


def test_whoever_stands_in_a_row_with_too_many_cells_is_on_the_list() -> None:
    file = read(MEMBERSHIPS + HELD[0] + "M-2,active,a,b,2020-07-01,\n", known={"M-1", "M-2"})
    assert codes(file) == [("too_many_cells", "", (3,))]
    assert file.faulty_numbers == {"M-2"}
