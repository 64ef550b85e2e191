"""Headings, kinds of file and column maps (C35, C36, C37)."""

import pytest

from activities.adapters.files.roster.column_map import answered, propose_columns
from activities.adapters.files.roster.columns import COLUMNS, RosterKind, meaning
from activities.adapters.files.roster.rows import read_rows
from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import (
    BERIT,
    BERIT_VALUES,
    MEMBERSHIPS,
    PEOPLE,
    codes,
    read,
    sheet_and_map,
    values,
)

SYNONYMS = "Member ID,Full Name,E-mail Address,Job Title,School District,Region\n"
ROW = "00712,Berit Lund,berit@post.example,Principal,Lake,North\n"


@pytest.mark.parametrize(
    "heading",
    [
        "Key, Name ,Email,ROLE_TITLE,District,region,Supervisor\n",
        "\ufeffkey,name,e-mail,Role Title,district:,Region,supervisor\n",
        "KEY,\u00a0Name,EMAIL,role-title,*District*,region.,Supervisor\n",
    ],
)
def test_c35_case_blanks_and_punctuation_of_a_heading_do_not_matter(heading: str) -> None:
    file = read(heading + BERIT)
    assert (values(file), file.faults) == ([BERIT_VALUES], ())
    assert file.questions == ()


def test_c35_known_synonyms_are_proposed_and_confirmed_once() -> None:
    sheet, proposed = sheet_and_map(SYNONYMS + ROW)
    assert proposed.question is not None
    assert proposed.question.id == "columns"
    assert "“Member ID” as key; “Full Name” as name; “E-mail Address” as email" in proposed.question.problem
    assert all(f"“{heading}”" in proposed.question.problem for heading in sheet.headings)
    confirmed = answered(sheet, proposed, "yes")
    assert (confirmed.question, confirmed.faults) == (None, ())
    assert values(read_rows(sheet, confirmed)) == [BERIT_VALUES]
    again = read_sheet("april.csv", (SYNONYMS.upper() + ROW).encode())
    assert again.digest == sheet.digest
    assert propose_columns(again, RosterKind.PEOPLE, confirmed.columns).question is None


def test_c35_a_new_heading_beside_remembered_ones_is_asked_about() -> None:
    _, proposed = sheet_and_map(SYNONYMS + ROW)
    more = read_sheet("list.csv", (SYNONYMS.replace("\n", ",Fax\n") + ROW.replace("\n", ",1\n")).encode())
    question = propose_columns(more, RosterKind.PEOPLE, proposed.columns).question
    assert question is not None
    assert "Not read: “Fax”." in question.problem


def test_c35_a_person_says_what_a_heading_means() -> None:
    sheet, proposed = sheet_and_map("Nr,Name,Email,Ort,Notes\n1,A,a@post.example,Lake,x\n")
    assert [each.code for each in proposed.faults] == []
    changed = answered(sheet, proposed, "Nr = key; Ort=district; Notes = nothing")
    assert (changed.faults, changed.columns["notes"]) == ((), "")
    assert values(read_rows(sheet, changed)) == [
        {"key": "1", "name": "A", "email": "a@post.example", "district": "Lake"}
    ]
    assert [each.code for each in answered(sheet, proposed, "Nummer = key").faults] == ["unknown_heading"]
    assert [each.code for each in answered(sheet, proposed, "Nr = address").faults] == ["unknown_column"]
    assert [each.code for each in answered(sheet, proposed, "Nr = name").faults] == ["column_twice"]


def test_c35_a_list_whose_number_nobody_recognizes_is_asked_about_and_read_once_it_is_named() -> None:
    text = "Kode;Wer;Mail adress;Function;Place;Area;Cell\n7;Bo Ek;bo@post.example;principal;Lake;north;218 555 0101\n"
    sheet, proposed = sheet_and_map(text, name="people.csv")
    file = read_rows(sheet, proposed)
    assert (file.rows, file.faults) == ((), ())
    [question] = file.questions
    assert question.problem.startswith(
        "Which column of this list of people is which? No column says who the people are."
    )
    assert (question.proposal, "yes" in question.answers, question.headings[:2]) == (
        "",
        False,
        ("Kode = nothing", "Wer = nothing"),
    )
    named = answered(sheet, proposed, "Kode = key; Wer = name")
    assert (
        values(read_rows(sheet, named))[0] | {"key": "7", "name": "Bo Ek"}
        == values(read_rows(sheet, named))[0]
    )
    assert [each.code for each in answered(sheet, proposed, "yes").faults] == ["missing_column"]


