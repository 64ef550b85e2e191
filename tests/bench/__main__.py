"""Figures against floors in the same run: ``.venv/bin/python -m tests.bench [NAME ...] [--json] [--samples N]``.

Without a name, the commands and what needs no server are measured; the figures of imports take longer and are named.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.bench import (
    applications,
    commands,
    door,
    memory,
    month,
    pages,
    paper,
    proposal,
    reminders,
    take_over,
    tasks,
)

FIGURES: Final[Mapping[str, Callable[[int | None], dict[str, Any]]]] = {
    "commands": lambda samples: commands.figures(asyncio.run(commands.measure(samples or 300))),
    "paper": lambda _: paper.figures(),
    "proposal": lambda samples: asyncio.run(proposal.figures(samples or 5)),
    "take_over": lambda samples: asyncio.run(take_over.figures(samples or 3)),
    "tasks": lambda samples: asyncio.run(tasks.figures(samples or 200)),
    "pages": lambda samples: asyncio.run(pages.figures(samples or 200)),
    "door": lambda samples: asyncio.run(door.figures(samples or 200)),
    "reminders": lambda _: asyncio.run(reminders.figures()),
    "month": lambda _: asyncio.run(month.figures()),
    "memory": lambda _: asyncio.run(memory.figures()),
    "applications": lambda count: asyncio.run(applications.figures(count or applications.APPLICATIONS)),
}


def main() -> None:
    """Measure and print; exit 1 if a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", default=["commands", "paper"], metavar="NAME")
    parser.add_argument(
        "--samples", type=int, help="how many samples; of applications, how many applications"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if unknown := {*arguments.names} - FIGURES.keys():
        parser.error(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    result: dict[str, Any] = {}
    for name in arguments.names:
        result |= FIGURES[name](arguments.samples)
    if arguments.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        for name, found in result.items():
            sys.stdout.write(
                f"{name:<14} " + "  ".join(f"{key} {value}" for key, value in found.items()) + "\n"
            )
    kept = [value for found in result.values() for key, value in found.items() if key.endswith("_kept")]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
