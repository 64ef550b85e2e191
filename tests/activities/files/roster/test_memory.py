"""A long list takes little memory: 100,000 rows add at most 256 MB to a process."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from workers.settings import REPOSITORY

ROWS = 100_000
MOST_MEGABYTES = 256
READ = """
import resource, sys
from pathlib import Path
from activities.adapters.files.roster.column_map import propose_columns
from activities.adapters.files.roster.rows import read_rows
from activities.adapters.files.roster.sheet import read_sheet

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = peak()
path = Path(sys.argv[1])
sheet = read_sheet(path.name, path.read_bytes())
file = read_rows(sheet, propose_columns(sheet, sheet.kind))
print(len(file.rows), len(file.faults), peak() - before)
"""
HEADING = ["key", "name", "email", "role_title", "district", "region", "supervisor", "phone", "language"]


def row(number: int) -> list[str]:
    return [
        f"M{number:06d}",
        f"Person Nr {number}",
        f"person{number}@post{number % 50}.example",
        "Principal",
        f"District {number % 300}",
        "north",
        f"M{number // 20:06d}",
        f"(218) 555-{number % 10_000:04d}",
        "en",
    ]


@pytest.fixture(params=["csv", "xlsx"])
def long_list(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a file of 100,000 people."""
    path = tmp_path / f"people.{request.param}"
    rows = (row(number) for number in range(ROWS))
    if request.param == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([HEADING, *rows])
        return path
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADING)
        for number, cells in enumerate(rows, 1):
            page.write_row(number, 0, cells)
    return path


@pytest.mark.slow
def test_a_long_list_takes_little_memory(long_list: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", READ, str(long_list)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    rows, faults, megabytes = map(int, ended.stdout.split())
    assert (rows, faults) == (ROWS, 0)
    assert megabytes <= MOST_MEGABYTES
