"""Workbooks that are small as files and would fill the memory: refused before the library reads them."""

import io
import time
import zipfile
from typing import Any, Final

import pytest

from activities.adapters.files.roster import workbook
from activities.adapters.files.roster.sheet import read_sheet
from tests.activities.files.roster.lists import BERIT, BERIT_VALUES, PEOPLE, read, values

XML: Final = '<?xml version="1.0"?>'
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT: Final = "<is><t>x</t></is></c></row>"
LAST_ROW: Final = '<row r="1048576">'


def book(rows: str, path: str = "worksheets/sheet1.xml", texts: str = "", before: str = "") -> bytes:
    """Return a workbook with one sheet of these rows, and with these shared texts."""
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="People" sheetId="1" '
        'r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="a" Type="{OFFICE}/worksheet" Target="{path}"/>'
        f'<Relationship Id="b" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        f"xl/{path}": f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, XML + content)
    return raw.getvalue()


def row(*cells: str) -> str:
    """Return a row whose cells name no place."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def refused(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the code of the refusal; the library is not asked."""

    def read_anyway(*_: Any) -> None:
        raise SystemExit("the library was asked")

    monkeypatch.setattr(workbook, "load_workbook", read_anyway)
    (fault,) = read_sheet("people.xlsx", raw).faults
    assert fault.problem.endswith(".")
    return fault.code


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        (f"<row r='1048576'><c r='XFD1048576' t='inlineStr'>{TEXT}", "worksheets/sheet1.xml"),
        (f'{LAST_ROW}<c r="XFD1048576" t="inlineStr">{TEXT}', "pages/one.xml"),
        (f'{LAST_ROW}<c r="xfd1048576" t="inlineStr">{TEXT}', "worksheets/sheet1.xml"),
        (
            f'{LAST_ROW}<c t="inlineStr">{TEXT}<row r="1"><c r="XFD1" t="inlineStr">{TEXT}',
            "worksheets/sheet1.xml",
        ),
        (f'{LAST_ROW}<c r ="XFD1048576" t="inlineStr">{TEXT}', "worksheets/sheet1.xml"),
        (f'{LAST_ROW}<c {" " * 400}r="XFD1048576" t="inlineStr">{TEXT}', "worksheets/sheet1.xml"),
        (f'<row r="2000000">{"<c/>" * 20}<c t="inlineStr">{TEXT}', "worksheets/sheet1.xml"),
    ],
)
def test_a_cell_far_away_is_found_however_it_is_written(
    rows: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(book(rows, path), monkeypatch) == "sheet_too_wide"


def test_one_long_text_in_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5_000))
    raw = book(rows, texts=f"<si><t>{'x' * 2_000_000}</t></si>")
    assert refused(raw, monkeypatch) == "workbook_too_large"


@pytest.mark.parametrize(
    ("rows", "texts", "before"),
    [
        ('<c r="A1"><v>1</v></c>', "", ""),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "", ""),
        ('<row r="x"/>', "", ""),
        ("<row>" * 300 + "</row>" * 300, "", ""),
        (f"<row {' ' * 3_000_000}/>", "", ""),
        ("".join(f"<a{n}/>" for n in range(20_000)), "", ""),
        ("<row>", "", ""),
        ("", "", '<!DOCTYPE worksheet [<!ENTITY a "aa">]>'),
        ("", "<si><si/></si>", ""),
    ],
)
def test_a_part_as_no_program_writes_it_is_refused(
    rows: str, texts: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(book(rows, texts=texts, before=before), monkeypatch) == "damaged_workbook"


def test_cells_that_name_no_place_are_read() -> None:
    raw = book(row(*PEOPLE.strip().split(",")) + row(*BERIT.strip().split(",")))
    assert values(read(raw, name="people.xlsx")) == [BERIT_VALUES]


def test_a_long_text_in_one_cell_does_not_count_for_the_others() -> None:
    cells = "".join(f'\n<row r="{n}">\n<c r="A{n}" t="s">\n<v>1</v></c></row>' for n in range(3, 20_003))
    raw = book(
        row(*PEOPLE.strip().split(",")) + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>' + cells,
        texts=f"<si><t>{'x' * 1_000_000}</t></si><si><t>712</t></si>",
    )
    assert "workbook_too_large" not in {fault.code for fault in read_sheet("people.xlsx", raw).faults}


def test_empty_cells_far_away_do_not_count() -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    raw = book(row(*PEOPLE.strip().split(",")) + row(*BERIT.strip().split(",")) + far)
    assert values(read(raw, name="people.xlsx")) == [BERIT_VALUES]


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (f"<row>{'<c/>' * 4_000_000}</row>", ""),
        ("<row/>" * 4_000_000, ""),
        ("<x/>" * 20_000_000, ""),
        ("", f"<si>{'<r/>' * 4_000_000}</si>"),
        ("", "<si/>" * 20_000_000),
    ],
)
def test_millions_of_empty_elements_are_refused_soon(
    rows: str, texts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = book(rows, texts=texts)
    began = time.process_time()
    assert refused(raw, monkeypatch) == "workbook_too_large"
    assert time.process_time() - began < 15, "twenty million would take half a minute"


def test_cells_with_a_format_and_without_a_text_are_no_fault() -> None:
    blanks = '<row><c s="1"/><c s="1"/><c s="1"/></row>' * 2_000
    file = read(
        book(row(*PEOPLE.strip().split(",")) + row(*BERIT.strip().split(",")) + blanks), name="people.xlsx"
    )
    assert values(file) == [BERIT_VALUES]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ('<c r="B2"><f>1+1</f></c>', "B2"),
        ('<c r="B2"><f>1+1</f><v></v></c>', "B2"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', ""),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
    ],
)
@pytest.mark.parametrize("after", ["", '<c r="C2"><v>1</v></c>'])
def test_a_formula_without_a_stored_value_is_no_blank_cell(cell: str, place: str, after: str) -> None:
    raw = book(row(*PEOPLE.strip().split(",")) + f'<row r="2"><c r="A2"><v>1</v></c>{cell}{after}</row>')
    found = [fault.problem for fault in read_sheet("people.xlsx", raw).faults if not fault.places]
    if place:
        [problem] = found
        assert problem.startswith(f"The cell {place} holds a formula without a stored value")
        assert "save it" in problem
    else:
        assert found == []
