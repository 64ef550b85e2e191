"""Two columns that are read as one: what the second says beside the first is not lost without a word (C43)."""

from activities.adapters.files.roster.column_map import answered
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.rows import ReadFile, read_rows
from tests.activities.files.roster.lists import sheet_and_map, values

LIST = """Member No,Name,Phone,Mobile,Work Email,Home Email
1,Ann,218-555-0101,218-555-0202,ann@post.example,Ann@post.example
2,Bo,,218-555-0303,,bo@home.example
3,Cy,(218) 555-0404,218.555.0404,cy@post.example,cy@home.example
4,Di,n/a,218-555-0505,di@post.example,
5,Ed,218-555-0606,218-555-0707,ed@post.example,
"""


def read(text: str) -> ReadFile:
    sheet, columns = sheet_and_map(text, kind=RosterKind.PEOPLE)
    return read_rows(sheet, answered(sheet, columns, "Mobile = phone; Home Email = email"))


def test_the_second_column_counts_where_the_first_says_nothing() -> None:
    found = {each["key"]: (each.get("phone"), each.get("email")) for each in values(read(LIST))}
    assert found["2"] == ("218-555-0303", "bo@home.example")
    assert found["4"] == ("218-555-0505", "di@post.example")


def test_what_the_second_column_says_beside_the_first_is_named_with_its_rows() -> None:
    found = read(LIST)
    assert {each["key"]: each.get("phone") for each in values(found)}["1"] == "218-555-0101"
    assert found.remarks == (
        "list.csv, rows 2, 6: what “Mobile” says is not taken, because the office keeps one phone number, and a column "
        "before it has another one.",
        "list.csv, row 4: what “Home Email” says is not taken, because the office keeps one email address, and a "
        "column before it has another one.",
    )


def test_two_columns_that_say_the_same_are_no_remark() -> None:
    assert (
        read("Member No,Name,Phone,Mobile,Work Email,Home Email\n1,Ann,218-555-0101,2185550101,,\n").remarks
        == ()
    )
