"""What Schemathesis cannot know from a description: a key names one command and is never used for another.

It is loaded by Schemathesis in its own environment (``SCHEMATHESIS_HOOKS``).
"""

import itertools
from typing import Any

import schemathesis

_NUMBERS = itertools.count(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Give each command a key of its own, unless the case is one without a key or with a wrong one."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and str(key).isalnum():
        case.headers["Idempotency-Key"] = f"{key[:32]}-{next(_NUMBERS)}"
