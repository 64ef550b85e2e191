"""Lists that the office writes: what they say is what is read back."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.roster.cells import CLEAR, BadCell, says_nothing, standard_phone
from activities.adapters.files.roster.columns import COLUMNS, RosterKind
from activities.adapters.files.roster.rows import unguard
from activities.adapters.files.roster.sheet import read_sheet
from activities.adapters.files.roster.write import guard, write_export, write_template
from domain.hidden_signs import hidden_sign
from tests.activities.files.roster.lists import codes, read, values, workbook

BERIT: Mapping[str, Any] = {
    "key": "00712",
    "name": 'Lund, "Bo" Berit',
    "email": "berit@post.example",
    "role_title": "principal",
    "district": "Cedar Lakes",
    "region": "north",
    "supervisor": None,
    "phone": "+1 218 555 0101",
    "language": "es",
}


def phone_of(text: str) -> str | None:
    """Return the office's form of a phone number, if the text is one."""
    try:
        return standard_phone(text)
    except BadCell:
        return None


_KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True).filter(lambda key: key.casefold() != "clear")
_SIGNS = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ='+-@,;\"'")
_TEXTS = (
    st.text(alphabet=_SIGNS, min_size=1, max_size=40)
    .map(str.strip)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(
        lambda text: (
            text
            and not hidden_sign(text)
            and len(text) <= 120
            and text.casefold() != CLEAR
            and not re.search("^#|[ÃÂ\ufffd]", text)
        )
    )
)
_DISTRICT = COLUMNS[RosterKind.PEOPLE]["district"]
_CODES = st.from_regex(r"[a-z0-9]+(_[a-z0-9]+){0,2}", fullmatch=True).filter(lambda code: len(code) <= 64)
_DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_PHONES = st.text(alphabet="0123456789+-() .", min_size=7, max_size=20).map(phone_of).filter(bool)
_VALUES: Mapping[RosterKind, Mapping[str, Any]] = {
    RosterKind.PEOPLE: {
        "key": _KEYS,
        "name": _TEXTS,
        "email": st.sampled_from(["a@post.example", "+a@post.example", "-@post.example"]),
        "role_title": _CODES,
        "district": _TEXTS.filter(lambda text: not says_nothing(_DISTRICT, text)),
        "region": _CODES,
        "supervisor": st.none() | _KEYS,
        "phone": st.none() | _PHONES,
        "language": st.sampled_from(["en", "es"]),
    },
    RosterKind.MEMBERSHIPS: {"key": _KEYS, "membership": _CODES, "first": _DAYS, "last": st.none()},
    RosterKind.MENTORS: {"key": _KEYS, "capacity": st.integers(0, 50), "trained_on": st.none() | _DAYS},
    RosterKind.APPLICATIONS: {
        "key": _KEYS,
        "reason": _CODES,
        "first_year": st.booleans(),
        "applied_on": _DAYS,
        "areas": st.none() | st.lists(_CODES, min_size=1, max_size=3, unique=True).map(tuple),
    },
}


def test_an_export_is_read_back_without_a_question() -> None:
    file = read(write_export(RosterKind.PEOPLE, [BERIT]), name="people.csv")
    assert (file.faults, file.questions) == ((), ())
    assert values(file) == [{name: value for name, value in BERIT.items() if value is not None}]


@pytest.mark.parametrize("kind", RosterKind)
@given(data=st.data())
def test_every_value_reads_back_exactly(kind: RosterKind, data: st.DataObject) -> None:
    row = st.fixed_dictionaries(_VALUES[kind])
    rows = data.draw(st.lists(row, min_size=1, max_size=4, unique_by=lambda row: row["key"]))
    file = read(write_export(kind, rows), name=f"{kind}.csv")
    assert [fault.line() for fault in file.faults] == []
    wanted = [{name: value for name, value in row.items() if value is not None} for row in rows]
    assert values(file) == wanted[: len(file.rows)]


