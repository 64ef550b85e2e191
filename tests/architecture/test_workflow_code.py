"""What workflow code may contain. The sandbox passes it through and does not guard it, so its syntax tree is checked.

A run must decide the same when its history is replayed, in another process and years later. So workflow code has no
clock other than `workflow.now()`, no randomness, no input or output outside activities, nothing that two runs share,
and no order that is not fixed.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "workflows").rglob("*.py"))

MODULES = ("domain", "activities", "workflows", "temporalio")
STANDARD = {"asyncio", "collections.abc", "dataclasses", "datetime", "re", "typing"}
ASYNCIO = {"Lock", "Task", "create_task"}
"""The parts of asyncio that keep their order; `wait`, `as_completed` and `gather` on unordered input do not."""
WORKFLOW = {
    "now",
    "sleep",
    "wait_condition",
    "execute_activity_method",
    "start_activity_method",
    "patched",
    "execute_local_activity_method",
    "continue_as_new",
    "all_handlers_finished",
} | {"info", "logger", "defn", "init", "run", "signal", "query", "update", "unsafe"}
BUILTINS = {
    "open",
    "print",
    "input",
    "exec",
    "eval",
    "compile",
    "__import__",
    "hash",
    "id",
    "globals",
    "vars",
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "fromtimestamp"}
AT_MODULE_LEVEL = {"TypeVar", "LocalOptions", "Options", "RetryPolicy", "timedelta"}
"""What may create a module-level value: such values are never changed."""


def modules_of(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or "."


def imports_more_than_it_may(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for module in modules_of(node):
            ours = module.split(".")[0] in MODULES and not module.startswith("activities.adapters")
            if not ours and module not in STANDARD:
                yield node


def reads_a_clock(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node) != "workflow.now":
            yield node


def asks_more_of_asyncio_or_temporal_than_it_may(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            allowed = {
                "asyncio": ASYNCIO,
                "workflow": WORKFLOW,
                "workflow.unsafe": {"imports_passed_through"},
            }
            owner = ast.unparse(node.value)
            if owner in allowed and node.attr not in allowed[owner]:
                yield node
        elif isinstance(node, ast.ImportFrom) and node.module in ("asyncio", "temporalio.workflow"):
            yield node


def touches_the_world_or_the_interpreter(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            yield node


def keeps_something_that_runs_would_share(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield values of a module or class that can change, and names that a function binds outside itself."""
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    for statement in (statement for body in bodies for statement in body):
        changes = isinstance(statement, ast.AugAssign | ast.Delete | ast.For | ast.While)
        if changes or (isinstance(statement, ast.Assign | ast.AnnAssign) and not is_fixed(statement.value)):
            yield statement
    for node in ast.walk(tree):
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            defaults = [*node.args.defaults, *node.args.kw_defaults]
            yield from (default for default in defaults if default is not None and not is_fixed(default))


def is_fixed(value: ast.expr | None) -> bool:
    """Return whether a value can never change."""
    match value:
        case None | ast.Constant() | ast.Name() | ast.Attribute() | ast.Lambda() | ast.Subscript():
            return True
        case ast.Tuple():
            return all(map(is_fixed, value.elts))
        case ast.Call(func=ast.Name(id=made_by)):
            return made_by in AT_MODULE_LEVEL
    return False


def has_a_set(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every set: it has no order, and a loop over it would differ between two processes, so none is allowed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.SetComp) or (
            isinstance(node, ast.Name) and node.id in ("set", "frozenset")
        ):
            yield node


def asks_for_the_run_in_a_condition(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield uses of `info` in a condition: what changes without an event makes it true at another point of a replay."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            yield from (
                part for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr == "info"
            )


Rule = Callable[[ast.Module], Iterator[ast.AST]]
RULES: tuple[Rule, ...] = (
    imports_more_than_it_may,
    reads_a_clock,
    asks_more_of_asyncio_or_temporal_than_it_may,
    touches_the_world_or_the_interpreter,
    keeps_something_that_runs_would_share,
    has_a_set,
    asks_for_the_run_in_a_condition,
)


def faults(source: str, rule: Rule) -> list[str]:
    """Return the places where a file breaks a rule."""
    return [f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}" for node in rule(ast.parse(source))]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_workflow_file(path: Path, rule: Rule) -> None:
    assert faults(path.read_text(), rule) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (imports_more_than_it_may, "import os"),
        (imports_more_than_it_may, "import threading"),
        (imports_more_than_it_may, "from random import choice"),
        (imports_more_than_it_may, "from pathlib import Path"),
        (imports_more_than_it_may, "from activities.adapters.postgres import tables"),
        (imports_more_than_it_may, "def f():\n    import uuid"),
        (imports_more_than_it_may, "from workers.settings import Settings"),
        (imports_more_than_it_may, "from . import shell"),
        (reads_a_clock, "datetime.now(UTC)"),
        (reads_a_clock, "stamp = datetime.utcnow"),
        (reads_a_clock, "date.today()"),
        (reads_a_clock, "time.monotonic()"),
        (asks_more_of_asyncio_or_temporal_than_it_may, "asyncio.wait(tasks)"),
        (asks_more_of_asyncio_or_temporal_than_it_may, "asyncio.as_completed(tasks)"),
        (asks_more_of_asyncio_or_temporal_than_it_may, "from asyncio import wait"),
        (asks_more_of_asyncio_or_temporal_than_it_may, "workflow.random()"),
        (asks_more_of_asyncio_or_temporal_than_it_may, "workflow.unsafe.sandbox_unrestricted()"),
        (touches_the_world_or_the_interpreter, "open('file')"),
        (touches_the_world_or_the_interpreter, "hash(name)"),
        (keeps_something_that_runs_would_share, "known = {}"),
        (keeps_something_that_runs_would_share, "known: Final = [1]"),
        (keeps_something_that_runs_would_share, "known = (1, [])"),
        (keeps_something_that_runs_would_share, "class Run:\n    known = dict()"),
        (keeps_something_that_runs_would_share, "def f():\n    global known"),
        (keeps_something_that_runs_would_share, "def f(known=[]):\n    pass"),
        (has_a_set, "for one in {1, 2}:\n    pass"),
        (has_a_set, "tuple(set(names))"),
        (has_a_set, "{name for name in names}"),
        (asks_for_the_run_in_a_condition, "lambda: workflow.info().is_continue_as_new_suggested()"),
    ],
)
def test_a_line_that_the_sandbox_would_have_caught_is_found(rule: Rule, line: str) -> None:
    assert len(faults(line, rule)) == 1
