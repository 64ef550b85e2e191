"""Member numbers that a spreadsheet or another program saved as amounts, in every kind of list (C2, C42)."""

import pytest

from activities.adapters.files.roster.columns import RosterKind
from tests.activities.files.roster.lists import PEOPLE, codes, read, values, workbook

ANN, BO, CY = (f"{name},{name.lower()}@post.example,principal,Lake,north," for name in ("Ann", "Bo", "Cy"))
QUESTION = "saved_as_amounts:key"


def numbers(text: str | bytes, column: str = "key", **how: object) -> list[object]:
    file = read(text, **how)
    assert [fault.line() for fault in file.faults] == []
    return [each.get(column) for each in values(file)]


def test_a_column_whose_numbers_all_end_in_decimals_holds_whole_numbers() -> None:
    file = read(f"{PEOPLE}1042.0,{ANN}\n1043.0,{BO}\n1044.00,{CY}\n", name="people.csv")
    assert [each["key"] for each in values(file)] == ["1042", "1043", "1044"]
    assert (file.questions, codes(file)) == ((), [])
    assert file.remarks == (
        "people.csv, column key: a spreadsheet has saved the member numbers as amounts, and they are read as whole "
        "numbers: “1042.0” in row 2 as “1042”; “1043.0” in row 3 as “1043”; and 1 more in the same way.",
    )


@pytest.mark.parametrize(
    ("kind", "heading", "rest"),
    [
        (RosterKind.MEMBERSHIPS, "key,membership,first,last", "active,2026-07-01,"),
        (RosterKind.MENTORS, "key,capacity,trained_on", "2,2026-08-14"),
        (RosterKind.APPLICATIONS, "key,reason,first_year,applied_on", "new_to_role,yes,2026-09-01"),
    ],
)
def test_the_numbers_of_every_kind_of_list_are_read_in_the_same_way(
    kind: RosterKind, heading: str, rest: str
) -> None:
    assert numbers(f"{heading}\n1042.0,{rest}\n1043.0,{rest}\n", kind=kind) == ["1042", "1043"]
    words = [heading.split(","), ["1042.0", *rest.split(",")]]
    assert numbers(workbook(List=words), name="list.xlsx", kind=kind) == ["1042"], "a cell of text"
    words[1][0] = 1042.0
    assert numbers(workbook(List=words), name="list.xlsx", kind=kind) == ["1042"], "a cell with a number"


def test_a_column_of_supervisors_with_blanks_holds_whole_numbers_beside_plain_ones() -> None:
    """A program that saves a column with blanks as amounts leaves a full one as it is."""
    rows = f"1042,{ANN}\n1043,{BO}1042.0\n1044,{CY}1042.0\n"
    assert numbers(PEOPLE + rows, "supervisor") == [None, "1042", "1042"]
    heading = PEOPLE.replace("supervisor", "other_numbers")
    assert numbers(f"{heading}1042,{ANN}\n1043,{BO}77.0\n1044,{CY}\n", "other_numbers") == [
        None,
        ("77",),
        None,
    ]


def test_commas_between_thousands_are_taken_off_for_no_member_number_has_one() -> None:
    assert numbers(f'{PEOPLE}"1,042",{ANN}\n"1,043.00",{BO}\n987,{CY}\n') == ["1042", "1043", "987"]
    assert numbers(f"{PEOPLE.replace(',', ';')}1042,0;{ANN.replace(',', ';')}\n") == ["1042"]
    assert numbers(f'{PEOPLE}"1,042",{ANN}\n', choices={QUESTION: "keep"}) == ["1042"]
    assert codes(read(f'{PEOPLE}"10,42",{ANN}\n')) == [("bad_key", "key", (2,))]


