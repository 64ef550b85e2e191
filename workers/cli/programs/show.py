"""`mentorflow programs show`: the rules in force, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.codec import to_plain
from domain.payments.amounts import explain
from domain.rules.agreement_text import YEAR
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.money import MoneyRule
from domain.rules.program import Rules
from workers.cli.programs.tables import Chosen, Value, chosen, region_remark, tables, value_text


def show(named: str, region: str = "") -> tuple[str, ...]:
    """Return the rules in force as lines: tables with citations, values with their words and their origin.

    Raises:
        NoProgram: It is neither an id of a shipped program nor a file.
        ProgramFileError: The file cannot be used.
    """
    return tuple(_all_lines(chosen(named, region)))


def show_plain(named: str, region: str = "") -> dict[str, Any]:
    """Return the same as plain values, for another program to read."""
    choice = chosen(named, region)
    file = choice.file
    return {
        "program": file.program,
        "version": file.version,
        "title": file.title,
        "region": choice.region,
        "rules": rules_digest(rules_text(file.rules_for(choice.region))),
        "overridable": list(file.frame.overridable),
        "tables": [to_plain(table) for table in tables(choice)],
        "labels": dict(file.frame.labels),
    }


def _all_lines(choice: Chosen) -> Iterator[str]:
    file, region = choice.file, choice.region
    rules = file.rules_for(region)
    yield f"{file.title} ({file.program}), version {file.version}" + (f", region {region}" if region else "")
    yield f"rules {rules_digest(rules_text(rules))}"
    yield from region_remark(choice)
    for table in tables(choice):
        yield ""
        yield f"[{table.name}]  {', '.join(table.cites)}".rstrip()
        if table.name.startswith("money["):
            yield from (f"  {line}" for line in _money_lines(rules.money[int(table.name[6:-1])]))
        if table.name == "agreement":
            yield from (f"  {line}" for line in _agreement_lines(rules))
        yield from (f"  not executed yet: {what}" for what in table.not_executed)
        for value in table.values:
            yield _value_line(value, table.name, region)
    yield ""
    yield f"a region may set: {', '.join(file.frame.overridable) or 'nothing'}"


def _money_lines(rule: MoneyRule) -> Iterator[str]:
    """Yield what a rule means: when and by whom it is paid, and its amounts worked out."""
    due = f"{rule.trigger.value} + {rule.due_days} days"
    yield f"{rule.kind}: {due}, from {rule.payer_of_record} to {rule.payee_kind} by {rule.rail}"
    yield from explain(rule)


def _agreement_lines(rules: Rules) -> Iterator[str]:
    """Yield what both sign, and which documents are kept as a result."""
    letter, periods = rules.agreement, rules.retention.documents
    pledges = (
        f"{len(letter.pledges_mentor)} pledges of the mentor and {len(letter.pledges_mentee)} of the mentee"
    )
    yield f"letter: wording {letter.text_version}, {len(letter.sections)} sections, {pledges}"
    kept = ", ".join(f"{code} ({_time(periods[code].days)})" for code in letter.kept_documents)
    yield f"kept if both have signed for it: {kept or 'nothing'}"


def _time(days: int) -> str:
    """Return a time of retention such as: 3 years; 90 days."""
    years, odd = divmod(days, YEAR)
    number, unit = (days, "day") if odd or not years else (years, "year")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _value_line(value: Value, table: str, region: str) -> str:
    name = value.path.removeprefix(f"{table}.")
    remarks = []
    if value.ours:
        remarks.append("ours")
    if region in value.regions:
        remarks.append(f"set by region {region}; the program says {value_text(value.program, {})}")
    elif not region:
        remarks.extend(f"region {code} sets {value_text(own, {})}" for code, own in value.regions.items())
    line = f"  {name}: {value_text(value.value, value.words)}"
    return f"{line}   <- {'; '.join(remarks)}" if remarks else line
