"""Columns that count the rows, and lists of leavers (C35, C38)."""

from activities.adapters.files.roster.column_map import answered, propose_columns
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.rows import read_rows
from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import read, sheet_and_map, values

LIST = "No,Name,Email,Position\n" + "".join(
    f"{at},{name},{name}@post.example,Principal\n" for at, name in enumerate(("Ann", "Bo", "Cy", "Di"), 1)
)
COUNTS = (
    "The column “No” counts the rows (1, 2, 3 …), so it is not read as the member number; if it is one, answer "
    "No = key."
)


def test_a_column_that_counts_the_rows_is_no_member_number() -> None:
    sheet, columns = sheet_and_map(LIST)
    assert columns.columns["no"] == ""
    assert columns.question is not None
    assert COUNTS in columns.question.problem
    assert columns.question.never_by_itself, "no option answers it"
    assert all("key" not in each for each in values(read_rows(sheet, columns)))
    said = answered(sheet, columns, "No = key")
    assert [each["key"] for each in values(read_rows(sheet, said))] == ["1", "2", "3", "4"]


def test_numbers_that_the_office_knows_or_that_do_not_count_are_member_numbers() -> None:
    sheet, _ = sheet_and_map(LIST)
    known = propose_columns(sheet, RosterKind.PEOPLE, None, ("1", "2", "9"))
    assert known.columns["no"] == "key"
    others = read_sheet("list.csv", LIST.replace("\n3,", "\n7,").encode())
    assert propose_columns(others, RosterKind.PEOPLE).columns["no"] == "key"
    own = read_sheet("list.csv", LIST.replace("No,", "Member No,").encode())
    assert propose_columns(own, RosterKind.PEOPLE).columns["member no"] == "key"


def test_records_beside_a_count_of_the_rows_lack_a_number() -> None:
    _, columns = sheet_and_map("No,Name,Membership\n1,Ann,active\n2,Bo,active\n3,Cy,active\n")
    assert columns.question is not None
    assert COUNTS in columns.question.problem
    assert columns.question.proposal == ""


def test_a_list_of_leavers_is_one_of_people_and_no_application() -> None:
    file = read("Member ID;Name;Left on;Reason\nM-1;Ann;2026-12-31;retired\n")
    assert file.kind is RosterKind.PEOPLE
    assert values(file)[0]["left_on"].isoformat() == "2026-12-31"