def test_decimals_beside_plain_numbers_are_one_question_for_all_rows() -> None:
    text = f"{PEOPLE}1042.0,{ANN}\n1043,{BO}\n1044.0,{CY}\n"
    file = read(text, name="people.csv")
    (question,) = file.questions
    assert (question.id, question.answers, question.proposal, question.rows) == (
        QUESTION,
        ("whole", "keep"),
        "whole",
        (2, 4),
    )
    assert question.problem.endswith(
        "Are they read as whole numbers: “1042.0” in row 2 as “1042”; “1044.0” in row 4 as “1044”?"
    )
    assert [each.person for each in question.places] == ["Ann", "Cy"]
    assert numbers(text, choices={QUESTION: "whole"}) == ["1042", "1043", "1044"]
    assert numbers(text, choices={QUESTION: "keep"}) == ["1042.0", "1043", "1044.0"]
    assert read(text, choices={QUESTION: "keep"}).questions == ()


@pytest.mark.parametrize(
    ("rows", "known", "asked"),
    [
        (f"12.0,{ANN}\n12.1,{BO}\n", (), (2,)),  # a member, and somebody of the same household
        (f"12.0,{ANN}\n", ("13.1",), (2,)),
        (f"1.042,{ANN}\n1.043,{BO}\n", (), (2, 3)),  # 1042 in Spanish, or numbers with a dot
        (f"12.0,{ANN}\n13.0,{BO}\n", ("12.0",), (3,)),
        (f"12.0,{ANN}\n", ("12.0",), ()),
        (f"M-12.0,{ANN}\n", (), ()),
    ],
)
def test_numbers_that_may_be_of_their_own_kind_are_asked_about_and_known_ones_stay(
    rows: str, known: tuple[str, ...], asked: tuple[int, ...]
) -> None:
    file = read(PEOPLE + rows, known=known)
    assert [each.rows for each in file.questions] == ([asked] if asked else [])
    kept = numbers(PEOPLE + rows, known=known, choices={QUESTION: "keep"})
    assert kept == [line.partition(",")[0] for line in rows.splitlines()]


def test_decimals_go_before_zeros_come_back() -> None:
    text = f"{PEOPLE}712.0,{ANN}\n"
    (question,) = read(text, known={"00712"}).questions
    assert (question.id, question.rows) == ("zeros_lost:key", (2,))
    assert "“712” in row 2 is known as “00712”" in question.problem
    assert numbers(text, known={"00712"}, choices={"zeros_lost:key": "put_back"}) == ["00712"]


def test_lost_zeros_are_asked_about_in_a_list_that_has_no_number_but_the_supervisors() -> None:
    text = "name,email,supervisor\nAnn,a@post.example,712\n"
    (question,) = read(text, known={"00712"}).questions
    assert (question.id, question.heading) == ("zeros_lost:key", "supervisor")


def test_two_rows_that_come_to_one_number_are_one_person_or_refused() -> None:
    text = f"{PEOPLE}1042.0,{ANN}\n1042,{BO}\n"
    file = read(text, choices={QUESTION: "whole"})
    assert codes(file) == [("duplicate", "key", (2, 3))]
    assert "1042" in file.faults[0].line()


def test_a_row_with_a_fault_is_known_by_its_number_without_decimals() -> None:
    file = read(f"{PEOPLE}1042.0,Ann,no address,principal,Lake,north,\n1043.0,{BO}\n")
    assert file.faulty_numbers == {"1042"}


def test_a_column_that_counts_the_rows_counts_them_with_decimals_too() -> None:
    text = "No,Name,Email,Position\n" + "".join(
        f"{at}.0,{name},{name}@post.example,Principal\n" for at, name in enumerate(("Ann", "Bo", "Cy"), 1)
    )
    assert numbers(text) == [None, None, None]


def test_a_letter_between_digits_is_named_where_nobody_has_the_number() -> None:
    file = read(f"{PEOPLE}9O05,{ANN}\nM-2OO3,{BO}\nBOB,{CY}\n", name="people.csv", known={"M-2OO3"})
    assert file.remarks == (
        "people.csv, column key: a letter stands between digits where a 0 or a 1 may be meant: “9O05” in row 2. "
        "Correct the number if it is a slip.",
    )
    assert [each["key"] for each in values(file)] == ["9O05", "M-2OO3", "BOB"]
    for number in ("OL-12", "M-100l", "sol12", "2019-Oslo", "Il1"):
        found = read(f"{PEOPLE}{number},{ANN}\n", name="people.csv").remarks
        assert bool(found) is (number == "M-100l"), number
