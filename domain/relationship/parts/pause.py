"""The pause of a relationship, as the state keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Since when, and why, nothing is asked of the pair."""

    since: datetime
    reason: str
