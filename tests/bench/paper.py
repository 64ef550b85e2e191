"""What needs no server: checking a program file, asking a draft again, and folding, each against its floor.

``.venv/bin/python -m tests.bench.paper [--json]``; ``tests.bench`` takes the same figures after its own.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from temporalio.worker import Replayer

from activities.adapters.files.program_files import read_file, shipped_files
from domain.journal import Envelope, decode
from domain.messages import Stamp
from domain.relationship.evolve import CATALOG, evolve
from domain.relationship.what_if import what_if
from tests.domain.builders import RULES
from tests.domain.relationship.test_what_if import Journal, year
from tests.replay import stored
from workers.audit.histories import WORKFLOWS
from workers.audit.replay import recorded_texts
from workers.temporal import plugin

RELATIONSHIPS = 1000
LIMITS = {"check_program": 30.0, "what_if": 5.0, "replayer": 20.0}
"""At most so many times the floor; the Replayer must take at least so many times as long as the fold."""


def milliseconds(act: Callable[[], Any]) -> float:
    """How long an act takes."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def fold(case: Journal, envelopes: list[Envelope]) -> None:
    """The bare fold of one relationship."""
    state = case.empty()
    for envelope in envelopes:
        stamp = Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor)
        state = evolve(state, CATALOG.read(envelope), stamp)


def check_program(samples: int) -> tuple[float, float]:
    """Medians: the parse of a file by ``tomllib``, and the whole check of it."""
    path = shipped_files()[0]
    pairs = [
        (milliseconds(lambda: tomllib.loads(path.read_text())), milliseconds(lambda: read_file(path)))
        for _ in range(samples)
    ]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def ask(samples: int) -> tuple[float, float]:
    """Medians over a thousand relationships: the bare fold, and a draft that differs in a deadline asked again."""
    case = year()
    draft = replace(RULES, contact=replace(RULES.contact, first_contact_days=20))
    bare: list[float] = []
    asked: list[float] = []
    for _ in range(samples):
        spent = [0.0, 0.0]
        for _ in range(RELATIONSHIPS // samples):
            spent[0] += milliseconds(lambda: fold(case, case.envelopes))
            spent[1] += milliseconds(
                lambda: what_if(case.empty(), case.envelopes, lambda envelope: RULES, draft)
            )
        bare.append(spent[0])
        asked.append(spent[1])
    return statistics.median(bare), statistics.median(asked)


def replayed(samples: int) -> tuple[float, float]:
    """Medians over the stored histories of relationships: the fold of what they recorded, and the SDK's Replayer."""
    known = ((history, recorded_texts(history)) for history in map(stored.read, stored.paths()))
    # Runs that continue others begin in the middle of a stream: they could not be folded alone.
    pairs = [
        (history, [decode(text.encode()) for text in texts])
        for history, texts in known
        if history.workflow_id.startswith("relationship/") and texts and decode(texts[0].encode()).seq == 1
    ]
    replayer = Replayer(workflows=WORKFLOWS, plugins=[plugin([])])

    async def replay() -> None:
        for history, _ in pairs:
            await replayer.replay_workflow(history)

    def folded() -> None:
        case = Journal()
        for _, envelopes in pairs:
            fold(case, envelopes)

    taken = [(milliseconds(folded), milliseconds(lambda: asyncio.run(replay()))) for _ in range(samples)]
    return statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken)


def figures() -> dict[str, Any]:
    """Milliseconds, the ratio to the floor, and whether the limit is kept."""
    found: dict[str, Any] = {}
    for name, (floor, taken) in (
        ("check_program", check_program(50)),
        ("what_if", ask(20)),
        ("replayer", replayed(3)),
    ):
        ratio, limit = taken / floor, LIMITS[name]
        kept = ratio >= limit if name == "replayer" else ratio <= limit
        found[name] = {
            "floor_ms": round(floor, 2),
            "taken_ms": round(taken, 2),
            "ratio": round(ratio, 2),
            "limit": limit,
            "ratio_kept": kept,
        }
    return found


def main() -> None:
    """Measure and print; exit 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.paper")
    parser.add_argument("--json", action="store_true")
    result = figures()
    if parser.parse_args().json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        for name, found in result.items():
            sys.stdout.write(
                f"{name:<14} " + "  ".join(f"{key} {value}" for key, value in found.items()) + "\n"
            )
    sys.exit(0 if all(found["ratio_kept"] for found in result.values()) else 1)


if __name__ == "__main__":
    main()
