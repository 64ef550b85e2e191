"""The first row of a list, zeros that are put back, and whom a short number becomes."""

from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import PEOPLE, read

BERIT = "Berit Lund,berit@post.example,principal,Lake,north,"


def test_a_list_without_a_heading_says_so_first() -> None:
    sheet = read_sheet("people.csv", f"00712,{BERIT}\n00713,{BERIT}\n".encode())
    [fault] = sheet.faults
    assert (fault.code, sheet.questions, sheet.rows) == ("no_heading", (), ())
    assert fault.problem.startswith(
        "Row 1 looks like a person; is the heading row missing? Add a row above it"
    )
    assert read_sheet("m.csv", b"m1,active,2020-07-01\n").faults[0].code == "no_heading"
    assert read_sheet("people.csv", f"{PEOPLE}00712,{BERIT}\n".encode()).faults == ()


def test_the_question_about_zeros_says_which_numbers_nobody_has_yet() -> None:
    rows = "".join(f"{key},{BERIT}\n" for key in ("417", "418", "419"))
    found = read(PEOPLE + rows, name="people.csv", known=("00417", "00111"))
    [question] = [each for each in found.questions if each.code == "zeros_lost"]
    assert (
        "“417” in row 2 is known as “00417”. Numbers that nobody has yet are filled up as well: “418” in row 3 would "
        "become “00418”; “419” in row 4 would become “00419”. Should the zeros be put back?"
    ) in question.problem
    alone = read(PEOPLE + f"417,{BERIT}\n", name="people.csv", known=("00417", "00111"))
    assert "nobody has yet" not in alone.questions[0].problem


def test_a_number_that_gets_its_zeros_back_keeps_the_text_of_its_cell() -> None:
    found = read(
        PEOPLE + f"417,{BERIT}\n", name="people.csv", known=("00417",), choices={"zeros_lost:key": "put_back"}
    )
    assert (found.rows[0].values["key"], found.rows[0].texts) == ("00417", {"key": "417"})