@given(st.text(max_size=12))
def test_an_apostrophe_is_taken_off_where_it_was_put_and_nowhere_else(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert unguard(f"'{text}") in (text, f"'{text}")


def test_an_apostrophe_in_a_name_stays() -> None:
    (row,) = values(read("key,name,email\n1,'t Hooft,a@post.example\n"))
    assert row["name"] == "'t Hooft"


@pytest.mark.parametrize("kind", RosterKind)
def test_an_empty_list_has_every_column_and_an_example_that_is_nobody(kind: RosterKind) -> None:
    raw = write_template(kind)
    heading, example = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert heading == [name for name, column in COLUMNS[kind].items() if not column.part and not column.told]
    file = read(raw, name=f"{kind}.csv")
    assert (file.rows, codes(file), file.examples) == ((), [], (2,))
    changed = dict(zip(heading, example, strict=True)) | {"key": "M-7"}
    lines = io.StringIO()
    csv.writer(lines).writerows([changed.keys(), changed.values()])
    assert len(read(lines.getvalue(), name=f"{kind}.csv").rows) == 1


def saved_by_a_spreadsheet(raw: bytes) -> bytes:
    """Return a list as a spreadsheet of the United States saves it: numbers and dates in its own form."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    for row in rows[1:]:
        for at, cell in enumerate(row):
            if cell.isdigit():
                row[at] = str(int(cell))
            elif len(cell) == 10 and cell[4] == cell[7] == "-":
                day = date.fromisoformat(cell)
                row[at] = f"{day.month}/{day.day}/{day.year}"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("windows-1252")


def test_a_save_by_a_spreadsheet_loses_nothing_that_an_answer_does_not_bring_back() -> None:
    raw = saved_by_a_spreadsheet(
        write_export(RosterKind.PEOPLE, [BERIT, BERIT | {"key": "04100", "phone": None}])
    )
    known = {"00712", "04100", "10000"}
    file = read(raw, name="people.csv", known=known)
    (question,) = file.questions
    assert (question.id, question.proposal, question.rows) == ("zeros_lost:key", "put_back", (2, 3))
    assert "“712” in row 2 is known as “00712”" in question.problem
    answer = {"zeros_lost:key": "put_back"}
    again = read(raw, name="people.csv", known=known, choices=answer)
    assert (again.questions, [row["key"] for row in values(again)]) == ((), ["00712", "04100"])
    kept = read(raw, name="people.csv", known=known, choices={"zeros_lost:key": "keep"})
    assert [row["key"] for row in values(kept)] == ["712", "4100"]


def test_dates_that_a_spreadsheet_saved_are_asked_about_once() -> None:
    row = {"key": "1", "membership": "active", "first": date(2026, 7, 1), "last": date(2027, 6, 30)}
    raw = saved_by_a_spreadsheet(write_export(RosterKind.MEMBERSHIPS, [row]))
    asked = [question.id for question in read(raw, name="memberships.csv").questions]
    assert asked == ["date_order:first"], "6/30/2027 is a day in one order only"
    order = dict.fromkeys(("date_order:first", "date_order:last"), "month_first")
    assert values(read(raw, name="memberships.csv", choices=order)) == [row]


def test_numbers_without_lost_zeros_are_left_alone() -> None:
    text = "key,name,email\n712,A,a@post.example\n00713,B,b@post.example\n"
    assert read(text, known={"00712", "00713"}).questions == ()
    assert read(text.replace("00713", "713"), known={"712", "713", "0099"}).questions == ()
    file = read(text.replace("00713", "999"), known={"00712", "00713"})
    assert [row["key"] for row in values(file)] == ["00712", "00999"]


def test_a_number_that_is_known_with_zeros_and_without_is_asked_about_in_a_column_that_lost_its_zeros() -> (
    None
):
    text = "key,name,email\n12,A,a@post.example\n713,B,b@post.example\n"
    known = {"12", "0012", "0713"}
    lost, which = read(text, known=known).questions
    assert (lost.id, lost.rows) == ("zeros_lost:key", (3,))
    assert (which.id, which.answers, which.proposal, which.rows) == (
        "which_number:12",
        ("12", "0012"),
        "",
        (2,),
    )
    assert "the office knows “12” and “0012”" in which.problem
    for number in which.answers:
        file = read(text, known=known, choices={"which_number:12": number, "zeros_lost:key": "put_back"})
        assert [row["key"] for row in values(file)] == [number, "0713"]
        assert file.questions == (which,), "it can be answered otherwise"
    kept = read(text, known=known, choices={"zeros_lost:key": "keep"})
    assert (kept.questions, [row["key"] for row in values(kept)]) == ((), ["12", "713"])
    assert [each.id for each in read(text, known=known, choices={"which_number:12": "9"}).questions] == [
        "zeros_lost:key",
        "which_number:12",
    ]


def test_numbers_of_one_human_need_no_question() -> None:
    text = "key,name,email\n12,A,a@post.example\n713,B,b@post.example\n15,C,c@post.example\n"
    known = {"12": "ann", "0012": "ann", "0713": "bob", "0015": "cara", "00015": "cara"}
    file = read(text, known=known)
    assert [(each.id, each.rows) for each in file.questions] == [("zeros_lost:key", (3, 4))]
    assert [row["key"] for row in values(file)] == ["12", "0713", "0015"]


def test_a_supervisor_whose_number_lost_its_zeros_is_asked_about_too() -> None:
    text = "key,name,email,supervisor\n713,B,b@post.example,12\n"
    known = {"12", "0012", "0713"}
    assert [each.id for each in read(text, known=known).questions] == ["zeros_lost:key", "which_number:12"]
    answers = {"zeros_lost:key": "put_back", "which_number:12": "0012"}
    (row,) = values(read(text, known=known, choices=answers))
    assert (row["key"], row["supervisor"]) == ("0713", "0012")


def test_a_number_with_and_without_zeros_is_no_question_in_a_column_that_kept_them() -> None:
    text = "key,name,email\n12,A,a@post.example\n"
    assert read(text, known={"12", "0012"}).questions == ()


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("name", " Ann A ", " Ann A "),
        ("name", "#N/A", ""),
        ("name", "Ann\u00a0A", ""),
        ("name", "=Ann\tA", ""),
        ("name", "\u00a0Ann", "\u00a0Ann"),
        ("phone", "218  555 0101", "218  555 0101"),
        ("phone", "-------", ""),
        ("email", "ann@bücher.example", ""),
        ("role_title", "_principal", ""),
        ("supervisor", "clear", ""),
        ("key", "Clear", ""),
    ],
)
def test_a_value_from_before_the_checks_that_a_list_cannot_say_is_left_blank(
    name: str, value: str, written: str
) -> None:
    raw = write_export(RosterKind.PEOPLE, [{**BERIT, name: value}])
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert row[name] == written
    assert read(raw, name="people.csv").faults == ()


def test_a_record_under_a_number_that_a_list_cannot_say_is_left_out() -> None:
    rows = [{"key": "clear", "capacity": 1}, {"key": "7", "capacity": 2}]
    assert values(read(write_export(RosterKind.MENTORS, rows), name="mentors.csv")) == [rows[1]]


def test_a_workbook_of_an_export_reads_the_same() -> None:
    raw = write_export(RosterKind.PEOPLE, [BERIT])
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert values(read(workbook(People=rows), name="people.xlsx")) == values(read(raw, name="people.csv"))


def test_an_export_opens_with_its_accents_in_a_spreadsheet() -> None:
    assert write_export(RosterKind.PEOPLE, []).startswith(b"\xef\xbb\xbfkey,name,")
    assert read_sheet("people.csv", write_export(RosterKind.PEOPLE, [])).rows == ()


def test_c35_further_numbers_of_an_export_read_back_as_numbers() -> None:
    raw = write_export(RosterKind.PEOPLE, [{**BERIT, "other_numbers": "M-2 M-3"}])
    assert b"M-2 M-3" in raw
    assert values(read(raw, name="people.csv"))[0]["other_numbers"] == ("M-2", "M-3")
