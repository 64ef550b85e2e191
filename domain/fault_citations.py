"""The requirement ids that a form or program file cites, and the faults in them."""

import re
from typing import Any

from domain.codec import Fault

CITATION = re.compile(r"[A-Z]{3,5}-[0-9]{1,3}|K[0-9]{1,2}|ours")


def cite_faults(path: str, cites: Any, faults: list[Fault]) -> list[str]:
    """Return the requirement ids of a table, and add their faults to ``faults``."""
    if not isinstance(cites, list) or not cites:
        faults.append(Fault(path, 'missing; write a list of requirement ids such as "MASA-5", or "ours"'))
        return []
    for number, cite in enumerate(cites):
        if not isinstance(cite, str) or not CITATION.fullmatch(cite):
            faults.append(Fault(f"{path}[{number}]", 'write a requirement id such as "MASA-5", or "ours"'))
    return [str(cite) for cite in cites]
