"""The money claims of a relationship, as the state keeps them."""

from dataclasses import dataclass
from datetime import datetime

DONE = ("sent", "settled", "denied", "canceled")


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendClaim:
    """This relationship's claim on an obligation, and the last report on it (``claimed`` until then)."""

    id: str
    obligation: str
    kind: str
    unit: str
    region: str
    mentor: str
    due_at: datetime
    heard: str = "claimed"
    withdrawn: bool = False
