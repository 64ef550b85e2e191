"""The notes of coordinators about a pair, as the state keeps them: who wrote when, and never what."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note. Its text is a sealed document; ``look_on`` is the day on which somebody looks again."""

    id: str
    document: str
    by: str
    written_at: datetime
    look_on: date
