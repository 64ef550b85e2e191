"""A column of names in lists that are not of people: it is read, and a number says a row where there is none."""

from activities.adapters.files.roster.column_map import answered, propose_columns
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.rows import read_rows
from activities.adapters.files.roster.sheet import Sheet, read_sheet

KNOWN = {"004503": "a", "004640": "b"}
LOST = {"zeros_lost:key": "put_back"}


def sheet(text: str) -> Sheet:
    return read_sheet("mentors.csv", text.encode(), {"kind": "mentors"})


def names(text: str, answer: str = "") -> list[tuple[str, str]]:
    """Return the name and the number of each row."""
    found = sheet(text)
    proposed = propose_columns(found, RosterKind.MENTORS)
    columns = answered(found, proposed, answer) if answer else proposed
    assert columns.faults == ()
    return [(row.name, row.values["key"]) for row in read_rows(found, columns, LOST, KNOWN).rows]


# C45
def test_a_column_of_names_is_read_by_its_heading_or_by_an_answer() -> None:
    rows = ";Number;Places\nLinda Kowalski;4503;2\n"
    assert names(f"Mentor{rows}") == [("Linda Kowalski", "004503")]
    assert names(f"Colleague{rows}", "Colleague = name") == [("Linda Kowalski", "004503")]
    assert names(f"Colleague{rows}", "Colleague = nothing") == [("004503", "004503")]


def test_a_row_without_a_name_is_named_by_its_number_with_the_zeros_that_were_put_back() -> None:
    assert names("Number;Places\n4503;2\n") == [("004503", "004503")]
    assert names("Name;Number;Places\n;4503;2\n") == [("004503", "004503")]
    found = sheet("Number;Places\n4503;many\n4640;2\n")
    read = read_rows(found, propose_columns(found, RosterKind.MENTORS), LOST, KNOWN)
    assert [(fault.person, fault.cell) for fault in read.faults] == [("004503", "many")]


def test_a_second_column_of_names_is_not_read_and_no_fault() -> None:
    assert names("Name;Mentor;Number;Places\nAnn Lee;Lee, Ann;4503;2\n") == [("Ann Lee", "004503")]


def test_a_name_with_numbers_in_it_can_be_said_to_be_the_number() -> None:
    text = "Member;Places\n4503;2\n"
    proposed = propose_columns(sheet(text), RosterKind.MENTORS)
    assert proposed.question is not None, "the heading reads as a name, and no column is the number"
    assert names(text, "Member = key") == [("004503", "004503")]
