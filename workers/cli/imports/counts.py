"""How many rows of each list come to what, on the screen: a row counts once, whatever its list is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.people.proposal.contradictions import rows_words

_WORDS: Final = {
    "new": "new",
    "changed": "changed",
    "moved": "moved to another region",
    "same_person": "the same person as another row",
    "lapsed": "lapsed",
    "question": "waiting for an answer",
    "refused": "refused",
    "in_part": "refused in part",
    "unchanged": "unchanged",
}
_FIRST: Final = (
    "refused", "in_part", "question", "lapsed", "moved", "changed", "new", "same_person", "unchanged",
)  # fmt: skip
"""What a row counts as that comes to several things: in a list of people and memberships each row is one of each."""

GOES_IN: Final = ("new", "changed", "moved", "lapsed")
"""What rows come to that is written."""


def counts(proposal: Mapping[str, Any]) -> Iterator[str]:
    """Yield for each list how many rows it has, and what they come to."""
    outcomes, would = _by_row(proposal, "outcome"), _by_row(proposal, "would")
    for file, row in halves(proposal, "refused"):
        outcomes[file][row] = "in_part"
    missing: dict[str, Counter[str]] = {}
    for row in proposal["rows"]:
        if not row["row"]:
            missing.setdefault(row["file"], Counter())[row["outcome"]] += 1
    for file, unchanged in proposal["unchanged"].items():
        rows = outcomes.setdefault(file, {})
        for number in _numbers(unchanged):
            rows.setdefault(number, "unchanged")
    for file in sorted({*outcomes, *missing}):
        rows = outcomes.get(file, {})
        counted = Counter(rows.values())
        waiting = sorted(number for number, each in rows.items() if each == "question")
        likely = {number: each for number, each in would.get(file, {}).items() if rows[number] == "question"}
        parts = [
            f"{counted[kind]} {words}{_would(likely, waiting) if kind == 'question' else ''}"
            for kind, words in _WORDS.items()
            if counted[kind]
        ]
        if parts:
            yield f"{many(len(rows), 'row', 'rows')} in {file}: {', '.join(parts)}"
        if file in missing:
            yield f"{file}: {_missing(missing[file])}"


def how_many(proposal: Mapping[str, Any], outcome: str) -> int:
    """Return how many rows come to something and nothing of them goes in.

    Each member who is missing in a complete list counts as one.
    """
    found = [row for row in proposal["rows"] if row["outcome"] == outcome]
    whole = {(row["file"], row["row"]) for row in found if row["row"]} - halves(proposal, outcome).keys()
    return len(whole) + sum(not row["row"] for row in found)


def halves(proposal: Mapping[str, Any], outcome: str) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return the rows of which one part comes to something and another part goes in, with the kinds that do not.

    A row of a list of people and memberships is one of each.
    """
    kinds: dict[tuple[str, int], list[str]] = {}
    going_in: set[tuple[str, int]] = set()
    for row in proposal["rows"]:
        place = (row["file"], row["row"])
        if row["row"] and row["outcome"] == outcome:
            kinds.setdefault(place, []).append(row["kind"])
        elif row["outcome"] in GOES_IN:
            going_in.add(place)
    return {place: tuple(found) for place, found in kinds.items() if place in going_in}


def many(count: int, one: str, several: str) -> str:
    """Return a count with its word."""
    return f"{count} {one if count == 1 else several}"


def _by_row(proposal: Mapping[str, Any], what: str) -> dict[str, dict[int, str]]:
    """Return by list what each of its rows comes to, or would come to."""
    found: dict[str, dict[int, str]] = {}
    for row in proposal["rows"]:
        if row["row"] and (said := row.get(what)):
            rows = found.setdefault(row["file"], {})
            rows[row["row"]] = min(said, rows.get(row["row"], said), key=_FIRST.index)
    return found


def _would(likely: Mapping[int, str], waiting: Sequence[int]) -> str:
    """Return what rows that wait would come to with the answers that the office proposes."""
    if not likely:
        return ""
    counted = Counter(likely.values())
    parts = [f"{counted[kind]} {words}" for kind, words in _WORDS.items() if counted[kind]]
    if unknown := [number for number in waiting if number not in likely]:
        parts.append(f"{len(unknown)} not known yet: {rows_words(unknown)}")
    return f" (with the proposed answers: {', '.join(parts)})"


def _missing(counted: Counter[str]) -> str:
    """Return how many members the list lacks; they are no rows of it."""
    found = f"{many(counted.total(), 'member', 'members')} not in the list"
    lapsed = counted["lapsed"]
    return f"{found}, {many(lapsed, 'membership', 'memberships')} lapsed" if lapsed else found


def _numbers(ranges: str) -> Iterator[int]:
    """Yield the rows that a text such as ``2-40, 44`` names."""
    for part in filter(None, ranges.split(", ")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
