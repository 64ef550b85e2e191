"""Who may import whom, where import-linter's contracts in pyproject.toml cannot say it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.settings import REPOSITORY

OURS = ("domain", "activities", "workflows", "workers", "api_gateway")


def imports(package: str) -> Iterator[tuple[str, str]]:
    """Yield each file of a package with each module that it imports, anywhere in the file."""
    for file in sorted((REPOSITORY / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(), str(file))):
            if isinstance(node, ast.Import):
                yield from ((name(file), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                for alias in node.names:
                    inside = f"{node.module}.{alias.name}"
                    yield name(file), inside if is_module(inside) else node.module


def name(file: Path) -> str:
    return str(file.relative_to(REPOSITORY))


def is_module(dotted: str) -> bool:
    """Return whether an imported name is a file or folder of one of our packages, and not something in a file."""
    path = REPOSITORY / Path(*dotted.split("."))
    return dotted.split(".")[0] in OURS and (path.is_dir() or path.with_suffix(".py").is_file())


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    allowed = sys.stdlib_module_names | {"domain"}
    assert [found for found in imports("domain") if found[1].split(".")[0] not in allowed] == []


@pytest.mark.parametrize(
    "module", ["random", "uuid", "time", "os", "socket", "subprocess", "asyncio", "logging"]
)
def test_the_domain_has_no_clock_no_randomness_and_no_input_or_output(module: str) -> None:
    assert [found for found in imports("domain") if found[1].split(".")[0] == module] == []


def test_the_embedded_stack_is_reached_by_no_process_of_production() -> None:
    reached = [
        found
        for package in ("domain", "activities", "workflows", "api_gateway")
        for found in imports(package)
        if found[1].startswith("workers.embedded")
    ]
    assert reached == []
