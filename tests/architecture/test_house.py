"""Promises about the repository: what is where, and what the rules may not use."""

import ast
import importlib.metadata
import itertools
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "workflows", "activities", "workers", "api_gateway")
TOP = {*PACKAGES, "deploy", "tests", "pyproject.toml", "README.md"}


def tracked() -> list[str]:
    """Return the files that git tracks or would track."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def modules(*packages: str) -> list[Path]:
    """Return the Python files of some packages."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def test_the_top_level_has_exactly_the_agreed_names() -> None:
    names = {path.split("/")[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} == TOP


def test_no_python_line_of_the_product_names_a_program() -> None:
    programs = [path.stem for path in (ROOT / "domain" / "programs").glob("*.toml")]
    assert programs, "there is at least one program file"
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules(*PACKAGES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for program in programs
        if program in re.sub(r"[a-z]{3,5}-[0-9]+", "", line.lower())  # requirement ids may be cited
    ]
    assert found == []


@pytest.mark.parametrize("path", modules("domain", "workflows"), ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_and_workflows_use_no_clock_and_no_randomness(path: Path) -> None:
    """The sandbox does not guard modules that it passes through, so the syntax tree is checked (TEMPORAL rule 9)."""
    forbidden_calls = {
        "now",
        "utcnow",
        "today",
        "uuid4",
        "uuid1",
        "urandom",
        "time",
        "monotonic",
        "perf_counter",
    }
    forbidden_imports = {"random", "secrets", "os", "socket", "threading", "subprocess", "pathlib", "logging"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & forbidden_imports
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in forbidden_imports
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            allowed = owner == "workflow" or node.func.attr not in forbidden_calls or owner.endswith("local")
            assert allowed or node.func.attr == "time", f"line {node.lineno}: {ast.unparse(node)}"


def test_no_set_is_iterated_into_an_output_in_the_domain() -> None:
    """Sets have no order: ``for x in {…}`` or ``tuple(set(…))`` would make bytes differ between two processes."""
    for path in modules("domain"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.For | ast.comprehension):
                source = node.iter
                name = (
                    source.func.id
                    if isinstance(source, ast.Call) and isinstance(source.func, ast.Name)
                    else ""
                )
                assert not isinstance(source, ast.Set | ast.SetComp), path
                assert name not in ("set", "frozenset"), path


def test_python_files_stay_small_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in modules(*PACKAGES, "tests")
    }
    assert {name: lines for name, lines in long.items() if lines > 450} == {}


LISTS = ("deploy/migrations/versions", "domain/programs/forms", "tests/replay/histories")
"""Folders whose files are a list of one kind; their names follow what they are a list of."""


def test_no_folder_has_three_or_more_files_with_one_prefix() -> None:
    """Three such files are a folder. A test's prefix is the word after ``test_``; endings make no other file."""
    names: dict[tuple[str, str], set[str]] = {}
    for path in tracked():
        folder, _, file = path.rpartition("/")
        name = file.split(".")[0].removeprefix("test_")
        if name.strip("_") and not folder.startswith(LISTS):
            names.setdefault((folder, name.split("_")[0]), set()).add(name)
    assert {prefix: sorted(found) for prefix, found in names.items() if len(found) > 2} == {}


def test_no_two_classes_share_a_name() -> None:
    named: dict[str, list[str]] = {}
    for path in modules(*PACKAGES):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|nosec)\b", re.IGNORECASE)
WITH_REASON = re.compile(
    r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - (?P<why>.+)|# type: ignore\[[a-z, -]+\]  # (?P<because>.+)"
)


def silenced(path: Path, by: re.Pattern[str] = SILENCED) -> list[tuple[int, str]]:
    """Return the comments of a file that silence a check, each with its line; one inside a text does not count."""
    with tokenize.open(path) as file:
        found = tokenize.generate_tokens(file.readline)
        comments = [(each.start[0], each.string) for each in found if each.type == tokenize.COMMENT]
    return [(line, comment) for line, comment in comments if by.search(comment)]


def test_a_silenced_check_has_its_rule_and_a_reason_in_words_beside_it() -> None:
    """Coverage is not measured here, and ruff checks what bandit would: their marks silence nothing."""
    bare = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(*PACKAGES, "tests", "deploy")
        for line, comment in silenced(path)
        if (found := WITH_REASON.fullmatch(comment)) is None
        or len((found["why"] or found["because"]).split()) < 2
    ]
    assert bare == []


def test_what_is_laid_out_by_hand_would_look_otherwise_by_machine() -> None:
    """A mark that keeps the formatter away stands only where the formatter would write it otherwise."""
    needless = []
    for path in modules(*PACKAGES, "tests", "deploy"):
        for line, comment in silenced(path, re.compile("# fmt: skip")):
            lines = path.read_text().splitlines(keepends=True)
            lines[line - 1] = lines[line - 1].replace(f"  {comment}", "")
            text = "".join(lines)
            command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(path), "-"]
            done = subprocess.run(command, cwd=ROOT, input=text, check=True, capture_output=True, text=True)
            if done.stdout == text:
                needless.append(f"{path.relative_to(ROOT)}:{line}")
    assert needless == []


def test_no_test_silences_the_type_checker_since_it_does_not_read_tests() -> None:
    lines = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules("tests")
        for line, comment in silenced(path)
        if "type" in comment.partition("[")[0]
    ]
    assert lines == []


def test_every_rule_that_the_project_file_leaves_out_has_a_reason() -> None:
    """The rules that hold nowhere, and those that do not hold in some files, in the section of the linter."""
    text = (ROOT / "pyproject.toml").read_text()
    ignored = text.partition("\nignore = [\n")[2].partition("\n]")[0].splitlines()
    assert [line.strip() for line in ignored if "#" not in line] == []
    exempt = text.partition("per-file-ignores]\n")[2].partition("\n\n")[0].splitlines()
    assert [
        line for before, line in itertools.pairwise(("", *exempt)) if not {"#"} & {line[:1], before[:1]}
    ] == []


def test_the_project_file_names_every_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


USED_BY_OTHERS = {
    "httptools": "uvicorn parses requests with it",
    "python-multipart": "FastAPI reads forms and files with it",
    "tzdata": "zoneinfo reads it where a machine has no time zones",
}
"""Libraries that no line of ours imports, and what needs them."""


def test_every_library_of_the_project_is_imported() -> None:
    """C75: a library that nothing imports is gone from the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[\[><=; ]", each)[0].lower() for each in project["dependencies"]}
    providers = importlib.metadata.packages_distributions()
    imported = {
        distribution.lower().replace("_", "-")
        for path in modules(*PACKAGES)
        for name in imports(path)
        for distribution in providers.get(name, ())
    }
    assert named - imported == set(USED_BY_OTHERS)


def imports(path: Path) -> set[str]:
    """Return the first parts of the names that a module imports."""
    nodes = [*ast.walk(ast.parse(path.read_text()))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain} | {
        (node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)
    }