def test_c35_an_answer_that_names_no_column_is_a_fault() -> None:
    sheet, proposed = sheet_and_map(SYNONYMS + ROW)
    [fault] = answered(sheet, proposed, "maybe").faults
    assert fault.problem == (
        "“maybe” does not say what a heading means. Answer yes, or each heading and the column that it means, such as: "
        "Tel = phone; Notes = nothing."
    )


def test_c35_a_name_of_a_file_whose_headings_say_nothing_is_only_proposed() -> None:
    (question,) = read_sheet("our members.csv", b"Nr;Who\n1;A\n").questions
    assert (question.id, question.proposal) == ("kind", "memberships")


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Member No.;First name;Last name;Email", "1;Berit;Lund;b@post.example"),
        ("Número de socio;Nombre de pila;Apellidos;Correo electrónico", "1;Berit;Lund;b@post.example"),
        ("ID;Nombre completo;Correo", "1;Berit Lund;b@post.example"),
    ],
)
def test_c35_names_in_two_columns_and_spanish_headings_are_read(heading: str, row: str) -> None:
    assert values(read(f"{heading}\n{row}\n")) == [
        {"key": "1", "name": "Berit Lund", "email": "b@post.example"}
    ]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        (PEOPLE, RosterKind.PEOPLE),
        (MEMBERSHIPS, RosterKind.MEMBERSHIPS),
        ("Member ID,Name,Membership Type,Join Date,Expires\n", RosterKind.MEMBERSHIPS),
        ("key,capacity,trained_on\n", RosterKind.MENTORS),
        ("Member ID,Reason for applying,First year,Date applied\n", RosterKind.APPLICATIONS),
    ],
)
def test_c35_the_kind_of_a_list_is_found_out_by_its_headings(heading: str, kind: RosterKind) -> None:
    assert read_sheet("Export (3).csv", (heading + "1,A\n").encode()).kind is kind


def test_c35_a_name_of_a_file_that_its_headings_contradict_is_asked_about() -> None:
    (question,) = read_sheet("people.csv", (MEMBERSHIPS + "1,active,2026-01-01,\n").encode()).questions
    assert (question.id, question.answers[:2]) == ("kind", ("memberships", "people"))
    assert read_sheet("people.csv", b"key,phone\n1,555 0100\n").kind is RosterKind.PEOPLE


def test_c35_a_list_of_two_kinds_is_asked_about_and_can_be_both() -> None:
    text = SYNONYMS.replace("\n", ",Membership Class,First,Start Date\n") + ROW.replace(
        "\n", ",Active,,2026-07-01\n"
    )
    (question,) = read_sheet("list.csv", text.encode()).questions
    assert (question.id, question.answers) == ("kind", ("people", "memberships", "people+memberships"))
    sheet = read_sheet("list.csv", text.encode(), {"kind": "people+memberships"})
    assert sheet.kinds == (RosterKind.PEOPLE, RosterKind.MEMBERSHIPS)


def test_c35_first_and_last_are_names_in_a_list_of_people_with_their_memberships() -> None:
    text = "ID,First,Last,Email,Membership,Start,End\n7,Bo,Ek,bo@post.example,Active,2026-07-01,\n"
    file = read(text, kind=RosterKind.MEMBERSHIPS, choices={"kind": "memberships"})
    assert [row["membership"] for row in values(file)] == ["active"]
    assert [str(row["first"]) for row in values(file)] == ["2026-07-01"]
    assert [row.name for row in file.rows] == ["Bo Ek"]


def test_c35_a_list_whose_headings_say_nothing_is_asked_about() -> None:
    (question,) = read_sheet("x.csv", b"a,b\n1,2\n").questions
    assert (question.id, question.answers) == ("kind", tuple(RosterKind))


def test_c35_a_list_that_names_nobody_is_refused() -> None:
    assert codes(read("name,district,region\nA,B,c\n")) == [("missing_column", "key", ())]
    assert codes(read("membership,first\nA,2026-01-01\n", name="memberships.csv")) == [
        ("missing_column", "key", ())
    ]
    assert codes(read("key,First Name,email\n1,A,a@post.example\n")) == [("missing_column", "name", ())]


def test_c36_a_title_above_the_heading_blank_rows_and_a_sum_below_are_found() -> None:
    text = f"Roster of the Lake Association\nas of 1 September,,,\n\n{PEOPLE}\n{BERIT},,,,,,\nTotal,1,,,,,\n"
    file = read(text)
    assert [(row.number, row.values) for row in file.rows] == [(6, BERIT_VALUES)]
    assert file.faults == ()
    assert sheet_and_map(text)[0].remarks == (
        "list.csv, rows 1 (“Roster of the Lake Association”), 2 (“as of 1 September”): left out, since they are titles "
        "above the headings.",
        "list.csv, row 8 (“Total”): left out, since it holds totals and is about nobody.",
    )


