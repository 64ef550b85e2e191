"""Measurements without a server: checking a program file, comparing a draft, and folding, each against its floor.

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
"""The greatest ratio to the floor; for the Replayer, the least ratio to the fold."""


def milliseconds(act: Callable[[], Any]) -> float:
    """Return the milliseconds that an act takes."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def fold(case: Journal, envelopes: list[Envelope]) -> None:
    """Fold one relationship and do nothing else."""
    state = case.empty()
    for envelope in envelopes:
        stamp = Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor)
        state = evolve(state, CATALOG.read(envelope), stamp)


def check_program(samples: int) -> tuple[float, float]:
    """Return the median times of parsing a file with ``tomllib`` and of checking it completely."""
    path = shipped_files()[0]
    pairs = [
        (milliseconds(lambda: tomllib.loads(path.read_text())), milliseconds(lambda: read_file(path)))
        for _ in range(samples)
    ]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def compare_draft(samples: int) -> tuple[float, float]:
    """Return the median times for 1000 relationships: the bare fold, and the comparison with a changed deadline."""
    case = year()
    draft = replace(RULES, contact=replace(RULES.contact, first_contact_days=20))
    bare: list[float] = []
    compared: list[float] = []
    for _ in range(samples):
        spent = [0.0, 0.0]
        for _ in range(RELATIONSHIPS // samples):
            spent[0] += milliseconds(lambda: fold(case, case.envelopes))
            spent[1] += milliseconds(
                lambda: what_if(case.empty(), case.envelopes, lambda envelope: RULES, draft)
            )
        bare.append(spent[0])
        compared.append(spent[1])
    return statistics.median(bare), statistics.median(compared)


def replay_histories(samples: int) -> tuple[float, float]:
    """Return the median times for the stored relationship histories: the fold of their records, and the Replayer."""
    known = ((history, recorded_texts(history)) for history in map(stored.read, stored.paths()))
    # Runs that continue others begin in the middle of a stream, so they cannot be folded alone.
    pairs = [
        (history, [decode(text.encode()) for text in texts])
        for history, texts in known
        if history.workflow_id.startswith("relationship/") and texts and decode(texts[0].encode()).seq == 1
    ]
    replayer = Replayer(workflows=WORKFLOWS, plugins=[plugin([])])

    async def replay() -> None:
        for history, _ in pairs:
            await replayer.replay_workflow(history)

    def fold_all() -> None:
        case = Journal()
        for _, envelopes in pairs:
            fold(case, envelopes)

    taken = [(milliseconds(fold_all), milliseconds(lambda: asyncio.run(replay()))) for _ in range(samples)]
    return statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken)


def figures() -> dict[str, Any]:
    """Return milliseconds, the ratio to the floor, and whether the limit is kept."""
    found: dict[str, Any] = {}
    for name, (floor, taken) in (
        ("check_program", check_program(50)),
        ("what_if", compare_draft(20)),
        ("replayer", replay_histories(3)),
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
    """Measure and print; exit 1 if a limit is not kept."""
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
