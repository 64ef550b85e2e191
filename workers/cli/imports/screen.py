"""A proposal on the screen: what each list comes to, what changes, what is refused, what would follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

MOST_ROWS: Final = 40
"""The most changed rows that a summary shows."""
_WORDS: Final = {
    "new": "new",
    "changed": "changed",
    "moved": "moved to another region",
    "lapsed": "lapsed",
    "question": "waiting for an answer",
    "refused": "refused",
}
_WHO: Final = {"state_office": "for the state office", "admin": "for an administrator"}
Proposal = Mapping[str, Any]


def lines(proposal: Proposal) -> Iterator[str]:
    """Yield a proposal as text."""
    yield from _counts(proposal)
    yield from _changes(proposal["rows"])
    if proposal["refused"]:
        yield ""
        yield "Refused until the file is corrected:"
        yield from (f"  {refusal_line(each)}" for each in proposal["refused"])
    yield from _follows(proposal)


def refusal_line(refused: Mapping[str, Any]) -> str:
    """Return one cause as one line: where, what, what to do."""
    parts = [refused["file"] or "the lists"]
    rows = refused.get("rows", [])
    if rows:
        name = f" ({refused['name']})" if refused.get("name") else ""
        parts.append(f"row {rows[0]}{name}")
    if refused.get("column"):
        parts.append(f"column {refused['column']}")
    cell = f" “{refused['cell']}”:" if refused.get("cell") else ""
    allowed = f" Allowed: {', '.join(refused['allowed'])}." if refused.get("allowed") else ""
    more = f" The same in {_rows(rows[1:])}." if len(rows) > 1 else ""
    return f"{', '.join(parts)}:{cell} {refused['problem']}{allowed}{more}"


def question_lines(question: Mapping[str, Any], number: int, total: int) -> Iterator[str]:
    """Yield a question as text, with the answers that it takes."""
    yield ""
    whose = f", {_WHO[question['who']]}" if question["who"] in _WHO else ""
    yield f"Question {number} of {total}{whose}: {question['problem']}"
    rows = [f"{file}, {_rows(found)}" for file, found in question["rows"].items() if file and found != [0]]
    if rows:
        yield f"  It is about {'; '.join(rows)}."
    if question["code"] != "columns":
        yield f"  Answers: {', '.join(question['answers'])}"


def overtaken_lines(operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed in the office while somebody looked at a proposal."""
    yield "Nothing was taken over: the office has changed since this was proposed. What is different now:"
    for each in operation["overtaken_by"]:
        if "question" in each:
            yield f"  a new question: {each['problem']}"
        else:
            yield f"  {_row(each)}"


def _counts(proposal: Proposal) -> Iterator[str]:
    by_file: dict[str, Counter[str]] = {}
    for row in proposal["rows"]:
        by_file.setdefault(row["file"], Counter())[row["outcome"]] += 1
    for file in sorted({*by_file, *proposal["unchanged"]}):
        counts = by_file.get(file, Counter())
        parts = [f"{counts[kind]} {words}" for kind, words in _WORDS.items() if counts[kind]]
        if same := row_count(proposal["unchanged"].get(file, "")):
            parts.append(f"{same} unchanged")
        yield f"{file}: {', '.join(parts)}"


def _changes(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    changed = [row for row in rows if row["outcome"] in ("changed", "moved", "lapsed") and row["changes"]]
    if changed:
        yield ""
        yield "What changes:"
        yield from (f"  {_row(row)}" for row in changed[:MOST_ROWS])
        if len(changed) > MOST_ROWS:
            yield f"  and {len(changed) - MOST_ROWS} more rows"


def _row(row: Mapping[str, Any]) -> str:
    place = f"{row['file']}, row {row['row']}" if row["row"] else row["file"]
    changes = "; ".join(
        f"{change['field']} {_value(change.get('before'))} → {_value(change.get('after'))}"
        for change in row["changes"]
    )
    name = f" {row['name']}" if row["name"] else ""
    return f"{place}{name} ({row['outcome']}): {changes or 'as the list says'}"


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _follows(proposal: Proposal) -> Iterator[str]:
    follows = proposal.get("follows") or {}
    counts = follows.get("applications", {})
    if not any(counts.values()):
        return
    words = {
        "accepted": "accepted by the rules",
        "waiting": "wait for a person",
        "refused": "refused by the rules",
    }
    parts = [f"{counts[name]} {text}" for name, text in words.items() if counts.get(name)]
    why = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in follows["reasons"].items())
    yield ""
    yield f"Applications: {', '.join(parts)}{f' ({why})' if why else ''}."
    yield f"Emails that go at once: {follows['emails']}, to {follows['readers']} people."


def _rows(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:12]))
    more = f" and {len(rows) - 12} more" if len(rows) > 12 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"


def row_count(ranges: str) -> int:
    """Return how many rows a text such as ``2-40, 44`` names."""
    found = 0
    for part in filter(None, ranges.split(", ")):
        first, _, last = part.partition("-")
        found += int(last or first) - int(first) + 1
    return found