def test_c36_somebody_called_sum_is_nobodys_total() -> None:
    assert read(PEOPLE + "7,Sum Yi,sum@post.example,principal,Total City,north,\n").faults == ()


MANY = "".join(f"{number},N{number},n{number}@post.example,principal,D,north,\n" for number in range(5, 8))


@pytest.mark.parametrize(
    "line",
    [
        "Grand total,3",
        "Total,3",
        "Sum,,,,,,3",
        ",Count: 3",
        "3 members",
        ",3 members in total",
        "Total members,3",
        "Total general,3",
        "Suma,3",
        "Suma total: 3",
        "Subtotal,,,3",
        "Recuento: 3",
        "3 socios",
        "Número de socios: 3",
        ",,,,,,3",
        "3",
        ",,3",
        "n = 3",
        "Sum of members,3",
        "Total for the region North,,3",
        "3,Total",
        "Members in total: 3",
    ],
)
def test_c36_a_sum_in_any_words_is_left_out_with_one_line(line: str) -> None:
    text = PEOPLE + MANY + line + "," * (6 - line.count(",")) + "\n"
    file = read(text)
    [remark] = sheet_and_map(text)[0].remarks
    assert remark.startswith("list.csv, row 5 (“")
    assert (len(file.rows), file.faults) == (3, ())


def test_c36_sums_below_each_region_are_one_line() -> None:
    text = f"{PEOPLE}{MANY}Subtotal,3,,,,,\n8,H,h@post.example,principal,D,south,\nSubtotal,1,,,,,\nTotal,4,,,,,\n"
    assert sheet_and_map(text)[0].remarks == (
        "list.csv, rows 5 (“Subtotal”), 7 (“Subtotal”), 8 (“Total”): left out, since each holds totals and is about "
        "nobody.",
    )
    assert (len(read(text).rows), read(text).faults) == (4, ())


def test_c36_the_sum_of_a_narrow_list_is_no_mentor() -> None:
    file = read("key,capacity\n5,1\n6,2\nTotal,3\n", name="mentors.csv")
    assert (codes(file), len(file.rows)) == ([], 2)
    file = read("key,capacity\n5,1\n6,2\n,3\n", name="mentors.csv")
    assert (codes(file), len(file.rows)) == ([], 2)


@pytest.mark.parametrize(
    "line",
    [
        "7,Sum,sum@post.example,principal,Total,north,",
        "7,Total,total@post.example,,,,",
        "1042,Count,,,,,",
        "SUM-1,Ann,,,,,",
        "Total-1,Ann,,,,,",
        "7,Sum Yi,,,,,",
        "1042,,,,,,",
    ],
)
def test_c36_a_person_with_a_number_is_no_sum_whatever_the_name(line: str) -> None:
    file = read(f"{PEOPLE}{MANY}{line}\n".replace("7,N7", "77,N7"))
    assert (codes(file), len(file.rows)) == ([], 4)


@pytest.mark.parametrize(
    "heading", ["key,name,email,email", "key,name,Email,e-mail address", "key,name,email,EMAIL"]
)
def test_c37_two_columns_of_one_meaning_are_refused(heading: str) -> None:
    file = read(f"{heading}\n1,A,a@post.example,b@post.example\n")
    assert [(fault.code, fault.column) for fault in file.faults] == [("column_twice", "email")]
    assert file.rows == ()


def test_c37_two_unknown_columns_of_one_name_are_refused() -> None:
    assert [each.code for each in read("key,name,email,note,note\n1,A,a@post.example,,\n").faults] == [
        "column_twice"
    ]


def test_no_heading_means_two_columns_of_one_kind() -> None:
    for kind, columns in COLUMNS.items():
        for column in columns.values():
            for heading in (column.name, *column.synonyms):
                assert meaning(kind, heading) == column.name, (kind, heading)


@pytest.mark.parametrize(
    ("kind", "heading", "column"),
    [
        (RosterKind.PEOPLE, "No.", "key"),
        (RosterKind.PEOPLE, "Nr", "key"),
        (RosterKind.PEOPLE, "Member no", "key"),
        (RosterKind.PEOPLE, "Who", "name"),
        (RosterKind.PEOPLE, "Mail address", "email"),
        (RosterKind.PEOPLE, "Function", "role_title"),
        (RosterKind.PEOPLE, "Lang", "language"),
        (RosterKind.PEOPLE, "Area", "region"),
        (RosterKind.PEOPLE, "Cell", "phone"),
        (RosterKind.MEMBERSHIPS, "Member until", "last"),
        (RosterKind.MEMBERSHIPS, "Valid until", "last"),
        (RosterKind.MEMBERSHIPS, "Expires", "last"),
    ],
)
def test_usual_headings_are_known(kind: RosterKind, heading: str, column: str) -> None:
    assert meaning(kind, heading) == column


