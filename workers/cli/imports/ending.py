"""How an import ends on the screen: the yes that it needs, what was done, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.in_words import anded
from domain.people.proposal.contradictions import rows_words
from workers.cli.imports.changes import MOST_NAMED, all_changes, are_all_shown, row_line
from workers.cli.imports.counts import GOES_IN, halves, how_many, many
from workers.cli.imports.pasted import pasted
from workers.cli.imports.screen import Proposal, files

_LEFT_OUT: Final = (
    ("refused", "refused", ("refused row", "refused rows"), "refused {}"),
    ("question", "questions", ("row that waits for an answer", "rows that wait for answers"), "waiting {}"),
)
_WAITS: Final = {
    "importer": "waits for your answer",
    "state_office": "waits for the state office",
    "admin": "waits for an administrator",
}
_KINDS: Final = {
    "people": ("person", "people"),
    "memberships": ("membership", "memberships"),
    "mentors": ("mentor", "mentors"),
    "applications": ("application", "applications"),
}


def agreement(proposal: Proposal, without: Sequence[str], *, rest: bool = False) -> str:
    """Return the question whether to take a proposal over, with how many rows stay out.

    ``rest`` says that nobody has chosen to leave these rows out: they are refused, or wait.
    """
    if not writes(proposal):
        return "Shall the answers be remembered for later lists? Write yes or no"
    out = left_out(proposal, without)
    without_rows = f" without {out}" if out else ""
    asks = f"Take over the rest{without_rows}?" if rest else f"Take this over{without_rows}?"
    shown = are_all_shown(proposal["rows"]) and _are_all_named(proposal, without)
    return f"{asks} Write yes or no{'' if shown else ', or list to see all of it'}"


def everything(proposal: Proposal, without: Sequence[str]) -> Iterator[str]:
    """Yield all that a take-over changes, and all that it leaves out."""
    yield ""
    yield from all_changes(proposal["rows"])
    yield from left_out_lines(proposal, without, whole=True)


def writes(proposal: Proposal) -> bool:
    """Return whether a take-over writes more than answers."""
    return any(row["outcome"] in GOES_IN for row in proposal["rows"])


def totals(proposal: Proposal) -> str:
    """Return in one line how much of each kind a take-over writes."""
    counted = Counter((row["kind"], row["outcome"]) for row in proposal["rows"])
    parts = [
        f"{many(sum(found.values()), *words)} ({', '.join(f'{count} {each}' for each, count in found.items())})"
        for kind, words in _KINDS.items()
        if (found := {each: counted[kind, each] for each in GOES_IN if counted[kind, each]})
    ]
    return f"This would go in: {'; '.join(parts) or 'nothing'}."


def left_out(proposal: Proposal, without: Sequence[str]) -> str:
    """Return which rows an import leaves out because somebody said so; nothing where there is none.

    Of a row of several kinds, one part may be left out while another goes in.
    """
    parts = []
    for outcome, name, words, part in _LEFT_OUT:
        if name not in without:
            continue
        if count := how_many(proposal, outcome):
            parts.append(f"the {many(count, *words)}")
        if found := halves(proposal, outcome):
            parts.append(_halves(proposal, found, part))
    return anded(parts)


def _halves(proposal: Proposal, found: Mapping[tuple[str, int], tuple[str, ...]], words: str) -> str:
    """Return which parts of rows are left out, and that the rest of these rows goes in."""
    rows: dict[tuple[str, str], list[int]] = {}
    for (file, row), kinds in found.items():
        for kind in kinds:
            rows.setdefault((kind, file), []).append(row)
    several = len(files(proposal)) > 1
    parts = [
        f"the {words.format(_KINDS[kind][len(numbers) > 1])} of {rows_words(numbers)}{f' of {file}' if several else ''}"
        for (kind, file), numbers in rows.items()
    ]
    rest = "what else the row says goes in" if len(found) == 1 else "what else these rows say goes in"
    return f"{anded(parts)} ({rest})"


def left_out_lines(proposal: Proposal, without: Sequence[str], *, whole: bool = False) -> Iterator[str]:
    """Yield whom a take-over leaves out, for whose answer each waits, and how that is still brought in."""
    who = {each["id"]: each["who"] for each in proposal.get("questions", ()) if not each["answer"]}
    shown = _left_out_named(proposal, without)
    if not shown:
        return
    yield ""
    yield "Left out:"
    most = len(shown) if whole else MOST_NAMED
    yield from shown[:most]
    if len(shown) > most:
        yield f"  and {len(shown) - most} more"
    if "questions" in without and who:
        yield (
            "Once this is taken over, nobody can answer their questions: these rows must be sent again. To have them "
            f"answered first, let whoever may answer go on with it: {pasted('import', '--continue', proposal['id'])}"
        )


def _left_out_named(proposal: Proposal, without: Sequence[str]) -> list[str]:
    """Return a line for each row that a take-over leaves out."""
    names = {outcome for outcome, name, *_ in _LEFT_OUT if name in without}
    who = {each["id"]: each["who"] for each in proposal.get("questions", ()) if not each["answer"]}
    return [*dict.fromkeys(_left_out_line(row, who) for row in proposal["rows"] if row["outcome"] in names)]


def _are_all_named(proposal: Proposal, without: Sequence[str]) -> bool:
    return len(_left_out_named(proposal, without)) <= MOST_NAMED


def _left_out_line(row: Mapping[str, Any], who: Mapping[str, str]) -> str:
    place = f"{row['file']}, row {row['row']}" if row["row"] else row["file"]
    name = f", {row['name']}" if row["name"] else ""
    waits = dict.fromkeys(_WAITS[who[id]] for id in row.get("questions", ()) if id in who)
    return f"  {place}{name}: {anded(list(waits)) or 'refused'}"


def nothing_line(proposal: Proposal, without: Sequence[str]) -> str:
    """Return that there is nothing to take over; also why, where rows are left out."""
    out = left_out(proposal, without)
    return (
        f"There is nothing to take over without {out}."
        if out
        else "Nothing new: the office already knows all of this."
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
    remembered = "" if writes(proposal) else " The answers are remembered."
    return f"Done: {', '.join(parts) or 'nothing had to be changed'}.{rest}{remembered}"


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
