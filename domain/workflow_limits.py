"""How long a run of a workflow may get before it continues as new, and how much a workflow remembers.

The processes that start a workflow name the first limit in its input, so it is not among the options of `workflows`.
"""

from typing import Final

HISTORY_LIMIT: Final = 400
"""Temporal events after which a run continues as new, so a worker that takes over a run has little to replay."""
REPEATED: Final = 32
"""How many commands a workflow remembers, so it answers a repeat and does not carry it out again."""
