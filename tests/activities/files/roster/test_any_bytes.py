"""No bytes break the reader: it answers with rows, faults and questions, and every sentence of it is a whole one."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.roster.column_map import answered, propose_columns
from activities.adapters.files.roster.columns import COLUMNS, RosterKind
from activities.adapters.files.roster.rows import read_rows
from activities.adapters.files.roster.sheet import read_sheet
from activities.adapters.files.roster.write import write_template
from tests.activities.files.roster.lists import BERIT, MEMBERSHIPS, PEOPLE, workbook

BOOK = workbook(
    People=[PEOPLE.strip().split(","), BERIT.strip().split(",")], More=[["key", "capacity"], [1.0, 2.0]]
)
LISTS = (
    (PEOPLE + BERIT * 3).encode(),
    (PEOPLE + BERIT).encode("utf-16"),
    (MEMBERSHIPS + "1,active,3/4/2026,clear\n2,x,13/4/2026,\nTotal,,,\n").encode(),
    BOOK,
    *(write_template(kind) for kind in RosterKind),
)
README = Path(__file__).parents[4] / "activities/adapters/files/roster/README.md"


def read_whatever(name: str, raw: bytes, choices: dict[str, str]) -> None:
    """Read bytes as every kind of list, and check that what is said can be read by people."""
    sheet = read_sheet(name, raw, choices)
    said = [*sheet.faults, *sheet.questions]
    for kind in RosterKind:
        columns = propose_columns(sheet, kind)
        file = read_rows(sheet, columns, choices, {"0712"})
        said += [*file.faults, *file.questions, *answered(sheet, columns, "yes").faults]
        assert all(row.number > 0 for row in file.rows)
    for each in said:
        assert re.search(r"[.?]$", each.problem), each.problem
        assert "[0-9" not in each.problem
        assert "Traceback" not in each.problem


@given(st.binary(max_size=400), st.sampled_from(["people.csv", "x.xlsx", "", "a/b\\c"]))
def test_random_bytes_are_read_or_named(raw: bytes, name: str) -> None:
    read_whatever(name, raw, {})


@given(
    st.sampled_from(LISTS),
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=6), st.integers(0, 8)), max_size=5),
    st.dictionaries(
        st.sampled_from(["encoding", "separator", "kind", "sheet", "date_order:first", "zeros_lost:key"]),
        st.sampled_from(
            ["windows-1252", "tab", "people+mentors", "More", "day_first", "keep", "nonsense", "+"]
        ),
    ),
)
def test_spoiled_lists_are_read_or_named(
    raw: bytes, changes: list[tuple[int, bytes, int]], choices: dict[str, str]
) -> None:
    for at, new, length in changes:
        place = at % (len(raw) + 1)
        raw = raw[:place] + new + raw[place + length :]
    read_whatever("list", raw, choices)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 5_000), st.text('0129"<>/ABCZ=. ', max_size=6)),
        max_size=4,
    ),
    st.integers(0, 9),
)
def test_spoiled_parts_of_a_workbook_are_read_or_named(
    changes: list[tuple[int, int, str]], length: int
) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as pack:
        parts = {entry.filename: pack.read(entry) for entry in pack.infolist()}
    for which, at, new in changes:
        name = list(parts)[which % len(parts)]
        place = at % (len(parts[name]) + 1)
        parts[name] = parts[name][:place] + new.encode() + parts[name][place + length :]
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as pack:
        for name, part in parts.items():
            pack.writestr(name, part)
    read_whatever("list.xlsx", raw.getvalue(), {})


@given(st.text(max_size=300))
def test_random_texts_are_read_or_named(text: str) -> None:
    read_whatever("people.csv", (PEOPLE + text).encode("utf-8", "replace"), {})


@pytest.mark.parametrize("kind", RosterKind)
def test_the_readme_documents_every_column_as_the_reader_takes_it(kind: RosterKind) -> None:
    table = README.read_text("utf-8").partition(f"\n**{kind.value}**\n\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \| (.*) \| (.*) ?\|$", table, re.MULTILINE)
    assert [tuple(cell.strip() for cell in row) for row in rows] == [
        (
            column.name,
            column.what,
            column.values,
            column.example,
            ", ".join(column.synonyms),
            "yes" if column.clears else "",
        )
        for column in COLUMNS[kind].values()
    ]