@pytest.mark.parametrize(
    "heading", ["Mbr No.", "Member #", "Member#", "No.", "ID #", "ID#", "Mem. Nr", "Employee No.", "Mbr Num"]
)
def test_c35_short_words_for_the_member_number_are_known(heading: str) -> None:
    assert meaning(RosterKind.PEOPLE, heading) == "key"
    assert meaning(RosterKind.MEMBERSHIPS, heading) == "key"


@pytest.mark.parametrize("heading", ["#", "# of children", "Room No."])
def test_c35_a_number_of_something_else_is_no_member_number(heading: str) -> None:
    assert meaning(RosterKind.PEOPLE, heading) == ""


def test_c35_boss_and_mentor_since_are_known_headings() -> None:
    assert meaning(RosterKind.PEOPLE, "Boss") == "supervisor"
    assert meaning(RosterKind.MENTORS, "Mentor since") == "serving_since"


@pytest.mark.parametrize("column", ["supervisor", "Supervisor", "SUPERVISOR", "Reports to"])
def test_c35_a_column_is_named_in_an_answer_in_any_case_or_by_a_heading_that_means_it(column: str) -> None:
    sheet, proposed = sheet_and_map("Nr,Name,Email,Ort\n1,A,a@post.example,2\n")
    changed = answered(sheet, proposed, f"ort = {column}")
    assert (changed.faults, changed.columns["ort"]) == ((), "supervisor")
    assert answered(sheet, proposed, "Ort = Nothing").columns["ort"] == ""


NUMBERED = "Kode,Name,Email\n0101,Ann,ann@post.example\n0102,Bo,bo@post.example\n0103,Cid,cid@post.example\n"


def test_c35_a_column_of_numbers_that_the_office_knows_is_the_member_number_whatever_its_heading() -> None:
    sheet = read_sheet("people.csv", NUMBERED.encode())
    proposed = propose_columns(sheet, RosterKind.PEOPLE, None, {"0101", "0103", "0999"})
    assert proposed.columns["kode"] == "key"
    assert proposed.question is not None
    assert (proposed.question.proposal, proposed.question.never_by_itself) == ("yes", True)
    assert "The office knows the numbers of the column “Kode”: they are member numbers." in (
        proposed.question.problem
    )
    assert [row["key"] for row in values(read_rows(sheet, proposed))] == ["0101", "0102", "0103"]
    assert answered(sheet, proposed, "Kode = nothing").columns["kode"] == ""


def test_c35_a_column_of_other_numbers_stays_unread() -> None:
    sheet = read_sheet("people.csv", NUMBERED.encode())
    assert propose_columns(sheet, RosterKind.PEOPLE, None, {"0101", "7", "8"}).columns["kode"] == ""
    said = {"kode": "", "name": "name", "email": "email"}
    assert propose_columns(sheet, RosterKind.PEOPLE, said, {"0101", "0102"}).columns["kode"] == ""
    supervised = NUMBERED.replace("0102", "0101").replace("0103", "0101")
    sheet = read_sheet("people.csv", supervised.encode())
    assert propose_columns(sheet, RosterKind.PEOPLE, None, {"0101"}).columns["kode"] == ""


def test_c35_a_number_column_with_few_numbers_gives_way_to_one_with_those_that_the_office_knows() -> None:
    text = (
        "ID,Kode,Name,Email\n,101,Ann,ann@post.example\n,102,Bo,bo@post.example\n9,103,Cid,cid@post.example\n"
    )
    sheet = read_sheet("people.csv", text.encode())
    columns = propose_columns(sheet, RosterKind.PEOPLE, None, {"0101", "0102"}).columns
    assert (columns["id"], columns["kode"]) == ("", "key")


def test_what_stands_in_brackets_does_not_matter_where_one_heading_means_it() -> None:
    headings = 'Member ID,"Name\n(Last, First)",Email (work),Phone (cell),Phone (home)'
    _, columns = sheet_and_map(f"{headings}\nM-1,Ann,a@b.example,,\n", kind=RosterKind.PEOPLE)
    assert columns.columns == {
        "member id": "key",
        "name last first": "name",
        "email work": "email",
        "phone cell": "",
        "phone home": "",
    }
    assert columns.question is not None, "it is proposed, and somebody confirms it"
