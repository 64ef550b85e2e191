"""What is wrong with a scenario before its year starts: keys, commands, and codes that its program does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from activities.adapters.files.program_files import ProgramFiles, read_programs
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.toml import shown
from activities.adapters.files.toml_lines import lines_of
from api_gateway.services.allowed_values import allowed_values
from domain.fault_words import did_you_mean, unknown_keys
from domain.messages import Command
from domain.payments import obligation
from domain.relationship import rooms as relationship
from domain.rules.choices import choices
from domain.rules.program import Rules
from workers.embedded.year.scenario import Scenario

_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        (
            "program",
            "shown_first",
            "jitter_days",
            "grid_days",
            "import_answers",
            "mail_outage",
            "regions",
            "staff",
            "scripts",
            "fates",
        )
    ),
    "mail_outage": frozenset(("day", "days")),
    "regions": frozenset(("code", "name")),
    "staff": frozenset(("key", "roles", "regions", "contact", "name", "email")),
    "fates": frozenset(("key", "mentee", "mentor", "second_mentor", "outcome", "scripts", "acts")),
    "step": frozenset(("day", "every", "times", "who", "do", "on", "path", "body", "refused")),
}
"""The keys of a scenario, of the tables in its lists, and of each step of a script or a fate."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("program", "jitter_days", "grid_days", "regions", "staff", "scripts", "fates"),
    "mail_outage": ("day", "days"),
    "regions": ("code", "name"),
    "staff": ("key", "roles"),
    "fates": ("key", "mentee", "outcome", "scripts"),
    "step": ("day", "who"),
}
_COMMANDS: Final[Mapping[str, Mapping[str, type[Command]]]] = {
    on: {kind.__name__: kind for kind in kinds}
    for on, kinds in (("relationship", relationship.COMMANDS), ("obligation", obligation.COMMANDS))
}
_NO_COMMANDS: Final = ("disclosures",)
"""Routes of a relationship that are no commands."""
_OF_PATH: Final[Mapping[str, Mapping[str, str]]] = {
    "applications": {"reason": "eligibility.reasons", "areas": "eligibility.areas"},
    "conflicts": {"kind": "matching.conflict_kinds"},
}
"""Fields of requests that are no commands, each with its list of the program."""


def scenario_faults(scenario: Scenario, files: ProgramFiles | None = None) -> Iterator[str]:
    """Yield what is wrong with a scenario, each with file and line, in the order of the file.

    ``files`` are the office's program files; by default those on disk.
    """
    files = read_programs() if files is None else files
    name, lines = shown(scenario.path), lines_of(scenario.path.read_text("utf-8"))
    file = files.usable.get(scenario.program)
    if file is None:
        aside = files.aside.get(scenario.program)
        why = f"stands aside: {aside[0]}" if aside else f"write one of {', '.join(files.usable)}"
        yield f"{name}:{lines.get('program', 1)}: program: {scenario.program} cannot be played; {why}"
        return
    found = [*_key_faults(scenario.data), *_step_faults(scenario.data, file.rules)]
    located = [(_line(lines, path), path, problem) for path, problem in found]
    yield from (f"{name}:{line}: {path}: {problem}" for line, path, problem in sorted(located))
    yield from _roster_faults(scenario, file.rules)


def _roster_faults(scenario: Scenario, rules: Rules) -> Iterator[str]:
    """Yield lists of the roster that are missing, and reasons of applications that the program does not know."""
    folder, reasons = scenario.path.with_suffix(""), rules.eligibility.reasons
    missing = [kind for kind in RosterKind if not (folder / f"{kind.value}.csv").is_file()]
    yield from (f"{shown(folder)}/{kind.value}.csv:1: missing; write this list" for kind in missing)
    for number, row in enumerate(() if missing else scenario.roster["applications"], 2):
        answered = f"reason:{row.get('reason')}" in scenario.data.get("import_answers", {})
        if row.get("reason") and row["reason"] not in reasons and not answered:
            here = f"{shown(folder)}/applications.csv:{number}"
            yield f"{here}: reason: {_no_code(row['reason'], reasons)}"


def _key_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield keys that a scenario does not have."""
    yield from _unknown(data, "", "")
    if "mail_outage" in data:
        yield from _unknown(data["mail_outage"], "mail_outage", "mail_outage.")
    for part in ("regions", "staff", "fates"):
        for number, table in enumerate(data.get(part, ())):
            yield from _unknown(table, part, f"{part}[{number}].")


def _unknown(table: Mapping[str, Any], kind: str, within: str) -> Iterator[tuple[str, str]]:
    """Yield keys that tables of a kind do not have, and those that one lacks."""
    known = _KEYS[kind]
    yield from ((within + key, "missing; write it") for key in _NEEDED[kind] if key not in table)
    unknown = [key for key in table if key not in known]
    for key, problem in unknown_keys(unknown, known - table.keys()):
        yield within + key, problem


def _step_faults(data: Mapping[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the steps of the scripts, and of the fates."""
    scripts = data.get("scripts", {})
    steps: dict[str, Sequence[Mapping[str, Any]]] = {
        f"scripts.{name}": script for name, script in scripts.items()
    }
    for number, fate in enumerate(data.get("fates", ())):
        steps[f"fates[{number}].acts"] = fate.get("acts", ())
        for place, script in enumerate(fate.get("scripts", ())):
            if script not in scripts:
                yield f"fates[{number}].scripts[{place}]", _no_code(script, tuple(scripts))
    for path, script in steps.items():
        for number, step in enumerate(script):
            here = f"{path}[{number}]"
            yield from _unknown(step, "step", f"{here}.")
            yield from _codes(step, rules, here)


def _codes(step: Mapping[str, Any], rules: Rules, here: str) -> Iterator[tuple[str, str]]:
    """Yield codes of one step that the program does not know, unless the step expects to be refused."""
    body: Mapping[str, Any] = step.get("body", {})
    if step.get("do", _NO_COMMANDS[0]) in _NO_COMMANDS:
        lists = _OF_PATH.get(step.get("path", ""), {})
        allowed = {field: choices(rules).get(path, ()) for field, path in lists.items()}
        wanted = {field: (value, allowed.get(field, ())) for field, value in body.items()}
    else:
        known = _COMMANDS.get(step.get("on", "relationship"), {})
        kind = known.get(step["do"].replace("-", " ").title().replace(" ", ""))
        if kind is None:
            names = {_dashed(name) for name in known}
            yield (
                f"{here}.do",
                f"unknown command; {did_you_mean(step['do'], names)}write the command of a route",
            )
            return
        wanted = {field: (value, allowed_values(kind, field, rules)) for field, value in _leaves(body, "")}
    for field, (value, codes) in wanted.items():
        if not codes or step.get("refused"):
            continue
        for code in value if isinstance(value, list) else [value]:
            if isinstance(code, str) and code and not code.startswith("@") and code not in codes:
                yield f"{here}.body.{field}", _no_code(code, codes)


def _leaves(body: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield each value of a body that is no table, with its key path."""
    for key, value in body.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        else:
            yield here, value


def _no_code(code: str, codes: Sequence[str]) -> str:
    return f"{code} is not in this program; {did_you_mean(code, codes)}write one of {', '.join(codes)}"


def _dashed(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).removeprefix("-")


def _line(lines: Mapping[str, int], path: str) -> int:
    """Return the line of a key path, or of the nearest table around it."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 1)
