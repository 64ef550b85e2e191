"""Excel workbooks: read like other lists, and looked at before they are unpacked."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.sheet import opened, read_sheet
from activities.adapters.files.roster.sheets import sheets_of
from activities.adapters.files.roster.workbook import MOST_UNPACKED
from api_gateway.services.imports.lists import read_lists
from tests.activities.files.roster.lists import BERIT, BERIT_VALUES, PEOPLE, codes, read, values, workbook

HEADING = PEOPLE.strip().split(",")
ROW = BERIT.strip().split(",")
DAYS = ["Member ID", "Membership", "Start", "End"]


def archive(**entries: bytes) -> bytes:
    """Return an archive whose entries have these names, with underscores for slashes."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in entries.items():
            pack.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return raw.getvalue()


def test_a_workbook_is_read_like_a_list() -> None:
    raw = workbook(Sheet1=[["Lake Association"], [], HEADING, ROW, ["Total", 1]])
    file = read(raw, name="people.xlsx")
    assert [(row.number, row.values) for row in file.rows] == [(4, BERIT_VALUES)]
    assert codes(file) == []


def test_c39_a_date_cell_has_one_meaning_and_a_number_cell_no_point() -> None:
    cells = [712.0, "Active", date(2026, 4, 3), datetime(2027, 6, 30, 12)]  # noqa: DTZ001 - a sheet has no zones
    file = read(workbook(List=[DAYS, cells]), name="members.xlsx")
    assert values(file) == [
        {"key": "712", "membership": "active", "first": date(2026, 4, 3), "last": date(2027, 6, 30)}
    ]
    assert [question.id for question in file.questions] == ["columns"]


def test_the_first_sheet_whose_heading_fits_is_read() -> None:
    raw = workbook(Notes=[["Hello"], ["How to use this"]], Empty=[], People=[HEADING, ROW])
    assert values(read(raw, name="list.xlsx")) == [BERIT_VALUES]


def test_sheets_of_one_kind_are_a_question_and_one_of_another_kind_is_read_beside_them() -> None:
    raw = workbook(May=[HEADING, ROW], June=[HEADING, ROW], Members=[DAYS, ["1", "active", "2026-01-01", ""]])
    for name in ("list.xlsx", "people.xlsx"):
        found = sheets_of(name, opened(raw))
        [(question, group)] = found.questions
        assert (question.id, question.answers, group) == (
            "sheet",
            ("all_sheets", "May", "June"),
            ("May", "June"),
        )
        assert found.lists["Members"] is RosterKind.MEMBERSHIPS
    assert "2 member numbers or addresses stand in more than one of them, such as “" in question.problem
    assert question.proposal == "", "one may be an older list"
    assert values(read(raw, name="list.xlsx", choices={"sheet": "June"})) == [BERIT_VALUES]


def test_a_hidden_sheet_is_not_read() -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        book.add_worksheet("Old").write_row(0, 0, HEADING)
        book.add_worksheet("New").write_row(0, 0, HEADING)
        book.get_worksheet_by_name("New").activate()
        book.get_worksheet_by_name("Old").hide()
    found = sheets_of("people.xlsx", opened(raw.getvalue()))
    assert ([*found.lists], found.questions, found.hidden) == (["New"], (), ("Old",))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04 nothing", "damaged_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "not_a_workbook"),
        (archive(word__document_dot_xml=b"<a/>"), "not_a_workbook"),
        (archive(readme=b"hello"), "not_a_workbook"),
        (archive(xl__workbook_dot_xml=b"not xml"), "damaged_workbook"),
        (archive(xl__workbook_dot_xml=b"\0" * (MOST_UNPACKED + 1)), "workbook_too_large"),
    ],
)
def test_what_is_no_workbook_is_named(raw: bytes, code: str) -> None:
    sheet = read_sheet("people.xlsx", raw)
    assert [fault.code for fault in sheet.faults] == [code]
    assert sheet.faults[0].problem.endswith(".")


def test_an_archive_that_lies_about_its_size_is_refused_before_it_is_read() -> None:
    raw = archive(xl__workbook_dot_xml=b"\0" * (MOST_UNPACKED + 1))
    size = (MOST_UNPACKED + 1).to_bytes(4, "little")
    lying = raw.replace(size, (100).to_bytes(4, "little"))
    assert lying != raw
    assert [fault.code for fault in read_sheet("people.xlsx", lying).faults] == ["workbook_too_large"]


def test_two_cells_a_million_rows_apart_are_refused_before_they_are_laid_out() -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADING)
        page.write(1_048_575, 16_383, "x")
    (fault,) = read_sheet("people.xlsx", raw.getvalue()).faults
    assert fault.code == "sheet_too_wide"
    assert "column 16384" in fault.problem


def test_a_lone_sheet_without_rows_is_named() -> None:
    assert [fault.code for fault in read_sheet("people.xlsx", workbook(One=[])).faults] == ["no_heading"]


def test_sheets_that_are_lists_of_different_kinds_are_all_read() -> None:
    held = ["712", "active", "2026-01-01", ""]
    raw = workbook(People=[HEADING, ROW], Notes=[["Hello"]], Memberships=[DAYS, held])
    found = sheets_of("people.xlsx", opened(raw))
    assert found.lists == {"People": RosterKind.PEOPLE, "Memberships": RosterKind.MEMBERSHIPS}
    assert (found.questions, found.others) == ((), ("Notes",))
    lists = read_lists(
        {"people.xlsx": raw},
        kinds={"people.xlsx": "people"},
        answers={},
        remembered=(),
        keys={},
        regions={},
        complete=None,
    ).lists
    assert [(row.kind.value, row.at.file, row.at.row) for row in lists.rows] == [
        ("people", "people.xlsx (People)", 2),
        ("memberships", "people.xlsx (Memberships)", 2),
    ]
