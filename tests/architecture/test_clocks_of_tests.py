"""No test depends on the hour at which it runs: who reads the machine's clock says why, beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
REASON = "the machine's clock: "
READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
    "func": {"now", "current_date", "current_timestamp", "clock_timestamp", "localtimestamp"},
}
"""The calls that read the clock of this machine or, as SQL, that of its database."""
IN_SQL = re.compile(r"(?<![.\w`])(?:now|clock_timestamp)\(\)|\bcurrent_(?:date|timestamp)\b")


def readings(source: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each place that reads the machine's clock."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in READS.get(
                name, ()
            ):
                yield node.lineno, node.end_lineno or node.lineno
            case ast.Constant(value=str() as text) if IN_SQL.search(text):
                yield node.lineno, node.end_lineno or node.lineno


def without_reason(source: str) -> list[int]:
    """Return the lines that read the machine's clock and say no reason, neither there nor in the lines beside."""
    lines = source.splitlines()
    return [
        first
        for first, last in readings(source)
        if not any(REASON in line for line in lines[max(first - 2, 0) : last + 1])
    ]


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_a_test_that_reads_the_machines_clock_says_why(path: Path) -> None:
    if path != Path(__file__).resolve():
        assert without_reason(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("now = datetime.now(UTC)", [1]),
        ("now = datetime.now(UTC)  # the machine's clock: it signs the certificate", []),
        ("# the machine's clock: it signs the certificate\nnow = datetime.now(UTC)", []),
        ("today = date.today()", [1]),
        ("at = time.time()", [1]),
        ("begun = time.monotonic()", []),
        ("now = await clock.now()", []),
        ("row = insert(table).values(at=func.now())", [1]),
        ("text = 'insert into t values (now())'", [1]),
        ("text = 'select last - current_date'", [1]),
        ("'''No clock other than `workflow.now()`.'''", []),
    ],
)
def test_a_clock_is_found(source: str, found: list[int]) -> None:
    assert without_reason(f"async def f():\n    {source.replace(chr(10), chr(10) + '    ')}") == [
        line + 1 for line in found
    ]
