"""How an import ends on the screen: the yes that it needs, what was done, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from workers.cli.imports.changes import row_line
from workers.cli.imports.counts import how_many, many
from workers.cli.imports.screen import Proposal

_LEFT_OUT: Final = (
    ("refused", "refused", ("refused row", "refused rows")),
    ("question", "questions", ("row that waits for an answer", "rows that wait for answers")),
)
_KINDS: Final = {
    "people": ("person", "people"),
    "memberships": ("membership", "memberships"),
    "mentors": ("mentor", "mentors"),
    "applications": ("application", "applications"),
}
_GOES_IN: Final = ("new", "changed", "moved", "lapsed")
"""What rows come to that is written."""


def agreement(proposal: Proposal, without: Sequence[str]) -> str:
    """Return the question whether to take a proposal over, with how many rows stay out."""
    out = left_out(proposal, without)
    without_rows = f" without {out}" if out else ""
    return f"Take this over{without_rows}? Write yes or no"


def totals(proposal: Proposal) -> str:
    """Return in one line how much of each kind a take-over writes."""
    counted = Counter((row["kind"], row["outcome"]) for row in proposal["rows"])
    parts = [
        f"{many(sum(found.values()), *words)} ({', '.join(f'{count} {each}' for each, count in found.items())})"
        for kind, words in _KINDS.items()
        if (found := {each: counted[kind, each] for each in _GOES_IN if counted[kind, each]})
    ]
    return f"This would go in: {'; '.join(parts) or 'nothing'}."


def left_out(proposal: Proposal, without: Sequence[str]) -> str:
    """Return which rows an import leaves out because somebody said so; nothing where there is none."""
    counts = {kind: how_many(proposal, kind) for kind, *_ in _LEFT_OUT}
    return " and ".join(
        f"the {many(counts[kind], *words)}"
        for kind, name, words in _LEFT_OUT
        if name in without and counts[kind]
    )


def nothing_line(proposal: Proposal, without: Sequence[str]) -> str:
    """Return that there is nothing to take over; also why, where rows are left out."""
    out = left_out(proposal, without)
    return (
        f"There is nothing to take over without {out}." if out else "Nothing new: the office knows all this."
    )


def done_line(operation: Mapping[str, Any], proposal: Proposal, without: Sequence[str]) -> str:
    """Return what a take-over has done: only what happened, and what was left out."""
    counts = Counter((row["kind"], row["outcome"]) for row in proposal["rows"])
    new, moved = operation["people"], counts["people", "moved"]
    changed = max(operation["changed_people"] - moved, 0)
    people = [
        (new, "is new" if new == 1 else "are new"),
        (changed, "changed"),
        (moved, "moved to another region"),
    ]
    happened = [(count, words) for count, words in people if count]
    parts = [
        f"{many(count, 'person', 'people') if not at else count} {words}"
        for at, (count, words) in enumerate(happened)
    ]
    for kind, one, several in (
        ("memberships", "membership", "memberships"),
        ("mentors", "mentor", "mentors"),
    ):
        parts.extend(
            f"{many(count, one, several)} {outcome}"
            for outcome in ("new", "changed", "lapsed")
            if (count := counts[kind, outcome])
        )
    if total := operation["total"]:
        parts.append(f"{many(total, 'application', 'applications')} came in")
    out = left_out(proposal, without)
    rest = f" Left out: {out}." if out else ""
    return f"Done: {', '.join(parts) or 'nothing had to be changed'}.{rest}"


def left_line(operation: Mapping[str, Any]) -> str:
    """Return how many relationships of a take-over are not open yet."""
    left, total = operation["left"], operation["total"]
    return (
        f"{left} of {many(total, 'relationship', 'relationships')} {'is' if left == 1 else 'are'} not open yet. The "
        "office goes on opening them by itself; nothing has to be imported again."
    )


def not_opened_lines(operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield which relationships of a take-over can never be opened, each with its row, and what to do."""
    lost, total = operation["not_opened"], operation["total"]
    yield f"{len(lost)} of {many(total, 'relationship', 'relationships')} could not be opened:"
    for each in lost:
        place = (
            f"{each['file']}, row {each['row']}" if each["file"] else f"relationship {each['relationship']}"
        )
        yield f"  {place}: {each['problem']}"


def overtaken_lines(operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed in the office while somebody looked at a proposal."""
    yield "Nothing was taken over: the office has changed since this was proposed. What is different now:"
    for each in operation["overtaken_by"]:
        if "question" in each:
            yield f"  a new question: {each['problem']}"
        else:
            yield f"  {row_line(each)}"
