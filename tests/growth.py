"""How the time of a piece of work grows with its input, told without a limit in seconds.

A limit in seconds depends on the machine and on what else it does. What a test wants to know is another
thing: twice as much input takes about twice as long, and not four times.
"""

from collections.abc import Callable
from time import process_time
from typing import Final

TRIES: Final = 4
"""Other work on the machine can only slow a try down: work that grows too fast fails every time."""
ROOM: Final = 2.5
"""How much more than in step with its input a piece of work may grow, for caches and rounding."""


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one run of the work, in seconds."""
    began = process_time()
    work()
    return process_time() - began


def grows_in_step(work: Callable[[int], object], few: int, many: int) -> bool:
    """Return whether the time grows in step with the count given to the work, in at least one try.

    `many` must be several times `few`, so that a square would show: eight times the input is then 64 times the
    time, and twenty are allowed.
    """
    work(few)
    return any(
        seconds(lambda: work(many)) < ROOM * many / few * seconds(lambda: work(few)) for _ in range(TRIES)
    )
