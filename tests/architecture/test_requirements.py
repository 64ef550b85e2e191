"""Every requirement has an existing place and test, or a capability it waits for: `tests/requirements.toml`."""

import ast
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from activities.adapters.files.program_files import load_programs
from api_gateway.app import create_app
from api_gateway.office import Office
from domain.codec import to_plain
from domain.rules.checks.values import PATTERNS
from workers.__main__ import app
from workers.cli.programs.coverage import LIST, CoverageRow, CoverageStanding, NoList, read
from workers.settings import REPOSITORY

COUNTS = {"MASA": 37, "NEA": 59, "OPSOA": 18, "ESE": 18, "MASS": 13}
CAPABILITIES = {
    "mentor recruiting and screening",
    "team lists",
    "matching rounds",
    "money other than stipends out",
    "pair-only and printed documents",
    "retention runs",
    "program events with attendance",
    "reports",
}
# What is being built right now, by part. A row may be open only while its id is listed here; at the end this is empty.
OPEN: dict[str, str] = {}
COVERAGE = read()
PROGRAMS = load_programs()


@cache
def routes() -> frozenset[str]:
    """Return the method and path of every route of the API."""
    settings = SimpleNamespace(
        requests_per_minute=1,
        hosts=(),
        sign_in_issuer=None,
        cookie_secret=None,
        prefix_of_cookies="",
        public_url="",
        door_url=None,
    )
    office = cast(Office, SimpleNamespace(settings=settings))
    paths = create_app(office).openapi()["paths"]
    return frozenset(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the tests of a file."""
    tree = ast.parse(path.read_text())
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def value_at(program: str, path: str) -> Any:
    """Return the value at a key path of a shipped program; raise ``LookupError`` where there is none."""
    file = PROGRAMS[program]
    found: Any = to_plain(file.frame) | to_plain(file.rules)
    for part in path.replace("]", "").replace("[", ".").split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def exists(where: str) -> bool:
    """Return whether a place exists: a field of a program, a route, or a file of the tree."""
    if " " in where:
        return where in routes()
    if ":" in where:
        program, path = where.split(":", 1)
        try:
            value_at(program, path)
        except (LookupError, TypeError, ValueError):
            return False
        return True
    return (REPOSITORY / where).is_file()


def has_test(test: str) -> bool:
    """Return whether a test exists."""
    path, _, name = test.partition("::")
    file = REPOSITORY / path
    return file.is_file() and path.startswith("tests/") and name in names_in(file)


def test_the_list_has_every_requirement_and_no_other() -> None:
    expected = [f"{source}-{number}" for source, count in COUNTS.items() for number in range(1, count + 1)]
    assert len(expected) == 145
    assert [row.id for row in COVERAGE.rows] == [*expected, *(f"K{number}" for number in range(1, 12))]
    assert COVERAGE.unknown == ()
    assert all(PATTERNS["cite"].fullmatch(row.id) for row in COVERAGE.rows)


def test_the_capabilities_are_the_ones_that_may_come_later() -> None:
    assert set(COVERAGE.capabilities) == CAPABILITIES


@pytest.mark.parametrize("row", COVERAGE.every, ids=lambda row: row.id)
def test_a_requirement_has_places_and_tests_that_exist_or_says_what_it_waits_for(row: CoverageRow) -> None:
    assert row.line
    assert row.standing is not CoverageStanding.MISSING, "write where and test, or later"
    assert not (row.later and row.open)
    assert not row.later or row.later in CAPABILITIES
    assert [where for where in row.where if not exists(where)] == []
    assert [test for test in row.test if not has_test(test)] == []


@pytest.mark.parametrize("row", COVERAGE.cases, ids=lambda row: row.id)
def test_a_case_from_practice_is_named_in_its_tests(row: CoverageRow) -> None:
    assert re.fullmatch(r"C[1-9][0-9]?", row.id)
    assert not row.later
    assert not row.open
    for test in row.test:
        name = re.compile(rf"\b{row.id}\b|_{row.id}_", re.IGNORECASE)
        assert name.search((REPOSITORY / test.partition("::")[0]).read_text()), test


def test_the_acceptance_points_of_the_pages_are_all_there() -> None:
    points = (2, 4, *range(13, 23), 25, 26, 27, 30)
    assert [row.id for row in COVERAGE.acceptance] == [f"A{number}" for number in points]


def test_only_what_is_being_built_is_open() -> None:
    allowed = {id: part for part, ids in OPEN.items() for id in ids.split()}
    assert {row.id: row.open for row in COVERAGE.rows if row.open} == allowed


def test_what_comes_later_has_its_data_fields_here() -> None:
    """Papers that belong only to the pair have no fields: none may be here before their keys exist."""
    bare = [row.id for row in COVERAGE.rows if row.later and not row.where]
    assert bare == ["NEA-29", "NEA-53"]
    assert {row.later for row in COVERAGE.rows if row.id in bare} == {"pair-only and printed documents"}


def test_no_two_requirements_have_the_same_words() -> None:
    lines = [row.line for row in COVERAGE.every]
    assert [line for line in lines if lines.count(line) > 1] == []


def test_what_a_program_cites_is_a_requirement() -> None:
    known = {row.id for row in COVERAGE.rows} | {"ours"}
    for name, file in PROGRAMS.items():
        cited = {cite for cites in file.citations.values() for cite in cites}
        assert cited <= known, name


@pytest.mark.parametrize(
    "where", ["masa:moon", "masa:money[9]", "masa:eligibility.moon", "domain/moon.py", "GET /v1/moon"]
)
def test_a_missing_place_is_detected(where: str) -> None:
    assert not exists(where)


@pytest.mark.parametrize("test", ["tests/domain/test_moon.py::test_it", f"{Path(__file__).name}::test_it"])
def test_a_missing_test_is_detected(test: str) -> None:
    assert not has_test(test)
    assert has_test("tests/architecture/test_requirements.py::test_a_missing_test_is_detected")


def listed(tmp_path: Path, old: str, new: str) -> Any:
    """Run the command on a copy of the list in which one piece is replaced."""
    text = LIST.read_text()
    assert old in text
    path = tmp_path / "requirements.toml"
    path.write_text(text.replace(old, new, 1))
    return CliRunner().invoke(app, ["programs", "coverage", str(path)])


def test_the_command_prints_every_row_with_counts() -> None:
    printed = CliRunner().invoke(app, ["programs", "coverage"])
    lines = printed.output.splitlines()
    for row in COVERAGE.every:
        assert any(line.startswith(f"{row.id} ") and row.line in line for line in lines)
    assert lines[-1].startswith("156 rows: ")
    assert lines[-1].endswith(" 0 missing")
    assert printed.exit_code == (0 if COVERAGE.ok else 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[requirements.MASA-2]", "[requirements.MASA-99]", "MASA-99   unknown"),
        ("[requirements.MASA-2]", "[requirements.MASA-99]", "MASA-2    missing"),
        ('where = "masa:matching.mentor_classes"\n', "", "MASA-8    missing"),
        ('later = "team lists"', 'open = "team lists"', "MASA-17   open"),
    ],
)
def test_an_incomplete_an_open_and_an_unknown_row_make_the_command_fail(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    ended = listed(tmp_path, old, new)
    assert ended.exit_code == 1
    assert expected in ended.output


def test_an_installation_without_the_tests_says_so(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["programs", "coverage", str(tmp_path / "requirements.toml")])
    assert ended.exit_code == 2
    words = " ".join(ended.output.split())
    assert "the list is part of the source and is not installed; run the command in a checkout" in words


def test_a_row_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    ended = listed(tmp_path, 'later = "team lists"', 'maybe = "team lists"')
    assert ended.exit_code == 2
    assert "MASA-17 has the field maybe" in ended.output
    broken = tmp_path / "broken.toml"
    broken.write_text("line =")
    with pytest.raises(NoList, match="is not TOML"):
        read(broken)
