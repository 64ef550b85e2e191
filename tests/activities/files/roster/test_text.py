"""The text of a file and its cells, whatever program saved it (C34)."""

import pytest

from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import BERIT, BERIT_VALUES, PEOPLE, read, values

JOSE = "7,José Núñez,jose@post.example,principal,Peñón,north,\n"
UMLAUT = PEOPLE + JOSE


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_c34_a_list_is_read_with_any_usual_separator(separator: str) -> None:
    file = read((PEOPLE + BERIT).replace(",", separator))
    assert (values(file), file.faults, file.questions) == ([BERIT_VALUES], (), ())


@pytest.mark.parametrize(
    "encoding",
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        "windows-1252",
    ],
)
def test_c34_a_list_is_read_in_any_usual_code(encoding: str) -> None:
    file = read(UMLAUT.encode(encoding))
    assert [row["name"] for row in values(file)] == ["José Núñez"]
    assert (file.faults, file.questions) == ((), ())


@pytest.mark.parametrize(("page", "codec"), [("mac-roman", "mac_roman"), ("dos-850", "cp850")])
def test_c34_a_code_that_is_not_certain_is_asked_with_what_each_would_read(page: str, codec: str) -> None:
    raw = UMLAUT.encode(codec)
    sheet = read_sheet("people.csv", raw)
    (question,) = sheet.questions
    assert (question.id, page in question.answers) == ("encoding", True)
    assert "José" in question.problem
    assert [row["name"] for row in values(read(raw, choices={"encoding": page}))] == ["José Núñez"]


def test_c34_a_separator_that_is_not_certain_is_asked() -> None:
    raw = b"Alpha;Beta,Gamma\n1;2,3\n4;5,6\n"
    (question, *_) = read_sheet("x.csv", raw).questions
    assert (question.id, question.answers) == ("separator", ("comma", "semicolon"))
    assert read_sheet("x.csv", raw, {"separator": "semicolon"}).headings == ("Alpha", "Beta,Gamma")


def test_c34_the_line_with_which_a_spreadsheet_names_its_separator_is_no_row() -> None:
    file = read("sep=;\r\nkey;name;email\r\n1;A;no\r\n")
    assert [(fault.code, fault.rows) for fault in file.faults] == [("bad_address", (2,))]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_c34_rows_may_end_as_on_any_machine(end: str) -> None:
    assert values(read((PEOPLE + BERIT).replace("\n", end))) == [BERIT_VALUES]


def test_c34_garbled_letters_are_named() -> None:
    file = read((PEOPLE + JOSE).encode().decode("cp1252"))
    assert [(fault.code, fault.column) for fault in file.faults] == [
        ("garbled", "name"),
        ("garbled", "district"),
    ]
    assert read((PEOPLE + "7,NUÑEZ ÓSCAR,a@post.example,,,,\n").encode().decode("cp1252")).faults
    assert read(PEOPLE + "7,JOÃO “IRMÔ SÃO,a@post.example,,,,\n").faults == ()


def test_c34_commas_and_quotation_marks_within_a_cell_are_read() -> None:
    (row,) = values(read('key,name,email\n1,"Lund, ""Bo"" Berit",b@post.example\n'))
    assert row["name"] == 'Lund, "Bo" Berit'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b" \n\n", "empty_file"),
        (b"%PDF-1.7 ...", "not_a_list"),
        (b"\n<html><table><tr><td>key</td></tr></table>", "not_a_list"),
        (b'{"people": []}', "not_a_list"),
        (b"\xff\xfe\x00", "not_a_list"),
        (b"\x01\x02\x03\x81\x8d", "not_a_list"),
        (b"\xef\xbb\xbfkey,name\n\xff", "not_a_list"),
        (b"\n,,\n", "no_heading"),
        (b'key,name,email\n1,"' + b"x" * 200_000 + b"\n", "unreadable_row"),
        (b"key,name,email\n1," + b"x" * 5_000 + b",a@post.example\n", "cell_too_long"),
        (b"key,name,email\n1,A,a@post.example,more\n", "too_many_cells"),
        (b"key,name,email" + b",x" * 300 + b"\n1,A,a@post.example\n", "too_many_columns"),
    ],
)
def test_a_file_that_is_no_list_is_named_with_what_to_do(raw: bytes, code: str) -> None:
    sheet = read_sheet("people.csv", raw)
    assert [fault.code for fault in sheet.faults] == [code]
    assert sheet.faults[0].problem.endswith(".")


def test_a_file_is_not_larger_than_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.adapters.files.roster.sheet.MOST_ROWS", 2)
    text = PEOPLE + "".join(f"{n},N,n@post.example,principal,Lake,north,\n" for n in range(3))
    assert [fault.code for fault in read_sheet("people.csv", text.encode()).faults] == ["too_many_rows"]
    monkeypatch.setattr("activities.adapters.files.roster.sheet.MOST_BYTES", 20)
    assert [fault.code for fault in read_sheet("people.csv", text.encode()).faults] == ["file_too_large"]


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32-be"])
def test_c34_a_mark_of_the_other_byte_order_is_read(encoding: str) -> None:
    assert [row["name"] for row in values(read(f"\ufeff{UMLAUT}".encode(encoding)))] == ["José Núñez"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (UMLAUT.encode("utf-16")[:-1], "The file is damaged in line"),
        (UMLAUT.encode("utf-16-le")[:-1], "The file is damaged in line"),
        (UMLAUT.encode("utf-32")[:-2], "The file is damaged in line"),
        (b"\0\x01key,name,email\0\0\0\0", "This is not a list"),
        ("".join("к\0" for _ in range(99)).encode(), "This is not a list"),
    ],
)
def test_c34_a_wide_code_that_is_cut_off_or_none_at_all_is_refused_in_words(raw: bytes, words: str) -> None:
    (fault,) = read_sheet("people.csv", raw).faults
    assert (fault.code, fault.problem.startswith(words)) == ("not_a_list", True), fault.problem
