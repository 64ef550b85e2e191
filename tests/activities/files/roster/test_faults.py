"""Faults: all at once, one for each cause, with the row as a sheet shows it (C38, C41); rows about the same."""

from api_gateway.services.imports.lists import NEEDED
from domain.people.proposal.lists import ListKind
from tests.activities.files.roster.lists import BERIT, MEMBERSHIPS, PEOPLE, codes, read, values


def test_c38_a_row_is_numbered_as_a_sheet_shows_it_with_its_cell_and_person() -> None:
    text = (
        PEOPLE
        + '1,"Ann\nLee",ann@post.example,principal,Lake,north,\n\n2,Bo Ek,bo(at)post,principal,Lake,north,\n'
    )
    file = read(text)
    assert codes(file) == [("line_break", "name", (2,)), ("bad_address", "email", (4,))]
    assert file.faults[1].line() == (
        "list.csv, row 4 (Bo Ek), column email: “bo(at)post”: This is not an email address. It has no @. "
        "Write one such as berit@post.example."
    )


def test_c38_a_fault_names_the_heading_that_the_file_has() -> None:
    (fault,) = read("Member ID,Full Name,E-mail Address\n1,A,x\n").faults
    assert (fault.column, fault.heading) == ("email", "E-mail Address")


def test_c41_one_cause_is_one_line_with_its_rows_and_the_allowed_values() -> None:
    text = "key,name,email,language\n" + "".join(f"{n},N{n},n{n}@post.example,fr\n" for n in range(400))
    (fault,) = read(text).faults
    assert (len(fault.rows), fault.allowed, fault.cell, fault.person) == (
        400,
        ("en (English)", "es (Spanish)"),
        "fr",
        "N0",
    )
    assert fault.line().endswith(
        "Allowed: en (English), es (Spanish). The same in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 387 more."
    )


def test_c41_faults_of_all_columns_come_at_once() -> None:
    text = (
        MEMBERSHIPS + "a b,active,2026-13-01,\n2,,x,y\n3,active,2026-07-01,2026-06-30\n,active,2026-07-01,\n"
    )
    assert codes(read(text)) == [
        ("bad_key", "key", (2,)),
        ("bad_date", "first", (2,)),
        ("bad_date", "first", (3,)),
        ("bad_date", "last", (3,)),
        ("ends_before_it_begins", "last", (4,)),
        ("empty", "key", (5,)),
    ]


def test_equal_rows_are_one_and_rows_that_contradict_each_other_are_named() -> None:
    file = read(PEOPLE + BERIT + BERIT + BERIT.replace("Lake", "Hill"))
    assert (file.rows, codes(file)) == ((), [("duplicate", "key", (2, 3, 4))])
    assert file.faults[0].cell == "00712"
    assert file.faults[0].problem == (
        "Rows 2, 3 and 4 have the member number 00712 but say different things in “district” (“Lake” and “Hill”). "
        "Correct them, or leave one row."
    )
    twice = read(PEOPLE + BERIT + BERIT)
    assert [row.number for row in twice.rows] == [2]
    assert twice.remarks == ("list.csv, row 3: says the same as an earlier row, which is read once.",)
    thrice = read(PEOPLE + BERIT * 3)
    assert thrice.remarks == (
        "list.csv, rows 3, 4: each say the same as an earlier row, which is read once.",
    )
    joined = read(PEOPLE + BERIT + BERIT.replace(",north,", ",north,1"))
    assert joined.remarks == read(PEOPLE + BERIT + BERIT.replace("Lake", "Hill") + BERIT).remarks == (), (
        "rows that differ in a cell are no repetition"
    )


# C41
def test_two_people_with_one_number_are_both_refused() -> None:
    wanda = "M-9003,Wanda,wanda@post.example,principal,Lake,north\n"
    file = read(PEOPLE + BERIT + wanda + wanda.replace("anda", "illi"))
    assert ([row.number for row in file.rows], codes(file)) == ([2], [("duplicate", "key", (3, 4))])
    assert file.faults[0].line() == (
        "list.csv, row 3 (Wanda), column key: “M-9003”: Rows 3 and 4 have the member number M-9003 but say different "
        "things in “name” (“Wanda” and “Willi”), “email” (“wanda@post.example” and “willi@post.example”). Correct one, "
        "or delete one row. The same in row 4."
    )
    assert sorted(place.person for place in file.faults[0].places) == ["Wanda", "Willi"]


def test_two_rows_about_one_membership_that_end_on_two_days_are_both_refused() -> None:
    file = read(MEMBERSHIPS + "1,active,2020-07-01,2021-06-30\n1,active,2020-07-01,\n")
    assert (file.rows, codes(file)) == ((), [("duplicate", "key", (2, 3))])
    assert file.faults[0].problem == (
        "Rows 2 and 3 are about the same membership of 1 but say different things in “last” (“2021-06-30” and "
        "nothing). Correct one, or delete one row."
    )


def test_a_double_whose_one_cell_is_blank_is_no_contradiction() -> None:
    heading = "key,name,email,role_title,district,region,phone\n"
    nils = "00901,Nils Holm,nils.holm@post.example,principal,Iron Hills Schools,north,"
    file = read(f"{heading}{nils}218 555 0144\n{nils}\n")
    assert ([row.number for row in file.rows], file.faults) == ([2, 3], ())
    file = read(f"{heading}{nils}218 555 0144\n{nils}\n{nils}218 555 0145\n")
    assert codes(file) == [("duplicate", "key", (2, 3, 4))]


def test_rows_whose_first_days_are_not_read_yet_are_not_called_the_same() -> None:
    file = read(MEMBERSHIPS + "1,active,03/04/2020,2021-06-30\n1,active,05/06/2021,\n")
    assert ([row.number for row in file.rows], file.faults) == ([2, 3], ())


def test_one_person_may_have_several_memberships() -> None:
    file = read(MEMBERSHIPS + "1,active,2020-07-01,2021-06-30\n1,active,2022-07-01,\n1,retired,2022-07-01,\n")
    assert (len(file.rows), file.faults) == (3, ())


def test_people_without_a_number_are_not_doubles_of_each_other() -> None:
    assert len(read("key,name,email\n,A,a@post.example\n,B,b@post.example\n").rows) == 2


def test_what_a_new_person_lacks_is_named() -> None:
    (row,) = values(read("key,name,email\n1,A,a@post.example\n"))
    missing = tuple(name for name in NEEDED[ListKind.PEOPLE] if name not in row)
    assert missing == ("role_title", "region")


def test_a_short_row_is_filled_with_blanks() -> None:
    assert values(read("key,name,email,phone\n1,A\n")) == [{"key": "1", "name": "A"}]


def test_rows_that_differ_in_blanks_between_words_do_not_contradict_each_other() -> None:
    file = read(PEOPLE + BERIT + BERIT.replace("Berit Lund", "Berit  Lund"))
    assert codes(file) == []
    assert [row.number for row in file.rows] == [2, 3]
